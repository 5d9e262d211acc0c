"""Many processes at once: forked workers that run a function, report through files, and may be killed."""

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path


def fork(work: Callable[[], object], errors: Path) -> int:
    """Run a function in a new process and return its id; 0 is its exit code when nothing was raised."""
    with warnings.catch_warnings():
        # A test before this one may have left a thread; the child uses none of what threads hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the parent reads it
        note(errors, traceback.format_exc())
    finally:
        os._exit(code)


def note(path: Path, line: str) -> None:
    """Append a line to a file, in one write, and wait until it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def kill(pid: int) -> bool:
    """Kill a process and wait for its end; say whether the kill ended it."""
    os.kill(pid, signal.SIGKILL)
    return wait(pid) == -signal.SIGKILL


def wait(pid: int) -> int:
    """Wait for a process and return its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def ended(pid: int) -> bool:
    """Say whether a process has ended, and let it go then."""
    return os.waitpid(pid, os.WNOHANG)[0] == pid


def lines(path: Path) -> list[str]:
    """Return the whole lines of a file; a missing one has none."""
    return path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
