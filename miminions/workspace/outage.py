"""An embedder that let us wait in vain: for a moment nobody asks it again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import time
from typing import TYPE_CHECKING

from miminions.errors import EmbedderError, FileError
from miminions.files import remove
from miminions.records import load, store

if TYPE_CHECKING:
    from pathlib import Path

# How long it is left alone, and how long a failure has to take for that: one that comes at once costs nobody anything.
PAUSE, LONG = 60.0, 1.0


class Outage:
    """A note of the last failure that took its time; it can be lost. `setting` is the value of `index.embedder`."""

    def __init__(self, path: "Path", setting: str, clock: Callable[[], float] = time) -> None:
        self._path = path
        self._setting = setting
        self._clock = clock

    def check(self) -> None:
        """Raise EmbedderError while the embedder is left alone."""
        found = load(self._path)
        until, reason = found.get("until"), found.get("reason")
        if found.get("embedder") != self._setting or not isinstance(until, int | float):
            return
        # A clock that was set back must not leave it alone for ever.
        if 0 < until - self._clock() <= PAUSE:
            raise EmbedderError(
                f"{str(reason).rstrip('.')}; it is asked again in a minute", hint="mend it, or wait"
            )

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what fails slowly in a block; it is raised all the same."""
        begun = self._clock()
        try:
            yield
        except EmbedderError as problem:
            now = self._clock()
            if now - begun >= LONG:
                note = {"embedder": self._setting, "reason": str(problem), "until": now + PAUSE}
                with suppress(FileError):
                    store(self._path, note)
            raise

    def over(self) -> None:
        """Forget it."""
        with suppress(FileError):
            remove(self._path)
