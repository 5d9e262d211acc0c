"""What the file system refused, as an error that says what to do next."""

from pathlib import Path

from miminions.errors import FileError


def refused(verb: str, path: Path, problem: OSError) -> FileError:
    """Return the error for what the system refused to do with a path."""
    reason = problem.strerror or str(problem)
    return FileError(f"cannot {verb} {path}: {reason}", hint=_advice(problem, path))


def _advice(problem: OSError, path: Path) -> str:
    if isinstance(problem, PermissionError):
        return f"look at the permissions of {path.parent}; nothing was changed"
    if isinstance(problem, IsADirectoryError | NotADirectoryError | FileExistsError):
        return "a folder stands where a file is expected, or the other way round; move it away"
    return "free space, a writable disk and a sound path are needed; nothing was changed"
