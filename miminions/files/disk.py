"""Bytes on the disk: a file replaced in one step, and names made durable."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

# Windows alone turns line ends around unless told not to.
BINARY: int = getattr(os, "OBINARY", 0)


def replace(target: Path, content: bytes, mode: int) -> None:
    """Give a file new content as a whole, under its own mode or, where it is new, `mode` and the umask."""
    beside = target.with_name(f".{target.name}.mm-{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make a rename durable where the system can; the new file has its name already."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
