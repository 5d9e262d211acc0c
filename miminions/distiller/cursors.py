"""Cursors: how far this machine has distilled each session, and how its transcript began."""

import hashlib
from typing import Any

from miminions.errors import ConflictError
from miminions.layout import LocalLayout
from miminions.memory.folder import State
from miminions.records import load, store
from miminions.transcripts import Transcript

# So much of the first turn tells one transcript from another.
OPENING = 2000


def covered_by(local: LocalLayout, own: State, session: str) -> int:
    """Return the last turn of a session that is distilled, by the workspace's history or this machine's cursor."""
    return max(_covered(_cursor(local, session)), own.ledger.covered(session))


def advance(local: LocalLayout, session: str, last: int, begins: str = "") -> None:
    """Remember that a session is distilled up to a turn, and how its transcript begins. Raises FileError."""
    before = _cursor(local, session)
    cursor = {"last": max(last, _covered(before)), "begins": begins or before.get("begins", "")}
    store(local.cursors, {**load(local.cursors), session: cursor})


def opening(transcript: Transcript) -> str:
    """Return a digest of how a transcript begins, empty for one without a turn."""
    first = next((turn for turn in transcript.turns if turn.role in {"user", "assistant"}), None)
    said = f"{first.role} {first.text[:OPENING]}" if first else ""
    return hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""


def check_same(local: LocalLayout, transcript: Transcript) -> None:
    """Refuse a transcript that bears the session id of another one. Raises ConflictError."""
    known, begins = _cursor(local, transcript.session).get("begins"), opening(transcript)
    if known and begins and known != begins:
        raise ConflictError(
            f"another transcript of the session {transcript.session} was distilled, and it began otherwise",
            hint="give one of them another session id, or read this one whole with --redo",
        )


def _cursor(local: LocalLayout, session: str) -> dict[str, Any]:
    held = load(local.cursors).get(session)
    return held if isinstance(held, dict) else {}


def _covered(cursor: dict[str, Any]) -> int:
    last = cursor.get("last")
    return last if isinstance(last, int) else 0
