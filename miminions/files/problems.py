"""What the file system refused, as an error that says what to do next."""

import errno
import stat
from pathlib import Path

from miminions.errors import FileError

_KINDS = {
    stat.S_IFDIR: "it is a folder",
    stat.S_IFIFO: "it is a pipe",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
    stat.S_IFLNK: "it is a symbolic link",
}


class NotAFileError(OSError):
    """Something else than a plain file stands there; for this room only."""

    def __init__(self, mode: int) -> None:
        super().__init__(errno.EINVAL, _KINDS.get(stat.S_IFMT(mode), "it is no plain file"))


def refused(verb: str, path: Path, problem: OSError | ValueError) -> FileError:
    """Return the error for what the system refused to do with a path before anything was changed."""
    return FileError(f"cannot {verb} {path}: {_reason(problem)}", hint=_advice(problem, path))


def broke_off(verb: str, path: Path, problem: OSError | ValueError, *, hint: str) -> FileError:
    """Return the error for what failed when something was changed already; `hint` says what stands where."""
    return FileError(f"could not {verb} {path} to the end: {_reason(problem)}", hint=hint)


def _reason(problem: OSError | ValueError) -> str:
    if isinstance(problem, OSError):
        return problem.strerror or str(problem)
    return f"no file can have that name ({problem})"


def _advice(problem: OSError | ValueError, path: Path) -> str:
    if isinstance(problem, ValueError):
        return "give a path without NUL and with whole characters; nothing was changed"
    if isinstance(problem, PermissionError):
        return f"look at the permissions of {path.name} and of {path.parent}; nothing was changed"
    if isinstance(problem, NotAFileError | IsADirectoryError | NotADirectoryError | FileExistsError):
        return "something else stands where a file or a folder is expected; move it away; nothing was changed"
    return "free space, a writable disk and a sound path are needed; nothing was changed"
