"""Facts as they are shown: with their scope, where they came from, and how sure they are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from miminions.memory.disputes import hunk_facts
from miminions.memory.facts import Fact, as_date
from miminions.memory.folder import State

# Computed, never asked for: a person's own line is certain; what was distilled rests on one quote.
BY_HAND, DISTILLED = 1.0, 0.8
Scope = Literal["workspace", "global"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact with everything that is known of it; the field names are those of `show --json`."""

    id: str
    text: str
    section: str
    scope: Scope
    workspace: str
    detail: str
    since: str | None
    until: str | None
    session: str | None
    turn: int | None
    replaces: str | None
    key: str | None
    tags: tuple[str, ...]
    pin: bool
    confidence: float
    file: str
    line: int
    disputed: bool = False

    def expired(self, day: str) -> bool:
        """Say whether its last day lies before `day` (YYYY-MM-DD)."""
        last = as_date(self.until)
        return last is not None and last.isoformat() < day


def live_facts(state: State, *, workspace: str, scope: Scope) -> Iterator[Shown]:
    """Yield a folder's live facts in the order of the file; `workspace` is its label."""
    in_dispute = state.disputed
    for fact in state.facts.facts:
        found = shown(fact, state, workspace=workspace, scope=scope)
        yield replace(found, disputed=True) if fact.id in in_dispute else found


def marked_facts(state: State, *, workspace: str, scope: Scope) -> Iterator[Shown]:
    """Yield the facts that stand between conflict markers, both sides' versions."""
    for fact in hunk_facts(state.facts):
        yield replace(shown(fact, state, workspace=workspace, scope=scope), disputed=True)


def retired_facts(state: State, *, workspace: str, scope: Scope) -> Iterator[Shown]:
    """Yield a folder's archived facts; a live id beats its archived copy."""
    for fact in state.archived.facts:
        if state.live(fact.id) is None:
            yield shown(fact, state, workspace=workspace, scope=scope, archived=True)


def shown(fact: Fact, state: State, *, workspace: str, scope: Scope, archived: bool = False) -> Shown:
    """Join a fact with its line of the ledger."""
    origin = state.ledger.origin(fact.id)
    entry, added = origin or (None, None)
    return Shown(
        id=fact.id,
        text=fact.text,
        section=fact.section,
        scope="global" if scope == "global" or "global" in fact.tags else "workspace",
        workspace=workspace,
        detail=fact.detail,
        since=fact.since or (entry.day if entry else None),
        until=fact.until,
        session=entry.session if entry else None,
        turn=added.turn if added else None,
        replaces=replaced_by(fact.id, state),
        key=fact.key,
        tags=fact.tags,
        pin=fact.pin,
        confidence=DISTILLED if origin else BY_HAND,
        file=str(state.archive_of(fact) if archived else state.memory.path),
        line=fact.line,
    )


def replaced_by(identity: str, state: State) -> str | None:
    """Return the id that a fact took the place of, from the ledger or the archive."""
    origin = state.ledger.origin(identity)
    if origin and origin[1].replaces:
        return origin[1].replaces[0]
    return next((old.id for old in state.archived.facts if old.marks.get("by") == identity), None)
