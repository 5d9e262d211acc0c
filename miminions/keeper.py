"""The keeper of a workspace's memories: holds their locks, and writes changes under one record that can be taken back."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import sleep
from typing import Literal, TypeVar

from miminions.errors import ChangedError
from miminions.files import lock
from miminions.journal import Run, prune, save
from miminions.layout import Layout, LocalLayout, file_name
from miminions.memory.changes import Change, Revert, apply_changes, skeleton, touched
from miminions.memory.expiry import archive_expired
from miminions.memory.folder import State, Texts, read_folder
from miminions.memory.history import stamp
from miminions.memory.trace import Trace, retraced, trace
from miminions.memory.undo import steps_back
from miminions.memory.write import left_behind, settle, write_folder
from miminions.registry import saw

T = TypeVar("T")
Which = Literal["own", "personal", "overlay"]
# A write that meets a hand edit is planned again; people do not save faster than this for long.
ATTEMPTS = 50
PAUSE = 0.002


def again(work: Callable[[], T]) -> T:
    """Do what reads memories and writes them, once more as long as a hand edit came between. Raises ChangedError."""
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except ChangedError as problem:
            changed = problem
            sleep(PAUSE * attempt)
    raise changed


@dataclass(frozen=True, slots=True)
class Keeper:
    """The memories that one workspace may write: its own files, its private overlay, and the person's."""

    own: Layout
    personal: Layout
    local: LocalLayout
    personal_local: LocalLayout

    def read(self, which: Which) -> State:
        """Read one of the memories. Raises FileError."""
        return read_folder(self._layout(which))

    @contextmanager
    def locked(self, now: datetime, *, person: bool = False, last: bool = True) -> Iterator[None]:
        """Hold the workspace's lock, with `person` the person's, too: last, so that two workspaces never wait in a ring.

        What editors wrote into displaced files since is merged first.
        """
        places = [(self.own, self.local)]
        if person and self.own != self.personal:
            places.append((self.personal, self.personal_local))
        with ExitStack() as held:
            for _, local in places:
                held.enter_context(lock(local.lock))
            for layout, local in places:
                settle(layout, local, now, last=last)
            yield

    def is_person(self, state: State) -> bool:
        """Say whether a memory is the person's, from a workspace of another."""
        return state.layout == self.personal != self.own

    def preview(self, state: State, asked: Sequence[Change], now: datetime) -> Texts:
        """Return the texts of a memory after changes; expired facts go to the archive with them. Writes nothing."""
        texts = state.texts
        if not texts.memory and state.layout == self.local.overlay:
            texts = replace(
                texts, memory=skeleton("MEMORY.md", workspace=self.local.folder.name, share="none")
            )
        expired = archive_expired(state, stamp(now)[0], touched(asked)) if asked else ()
        return apply_changes(texts, (*expired, *asked))

    def write(self, run: Run, changes: Sequence[tuple[State, Sequence[Change]]], now: datetime) -> Run:
        """Write changes of memories under one record, and return it with the steps that take them back.

        The caller holds the locks. Raises ChangedError when a file is not as it was read, before that memory is
        written; FileError, MemoryFileError.
        """
        for state, _ in changes:
            self._check(state)
        texts = [self.preview(state, asked, now) for state, asked in changes]
        steps = dict(run.steps)
        traces: dict[str, Trace] = dict(run.traces)
        for (state, asked), new in zip(changes, texts, strict=True):
            which = self._which(state.layout)
            earlier = steps.get(which, ())
            steps[which] = (*(step for step in steps_back(asked, state) if step not in earlier), *earlier)
            pairs: dict[str, tuple[str, str]] = {which: (state.memory.text, new.memory)}
            if run.whole or any(isinstance(change, Revert) for change in asked):
                pairs[f"{which}:archive"] = (state.archive.text, new.archive)
                pairs[f"{which}:history"] = (state.history.text, new.history)
            for name, (old, text) in pairs.items():
                # A run that goes on where it was killed began from an earlier text.
                way = traces.get(name)
                began = retraced(way, old) if way else None
                traces[name] = trace(old if began is None else began, text)
        run = replace(run, steps=steps, traces=traces, place=str(self.own.root.resolve()))
        save(self.local, run)
        for (state, _), new in zip(changes, texts, strict=True):
            self._write(state, new)
        return run

    def left_behind(self) -> bool:
        """Say whether a write was killed and left a temporary file."""
        return left_behind(self.own, self.local) or left_behind(self.personal, self.personal_local)

    def settle(self, now: datetime, *, last: bool = True) -> None:
        """Look once more at what was displaced, and let go of what is too old. Raises FileError, MemoryFileError."""
        with self.locked(now, person=True, last=last):
            prune(self.local, now)

    def _write(self, state: State, texts: Texts) -> None:
        local = self.personal_local if state.layout == self.personal else self.local
        written = write_folder(state, texts, local.kept)
        if state.layout != self.local.overlay:
            saw(local, written.digests)

    def _check(self, state: State) -> None:
        """Raise ChangedError for a workspace's own file without its id: an editor has emptied it and not yet written it."""
        if state.layout == self.own != self.personal and file_name(state.identity) != self.local.folder.name:
            raise ChangedError(
                f"{state.memory.path} does not name its workspace any more",
                hint="look at the file; `miminions init` gives it a name again",
            )

    def _layout(self, which: Which) -> Layout:
        return {"own": self.own, "personal": self.personal, "overlay": self.local.overlay}[which]

    def _which(self, layout: Layout) -> Which:
        if layout == self.own:
            return "own"
        return "overlay" if layout == self.local.overlay else "personal"
