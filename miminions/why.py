"""Why a fact is there: its session, turn and checked quote, what it replaced, or that a person wrote it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from miminions.distiller.ground import flat
from miminions.distiller.local import quote_of
from miminions.errors import MiminionsError
from miminions.layout import LocalLayout
from miminions.memory.folder import State
from miminions.memory.ids import born_of
from miminions.memory.shown import Shown, replaced_by
from miminions.redact import redact
from miminions.transcripts import read_transcript


@dataclass(frozen=True, slots=True)
class Why:
    """Where a fact came from. `checked` is whether the quote stands in the transcript, None when that is gone."""

    fact: Shown
    origin: str
    session: str | None
    turn: int | None
    quote: str | None
    checked: bool | None
    edited: bool
    summary: str | None
    commit: str | None
    replaced: tuple[Shown, ...]


def explain(fact: Shown, state: State, local: LocalLayout, chain: tuple[Shown, ...]) -> Why:
    """Gather what is known of a fact's origin; `chain` are the facts it replaced, the latest first."""
    origin = state.ledger.origin(fact.id)
    entry, added = origin or (None, None)
    held = quote_of(local, fact.id)
    path = _transcript(state, entry.session if entry else "", held[1] if held else "")
    quote, checked = _checked(path, added.turn if added else None, held[0] if held else None)
    return Why(
        fact=fact,
        origin="session" if entry else "hand",
        session=entry.session if entry else None,
        turn=added.turn if added else None,
        quote=quote,
        checked=checked,
        edited=entry is not None and not born_of(fact.id, fact.text),
        summary=entry.summary if entry else None,
        commit=_commit(Path(fact.file), fact.id, fact.text),
        replaced=chain,
    )


def chain_of(identity: str, state: State) -> tuple[str, ...]:
    """Return the ids that a fact replaced, the latest first."""
    ids: list[str] = []
    older = replaced_by(identity, state)
    while older and older not in ids:
        ids.append(older)
        older = replaced_by(older, state)
    return tuple(ids)


def _transcript(state: State, session: str, source: str) -> Path | None:
    own = state.layout.sessions / f"{session}.jsonl"
    return next((path for path in (own, Path(source)) if session and path.is_file()), None)


def _checked(path: Path | None, number: int | None, quote: str | None) -> tuple[str | None, bool | None]:
    """Compare a quote with its transcript; without a quote the turn itself is shown."""
    if path is None or number is None:
        return quote, None
    try:
        turn = read_transcript(path).turn(number)
    except MiminionsError:
        return quote, None
    if turn is None:
        return quote, False
    text = redact(turn.text)
    return (quote, flat(quote) in flat(text)) if quote else (text, True)


def _commit(file: Path, identity: str, text: str) -> str | None:
    """Return the commit that brought a fact's line into the file, where git knows."""
    for needle in (f"mm:{identity}", text):
        command = [
            "git",
            "-C",
            str(file.parent),
            "log",
            "--reverse",
            "--format=%h %as %an: %s",
            f"-S{needle}",
            "--",
            file.name,
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired, ValueError):
            return None
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.splitlines()[0]
    return None
