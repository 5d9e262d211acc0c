"""Two processes share a list of tasks: whoever is free takes the next one."""

import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from marshal import dumps, loads
from typing import TypeVar

Result = TypeVar("Result")
_NUMBER = 4
# What a pipe takes without anybody reading from it; what is asked for where a system lets one, and how it is asked.
_PIPE, _WIDE, _WIDEN = 1 << 16, 1 << 20, 1031


def shared(task: Callable[[int], Result], count: int) -> Iterator[tuple[int, Result]]:
    """Yield the results of the tasks 0 to `count` in any order, each with its number; they are what marshal can write.

    Where a second process cannot be had they all run in this one. What a task raises is raised here.
    """
    done: set[int] = set()
    if _can_fork() and count * _NUMBER <= _PIPE:
        for number, result in _with_another(task, count):
            done.add(number)
            yield number, result
    # What the other took and did not finish, as when it failed, is done here, where it can be raised.
    yield from ((number, task(number)) for number in range(count) if number not in done)


def _can_fork() -> bool:
    """Say whether this process can have a copy of itself, and there is a processor for it."""
    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) > 1


def _with_another(task: Callable[[int], Result], count: int) -> Iterator[tuple[int, Result]]:
    (tasks, fill), (results, write) = os.pipe(), os.pipe()
    os.write(fill, b"".join(number.to_bytes(_NUMBER, "little") for number in range(count)))
    os.close(fill)
    process = os.fork()
    if not process:
        try:
            os.close(results)
            _work(task, tasks, write)
        finally:
            # Nothing of this process's own is run, flushed or reported a second time.
            os._exit(0)
    os.close(write)
    try:
        yield from _results(task, tasks, results)
    finally:
        os.close(tasks)
        os.close(results)
        os.waitpid(process, 0)


def _results(task: Callable[[int], Result], tasks: int, results: int) -> Iterator[tuple[int, Result]]:
    while True:
        # What the other has done comes first: it waits when the pipe is full.
        waiting = select.select([results], [], [], 0)[0]
        number = None if waiting else _taken(tasks)
        if number is not None:
            yield number, task(number)
        elif frame := _read(results, int.from_bytes(_read(results, _NUMBER), "little")):
            yield loads(frame)  # noqa: S302  # written by a copy of this process
        else:
            # The other is done, or it failed: then what it left undone is not waited for.
            return


def _work(task: Callable[[int], object], tasks: int, write: int) -> None:
    """Do tasks until none is left or one fails, and write the results."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(write, _WIDEN, _WIDE)
    with suppress(Exception):
        while (number := _taken(tasks)) is not None:
            frame = dumps((number, task(number)))  # type: ignore[arg-type]
            content = memoryview(len(frame).to_bytes(_NUMBER, "little") + frame)
            while content:
                content = content[os.write(write, content) :]


def _taken(tasks: int) -> int | None:
    """Take the next task; a number is never read in halves."""
    number = os.read(tasks, _NUMBER)
    return int.from_bytes(number, "little") if number else None


def _read(descriptor: int, size: int) -> bytes:
    """Read so many bytes, fewer only at the end."""
    parts = []
    while size and (part := os.read(descriptor, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
