"""Locks that the system lets go of when their owner dies."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from miminions.files.folders import make_folder
from miminions.files.problems import refused

if os.name == "nt":
    import msvcrt
else:
    import fcntl


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock of that name until the block ends; waits for its owner, and dies with its process.

    Raises FileError where the file system has no locks.
    """
    with _lock_file(path) as descriptor:
        try:
            _acquire(descriptor)
        except OSError as problem:
            raise refused("lock", path, problem) from problem
        yield


@contextlib.contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Yield whether the lock could be had at once; it is held until the block ends."""
    with _lock_file(path) as descriptor:
        try:
            _acquire(descriptor, wait=False)
        except OSError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def _lock_file(path: Path) -> Iterator[int]:
    make_folder(path.parent, mode=0o700)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise refused("lock", path, problem) from problem
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, *, wait: bool = True) -> None:
    if os.name != "nt":
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return
    while True:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as problem:
            # Windows gives up after ten seconds, we do not.
            if not wait or problem.errno != errno.EDEADLK:
                raise
        else:
            return
