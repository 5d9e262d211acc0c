"""undo: takes a whole run back, as far as no person has changed since what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from miminions.distiller.review import inbox
from miminions.errors import NotFoundError
from miminions.journal import DISTILL, REVIEW, UNDO, Run, find_runs, new_run, runs, save, undoable
from miminions.keeper import Keeper, Which
from miminions.layout import LocalLayout
from miminions.memory.changes import Change, Lay, Purge, Record, Rename, Restore, Retire, Revert, touched
from miminions.memory.disputes import disputes
from miminions.memory.folder import State, Texts
from miminions.memory.history import Added, Entry, stamp
from miminions.memory.resolve import after
from miminions.memory.trace import retraced
from miminions.memory.undo import take_back


@dataclass(frozen=True, slots=True)
class Undone:
    """A run that was taken back: the facts and sections that changed for it, and those left alone, with the reason.

    `said` are the texts of the facts, by id, `review` those that leave the inbox, `waits` those
    that come back to it; `id` is that of the undoing, which can
    be undone in turn. `personal` says that the run is one of the personal workspace.
    """

    run: Run
    back: tuple[str, ...]
    left: Mapping[str, str]
    said: Mapping[str, str]
    review: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    id: str = ""
    personal: bool = False

    @property
    def anything(self) -> bool:
        """Whether anything of the run can be taken back; a run of which nothing can is not used up."""
        empty = self.run.kind == UNDO and not self.run.whole and not any(self.run.steps.values())
        return bool(self.back or self.review or self.waits or empty)

    @property
    def is_nothing(self) -> bool:
        """Say whether all is here as before the run: it was done on another branch, or taken back by hand."""
        return not (self.back or self.left or self.review or self.waits) and self.run.kind != UNDO


_Pairs = tuple[tuple[State, tuple[Change, ...]], ...]


def undo(keeper: Keeper, word: str | None, now: datetime) -> Undone:
    """Take back the run of an id or a session, without one the latest, of the workspace or of the person.

    Where nothing of it can be taken back nothing is written, and the run stays as it is: the result has no id then.
    Raises NotFoundError, ChangedError, FileError.
    """
    keeper, word, personal = _chosen(keeper, word, now)
    with keeper.locked(now, person=True):
        found, changes = _plan(keeper, word, now)
        run = found.run
        if not found.anything:
            return replace(found, personal=personal)
        undoing = new_run(keeper.local, UNDO, now, what=f"undo {run.what}".strip())
        undoing = replace(undoing, details={"undoes": run.id})
        keeper.write(undoing, changes, now)
        _mark(keeper.local, run, undoing.id)
    return replace(found, id=undoing.id, personal=personal)


def preview_undo(
    keeper: Keeper, word: str | None, now: datetime
) -> tuple[Undone, tuple[tuple[State, Texts], ...]]:
    """Return what taking back a run would come to, and the memories with their texts then; nothing is written."""
    keeper, word, personal = _chosen(keeper, word, now)
    found, changes = _plan(keeper, word, now)
    return replace(found, personal=personal), tuple(
        (state, keeper.preview(state, asked, now)) for state, asked in changes
    )


def _chosen(keeper: Keeper, word: str | None, now: datetime) -> tuple[Keeper, str | None, bool]:
    """Return whose journal has the run, the workspace's or the person's, and which one that is.

    What a command wrote into the personal memory from anywhere counts as done here; what was learned there does not.
    """
    if keeper.own == keeper.personal:
        return keeper, word, False
    person = replace(keeper, own=keeper.personal, local=keeper.personal_local)
    if word is not None:
        try:
            return keeper, next(find_runs(keeper.local, word, now, keeper.own)).id, False
        except NotFoundError:
            return person, next(find_runs(person.local, word, now, person.own)).id, True
    mine = next((run for run in undoable(keeper.local, now, keeper.own) if run.kind != UNDO), None)
    theirs = next((run for run in undoable(person.local, now) if run.kind not in {UNDO, DISTILL}), None)
    if theirs and (mine is None or theirs.made > mine.made):
        return person, theirs.id, True
    return keeper, None, False


def _plan(keeper: Keeper, word: str | None, now: datetime) -> tuple[Undone, _Pairs]:
    """Plan to take back the latest run that left something here, else to say that the latest one did not."""
    plans = (_plan_of(keeper, run, now) for run in find_runs(keeper.local, word, now, keeper.own))
    first = next(plans)
    if not first[0].is_nothing:
        return first
    return next((plan for plan in plans if not plan[0].is_nothing), first)


def _plan_of(keeper: Keeper, run: Run, now: datetime) -> tuple[Undone, _Pairs]:
    if run.whole:
        return _reverted(keeper, run)
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
    again = tuple(str(one["item"].get("text", "")) for one in inbox.settled(run.details))
    return Undone(run, tuple(dict.fromkeys(back)), left, texts, review, again), tuple(changes)


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


def _reverted(keeper: Keeper, run: Run) -> tuple[Undone, _Pairs]:
    """Plan to write the files as they were before a conflict was settled, if nobody has written since."""
    pairs: list[tuple[State, tuple[Change, ...]]] = []
    named: dict[str, str] = {}
    left: dict[str, str] = {}
    for which in _written(run):
        state = keeper.read(which)
        texts = _before(run, which, state)
        if texts is None:
            left[state.layout.called(state.memory.path)] = "the files were written since"
            continue
        changes = (Revert(texts),)
        pairs.append((state, changes))
        here, then = disputes(state), disputes(after(state, changes))
        other = {one.name for one in here} ^ {one.name for one in then}
        named |= {one.name: " | ".join(one.versions) for one in (*here, *then) if one.name in other}
    if left or not pairs:
        return Undone(run, (), left or {run.what: "how it was is not known any more"}, {}), ()
    return Undone(run, tuple(named) or ("what was in conflict",), {}, named), tuple(pairs)


def _written(run: Run) -> tuple[Which, ...]:
    places: tuple[Which, ...] = ("personal", "own", "overlay")
    return tuple(which for which in places if f"{which}:archive" in run.traces)


def _before(run: Run, which: Which, state: State) -> Texts | None:
    """Return the three files as they were before a run; None when one was written since."""
    now = ((which, state.memory), (f"{which}:history", state.history), (f"{which}:archive", state.archive))
    ways = [(run.traces.get(name), file) for name, file in now]
    texts = [text for way, file in ways if way and (text := retraced(way, file.text)) is not None]
    return Texts(*texts) if len(texts) == len(now) else None


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
    elif run.kind == REVIEW:
        (inbox.unsettle if undone else inbox.settle_again)(local, run.details)
    target = run.details.get("undoes") if run.kind == UNDO else None
    for other in runs(local) if target else ():
        if other.id == target:
            _mark(local, other, "" if undone else run.id)


def _record(run: Run, changes: tuple[Change, ...], state: State, now: datetime) -> tuple[Record, ...]:
    """Return the ledger's line, where the ledger speaks of these facts at all."""
    known = state.ledger.known() | state.ledger.gone()
    gone = tuple(c.id for c in changes if isinstance(c, Retire) and c.id in known)
    again = tuple(Added(c.id) for c in changes if isinstance(c, Restore) and c.id in known)
    if not gone and not again:
        return ()
    day, time = stamp(now)
    return (Record(Entry(day, time, f"Took back: {run.what or run.kind}", added=again, retired=gone)),)
