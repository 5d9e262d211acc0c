"""Four ways in which other programs save a file, each a process that logs what it read and what it wrote."""

import ctypes
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(r"\b(?:hand|ours)-[a-z0-9]+-\d+\b")


@dataclass(frozen=True, slots=True)
class Save:
    """One save: the line it brought, when it ended, what it had read, and what it wrote over.

    `read`, `over` and `wrote` are lines by their tokens; None for an editor that writes nothing but its own line.
    """

    token: str
    ended: float
    read: frozenset[str] | None = None
    over: frozenset[str] = frozenset()

    @property
    def wrote(self) -> frozenset[str] | None:
        """What the file held after the save, by the editor's doing."""
        return None if self.read is None else self.read | {self.token}

    def line(self) -> str:
        """Return it as a line of JSON."""
        read = None if self.read is None else sorted(self.read)
        return json.dumps([self.token, self.ended, read, sorted(self.over)])


def saves(log: Path) -> Iterator[Save]:
    """Read an editor's log."""
    for line in log.read_text("utf-8").splitlines() if log.exists() else ():
        token, ended, read, over = json.loads(line)
        yield Save(token, ended, None if read is None else frozenset(read), frozenset(over))


def append(path: Path, line: str, token: str, _: float) -> Save:
    """Open for appending and write, as `echo >>` does."""
    with path.open("ab", buffering=0) as file:
        file.write(line.encode())
    return Save(token, time.monotonic())


def rename(path: Path, line: str, token: str, think: float) -> Save:
    """Read all, write another file, give it the name, as vim does."""
    text = path.read_bytes()
    time.sleep(think)
    beside = path.with_name(f"{path.name}~{token}")
    beside.write_bytes(text + line.encode())
    # An exchange instead of a replacement, only to know for certain what was written over.
    swap(beside, path)
    over = beside.read_bytes()
    beside.unlink()
    return Save(token, time.monotonic(), tokens(text), tokens(over))


def truncate(path: Path, line: str, token: str, think: float) -> Save:
    """Read all, empty the file, write all into it, as nano does."""
    text = path.read_bytes()
    time.sleep(think)
    with path.open("r+b", buffering=0) as file:
        over = file.read()
        file.truncate(0)
        file.seek(0)
        file.write(text + line.encode())
    return Save(token, time.monotonic(), tokens(text), tokens(over))


def held(path: Path, line: str, token: str, think: float) -> Save:
    """Open, hold the file open for a while, then write at what is its end by then."""
    with path.open("r+b", buffering=0) as file:
        time.sleep(think)
        file.seek(0, os.SEEK_END)
        file.write(line.encode())
    return Save(token, time.monotonic())


EDITORS: dict[str, Callable[[Path, str, str, float], Save]] = {
    "append": append,
    "rename": rename,
    "truncate": truncate,
    "held": held,
}


def edit(kind: str, path: Path, log: Path, *, rate: float, until: float) -> None:
    """Save at a rate a second until a moment; each save brings one line."""
    number = 0
    # The longest that a person may hold a file open here is a second.
    think = min(1.0, 0.9 / rate) if kind == "held" else min(0.02, 0.3 / rate)
    with log.open("a", encoding="utf-8") as written:
        while time.monotonic() < until:
            due = time.monotonic() + 1 / rate
            token = f"hand-{kind}-{number}"
            save = EDITORS[kind](path, f"- A {token} line.\n", token, think)
            written.write(save.line() + "\n")
            written.flush()
            number += 1
            time.sleep(max(0.0, due - time.monotonic()))


def tokens(content: bytes) -> frozenset[str]:
    """Return the tokens of the lines in a file."""
    return frozenset(TOKEN.findall(content.decode("utf-8", "replace")))


def overwritten(token: str, all_saves: list[Save]) -> bool:
    """Say whether an editor itself overwrote a line: it stood in what it wrote over, and not in what it wrote."""
    return any(token in save.over and token not in (save.wrote or ()) for save in all_saves)


def swap(one: Path, other: Path) -> None:
    """Exchange two names in one step, as Linux can."""
    libc = ctypes.CDLL(None, use_errno=True)
    here, both = -100, 2
    if libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), both):
        raise OSError(ctypes.get_errno(), "no exchange here")
