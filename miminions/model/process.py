"""Runs a program to its end: text in, text out, bounded in time and size, and no child of it stays behind."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MOST_BYTES = 16 * 1024 * 1024
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended: its code (negative: by a signal) and what it wrote; `why` it was killed, if it was."""

    code: int
    out: str
    err: str
    why: str = ""


def run(
    command: Sequence[str], text: str, *, folder: Path, environment: Mapping[str, str], timeout: float
) -> Done:
    """Run a program in a folder with `text` as its input, for at most `timeout` seconds. Raises OSError."""
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=dict(environment),
        start_new_session=os.name == "posix",
    )
    full = threading.Event()
    out, err = bytearray(), bytearray()
    with process:
        threads = [
            threading.Thread(target=_feed, args=(process, text.encode("utf-8", "replace")), daemon=True),
            threading.Thread(target=_collect, args=(process, process.stdout, out, full), daemon=True),
            threading.Thread(target=_collect, args=(process, process.stderr, err, full), daemon=True),
        ]
        for thread in threads:
            thread.start()
        late = False
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            # Also after a good end, and after Ctrl-C: what it started and left running would hold the pipes.
            _kill(process)
        for thread in threads:
            thread.join()
    why = "late" if late else "full" if full.is_set() else ""
    return Done(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), why)


def _feed(process: "subprocess.Popen[bytes]", text: bytes) -> None:
    if process.stdin is None:
        return
    with suppress(OSError):  # a program need not read all of it
        process.stdin.write(text)
    with suppress(OSError):
        process.stdin.close()


def _collect(
    process: "subprocess.Popen[bytes]", pipe: IO[bytes] | None, into: bytearray, full: threading.Event
) -> None:
    while pipe is not None and (piece := os.read(pipe.fileno(), _PIECE)):
        into += piece
        if len(into) > MOST_BYTES:
            full.set()
            _kill(process)
            return


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program with all that it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        with suppress(OSError):
            subprocess.run(tree, capture_output=True, check=False)
        process.kill()
