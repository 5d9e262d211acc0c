"""Which transcripts wait for a distiller: those with turns that were never distilled, and those whose branch is back."""

from datetime import datetime
from pathlib import Path

from miminions.distiller.cursors import covered_by
from miminions.distiller.failures import rests
from miminions.files import try_lock
from miminions.journal import waiting_runs
from miminions.layout import Layout, LocalLayout
from miminions.memory.folder import State
from miminions.repository import repository_at
from miminions.transcripts.own import extent


def undistilled(
    layout: Layout, local: LocalLayout, own: State, now: datetime | None = None
) -> tuple[Path, ...]:
    """Return the transcripts with turns that were never distilled, that no chat is writing and that wait for no branch.

    They are a workspace's own, and those of other agents whose plan waited for a branch that is checked out now.
    With `now` without those that failed so lately that they are not tried again yet.
    """
    found = []
    here = repository_at(layout.root)
    waits = {
        run.session: Path(str(run.details.get("source", "")))
        for run in waiting_runs(local)
        if run.is_of(layout) or (here and here.common == _common(run.place))
    }
    for path in sorted(p for p in layout.sessions.glob("*.jsonl") if p.is_file()):
        session, records = extent(path)
        waits.pop(session, None)
        resting = now is not None and rests(local, session, now)
        if records > covered_by(local, own, session) and not resting and not chatting(local, session):
            found.append(path)
    return (*found, *(path for path in waits.values() if path.is_file()))


def chatting(local: LocalLayout, session: str) -> bool:
    """Say whether a chat is writing a session; looking makes no file. Raises FileError."""
    path = local.session_lock(session)
    if not path.exists():
        return False
    with try_lock(path) as free:
        return not free


def _common(place: str) -> Path | None:
    """Return the git folder that a worktree shares with the others of its repository."""
    repository = repository_at(Path(place))
    return repository.common if repository else None
