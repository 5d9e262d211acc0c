"""Why a fact is there: its session, turn and checked quote, what it replaced, or that a person wrote it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from miminions.distiller.gate.ground import flat
from miminions.errors import MiminionsError
from miminions.journal import REVIEW, runs
from miminions.layout import LocalLayout
from miminions.memory.chain import LEARNED, Event, events
from miminions.memory.folder import State
from miminions.memory.ids import born_of
from miminions.memory.shown import Shown
from miminions.redact import cleaned
from miminions.repository import first_commit, repository_at
from miminions.transcripts import read_transcript

LONGEST_NAME = 200
# What a person does to a fact without a line in the ledger.
_HANDS = {"restore": "restored", "undo": "changed by undo", "move": "moved"}


@dataclass(frozen=True, slots=True)
class Why:
    """Where a fact came from and what became of it.

    `checked` is whether the quote stands in the transcript, None when that is gone. `replaced` are the facts before it,
    the latest first, `replaced_by` those after it up to what is live now, `conflict` live facts that are another version
    of the same one.
    """

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
    replaced_by: tuple[Shown, ...]
    conflict: tuple[Shown, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Kin:
    """The facts that are kin of one: `before` and `after` it, and its `rivals`; and what became of it."""

    before: tuple[Shown, ...]
    after: tuple[Shown, ...]
    rivals: tuple[Shown, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """What a journal has of a fact: its quote, and the transcript it is from."""

    quote: str
    source: str


def explain(fact: Shown, state: State, local: LocalLayout, kin: Kin) -> Why:
    """Gather what is known of a fact's origin."""
    entry, added = state.ledger.origin(fact.id) or (None, None)
    session, turn = entry.session if entry else "", added.turn if added else None
    held = next(_held(local, session, fact.id), None)
    path = _transcript(state, session, held.source if held else "") if session else None
    quote, checked = _checked(path, turn, held.quote if held else None)
    return Why(
        fact=fact,
        origin="session" if entry else "hand",
        session=session or None,
        turn=turn,
        quote=quote,
        checked=checked,
        edited=entry is not None and not born_of(fact.id, fact.text),
        summary=entry.summary if entry else None,
        commit=_commit(state, fact.id, fact.text),
        replaced=kin.before,
        replaced_by=kin.after,
        conflict=kin.rivals,
        events=kin.events,
    )


def events_of(identity: str, states: Iterable[State], places: Iterable[LocalLayout]) -> tuple[Event, ...]:
    """Return what became of a fact: as files tell it, and what a person restored or took back on this machine."""
    told = [event for state in states for event in events(identity, state)]
    # The files tell of the same day in better words.
    days = {event.day for event in told if event.what != LEARNED}
    hands = {
        Event(f"{run.made:%Y-%m-%d}", _HANDS[run.kind])
        for place in places
        for run in runs(place)
        if run.kind in _HANDS and any(step.id == identity for steps in run.steps.values() for step in steps)
    }
    told += [event for event in hands if event.day not in days]
    return tuple(sorted(dict.fromkeys(told), key=lambda event: (event.day, event.what)))


def _held(local: LocalLayout, session: str, identity: str) -> Iterator[_Held]:
    """Yield what the journals have of a fact, this workspace's first.

    What is true of the person was learned somewhere: the record then lies with the workspace of that session.
    """
    others = sorted(local.folder.parent.iterdir()) if local.folder.name == "personal" else []
    for place in dict.fromkeys((local, *map(LocalLayout, others))):
        for run in (*runs(place, session), *runs(place, REVIEW)):
            decisions = run.details.get("decisions")
            for decision in decisions if isinstance(decisions, list) else []:
                if isinstance(decision, dict) and decision.get("id") == identity and decision.get("quote"):
                    yield _Held(
                        str(decision["quote"]), str(decision.get("source") or run.details.get("source", ""))
                    )


def _transcript(state: State, session: str, source: str) -> Path | None:
    """Find the transcript of a session: among our own, or where the journal says; the ledger is no path."""
    plain = Path(session).name == session and len(session) <= LONGEST_NAME
    own = [state.layout.sessions / f"{session}.jsonl"] if plain else []
    return next((path for path in (*own, Path(source)) if path.is_file()), None)


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
    text = cleaned(turn.text)
    return (quote, flat(quote) in flat(text)) if quote else (text, True)


def _commit(state: State, identity: str, text: str) -> str | None:
    """Return the first commit that has a fact's id or its text, where git knows: a label can be younger than its line."""
    repo = repository_at(state.layout.folder)
    paths = (state.layout.memory, state.layout.archive)
    return first_commit(repo, paths, (f"mm:{identity}", text)) if repo else None
