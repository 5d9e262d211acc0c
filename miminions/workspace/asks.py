"""What a person asks of several facts at once, whichever memories hold them: forget, move, hand over; pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from miminions.errors import ConflictError, NotFoundError, UsageError
from miminions.keeper import Which
from miminions.memory.changes import Change, Move, Purge, Receive, Record, Retire
from miminions.memory.facts import Fact, MemoryText, as_date
from miminions.memory.folder import State
from miminions.memory.history import Entry, stamp
from miminions.memory.ids import birth, normalise
from miminions.memory.upsert import Outcome, Wish, check, edit, forget, missing, remember, restore

MOVED = "moved"
PLACES: tuple[Which, ...] = ("own", "overlay", "personal")
Read = Callable[[Which], State]
Changed = Sequence[tuple[State, Sequence[Change]]]


@dataclass(frozen=True, slots=True)
class Held:
    """A live fact, and the memory that holds it."""

    which: Which
    fact: Fact


def held(read: Read, identity: str, without: Which | None = None) -> Held:
    """Find a live fact: the workspace's own first, then the private ones, then the person's. Raises NotFoundError."""
    for which in PLACES:
        fact = read(which).live(identity) if which != without else None
        if fact:
            return Held(which, fact)
    raise missing(identity)


def once(read: Read) -> Read:
    """Return a reader that reads each memory once, so that all parts of a change begin from the same files."""
    states: dict[Which, State] = {}

    def reading(which: Which) -> State:
        if which not in states:
            states[which] = read(which)
        return states[which]

    return reading


def remembering(
    read: Read, wishes: Sequence[Wish], day: str, *, private: bool = False
) -> tuple[tuple[Outcome, ...], Changed]:
    """Upsert facts into the workspace's memory or its private one; what another memory says already stays there.

    Raises UsageError, NotFoundError, ConflictError.
    """
    if len(wishes) > 1 and any(wish.key or wish.replaces for wish in wishes):
        raise UsageError(
            "one key, or one id to replace, is for one fact",
            hint="remember that fact in a command of its own",
        )
    home: Which = "overlay" if private else "own"
    state = read(home)
    outcomes: list[Outcome] = []
    known: dict[str, str] = {}
    for wish in wishes:
        check(wish)
        said = normalise(wish.text)
        outcome = _said_elsewhere(read, wish, home, day)
        if outcome is None and said in known:
            outcome = Outcome((), known[said], "unchanged")
        elif outcome is None:
            outcome = remember(state, wish, day, taken=known.values())
        known.setdefault(said, outcome.id)
        outcomes.append(outcome)
    changes = tuple(change for outcome in outcomes for change in outcome.changes)
    return tuple(outcomes), ((state, changes),) if changes else ()


def _said_elsewhere(read: Read, wish: Wish, home: Which, day: str) -> Outcome | None:
    """Return the fact of another memory that says the same, unless it is to take the place of one here."""
    state, said = read(home), normalise(wish.text)
    here = wish.replaces or (wish.key and state.facts.by_key(wish.key))
    if here or any(normalise(fact.text) == said for fact in state.facts.facts):
        return None
    for which in PLACES:
        other = read(which)
        facts = other.facts.facts if other.layout != state.layout else ()
        for fact in facts:
            if normalise(fact.text) == said and not fact.expired(date.fromisoformat(day)):
                return Outcome((), fact.id, "unchanged", memory=which)
    return None


def forgetting(read: Read, ids: Iterable[str], day: str, *, force: bool = False) -> Changed:
    """Move facts to the archives of the memories that hold them. Raises NotFoundError, ConflictError."""
    return _by_memory(read, ids, lambda state, fact: forget(state, fact.id, day, force=force))


def editing(read: Read, identity: str, wish: Wish, *, unpin: bool = False) -> Changed:
    """Change a fact as its owner does. Raises NotFoundError, UsageError."""
    return _by_memory(read, (identity,), lambda _, fact: edit(fact, wish, unpin=unpin))


def archive_of(read: Read, identity: str) -> State:
    """Return the memory whose archive has a fact, the workspace's own where none does."""
    found = (state for which in PLACES if (state := read(which)).archived.by_id(identity))
    return next(found, read(PLACES[0]))


def restoring(read: Read, identity: str, day: str) -> Changed:
    """Bring a fact back from the archive that has it. Raises NotFoundError, ConflictError."""
    state = archive_of(read, identity)
    return ((state, restore(state, identity, day)),)


def sections(read: Read, ids: Iterable[str], section: str) -> Changed:
    """Put facts into a section, each in its own memory. Raises NotFoundError."""
    name = section.casefold()
    return _by_memory(
        read, ids, lambda _, fact: () if fact.section.casefold() == name else (Move(fact.id, section),)
    )


def handing(read: Read, ids: Iterable[str], to: Which, now: datetime) -> Changed:
    """Move facts into another memory of the workspace, which is written first. Raises NotFoundError, UsageError."""
    ids = tuple(dict.fromkeys(ids))
    there = read(to)
    facts = [elsewhere(read, identity, to) for identity in ids]
    pairs = [(there, received(there, [one.fact for one in facts]))]
    for which in PLACES:
        mine = [one.fact.id for one in facts if one.which == which]
        if mine:
            pairs.append((read(which), left(read(which), mine, now)))
    return [pair for pair in pairs if pair[1]]


def elsewhere(read: Read, identity: str, to: Which) -> Held:
    """Find a live fact outside of the memory it is to go to. Raises NotFoundError, and UsageError when it is there."""
    try:
        return held(read, identity, without=to)
    except NotFoundError as problem:
        if read(to).live(identity) is None:
            raise
        raise UsageError(
            f"fact {identity} is there already", hint="`miminions show` says where each fact is"
        ) from problem


def received(state: State, facts: Iterable[Fact]) -> tuple[Change, ...]:
    """Take in facts of another memory, with their ids where these are free; what says the same is there already.

    Raises ConflictError for a key that belongs to another fact here.
    """
    said = {normalise(fact.text) for fact in state.facts.facts}
    taken = set(state.ids)
    changes: list[Change] = []
    for fact in facts:
        if normalise(fact.text) in said:
            continue
        if fact.key and (holder := state.facts.by_key(fact.key)):
            raise ConflictError(
                f"the key {fact.key} belongs to {holder.id} there", hint="give one of them another key first"
            )
        back = state.archived.by_id(fact.id)
        if back and normalise(back.text) == normalise(fact.text):
            changes.append(Purge(fact.id))
            identity = fact.id
        else:
            identity = birth(fact.text, taken) if fact.id in taken else fact.id
        taken.add(identity)
        said.add(normalise(fact.text))
        changes.append(Receive(identity, fact))
    return tuple(changes)


def left(state: State, ids: Iterable[str], now: datetime) -> tuple[Change, ...]:
    """Retire facts that another workspace has now, with their line in the ledger. Raises NotFoundError."""
    day, time = stamp(now)
    gone = tuple(identity for identity in ids if state.live(identity))
    if not gone:
        return ()
    said = "Moved a fact elsewhere." if len(gone) == 1 else f"Moved {len(gone)} facts elsewhere."
    retired = (Retire(identity, day, MOVED) for identity in gone)
    return (*retired, Record(Entry(day, time, said, retired=gone)))


def of_session(read: Read, session: str) -> tuple[str, ...]:
    """Return the live facts that a session added, without a session's name the latest that added any.

    Raises NotFoundError.
    """
    states = [read(which) for which in PLACES]
    told = [entry for state in states for entry in state.ledger.entries if entry.session and entry.added]
    if session == "last" and told:
        session = max(told, key=lambda entry: (entry.day, entry.time)).session
    ids = dict.fromkeys(added.id for entry in told if entry.session == session for added in entry.added)
    live = tuple(identity for identity in ids if any(state.live(identity) for state in states))
    if not live:
        raise NotFoundError(
            f"no fact of the session {session} is live", hint="`miminions log` lists the sessions"
        )
    return live


def of_section(read: Read, section: str) -> tuple[str, ...]:
    """Return the facts of a section of the workspace's own memory and its private one. Raises NotFoundError."""
    name = section.casefold()
    found = (fact for which in PLACES[:2] for fact in read(which).facts.facts)
    ids = dict.fromkeys(fact.id for fact in found if fact.section.casefold() == name)
    if not ids:
        raise NotFoundError(
            f"no fact stands in a section {section}", hint="`miminions show` names the sections"
        )
    return tuple(ids)


def retired_before(state: State, day: str) -> tuple[str, ...]:
    """Return the ids of facts in the archive that this machine writes, retired before a day; what has no date stays."""
    return old_facts(state.own_archive, state, day)


def old_facts(archive: MemoryText, state: State, day: str) -> tuple[str, ...]:
    """Return the ids of an archive's facts that were retired before a day and are not live."""
    found = (fact for fact in archive.facts if (last := as_date(fact.until)) and last.isoformat() < day)
    return tuple(dict.fromkeys(fact.id for fact in found if state.live(fact.id) is None))


def purging(state: State, ids: Sequence[str], now: datetime) -> tuple[Change, ...]:
    """Remove facts from the archive for good; the ledger says so of those it knows."""
    known = tuple(identity for identity in ids if identity in state.ledger.known())
    day, time = stamp(now)
    record = (Record(Entry(day, time, "Removed from the archive.", retired=known)),) if known else ()
    return (*(Purge(identity) for identity in ids), *record)


def _by_memory(
    read: Read, ids: Iterable[str], ask: Callable[[State, Fact], Iterable[Change]]
) -> tuple[tuple[State, tuple[Change, ...]], ...]:
    found = [held(read, identity) for identity in dict.fromkeys(ids)]
    pairs = []
    for which in PLACES:
        facts = [one.fact for one in found if one.which == which]
        state = read(which) if facts else None
        changes = tuple(change for fact in facts if state for change in ask(state, fact))
        if state and changes:
            pairs.append((state, changes))
    return tuple(pairs)
