"""How far long work has come, on stderr: a bar in a terminal, one line elsewhere, nothing where it is soon over."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from miminions.cli.render import talk

# Seconds that nobody wonders about.
SOON = 1.0


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], bool]]:
    """Give a function that is told how many of how many are done and says True; `what` is done to them, like "embedding"."""
    with ExitStack() as stack:
        shown = _bar(what, stack) if sys.stderr.isatty() else _line(what)
        begun = time.monotonic()
        begin: list[Callable[[int, int], object]] = []

        def told(done: int, total: int) -> bool:
            if not begin and done < total and time.monotonic() - begun >= SOON:
                begin.append(shown())
            for show in begin:
                show(done, total)
            return True

        yield told


def _line(what: str) -> Callable[[], Callable[[int, int], object]]:
    said: list[int] = []

    def show(done: int, total: int) -> None:
        if not said:
            said.append(done)
            talk(f"{what}: {done} of {total} so far")

    return lambda: show


def _bar(what: str, stack: ExitStack) -> Callable[[], Callable[[int, int], object]]:
    def begin() -> Callable[[int, int], object]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
        task = bar.add_task(what)
        return lambda done, total: bar.update(task, completed=done, total=total)

    return begin
