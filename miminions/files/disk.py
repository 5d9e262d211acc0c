"""Bytes on the disk: read whole, written whole, put in place in one step, and made durable."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from miminions.files.problems import NotAFileError, broke_off

_FULL_FLUSH: int | None = None
if os.name != "nt":
    import fcntl

    # On macOS a plain fsync stops at the drive's cache.
    _FULL_FLUSH = getattr(fcntl, "F_FULLFSYNC", None)

# Windows alone turns line ends around unless told not to.
_PLAIN: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
NO_LINK: int = getattr(os, "O_NOFOLLOW", 0) | _PLAIN
# Opening a pipe that nobody holds would wait forever.
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | _PLAIN
_HIDDEN_END = ".mm-"
_NO_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# Windows: access denied, sharing violation, lock violation; what a virus scanner causes for a moment.
_BUSY = {5, 32, 33}
_WAITS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28)


@contextlib.contextmanager
def opened(path: Path, flags: int, mode: int = 0o600) -> Iterator[int]:
    """Open a descriptor for a block; whoever writes flushes, so that closing has nothing left to report."""
    descriptor = os.open(path, flags, mode)
    try:
        yield descriptor
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def read_all(path: Path, *, flags: int = 0) -> bytes:
    """Return the bytes of a plain file; raises NotAFileError for anything else, without waiting for it."""
    with opened(path, os.O_RDONLY | _NO_WAIT | flags) as descriptor:
        size = plain(os.fstat(descriptor)).st_size
        content = os.read(descriptor, size + 1)
        while more := os.read(descriptor, 65536):
            content += more
        return content


def add(path: Path, content: bytes, mode: int) -> None:
    """Add bytes to the end of a file, which is made where it is missing, and flush it.

    Raises FileError when some of them may be there already, OSError before.
    """
    new = not os.path.lexists(path)
    with opened(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_WAIT, mode) as descriptor:
        plain(os.fstat(descriptor))
        try:
            _write_all(descriptor, content)
            flush(descriptor)
            if new:
                flush_folder(path.parent)
        except OSError as problem:
            raise broke_off(
                "append to", path, problem, hint="a part of the text may stand there"
            ) from problem


def target_of(path: Path) -> Path:
    """Follow the symbolic links of a path to the file that they mean, which may be missing."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        # Only then: a link that cannot be looked at would pass for the file itself.
        return Path(os.path.realpath(path))


def hidden_beside(target: Path) -> Path:
    """Return a new hidden name in a file's folder, one that `is_hidden_name` knows."""
    return target.with_name(f".{target.name}{_HIDDEN_END}{os.urandom(4).hex()}")


def is_hidden_name(name: str) -> bool:
    """Say whether a name is one of `hidden_beside`."""
    start, mark, end = name.rpartition(_HIDDEN_END)
    return (
        bool(mark)
        and start[:1] == "."
        and len(start) > 1
        and len(end) == 8
        and set(end) <= set("0123456789abcdef")
    )


def stage(target: Path, content: bytes, mode: int) -> Path:
    """Write bytes to a hidden file beside the target and flush it; nothing is left when that fails.

    It has the mode and the owner of the target as far as the system lets us, else `mode` without the umask.
    """
    like = _writable(target)
    hidden = hidden_beside(target)
    try:
        # No more open than its model while it is written.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK
        with opened(hidden, flags, mode if like is None else 0o600) as descriptor:
            _write_all(descriptor, content)
            if like is not None:
                _resemble(hidden, descriptor, like)
            flush(descriptor)
    except BaseException:
        drop(hidden)
        raise
    return hidden


def put(hidden: Path, target: Path) -> None:
    """Give a file another's name in one step; on Windows wait about 2.5 s for scanners to let go."""
    for wait in _WAITS:
        try:
            hidden.replace(target)
        except OSError as problem:
            if getattr(problem, "winerror", None) not in _BUSY:
                raise
            time.sleep(wait)
        else:
            return
    hidden.replace(target)


def drop(hidden: Path) -> None:
    """Remove a file of ours; one that stays is found by `leftovers`."""
    with contextlib.suppress(OSError):
        hidden.unlink()


def flush(descriptor: int) -> None:
    """Wait until a file's bytes are on the disk."""
    if _FULL_FLUSH is not None:
        # Network disks do not know it.
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, _FULL_FLUSH)
            return
    os.fsync(descriptor)


@contextlib.contextmanager
def folder_held(path: Path) -> Iterator[int | None]:
    """Open a folder before its names change, so that no open can fail after; None where that is not possible."""
    try:
        descriptor = None if os.name == "nt" else os.open(path, os.O_RDONLY | os.O_DIRECTORY | _PLAIN)
    except PermissionError:
        # It can be written to but not listed.
        descriptor = None
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def flush_names(descriptor: int | None) -> None:
    """Wait until the names of a held folder are on the disk, where the system can say so."""
    if os.name == "nt":
        return
    if descriptor is None:
        os.sync()
        return
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in _NO_FLUSH:
            raise


def flush_folder(path: Path) -> None:
    """Wait until the names of a folder are on the disk."""
    with folder_held(path) as descriptor:
        flush_names(descriptor)


def plain(status: os.stat_result) -> os.stat_result:
    """Return the status of a plain file; raises NotAFileError for that of anything else."""
    if not stat.S_ISREG(status.st_mode):
        raise NotAFileError(status.st_mode)
    return status


def _writable(target: Path) -> os.stat_result | None:
    """Return the status of a file that may be replaced, None when there is none."""
    try:
        status = plain(target.stat())
    except FileNotFoundError:
        return None
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only")
    return status


def _write_all(descriptor: int, content: bytes) -> None:
    """Write all bytes: the system may take fewer than it was given, with the reason only at the next try."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _resemble(hidden: Path, descriptor: int, like: os.stat_result) -> None:
    mode = stat.S_IMODE(like.st_mode)
    if os.name == "nt":
        hidden.chmod(mode)
        return
    own = os.fstat(descriptor)
    if own.st_gid != like.st_gid and not _gave(descriptor, -1, like.st_gid):
        # Another group than before must not read what the old one could.
        mode = mode & ~0o070 | (mode & 0o007) << 3
    # Some disks have one mode for all files and refuse to set any.
    if stat.S_IMODE(own.st_mode) != mode:
        os.fchmod(descriptor, mode)
    if own.st_uid != like.st_uid and _gave(descriptor, like.st_uid, -1):
        # Giving a file away may take bits off its mode.
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, mode)


def _gave(descriptor: int, owner: int, group: int) -> bool:
    try:
        os.fchown(descriptor, owner, group)
    except OSError:
        return False
    return True
