"""Expiry: the section's default for a new fact, and the facts that the next write archives."""

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from miminions.memory.changes import EXPIRED, Retire
from miminions.memory.folder import State

_SPAN = re.compile(r"(\d{1,5})\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def default_until(state: State, section: str, day: str) -> str | None:
    """Return the last day of a fact that comes into a section on `day`, None where the owner set no default.

    The front matter says `expire: {Context: 90d}`; d, w, m and y are days, weeks, 30 and 365 days. Raises
    MemoryFileError for front matter nobody can read.
    """
    span = next((value for name, value in state.expiry.items() if name.casefold() == section.casefold()), "")
    length = span_of(span)
    try:
        return None if length is None else str(date.fromisoformat(day) + length)
    except OverflowError:
        # What ends after the last day there is has no end.
        return None


def span_of(word: str) -> timedelta | None:
    """Read a span of time such as `90d`, `12w`, `6m` or `1y`; None for any other word."""
    match = _SPAN.fullmatch(word.strip().lower())
    return timedelta(days=int(match[1]) * _DAYS[match[2]]) if match else None


def archive_expired(state: State, day: str, without: Collection[str]) -> Iterator[Retire]:
    """Yield the changes that move expired facts to the archive; `without` are ids that are changed anyway.

    What is in dispute stays until it is settled.
    """
    today = date.fromisoformat(day)
    expired = [fact for fact in state.facts.facts if fact.expired(today) and fact.id not in without]
    disputed = state.disputed if expired else frozenset()
    for fact in expired:
        if fact.id not in disputed:
            yield Retire(fact.id, fact.until or day, EXPIRED)
