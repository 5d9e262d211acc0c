"""undo: takes a whole run back, as far as no person has changed since what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from miminions.distiller import inbox
from miminions.journal import DISTILL, UNDO, Run, find_runs, new_run, runs, save
from miminions.keeper import Keeper, Which
from miminions.layout import LocalLayout
from miminions.memory.changes import Change, Lay, Purge, Record, Rename, Restore, Retire, touched
from miminions.memory.folder import State, Texts
from miminions.memory.history import Added, Entry, stamp
from miminions.memory.trace import retraced
from miminions.memory.undo import take_back


@dataclass(frozen=True, slots=True)
class Undone:
    """A run that was taken back: the facts and sections that changed for it, and those left alone, with the reason.

    `said` are the texts of the facts, by id, `review` those that leave the inbox; `id` is that of the undoing, which can
    be undone in turn.
    """

    run: Run
    back: tuple[str, ...]
    left: Mapping[str, str]
    said: Mapping[str, str]
    review: tuple[str, ...] = ()
    id: str = ""

    @property
    def is_nothing(self) -> bool:
        """Say whether all is here as before the run: it was done on another branch, or taken back by hand."""
        return not (self.back or self.left or self.review) and self.run.kind != UNDO


_Pairs = tuple[tuple[State, tuple[Change, ...]], ...]


def undo(keeper: Keeper, word: str | None, now: datetime) -> Undone:
    """Take back the run of an id or a session, without one the latest. Raises NotFoundError, ChangedError, FileError."""
    with keeper.locked(now, person=True):
        found, changes = _plan(keeper, word, now)
        run = found.run
        undid = changes or found.review or run.kind == UNDO
        if found.is_nothing or (word and not undid):
            # On its own branch, or after what came later, it can still be taken back.
            return found
        undoing = new_run(keeper.local, UNDO, now, what=f"undo {run.what}".strip())
        undoing = replace(undoing, details={"undoes": run.id})
        keeper.write(undoing, changes, now)
        _mark(keeper.local, run, undoing.id)
    return replace(found, id=undoing.id)


def preview_undo(
    keeper: Keeper, word: str | None, now: datetime
) -> tuple[Undone, tuple[tuple[State, Texts], ...]]:
    """Return what taking back a run would come to, and the memories with their texts then; nothing is written."""
    found, changes = _plan(keeper, word, now)
    return found, tuple((state, keeper.preview(state, asked, now)) for state, asked in changes)


def _plan(keeper: Keeper, word: str | None, now: datetime) -> tuple[Undone, _Pairs]:
    """Plan to take back the latest run that left something here, else to say that the latest one did not."""
    plans = (_plan_of(keeper, run, now) for run in find_runs(keeper.local, word, now, keeper.own))
    first = next(plans)
    if not first[0].is_nothing:
        return first
    return next((plan for plan in plans if not plan[0].is_nothing), first)


def _plan_of(keeper: Keeper, run: Run, now: datetime) -> tuple[Undone, _Pairs]:
    back: list[str] = []
    left: dict[str, str] = {}
    said: dict[str, str] = {}
    changes: list[tuple[State, tuple[Change, ...]]] = []
    for which in _places(run):
        state = keeper.read(which)
        found = take_back(run.steps[which], _with_private(keeper, run, which, state), stamp(now)[0])
        left |= found.left
        said |= {fact.id: fact.text for fact in (*state.archived.facts, *state.facts.facts)}
        if found.changes:
            back += [name for change in found.changes for name in (*touched((change,)), *_sections(change))]
            gone = _private_again(run, which, found.changes)
            asked = (
                *found.changes,
                *gone,
                *_as_it_was(run, which, state),
                *_record(run, found.changes, state, now),
            )
            changes.append((state, asked))
    concerned = (*dict.fromkeys(back), *left)
    texts = {one: said[one] for one in concerned if one in said}
    waiting = inbox.of_run(keeper.local, run.details) if run.kind == DISTILL else ()
    review = tuple(one.candidate.text for one in waiting)
    return Undone(run, tuple(dict.fromkeys(back)), left, texts, review), tuple(changes)


def _private_again(run: Run, which: Which, changes: tuple[Change, ...]) -> tuple[Purge, ...]:
    """Return what takes facts that become private again out of an archive that others read; the overlay has them."""
    ids = _of_overlay(run, "restore") if which != "overlay" else frozenset()
    return tuple(Purge(change.id) for change in changes if isinstance(change, Retire) and change.id in ids)


def _with_private(keeper: Keeper, run: Run, which: Which, state: State) -> State:
    """Return a memory as if its archive had what the overlay gives back to it."""
    ids = _of_overlay(run, "retire") if which != "overlay" else frozenset()
    if run.kind != UNDO or not ids:
        return state
    overlay = keeper.read("overlay")
    held = replace(overlay.facts, facts=tuple(fact for fact in overlay.facts.facts if fact.id in ids))
    return replace(state, elsewhere=(*state.elsewhere, (overlay.memory.path, held)))


def _of_overlay(run: Run, op: str) -> frozenset[str]:
    return frozenset(step.id for step in run.steps.get("overlay", ()) if step.op == op)


def _sections(change: Change) -> tuple[str, ...]:
    return (change.to,) if isinstance(change, Rename) else ()


def _places(run: Run) -> tuple[Which, ...]:
    places: tuple[Which, ...] = ("personal", "own", "overlay")
    return tuple(which for which in places if run.steps.get(which))


def _as_it_was(run: Run, which: Which, state: State) -> tuple[Lay, ...]:
    """Return the file as it was written before the run, when nobody wrote in it since."""
    way = run.traces.get(which)
    text = retraced(way, state.memory.text) if way else None
    return () if text is None else (Lay(text),)


def _mark(local: LocalLayout, run: Run, undone: str) -> None:
    """Remember what took a run back, empty when it stands again; an undoing turns the run over that it was about."""
    save(local, replace(run, status="done", undone=undone))
    if run.kind == DISTILL and undone:
        inbox.drop(local, run.details)
    elif run.kind == DISTILL:
        inbox.put_back(local, run.details)
    target = run.details.get("undoes") if run.kind == UNDO else None
    for other in runs(local) if target else ():
        if other.id == target:
            _mark(local, other, "" if undone else run.id)


def _record(run: Run, changes: tuple[Change, ...], state: State, now: datetime) -> tuple[Record, ...]:
    """Return the ledger's line, where the ledger speaks of these facts at all."""
    known = state.ledger.known()
    gone = tuple(c.id for c in changes if isinstance(c, Retire) and c.id in known)
    again = tuple(Added(c.id) for c in changes if isinstance(c, Restore) and c.id in known)
    if not gone and not again:
        return ()
    day, time = stamp(now)
    return (Record(Entry(day, time, f"Took back: {run.what or run.kind}", added=again, retired=gone)),)
