"""Chains: what a fact replaced, what replaced it, who else did, and what became of it in the course of time."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.history import Ledger

LEARNED = "learned"
_WENT = {
    "replaced": "replaced",
    "forgotten": "forgotten",
    "expired": "expired",
    "retracted": "retracted",
    "undone": "taken back",
    "moved": "moved to another memory",
}


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a fact on a day; the day is empty where nobody wrote it down."""

    day: str
    what: str


def older(identity: str, state: State) -> tuple[str, ...]:
    """Return the ids that a fact replaced, and those that they replaced, the latest first."""
    return _walk(identity, lambda one: _replaced(one, state))


def newer(identity: str, state: State) -> tuple[str, ...]:
    """Return the ids that replaced a fact, up to what is live now; a replacement that was taken back is none."""
    return Succession(state).newer(identity)


class Succession:
    """What took whose place in a folder, for those who ask it of many facts."""

    def __init__(self, state: State) -> None:
        self._ledger = state.ledger
        self._live, self._archived = _by_name(state.facts.facts), _by_name(state.archived.facts)
        self._known: dict[str, list[str]] = {}

    def newer(self, identity: str) -> tuple[str, ...]:
        """Return what `newer` does."""
        return _walk(identity, self._successors)

    def live(self, identity: str) -> tuple[str, ...]:
        """Return those of them that are live."""
        return tuple(one for one in self.newer(identity) if one in self._live)

    def _successors(self, identity: str) -> list[str]:
        """Return what took a fact's place; where it stands again itself, only what is live beside it."""
        found = self._known.get(identity)
        if found is None:
            heirs = _heirs(identity, self._ledger, self._archived.get(identity))
            again = identity in self._live
            found = [new for new in heirs if (new in self._live if again else not self._taken_back(new))]
            self._known[identity] = found
        return found

    def _taken_back(self, identity: str) -> bool:
        archived = self._archived.get(identity)
        gone = archived is not None and archived.marks.get("why") == "undone"
        return gone and identity not in self._live


def _by_name(facts: Sequence[Fact]) -> dict[str, Fact]:
    """Return facts by id and by the ids of other programs, as `MemoryText.by_id` finds them."""
    found = {alias: fact for fact in reversed(facts) for alias in fact.aliases}
    return found | {fact.id: fact for fact in reversed(facts)}


def rivals(identity: str, state: State) -> tuple[str, ...]:
    """Return the live facts that are another version of one fact: that replaced what this one replaced, or replaced it.

    They are in conflict with each other; a fact without a rival has none.
    """

    def heirs_of(one: str) -> list[str]:
        return _heirs(one, state.ledger, state.archived.by_id(one))

    same = [new for old in _replaced(identity, state) for new in heirs_of(old) if new != identity]
    live = state.live(identity) is not None
    found = [new for new in dict.fromkeys(same) if live and state.live(new)]
    heirs = [new for new in heirs_of(identity) if state.live(new)]
    return tuple(found) if found else tuple(heirs if len(heirs) > 1 else ())


def contested(state: State) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each id that several live facts replaced, with these."""
    live = {fact.id for fact in state.facts.facts}
    pairs = {
        (old, added.id) for entry in state.ledger.entries for added in entry.added for old in added.replaces
    }
    pairs |= {(fact.id, fact.marks["by"]) for fact in state.archived.facts if "by" in fact.marks}
    heirs: dict[str, list[str]] = {}
    for old, new in sorted(pairs):
        if new in live and old != new:
            heirs.setdefault(old, []).append(new)
    yield from ((old, tuple(news)) for old, news in heirs.items() if len(news) > 1)


def events(identity: str, state: State) -> Iterator[Event]:
    """Yield what the ledger and the archive tell of a fact, in the order of the days."""
    known = False
    for entry in state.ledger.of(identity):
        if identity in entry.retired:
            yield Event(entry.day, "retired")
        if any(added.id == identity for added in entry.added):
            yield Event(entry.day, LEARNED if entry.session and not known else "brought back")
        known = known or identity in entry.retired or any(added.id == identity for added in entry.added)
    archived = state.archived.by_id(identity)
    if archived is not None and state.live(identity) is None:
        went = _WENT.get(archived.marks.get("why", ""), "retired")
        yield Event(archived.until or "", went)


def _walk(identity: str, step: Callable[[str], list[str]]) -> tuple[str, ...]:
    """Follow a step from one id to others, each of them once."""
    found: dict[str, None] = {}
    waiting = deque([identity])
    while waiting:
        for one in step(waiting.popleft()):
            if one != identity and one not in found:
                found[one] = None
                waiting.append(one)
    return tuple(found)


def _replaced(identity: str, state: State) -> list[str]:
    told = [
        old
        for entry in state.ledger.of(identity)
        for added in entry.added
        if added.id == identity
        for old in added.replaces
    ]
    told += [old.id for old in state.archived.facts if old.marks.get("by") == identity]
    return list(dict.fromkeys(told))


def _heirs(identity: str, ledger: Ledger, archived: Fact | None) -> list[str]:
    said = [archived.marks["by"]] if archived is not None and "by" in archived.marks else []
    told = [added.id for entry in ledger.of(identity) for added in entry.added if identity in added.replaces]
    return [new for new in dict.fromkeys((*told, *said)) if new != identity]
