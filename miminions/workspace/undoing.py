"""undo: takes a whole run back, as far as no person has changed since what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from miminions.distiller import inbox
from miminions.journal import DISTILL, UNDO, Run, find_run, new_run, runs, save
from miminions.keeper import Keeper, Which
from miminions.memory.changes import Change, Record, Restore, Retire, touched
from miminions.memory.folder import State
from miminions.memory.history import Added, Entry, stamp
from miminions.memory.undo import take_back


@dataclass(frozen=True, slots=True)
class Undone:
    """A run that was taken back: the facts that changed for it, and those left alone, with the reason."""

    run: Run
    back: tuple[str, ...]
    left: Mapping[str, str]


def undo(keeper: Keeper, word: str | None, now: datetime) -> Undone:
    """Take back the run of an id or a session, without one the latest. Raises NotFoundError, ChangedError, FileError."""
    with keeper.locked(now, person=True):
        run = find_run(keeper.local, word, now)
        back: list[str] = []
        left: dict[str, str] = {}
        changes: list[tuple[State, tuple[Change, ...]]] = []
        for which in _places(run):
            state = keeper.read(which)
            found = take_back(run.steps[which], state, stamp(now)[0])
            left |= found.left
            if found.changes:
                back += touched(found.changes)
                changes.append((state, (*found.changes, *_record(run, found.changes, state, now))))
        undoing = new_run(keeper.local, UNDO, now, what=f"undo {run.what}".strip())
        keeper.write(undoing, changes, now)
        _mark(keeper, run, undoing)
        if run.kind == DISTILL:
            inbox.drop(keeper.local, run.session)
    return Undone(run, tuple(dict.fromkeys(back)), left)


def _places(run: Run) -> tuple[Which, ...]:
    places: tuple[Which, ...] = ("personal", "own", "overlay")
    return tuple(which for which in places if run.steps.get(which))


def _mark(keeper: Keeper, run: Run, undoing: Run) -> None:
    """Remember that a run was taken back; taking back an undoing makes its run one that stands again."""
    save(keeper.local, replace(run, status="done", undone=undoing.id))
    if run.kind == UNDO:
        for other in runs(keeper.local):
            if other.undone == run.id:
                save(keeper.local, replace(other, undone=""))


def _record(run: Run, changes: tuple[Change, ...], state: State, now: datetime) -> tuple[Record, ...]:
    """Return the ledger's line, where the ledger speaks of these facts at all."""
    known = state.ledger.known()
    gone = tuple(c.id for c in changes if isinstance(c, Retire) and c.id in known)
    again = tuple(Added(c.id) for c in changes if isinstance(c, Restore) and c.id in known)
    if not gone and not again:
        return ()
    day, time = stamp(now)
    return (Record(Entry(day, time, f"Took back: {run.what or run.kind}", added=again, retired=gone)),)
