"""Where a session's run may write: in the worktree and on the branch the session was on, while nothing else is under way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from miminions.layout import Layout
from miminions.redact import has_secret, redact
from miminions.repository import branch, has_branch, repository_at, under_way
from miminions.transcripts import Transcript

# What a transcript says of a session without a branch.
DETACHED = "HEAD"


@dataclass(frozen=True, slots=True)
class Place:
    """What becomes of a run's plan: it is written `here`, `waits`, or goes to the `inbox`; and why."""

    word: Literal["here", "waits", "inbox"]
    reason: str = ""


HERE = Place("here")


def home_of_session(layout: Layout, transcript: Transcript) -> Layout:
    """Return the workspace in the worktree a session ran in: this one, unless it was another of the same repository."""
    mine = repository_at(layout.root)
    theirs = repository_at(transcript.folder) if transcript.folder and transcript.folder.is_dir() else None
    if mine is None or theirs is None or theirs.common != mine.common or theirs.top == mine.top:
        return layout
    there = Layout(theirs.top / layout.root.resolve().relative_to(mine.top.resolve()), layout.folder_name)
    return there if there.memory.is_file() else layout


def place_of(layout: Layout, transcript: Transcript) -> Place:
    """Say whether the plan of a session may be written into a workspace now."""
    repository = repository_at(layout.root)
    if repository is None:
        return HERE
    operation = under_way(repository)
    if operation:
        return Place("waits", f"a {operation} is under way")
    said, now = transcript.branch, branch(repository)
    if said is None or said in {DETACHED, now}:
        return HERE
    if not has_branch(repository, said):
        return Place("inbox", f"its branch {redact(said)} is gone")
    folder = transcript.folder
    if folder is not None and not folder.is_dir():
        return Place("inbox", f"its worktree {folder} is gone")
    return Place("waits", f"it belongs to the branch {redact(said)}, {now or 'no branch'} is checked out")


def source_of(path: Path) -> str:
    """Return where a transcript lies, nothing where its path holds a secret."""
    path = path.absolute()
    return "" if any(map(has_secret, path.parts)) else str(path)
