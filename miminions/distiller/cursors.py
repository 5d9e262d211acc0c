"""Cursors: how far this machine has distilled each session."""

from miminions.layout import LocalLayout
from miminions.memory.folder import State
from miminions.records import load, store


def covered_by(local: LocalLayout, own: State, session: str) -> int:
    """Return the last turn of a session that is distilled, by the workspace's history or this machine's cursor."""
    return max(_covered(local, session), own.ledger.covered(session))


def advance(local: LocalLayout, session: str, last: int) -> None:
    """Remember that a session is distilled up to a turn. Raises FileError."""
    store(local.cursors, {**load(local.cursors), session: max(last, _covered(local, session))})


def _covered(local: LocalLayout, session: str) -> int:
    last = load(local.cursors).get(session, 0)
    return last if isinstance(last, int) else 0
