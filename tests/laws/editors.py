"""Four ways in which other programs save a file, each a process that logs what it read and what it wrote."""

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
    """One save: the line it brought, when it read and what, when it began and ended to write, and what it wrote.

    `read` and `wrote` are the lines by their tokens; None for an editor that writes nothing but its own line.
    """

    token: str
    looked: float
    began: float
    ended: float
    read: frozenset[str] | None = None

    @property
    def wrote(self) -> frozenset[str] | None:
        """What the file held after the save, by the editor's doing."""
        return None if self.read is None else self.read | {self.token}

    def line(self) -> str:
        """Return it as a line of JSON."""
        read = None if self.read is None else sorted(self.read)
        return json.dumps([self.token, self.looked, self.began, self.ended, read])


def saves(log: Path) -> Iterator[Save]:
    """Read an editor's log."""
    for line in log.read_text("utf-8").splitlines() if log.exists() else ():
        token, looked, began, ended, read = json.loads(line)
        yield Save(token, looked, began, ended, None if read is None else frozenset(read))


def append(path: Path, line: str, token: str, _: float) -> Save:
    """Open for appending and write, as `echo >>` does."""
    looked = time.monotonic()
    with path.open("ab", buffering=0) as file:
        file.write(line.encode())
    return Save(token, looked, looked, time.monotonic())


def rename(path: Path, line: str, token: str, think: float) -> Save:
    """Read all, write another file, give it the name, as vim does."""
    looked, text = time.monotonic(), path.read_bytes()
    time.sleep(think)
    beside = path.with_name(f"{path.name}~{token}")
    beside.write_bytes(text + line.encode())
    began = time.monotonic()
    beside.replace(path)
    return Save(token, looked, began, time.monotonic(), tokens(text))


def truncate(path: Path, line: str, token: str, think: float) -> Save:
    """Read all, empty the file, write all into it, as nano does."""
    looked, text = time.monotonic(), path.read_bytes()
    time.sleep(think)
    began = time.monotonic()
    with path.open("wb", buffering=0) as file:
        file.write(text + line.encode())
    return Save(token, looked, began, time.monotonic(), tokens(text))


def held(path: Path, line: str, token: str, think: float) -> Save:
    """Open, hold the file open for a while, then write at what is its end by then."""
    with path.open("r+b", buffering=0) as file:
        looked = time.monotonic()
        time.sleep(think)
        file.seek(0, os.SEEK_END)
        began = time.monotonic()
        file.write(line.encode())
    return Save(token, looked, began, time.monotonic())


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


def overwritten(token: str, began: float, ended: float, all_saves: list[Save]) -> bool:
    """Say whether an editor itself overwrote a line that came into the file between two moments.

    It did when it saved a text without the line, which it had read before the line was there for certain, after the
    line came, and nobody saw the line afterwards.
    """
    whole = [save for save in all_saves if save.read is not None]
    last_seen = max((save.looked for save in whole if token in (save.read or ())), default=began)
    return any(
        token not in (save.wrote or ()) and save.looked <= ended and save.ended >= max(began, last_seen)
        for save in whole
    )
