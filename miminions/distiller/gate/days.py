"""Checks the dates of a text: each must follow from the day of its turn and what was said near the quote."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language import languages
from miminions.distiller.language.dates import resolve
from miminions.transcripts import Turn

# How far a weekday that was named may lie from the turn, in days.
BACK, AHEAD = 8, 15
# A day named by its number alone lies within so many days.
AROUND = 45


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as a text writes it; `month` and `day` are None where it has none."""

    written: str
    year: int | None
    month: int | None
    day: int | None

    def same_as(self, other: "Mention") -> bool:
        """Say whether both mean the same date, as far as their years are given."""
        years = {self.year, other.year} - {None}
        return (self.month, self.day) == (other.month, other.day) and len(years) < 2

    def is_day(self, other: date) -> bool:
        """Say whether it means that day."""
        return (self.month, self.day) == (other.month, other.day) and self.year in {None, other.year}


def mentions(text: str) -> tuple[Mention, ...]:
    """Return the dates that a text writes in any form."""
    return tuple(filter(None, (_mention(found) for found in _dates().finditer(text))))


@lru_cache(maxsize=64)
def undated(text: str) -> str:
    """Return a text without its dates, and without the names of weekdays."""
    return _weekdays().sub(" ", _dates().sub(" ", text))


def underived(text: str, turn: Turn, near: Iterable[Turn], known: str) -> list[str]:
    """Return the dates of a text that follow from nothing said near its quote; without the turn's day all count as said."""
    found = mentions(text)
    if not found or turn.time is None:
        return []
    near = tuple(near)
    said = "\n".join(one.text for one in near)
    heard = (*mentions(said), *mentions(known))
    today = turn.time.date()
    days = {today} | {day for one in near for day in _resolved(one)}
    return [one.written for one in found if not _follows(one, today, said, heard, days)]


def years_named(said: str, today: date) -> frozenset[int]:
    """Return this year, and the years that words like "last year" mean."""
    away = (
        distance
        for each in languages()
        for pattern, unit, distance in each.days.periods
        if unit == "year" and pattern.search(said)
    )
    return frozenset({today.year, *(today.year + distance for distance in away)})


def weekdays_in(text: str) -> frozenset[str]:
    """Return the weekdays that a text names, in no language."""
    return frozenset(f"day {day}" for day in _weekdays_named(text))


def _follows(one: Mention, today: date, said: str, heard: Iterable[Mention], days: Iterable[date]) -> bool:
    if any(one.same_as(other) for other in heard) and _near(one, today):
        return True
    if one.month is None or ((one.month, one.day) in _feasts_named(said) and _near(one, today)):
        return True
    if one.day is None:
        months = {day.month for day in days} | _months_named(said)
        return one.month in months and _near(one, today)
    if any(one.is_day(day) for day in days):
        return True
    day = _as_date(one, today)
    return day is not None and _near(one, today) and _reached(day, today, said)


def _reached(day: date, today: date, said: str) -> bool:
    """Say whether a weekday, the number of a day or a span of time that was said leads to a day."""
    away = (day - today).days
    if -BACK <= away <= AHEAD and day.weekday() in _weekdays_named(said):
        return True
    numbers, months = values_of(said), _months_named(said)
    if str(day.day) in numbers and (abs(away) <= AROUND or day.month in months):
        return True
    last = monthrange(day.year, day.month)[1]
    if day.day in {1, last} and (day.month in months or day.month in {today.month, today.month % 12 + 1}):
        return True
    spans = {int(n) for n in numbers if n.isdigit() and len(n) < 4} | {1}
    return any(abs(away) in {n, 7 * n} for n in spans) and bool(_units().search(said))


def _near(one: Mention, today: date) -> bool:
    return one.year is None or abs(one.year - today.year) <= 1


def _as_date(one: Mention, today: date) -> date | None:
    try:
        return date(one.year or today.year, one.month or 1, one.day or 1)
    except ValueError:
        return None


def _resolved(turn: Turn) -> Iterator[date]:
    if turn.time is None:
        return
    for one in mentions(resolve(turn.text, turn.time.date())):
        if one.year and one.month and one.day and (day := _as_date(one, turn.time.date())):
            yield day


def _feasts_named(said: str) -> frozenset[tuple[int, int]]:
    """Return month and day of the feasts that a text names."""
    days = (day for each in languages() for name, day in each.days.feasts if name.search(said))
    return frozenset((int(month), int(number)) for month, _, number in (day.partition("-") for day in days))


def _months_named(said: str) -> frozenset[int]:
    return frozenset(
        place
        for each in languages()
        for place, name in enumerate(each.days.months, 1)
        if re.search(rf"\b(?:{name})\b", said, re.IGNORECASE)
    )


def _weekdays_named(said: str) -> frozenset[int]:
    return frozenset(
        place
        for each in languages()
        for place, name in enumerate(each.days.weekdays)
        if re.search(rf"\b(?:{name})s?\b", said, re.IGNORECASE)
    )


def _mention(found: re.Match[str]) -> Mention | None:
    """Read a match of any form; None for numbers that make no date."""
    given = {name: value for name, value in found.groupdict().items() if value}
    year = next((int(value) for name, value in given.items() if name.startswith("year")), None)
    word = next((value for name, value in given.items() if name.startswith("name")), None)
    month = _month(word) if word else next((int(v) for n, v in given.items() if n.startswith("month")), None)
    day = next((int(value) for name, value in given.items() if name.startswith("day")), None)
    if month is not None and not 1 <= month <= 12:
        return None
    return Mention(found[0].strip(), year, month, day)


def _month(word: str) -> int:
    return next(
        place
        for each in languages()
        for place, name in enumerate(each.days.months, 1)
        if re.fullmatch(name, word, re.IGNORECASE)
    )


@cache
def _dates() -> re.Pattern[str]:
    """Write the forms of a date as one pattern."""
    names = "|".join(name for each in languages() for name in each.days.months)
    of = r"(?:\s+(?:of|de))?"
    return re.compile(
        rf"""
          \b(?P<year1>\d{{4}})-(?P<month1>\d{{2}})(?:-(?P<day1>\d{{1,2}}))?\b
        | (?<![\d.])(?P<day2>\d{{1,2}})\.\s?(?P<month2>\d{{1,2}})\.\s?(?P<year2>\d{{4}})\b
        | \b(?:am|ab|bis|vom|zum|den)\s+(?P<day7>\d{{1,2}})\.\s?(?P<month7>\d{{1,2}})\.(?!\d)
        | \b(?P<day3>\d{{1,2}})(?:st|nd|rd|th|\.|º)?{of}\s+(?P<name3>{names})\b\.?(?:(?:,|\s+de)?\s+(?P<year3>\d{{4}})\b)?
        | \b(?P<name4>{names})\s+(?P<day4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<year4>\d{{4}})\b)?
        | \b(?P<name5>{names})(?:,|\s+de)?\s+(?P<year5>\d{{4}})\b
        | (?-i:\b(?P<name6>{"|".join(_capitals(names))})\b)
        """,
        re.IGNORECASE | re.VERBOSE,
    )


def _capitals(names: str) -> Iterator[str]:
    """Write the names of months large: "may" alone is mostly no month."""
    for name in names.split("|"):
        yield name[:1].upper() + name[1:]


@cache
def _weekdays() -> re.Pattern[str]:
    names = "|".join(name for each in languages() for name in each.days.weekdays)
    return re.compile(rf"\b(?:{names})s?\b", re.IGNORECASE)


@cache
def _units() -> re.Pattern[str]:
    return re.compile(r"\b(?:days?|weeks?|tag(?:e|en)?|wochen?|dias?|semanas?)\b", re.IGNORECASE)
