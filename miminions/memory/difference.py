"""Difference: what was learned, reworded and retired between two days, or between two texts of a memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from miminions.memory.facts import Fact, MemoryText
from miminions.memory.folder import State
from miminions.memory.history import Entry, Ledger
from miminions.memory.ids import normalise
from miminions.memory.validity import began, ended

DELETED = "deleted by hand"


@dataclass(frozen=True, slots=True)
class Learned:
    """A fact that came in; `day` is empty where only two texts were compared."""

    id: str
    text: str
    section: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that says something else than before, under the same id."""

    id: str
    was: str
    text: str
    section: str


@dataclass(frozen=True, slots=True)
class Retired:
    """A fact that went, and why; `by` is what replaced it."""

    id: str
    text: str
    section: str
    why: str
    by: str | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the facts; the field names are those of `log A..B --json`."""

    learned: tuple[Learned, ...] = ()
    changed: tuple[Changed, ...] = ()
    retired: tuple[Retired, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionCount:
    """How many facts a section has: that hold, that were retired, and whose last day is over."""

    section: str
    live: int
    retired: int
    expired: int


@dataclass(frozen=True, slots=True)
class MonthCount:
    """What the ledger says of a month (YYYY-MM)."""

    month: str
    sessions: int
    added: int
    replaced: int
    retired: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """A memory in numbers; the field names are those of `log --stats --json`."""

    sections: tuple[SectionCount, ...]
    sessions: int
    months: tuple[MonthCount, ...]


def between_days(state: State, first: str, last: str) -> Difference:
    """Return what the marks, the archive and the ledger date between two days (YYYY-MM-DD), both included.

    An empty day is no bound. A rewording has no date in the files, only in git.
    """
    archived = [fact for fact in state.archived.facts if state.live(fact.id) is None]
    learned = [
        Learned(fact.id, fact.text, fact.section, day)
        for fact in (*state.facts.facts, *archived)
        if (day := began(fact, state.ledger)) and _within(day, first, last)
    ]
    retired = [
        _archived(fact, day)
        for fact in archived
        if (day := ended(fact, state.ledger)) and _within(day, first, last)
    ]
    return Difference(
        learned=tuple(sorted(learned, key=lambda one: one.day)),
        retired=tuple(sorted(retired, key=lambda one: one.day)),
    )


def between_texts(old: MemoryText, new: MemoryText, archived: MemoryText) -> Difference:
    """Compare the facts of two texts by id; `archived` is the archive beside the new one and knows why a fact went."""
    before = {fact.id: fact for fact in old.facts}
    after = {fact.id: fact for fact in new.facts}
    return Difference(
        learned=tuple(Learned(one.id, one.text, one.section) for one in new.facts if one.id not in before),
        changed=tuple(
            Changed(one.id, before[one.id].text, one.text, one.section)
            for one in new.facts
            if one.id in before and normalise(before[one.id].text) != normalise(one.text)
        ),
        retired=tuple(_gone(one, archived) for one in old.facts if one.id not in after),
    )


def joined(dated: Difference, seen: Difference, ledger: Ledger) -> Difference:
    """Add to what the files date what two texts of them show: rewordings, and what people wrote or deleted undated."""
    told = {one.id for one in dated.learned} | {one.id for one in dated.retired}
    known = ledger.known() | told
    return Difference(
        learned=(*dated.learned, *(one for one in seen.learned if one.id not in known)),
        changed=seen.changed,
        retired=(
            *dated.retired,
            *(one for one in seen.retired if one.why == DELETED and one.id not in told),
        ),
    )


def sessions_between(ledger: Ledger, first: str, last: str) -> tuple[Entry, ...]:
    """Return the lines of the ledger between two days, both included; an empty day is no bound."""
    return tuple(entry for entry in ledger.entries if _within(entry.day, first, last))


def sessions_since(old: Iterable[Entry], new: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the lines of a ledger that an older text of it does not have."""
    before = {_named(entry) for entry in old}
    return tuple(entry for entry in new if _named(entry) not in before)


def statistics(state: State, day: str) -> Statistics:
    """Count a memory as it is on a day (YYYY-MM-DD)."""
    return Statistics(
        sections=tuple(_sections(state, day)),
        sessions=len({entry.session for entry in state.ledger.entries if entry.session}),
        months=tuple(_months(state.ledger)),
    )


def _sections(state: State, day: str) -> Iterator[SectionCount]:
    archived = [fact for fact in state.archived.facts if state.live(fact.id) is None]
    today = date.fromisoformat(day)
    for name in dict.fromkeys(fact.section for fact in (*state.facts.facts, *archived)):
        live = [fact for fact in state.facts.facts if fact.section == name]
        over = sum(fact.expired(today) for fact in live)
        went = [fact for fact in archived if fact.section == name]
        over_then = sum(fact.marks.get("why") == "expired" for fact in went)
        yield SectionCount(name, len(live) - over, len(went) - over_then, over + over_then)


def _months(ledger: Ledger) -> Iterator[MonthCount]:
    for month in sorted({entry.day[:7] for entry in ledger.entries if entry.day}):
        entries = [entry for entry in ledger.entries if entry.day.startswith(month)]
        yield MonthCount(
            month,
            len({entry.session for entry in entries if entry.session}),
            sum(len(entry.added) for entry in entries),
            sum(len(added.replaces) for entry in entries for added in entry.added),
            sum(len(entry.retired) for entry in entries),
        )


def _within(day: str, first: str, last: str) -> bool:
    return first <= day and (not last or day <= last)


def _archived(fact: Fact, day: str) -> Retired:
    why = fact.marks.get("why") or "retired"
    return Retired(fact.id, fact.text, fact.section, why, fact.marks.get("by"), day)


def _gone(fact: Fact, archived: MemoryText) -> Retired:
    found = next((one for one in archived.facts if one.id == fact.id), None)
    if found is None:
        return Retired(fact.id, fact.text, fact.section, DELETED)
    return _archived(found, found.until or "")


def _named(entry: Entry) -> tuple[object, ...]:
    """Return what makes a line of the ledger the one it is; where it stands and how it is worded may change."""
    return entry.day, entry.time, entry.session, entry.first, entry.last, entry.added, entry.retired
