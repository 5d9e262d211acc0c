"""The exchange: a new text takes a file's place and what stood there is handed back, whoever wrote it."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import FileError
from miminions.files import disk
from miminions.files.kernel import NotOfferedError, swap_names
from miminions.files.problems import broke_off, refused
from miminions.files.text import MISSING, decode, digest_of, encode, settle

# How often a file may come and go under our hands.
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that is on the disk already, as `hidden` beside its `target`: what `path` leads to through links."""

    path: Path
    target: Path
    hidden: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Displaced:
    """What an exchange found in its place, read after it; no path and the digest MISSING: there was no file.

    `path` is the old file itself under a hidden name, so that an editor that holds it open still writes there.
    `weak`: this disk has no exchange, and a save in the very moment may be lost or not be noticed.
    """

    path: Path | None
    text: str
    digest: str
    weak: bool


def prepare(path: Path, text: str, *, mode: int = 0o666) -> Prepared:
    """Put a text on the disk beside the file that it shall replace, under that file's mode and owner.

    A new file gets `mode` without what the umask takes. Whoever does not exchange removes `hidden`.
    Raises FileError, and leaves nothing then.
    """
    content = encode(text)
    try:
        target = disk.target_of(path)
        hidden = disk.stage(target, content, mode)
    except (OSError, ValueError) as problem:
        raise refused("write", path, problem) from problem
    return Prepared(path, target, hidden, digest_of(content))


def exchange(prepared: Prepared) -> Displaced:
    """Let a prepared text and what is in its place change places in one step, and read what was there.

    Raises FileError. Its hint says that nothing was changed, and then the prepared file is gone; or what stands
    where when the disk failed after the step.
    """
    try:
        with disk.folder_held(prepared.target.parent) as folder:
            old, weak = _in_place(prepared.hidden, prepared.target)
            settle(prepared.path, folder)
    except FileError:
        raise
    except (OSError, ValueError) as problem:
        raise _undone(prepared, problem) from problem
    except BaseException:
        _drop_ours(prepared)
        raise
    return _displaced(prepared, old, weak=weak)


def by_swap(hidden: Path, target: Path) -> Path:
    """Let the two names change places; the strong way."""
    swap_names(hidden, target)
    return hidden


def by_link(hidden: Path, target: Path) -> Path:
    """Give the old file a second name, then its first one to the new file; a save between the two is lost."""
    old = disk.hidden_beside(target)
    try:
        os.link(target, old)
    except FileNotFoundError:
        raise
    except OSError as problem:
        # Disks without links, and systems that forbid them for files of others, answer in many ways.
        raise NotOfferedError from problem
    return _replaced(hidden, target, old)


def by_copy(hidden: Path, target: Path) -> Path:
    """Copy the old file, then replace it; what an editor holds open is lost besides."""
    old = disk.stage(target, disk.read_all(target, flags=disk.NO_LINK), 0o600)
    return _replaced(hidden, target, old)


def _in_place(hidden: Path, target: Path) -> tuple[Path | None, bool]:
    """Return under which name the old file is now, if there was one, and whether the way was a weak one."""
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            return _exchanged(hidden, target) if _stands(target) else _first(hidden, target)
    # What was suppressed all the time: also a prepared file that somebody removed.
    return _first(hidden, target)


def _stands(target: Path) -> bool:
    """Say whether there is a file; raises NotAFileError when something else took the name meanwhile."""
    try:
        disk.plain(target.lstat())
    except FileNotFoundError:
        return False
    return True


def _exchanged(hidden: Path, target: Path) -> tuple[Path, bool]:
    with contextlib.suppress(NotOfferedError):
        return by_swap(hidden, target), False
    with contextlib.suppress(NotOfferedError):
        return by_link(hidden, target), True
    return by_copy(hidden, target), True


def _first(hidden: Path, target: Path) -> tuple[None, bool]:
    """Give the file a name that is still free; raises FileExistsError when it is not any more."""
    try:
        os.link(hidden, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:
        disk.put(hidden, target)
        return None, True
    disk.drop(hidden)
    return None, False


def _replaced(hidden: Path, target: Path, old: Path) -> Path:
    try:
        disk.put(hidden, target)
    except BaseException:
        # Only while the new file kept its hidden name does the old one still have its own.
        if os.path.lexists(hidden):
            disk.drop(old)
        raise
    return old


def _displaced(prepared: Prepared, old: Path | None, *, weak: bool) -> Displaced:
    if old is None:
        return Displaced(None, "", MISSING, weak)
    try:
        content = disk.read_all(old, flags=disk.NO_LINK)
    except OSError as problem:
        hint = f"the new text is in its place; what stood there is kept as {old}"
        raise broke_off("write", prepared.path, problem, hint=hint) from problem
    return Displaced(old, decode(content), digest_of(content), weak)


def _undone(prepared: Prepared, problem: OSError | ValueError) -> FileError:
    """Return the error for a step that failed: on some disks it may have happened all the same."""
    if _drop_ours(prepared):
        return refused("write", prepared.path, problem)
    hint = f"look at {prepared.path} and {prepared.hidden.name} beside it: they may have changed places"
    return broke_off("write", prepared.path, problem, hint=hint)


def _drop_ours(prepared: Prepared) -> bool:
    """Remove the prepared file while it is under its hidden name, where after the step another's text would be."""
    try:
        if digest_of(disk.read_all(prepared.hidden, flags=disk.NO_LINK)) != prepared.digest:
            return False
    except OSError:
        return False
    disk.drop(prepared.hidden)
    return True
