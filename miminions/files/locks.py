"""Locks that the system lets go of when their owner dies."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from miminions.files.disk import NO_LINK, opened
from miminions.files.folders import make_folder
from miminions.files.problems import refused

if os.name == "nt":
    import msvcrt
else:
    import fcntl

_TRIES = 100


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock of that name until the block ends; waits for its owner, and dies with its process.

    Raises FileError where the file system has no locks.
    """
    with contextlib.ExitStack() as stack:
        try:
            _wait(stack, path)
        except (OSError, ValueError) as problem:
            raise refused("lock", path, problem) from problem
        yield


@contextlib.contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Yield whether the lock could be had at once; it is held until the block ends.

    Raises FileError where the file system has no locks.
    """
    with contextlib.ExitStack() as stack:
        try:
            held = _held(stack, path, wait=False)
        except (OSError, ValueError) as problem:
            raise refused("lock", path, problem) from problem
        yield held


def _wait(stack: contextlib.ExitStack, path: Path) -> None:
    for _ in range(_TRIES):
        if _held(stack, path, wait=True):
            return
        # Its file was removed while we waited: the next owner would lock another one.
        stack.close()
    raise OSError(errno.ESTALE, "its file is removed again and again")


def _held(stack: contextlib.ExitStack, path: Path, *, wait: bool) -> bool:
    """Lock the file until the stack closes; say whether that went well and the file still has that name."""
    make_folder(path.parent, mode=0o700)
    descriptor = stack.enter_context(opened(path, os.O_RDWR | os.O_CREAT | NO_LINK))
    if not _acquire(descriptor, wait=wait):
        return False
    if os.name == "nt":
        # Windows removes no open file.
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _acquire(descriptor: int, *, wait: bool) -> bool:
    if os.name != "nt":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
    while True:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as problem:
            if not wait and problem.errno == errno.EACCES:
                return False
            # Windows gives up after ten seconds, we do not.
            if problem.errno != errno.EDEADLK:
                raise
        else:
            return True
