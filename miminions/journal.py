"""The journal: one record a run, written before the run changes anything, so that it can be finished and taken back."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from miminions.errors import NotFoundError
from miminions.files import remove
from miminions.layout import Layout, LocalLayout, file_name
from miminions.memory.trace import Trace
from miminions.memory.undo import Step
from miminions.records import load, store

DISTILL, REVIEW, UNDO, RESOLVE = "distill", "review", "undo", "resolve"
UNDO_FOR = timedelta(days=30)
# A run that is open for longer was broken off.
OPEN_FOR = timedelta(days=1)
Status = Literal["open", "waiting", "done"]
_STAMP = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it was, whether it is finished, and the steps that take it back, by the memory they belong to.

    `traces` say how each memory file was written before, as long as nobody writes in it again, and for what settles a
    conflict, or brings it back, how the archive (`own:archive`) and the history (`own:history`) were, too. `undone` is
    the id of the run that took it back. `place` is the folder it is about: clones and worktrees keep one journal.
    `details` are the distiller's own: header, extraction, decisions; of a review what was settled.
    """

    id: str
    kind: str
    status: Status = "done"
    session: str = ""
    what: str = ""
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    traces: Mapping[str, Trace] = field(default_factory=dict)
    undone: str = ""
    place: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it is taken back as a whole or not at all: texts come back, not facts."""
        return self.kind == RESOLVE or any(":" in name for name in self.traces)

    @property
    def made(self) -> datetime:
        """When the run began, in UTC."""
        return datetime.strptime(self.id.partition("_")[0], _STAMP).replace(tzinfo=UTC)

    def is_of(self, layout: Layout) -> bool:
        """Say whether it is about a folder: about this one, or about one that is gone, as after a move."""
        place = Path(self.place)
        return not self.place or place == layout.root.resolve() or not (place / layout.folder_name).is_dir()

    @property
    def time(self) -> str:
        """The time of day in its id, to the microsecond, and what follows it there."""
        return self.id.partition("T")[2]


def new_run(local: LocalLayout, kind: str, now: datetime, *, session: str = "", what: str = "") -> Run:
    """Begin a run under an id of its own, with a moment of its own; it is nowhere until it is saved."""
    moment, name = now.astimezone(UTC), file_name(session) if session else kind
    taken = {path.name.partition("_")[0] for path in local.journal.glob("*.json")}
    while f"{moment:{_STAMP}}" in taken:
        moment += timedelta(microseconds=1)
    return Run(f"{moment:{_STAMP}}_{name}", kind, session=session, what=what)


def save(local: LocalLayout, run: Run) -> None:
    """Write a run down, in the place of what was known of it. Raises FileError."""
    store(_path(local, run.id), {name: value for name, value in asdict(run).items() if name != "id"})


def runs(local: LocalLayout, session: str | None = None) -> Iterator[Run]:
    """Yield the runs of a workspace, or of one session there, the latest first; a damaged record is left out."""
    pattern = "*.json" if session is None else f"*_{file_name(session)}.json"
    for path in sorted(local.journal.glob(pattern), reverse=True):
        found = _read(path)
        if found is not None:
            yield found


def open_run(local: LocalLayout, session: str, first: int, last: int) -> Run | None:
    """Return the unfinished run over the same turns of a session: what a model answered then need not be asked again."""
    for run in runs(local, session):
        if run.status != "done" and (run.details.get("first"), run.details.get("last")) == (first, last):
            return run
    return None


def waiting_runs(local: LocalLayout) -> tuple[Run, ...]:
    """Return the runs whose plan waits for its branch, the latest first."""
    held = (path for path in sorted(local.journal.glob("*.json"), reverse=True) if _waits(path))
    return tuple(run for path in held if (run := _read(path)) is not None and run.status == "waiting")


def standing(run: Run, now: datetime) -> str | None:
    """Say of a run whose plan waits, or that was broken off, how it stands; None for any other."""
    name = f"session {run.session}" if run.session else f"the {run.kind} run {run.id}"
    if run.status == "waiting":
        return f"the plan of {name} waits" + (f": {run.what}" if run.what else "")
    if run.status == "open" and now - run.made > OPEN_FOR:
        return f"the run of {name} is unfinished since {run.made:%Y-%m-%d}"
    return None


def damaged(local: LocalLayout) -> tuple[Path, ...]:
    """Return the records that nobody can read any more."""
    return tuple(path for path in sorted(local.journal.glob("*.json")) if _read(path) is None)


def undoable(local: LocalLayout, now: datetime, here: Layout | None = None) -> Iterator[Run]:
    """Yield the runs that can be taken back, the latest first; with `here` without those of other clones and worktrees."""
    for run in runs(local):
        if _did_something(run) and not run.undone and _young(run, now):
            # The private and the personal memory are the same in all clones.
            elsewhere = here is not None and (run.steps.get("own") or not run.steps) and not run.is_of(here)
            if not elsewhere:
                yield run


def find_runs(local: LocalLayout, word: str | None, now: datetime, here: Layout) -> Iterator[Run]:
    """Yield the run of an id or a session, without one those of a folder that can be taken back, the latest first.

    The beginning of an id, or of the time of day in it, is enough where no other run's begins so. Raises NotFoundError.
    """
    # Undoing twice takes back two runs, not the undoing.
    found: Iterator[Run] = (run for run in undoable(local, now, here) if run.kind != UNDO)
    if word:
        known = list(undoable(local, now))
        named = [run for run in known if word in {run.id, run.session}][:1]
        begun = [run for run in known if run.id.startswith(word) or run.time.startswith(word)]
        found = iter(named or (begun if len(begun) == 1 else ()))
    first = next(found, None)
    if first is not None:
        yield first
        yield from found
        return
    raise NotFoundError(
        f"there is no run {word} that can be undone" if word else "there is nothing to undo",
        hint="`miminions undo --list` shows what can be taken back, for 30 days",
    )


def prune(local: LocalLayout, now: datetime) -> None:
    """Remove the records of old commands; those of sessions stay, since they hold quotes. Raises FileError."""
    for path in local.journal.glob("*.json"):
        run = _read(path)
        if run is not None and run.kind != DISTILL and not _young(run, now):
            remove(path)


def _waits(path: Path) -> bool:
    """Glance at a record: few wait, and every context asks for them."""
    try:
        return b'"waiting"' in path.read_bytes()
    except OSError:
        return False


def _did_something(run: Run) -> bool:
    """Say whether there is something to take back: changes, an undoing, a review, or what was left for one."""
    decisions = run.details.get("decisions") if run.status == "done" else None
    held = decisions if isinstance(decisions, list) else []
    return (
        any(run.steps.values())
        or run.whole
        or run.kind == UNDO
        or bool(run.details.get("settled"))
        or any(isinstance(one, dict) and one.get("status") == "review" for one in held)
    )


def _young(run: Run, now: datetime) -> bool:
    return now - run.made <= UNDO_FOR


def _path(local: LocalLayout, identity: str) -> Path:
    return local.journal / f"{identity}.json"


def _read(path: Path) -> Run | None:
    held = load(path)
    try:
        run = Run(
            id=path.stem,
            kind=held["kind"],
            status=held["status"],
            session=held["session"],
            what=held["what"],
            undone=held["undone"],
            place=held["place"],
            details=dict(held["details"]),
        )
        run.made  # noqa: B018  # raises for a name that is no stamp
        steps = {place: _steps(steps) for place, steps in held["steps"].items()}
        traces = {place: _trace(way) for place, way in held["traces"].items()}
        return replace(run, steps=steps, traces=traces)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _steps(held: list[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step(**one) for one in held)


def _trace(held: dict[str, Any]) -> Trace:
    return Trace(str(held["left"]), tuple((int(a), int(b), str(text)) for a, b, text in held["edits"]))
