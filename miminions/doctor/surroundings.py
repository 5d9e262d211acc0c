"""Checks of what surrounds the files: git's settings, the disk, locks, and who may read the home."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep

from miminions.doctor.finding import Case, Finding
from miminions.files import read, try_lock, weakness
from miminions.repository import driver_installed, ignored, name_of, repository_at, tracked_files
from miminions.workspace.init import missing_attributes

# A write holds its lock for milliseconds.
TRIES, PAUSE = 4, 0.05


def git(case: Case) -> Iterator[Finding]:
    """Find whether git merges the files with us, and whether it has them at all."""
    layout = case.ws.layout
    repo = None if case.ws.personal else repository_at(layout.root)
    if repo is None or not layout.memory.is_file():
        return
    attributes = read(layout.attributes).text
    if missing := missing_attributes(attributes).split("\n"):
        names = ", ".join(line.split()[0] for line in missing if line.strip())
        if names:
            yield Finding(
                "notice",
                f"{layout.attributes} does not say how to merge {names}",
                "miminions init adds the lines",
            )
    if "merge=miminions" in attributes and not driver_installed(repo):
        yield Finding(
            "notice",
            f"git in this clone does not know the merge driver that {layout.attributes} names: it merges line by line",
            "miminions init names it in this clone's settings",
        )
    names_of = {name: path for path in (layout.memory, layout.history) if (name := name_of(repo, path))}
    for name in sorted(ignored(repo, names_of)):
        yield Finding(
            "notice",
            f"git ignores {names_of[name]}: nobody else gets this memory, and no commit keeps it",
            f"see `git check-ignore -v {name}`; leave it if that is what you want",
        )


def sessions(case: Case) -> Iterator[Finding]:
    """Find transcripts that git has, or would take along."""
    layout = case.ws.layout
    repo = None if case.ws.personal else repository_at(layout.root)
    found = sorted(layout.sessions.glob("*.jsonl")) if repo else []
    if repo is None or not found:
        return
    names = {name: path for path in found if (name := name_of(repo, path))}
    had, kept_out = tracked_files(repo) & names.keys(), ignored(repo, names)
    if had:
        yield Finding(
            "notice",
            f"git tracks {_some([names[name] for name in sorted(had)])}: what was said in sessions goes to everybody who gets the repository",
            f"git rm --cached '{min(had).rpartition('/')[0]}/*.jsonl', then commit",
        )
    if loose := sorted(names.keys() - had - kept_out):
        yield Finding(
            "notice",
            f"git does not ignore {_some([names[name] for name in loose])}: the next `git add` takes what was said along",
            "miminions init writes sessions/.gitignore"
            if not (layout.sessions / ".gitignore").exists()
            else f"put *.jsonl into {layout.sessions / '.gitignore'}",
        )


def _some(paths: list[Path]) -> str:
    return str(paths[0]) + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")


def disk(case: Case) -> Iterator[Finding]:
    """Find file systems on which a lock or an exchange cannot be promised."""
    for folder in (case.ws.layout.folder, case.ws.home.root):
        kind = weakness(folder) if folder.is_dir() else None
        if kind:
            yield Finding(
                "notice",
                f"{folder} lies on {kind}: locks, and saves in the very moment of a write, cannot be promised there",
                "write from one machine at a time, or move it to a local disk",
            )


def locks(case: Case) -> Iterator[Finding]:
    """Find locks that somebody does not let go of."""
    paths = [case.local.lock] if case.local else []
    for path in (*paths, case.ws.home.places_lock):
        if path.is_file() and not _free(path):
            yield Finding(
                "notice",
                f"{path} is held by another process: writing waits for it",
                f"see who has it open, as with `fuser {path}`; it ends with its process",
            )


def _free(path: Path) -> bool:
    for attempt in range(TRIES):
        with try_lock(path) as held:
            if held:
                return True
        if attempt < TRIES - 1:
            sleep(PAUSE)
    return False


def home(case: Case) -> Iterator[Finding]:
    """Find a home that others on this machine can read."""
    root = case.ws.home.root
    if os.name != "posix":
        return
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(root.stat().st_mode)
        if mode & 0o077:
            yield Finding(
                "problem",
                f"{root} can be opened by others on this machine (mode {mode:04o})",
                f"chmod 700 '{root}'",
            )


CHECKS = (git, sessions, disk, locks, home)
