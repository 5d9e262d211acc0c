"""The normal form of a conversation: turns, whatever agent wrote them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

# `user` is proven to be the person; injected and scaffolding text is `system`, another agent's words are `subagent`.
Role = Literal["user", "assistant", "tool", "system", "subagent"]


EARLIEST, LATEST = 1970, 9000


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn; `number` is the place of its (first) record in the transcript, from 1, dead branches included.

    `speaker` is who said it, where the transcript names people.
    """

    number: int
    role: Role
    text: str
    time: datetime | None = None
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole transcript; `records` counts all its lines, `skipped` those nobody could read.

    `folder` and `branch` are where the session ran, the branch as its last record names it.
    """

    path: Path
    format: str
    session: str
    folder: Path | None
    branch: str | None
    turns: tuple[Turn, ...]
    skipped: int
    records: int

    @property
    def started(self) -> datetime | None:
        """The time of the first turn that has one."""
        return next((turn.time for turn in self.turns if turn.time), None)

    def turn(self, number: int) -> Turn | None:
        """Return the turn of that number."""
        return next((turn for turn in self.turns if turn.number == number), None)


def as_time(value: object) -> datetime | None:
    """Read an ISO time, with the offset it states; anything else is no time. A time without a zone is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    # The zero times of other languages, and what lies too near the calendar's ends to reckon with, are no times.
    if not EARLIEST <= moment.year <= LATEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """Return a time as the clock on the wall showed it: by the offset it states, in this machine's zone when that is UTC.

    UTC is what programs write who did not ask where they are. What a person calls today is a day of this time.
    """
    return moment if moment.utcoffset() else moment.astimezone()
