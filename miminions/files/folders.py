"""Folders and the names in them: made, removed, left over, and on which file system."""

import os
import re
from pathlib import Path

from miminions.files.disk import flush_folder, is_hidden_name
from miminions.files.problems import refused

# Disks on which locks, or a swap of two names, depend on what is at the other end.
_WEAK = {
    "9p", "afs", "beegfs", "ceph", "cifs", "drvfs", "exfat", "fuse", "fuseblk", "gpfs", "lustre", "msdos",
    "ncpfs", "nfs", "nfs4", "ntfs", "ntfs3", "prl_fs", "smb3", "smbfs", "vboxsf", "vfat", "vmhgfs",
}  # fmt: skip
_ESCAPED = re.compile(rb"\\([0-7]{3})")


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Create a folder and its parents where missing; `mode` holds for those made here. Raises FileError."""
    try:
        if path.is_dir():
            return
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in [*reversed(missing), path]:
            folder.mkdir(mode=mode, exist_ok=True)
            flush_folder(folder.parent)
    except (OSError, ValueError) as problem:
        raise refused("create the folder", path, problem) from problem


def remove(path: Path) -> None:
    """Remove a file; a missing one is fine. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
    except (OSError, ValueError) as problem:
        raise refused("remove", path, problem) from problem


def leftovers(folder: Path) -> tuple[Path, ...]:
    """Return the hidden files of ours that lie in a folder, by name: of a write under way or of one that was killed.

    A missing folder has none. Raises FileError when it cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if is_hidden_name(e.name) and e.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as problem:
        raise refused("list", folder, problem) from problem
    return tuple(folder / name for name in sorted(names))


def weakness(folder: Path) -> str | None:
    """Name the file system of a folder when locks or the exchange cannot be promised on it; None: no such doubt.

    Linux only; elsewhere nothing is known.
    """
    try:
        mounts = Path("/proc/self/mountinfo").read_bytes()
        kind = file_system(os.path.realpath(folder), mounts)
    except (OSError, ValueError):
        return None
    return kind if kind in _WEAK or (kind or "").startswith("fuse.") else None


def file_system(folder: str, mounts: bytes) -> str | None:
    """Return the kind of file system that holds an absolute path, by the lines of Linux's mountinfo."""
    found, depth = None, -1
    place = os.fsencode(folder).rstrip(b"/") + b"/"
    for line in mounts.splitlines():
        mount, _, rest = line.partition(b" - ")
        fields = mount.split(b" ")
        if len(fields) < 5 or not rest:
            continue
        point = _ESCAPED.sub(lambda code: bytes([int(code[1], 8) & 255]), fields[4]).rstrip(b"/") + b"/"
        # Of two on one place the later one hides the other.
        if place.startswith(point) and len(point) >= depth:
            found, depth = os.fsdecode(rest.split(b" ")[0]), len(point)
    return found
