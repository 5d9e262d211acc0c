"""Counts what was served: by fact, by surface, by day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miminions.layout import LocalLayout
from miminions.records import load
from miminions.usage.read import Served, read

# What is left of records that were let go of.
TOTALS = ".totals.json"
# The surface that nobody asks anything on: it gives whatever fits.
UNASKED = "context"


@dataclass(frozen=True, slots=True)
class Totals:
    """How often each surface was asked, how often it was silent, and how many things it gave."""

    queries: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.queries + other.queries, self.silent + other.silent, self.given + other.given)

    def as_record(self) -> dict[str, dict[str, int]]:
        """Return it as JSON is stored."""
        return {"queries": dict(self.queries), "silent": dict(self.silent), "given": dict(self.given)}


@dataclass(frozen=True, slots=True)
class Use:
    """How often a fact answered a question, and when last (UTC, ISO format)."""

    times: int
    last: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What was served, counted: totals since the beginning; facts by id and queries by day as far as they are noted.

    A context is no query: what it gives counts in the totals of its surface only.
    """

    totals: Totals
    facts: Mapping[str, Use]
    days: Mapping[str, int]

    @property
    def queries(self) -> int:
        """How many questions there were."""
        return _asked(self.totals.queries)

    @property
    def silent(self) -> float:
        """The share of them, from 0 to 1, that nothing was given for."""
        return _asked(self.totals.silent) / self.queries if self.queries else 0.0

    def never(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those of some facts that answered no question, as far as it is noted."""
        return tuple(identity for identity in ids if identity not in self.facts)


def counts(local: LocalLayout) -> Counts:
    """Count what was served in a workspace."""
    noted = tuple(read(local))
    facts: dict[str, Use] = {}
    asked = [one for one in noted if one.surface != UNASKED]
    for one in asked:
        for identity in {identity for kind, identity in one.given if kind == "fact"}:
            facts[identity] = Use(facts[identity].times + 1 if identity in facts else 1, one.at)
    days = Counter(one.at[:10] for one in asked)
    return Counts(totals_of(noted) + kept_totals(local.usage), facts, dict(sorted(days.items())))


def _asked(numbers: Counter[str]) -> int:
    return numbers.total() - numbers[UNASKED]


def totals_of(noted: Iterable[Served]) -> Totals:
    """Count records."""
    totals = Totals()
    for one in noted:
        totals.queries[one.surface] += 1
        totals.silent[one.surface] += not one.given
        totals.given[one.surface] += len(one.given)
    return totals


def kept_totals(file: Path) -> Totals:
    """Return the numbers of records that were let go of; none where there are none, or where they are damaged."""
    held = load(file.with_suffix(TOTALS))
    return Totals(*(_counter(held.get(name)) for name in ("queries", "silent", "given")))


def _counter(held: Any) -> Counter[str]:
    numbers = held.items() if isinstance(held, dict) else ()
    return Counter({str(name): number for name, number in numbers if isinstance(number, int)})
