"""Resolves the relative dates of a text against the day it was said; what is not certain stays as it is."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from miminions.distiller.language import Days, languages

# The first day of a range that names its month once, as in "from 12 to 26 may".
_RANGE = re.compile(r"\d\.?\s*(?:[\u2013-]|\w+)\s*$")


def resolve(text: str, said: date) -> str:
    """Write the days that a text names relative to `said` as YYYY-MM-DD."""
    for language in languages():
        if _names_days(language.days).search(text):
            text = _Resolver(language.days, said).resolve(text)
    return text


@cache
def _names_days(days: Days) -> re.Pattern[str]:
    """Match what a language may name a day by; most texts have none of it."""
    patterns = [day[0].pattern for day in days.days] + [period[0].pattern for period in days.periods]
    patterns += [rf"\b{name}" for name in (*days.weekdays, *days.months)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Resolver:
    days: Days
    said: date

    def resolve(self, text: str) -> str:
        for pattern, distance in self.days.days:
            text = pattern.sub(partial(self._set, day=self._after(distance)), text)
        for pattern, unit, distance in self.days.periods:
            text = pattern.sub(
                partial(self._set, day=self._period(unit, distance), on=self.days.within), text
            )
        forms = _forms(self.days)
        text = forms.weekday.sub(self._weekday, text) if self.days.weekdays else text
        if not self.days.months:
            return text
        text = forms.end.sub(self._end, text)
        return forms.day_first.sub(self._month_day, forms.month_first.sub(self._month_day, text))

    def _after(self, distance: int) -> str:
        return (self.said + timedelta(days=distance)).isoformat()

    def _period(self, unit: str, distance: int) -> str:
        """Return a week by its monday, a month as YYYY-MM, a year."""
        if unit == "week":
            monday = self.said - timedelta(days=self.said.weekday()) + timedelta(weeks=distance)
            return f"{self.days.week} {monday.isoformat()}"
        if unit == "year":
            return str(self.said.year + distance)
        month = self.said.year * 12 + self.said.month - 1 + distance
        return f"{month // 12:04}-{month % 12 + 1:02}"

    def _set(self, found: re.Match[str], *, day: str, on: str = "") -> str:
        """Write a day where its word stood, with a preposition when it had none."""
        before = found.string[: found.start()].rstrip()
        bare = (
            not before
            or before[-1] in ",;:(\u2013-"
            or found.string[found.end() :].startswith(("'s", "\u2019s"))
        )
        led = bare or re.search(rf"\b(?:{self.days.before})$", before, re.IGNORECASE)
        return day if led else f"{on or self.days.on} {day}"

    def _weekday(self, found: re.Match[str]) -> str:
        day = _place(self.days.weekdays, found["weekday"])
        back, ahead = (self.said.weekday() - day) % 7, (day - self.said.weekday()) % 7
        if found["last"]:
            return self._after(-(back or 7))
        if found["this"]:
            return self._after(ahead)
        # "Next friday" said before a friday means either of two.
        return found[0] if day > self.said.weekday() else self._after(ahead or 7)

    def _end(self, found: re.Match[str]) -> str:
        month = _place(self.days.months, found["month"]) + 1
        year = self._year(month, monthrange(self.said.year, month)[1])
        return date(year, month, monthrange(year, month)[1]).isoformat()

    def _month_day(self, found: re.Match[str]) -> str:
        if _RANGE.search(found.string[: found.start()]):
            return found[0]
        month, day = _place(self.days.months, found["month"]) + 1, int(found["day"])
        try:
            return date(self._year(month, day), month, day).isoformat()
        except ValueError:
            return found[0]

    def _year(self, month: int, day: int) -> int:
        """Return the year that brings a day nearest."""
        years = (self.said.year - 1, self.said.year, self.said.year + 1)
        last = {year: min(day, monthrange(year, month)[1]) for year in years}
        return min(years, key=lambda year: abs((date(year, month, last[year]) - self.said).days))


@dataclass(frozen=True, slots=True)
class _Forms:
    weekday: re.Pattern[str]
    end: re.Pattern[str]
    day_first: re.Pattern[str]
    month_first: re.Pattern[str]


@cache
def _forms(days: Days) -> _Forms:
    """Write the forms in which a language gives dates as patterns."""
    month, weekday = (
        rf"(?P<month>{'|'.join(days.months)})(?:\.(?=\s*\d))?",
        rf"(?P<weekday>{'|'.join(days.weekdays)})",
    )
    # A weekday or an end "of" something else is a rule, not a day.
    alone = rf"(?!\w|\s+(?:{days.of})\b|['\u2019]s)"
    # With a year it is absolute already.
    over = r"(?![\w:]|,?\s+\d{4}\b)"
    return _Forms(
        weekday=re.compile(
            rf"\b(?:(?P<last>{days.last})|(?P<this>{days.this})|{days.next})\s+{weekday}{alone}",
            re.IGNORECASE,
        ),
        end=re.compile(rf"\b{days.end}\s+{month}{over}", re.IGNORECASE),
        day_first=re.compile(
            rf"(?<![\w.:-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)?\s+(?:(?:{days.of})\s+)?{month}{over}",
            re.IGNORECASE,
        ),
        month_first=re.compile(
            rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:])(?:,?\s+(?P<year>\d{{4}})\b)?",
            re.IGNORECASE,
        ),
    )


def _place(names: tuple[str, ...], word: str) -> int:
    return next(place for place, name in enumerate(names) if re.fullmatch(name, word, re.IGNORECASE))
