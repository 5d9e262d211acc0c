"""What calls of models cost on this machine: a file a day, written before a call and again behind it."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from miminions.errors import MiminionsError
from miminions.files import append, lock, make_folder, read
from miminions.model import Usage

CHAT = "chat"
# No call costs that much.
MOST_USD = 1e6


@dataclass(frozen=True, slots=True)
class Spending:
    """The calls of a day. What was begun counts as foreseen until its end is known: a killed call may have cost."""

    folder: Path

    def of(self, now: datetime, *, chats: bool = False) -> Usage:
        """Return what distilling, or with `chats` chatting, cost in the local day of a moment.

        A call without a known price adds tokens and no money.
        """
        last = {str(line.get("id")): line for line in self._lines(now)}
        asked = (line for line in last.values() if (line.get("state") == CHAT) == chats)
        return sum(map(_usage, asked), Usage())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other process spend between looking and beginning; never held across a call. Raises FileError."""
        make_folder(self.folder, mode=0o700)
        with lock(self.folder / "lock"):
            yield

    def begin(self, now: datetime, model: str, foreseen: Usage) -> str:
        """Note a call that is about to be made, and return its id. Raises FileError."""
        identity = secrets.token_hex(6)
        self.note(now, identity, model, foreseen, "begun")
        return identity

    def chatted(self, now: datetime, model: str, usage: Usage) -> None:
        """Note an answer of a chat. Raises FileError."""
        make_folder(self.folder, mode=0o700)
        self.note(now, secrets.token_hex(6), model, usage, CHAT)

    def note(self, now: datetime, identity: str, model: str, usage: Usage, state: str) -> None:
        """Note what is known of a call by now, in the file of the day it is noted. Raises FileError."""
        line = {
            "id": identity,
            "at": now.isoformat(),
            "model": model,
            "state": state,
            "calls": usage.calls,
            "tokens_in": usage.tokens_in,
            "tokens_out": usage.tokens_out,
            "usd": usage.usd,
        }
        # A line that a kill tore must not swallow this one.
        append(self._path(now), f"\n{json.dumps(line)}\n")

    def _lines(self, now: datetime) -> Iterator[dict[str, Any]]:
        try:
            text = read(self._path(now)).text
        except MiminionsError:
            return
        for line in text.split("\n"):
            try:
                value = json.loads(line) if line else None
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                yield value

    def _path(self, now: datetime) -> Path:
        return self.folder / f"{local_day(now)}.jsonl"


def local_day(now: datetime) -> str:
    """Return the day of a moment where the person is, YYYY-MM-DD."""
    return f"{now.astimezone():%Y-%m-%d}"


def _usage(line: dict[str, Any]) -> Usage:
    numbers = [line.get(name) for name in ("calls", "tokens_in", "tokens_out")]
    calls, into, out = (one if type(one) is int and one >= 0 else 0 for one in numbers)
    return Usage(calls, into, out, _amount(line.get("usd")))


def _amount(value: object) -> float | None:
    """Return an amount as it was noted; a damaged one must neither lift a cap nor close it for the day."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < MOST_USD else None
