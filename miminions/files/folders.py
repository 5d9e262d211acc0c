"""Folders and the names in them: made, removed."""

from pathlib import Path

from miminions.files.problems import refused


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Create a folder and its parents where missing; `mode` holds for those made here. Raises FileError."""
    try:
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in [*reversed(missing), path]:
            folder.mkdir(mode=mode, exist_ok=True)
    except OSError as problem:
        raise refused("create the folder", path, problem) from problem


def remove(path: Path) -> None:
    """Remove a file; a missing one is fine. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise refused("remove", path, problem) from problem
