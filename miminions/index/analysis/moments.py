"""When a question asks about: dates and phrases of time, as spans of days."""

# sqlite3 imports it as well, so it costs nothing where an index is open.
from datetime import date

_MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = {name: at for at, full in enumerate(_MONTHS, 1) for name in (full, full[:3])} | {"sept": 9}
_WEEKDAY = {name: at for at, name in enumerate(_WEEKDAYS)}
# The first month and how many there are; winter runs into the next year.
_SEASON = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_UNIT = {name + end: days for name, days in (("day", 1), ("week", 7), ("weekend", 7), ("month", 30), ("year", 365))
         for end in ("", "s")}  # fmt: skip
_COUNT = {
    word: at
    for at, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_COUNT |= {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_NEAR_DAYS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_PREPOSITIONS = frozenset(
    "in of last this next past during since by until till before after early late mid from to between and on around year "
    "beginning start middle end for".split()
)
_WHICH = ("last", "this", "next", "past", "previous")
# Thirds of a span.
_END = 2
_SHARES = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": _END, "end": _END}
# Words of everyday life that are a month in company only.
_DOUBTFUL = frozenset(("may", "march", "mar", "fall", "spring"))
_YEARS = range(1950, 2100)
_LAST_DAY, _YEAR_DIGITS = 31, 4
_FIRST_TODAY = date(1000, 1, 1).toordinal()
# The leap year that stands for any, and the days it has.
_ANY, _LEAP = 2000, 366


class Moment:
    """A span of days, both ends inclusive, as ordinals of `datetime.date`; a `yearly` one comes back each year.

    `text` is how people write it: 2023, 2023-05 or 2023-05-27, a season, or the phrase itself.
    """

    __slots__ = ("first", "last", "text", "yearly")

    def __init__(self, text: str, first: int, last: int, *, yearly: bool = False) -> None:
        self.text, self.first, self.last, self.yearly = text, first, last, yearly

    def __repr__(self) -> str:
        return f"Moment({self.text}, {date.fromordinal(self.first)}, {date.fromordinal(self.last)}, yearly={self.yearly})"

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day, as YYYY-MM-DD."""
        return date.fromordinal(self.first).isoformat(), date.fromordinal(self.last).isoformat()

    @property
    def forms(self) -> tuple[str, ...]:
        """How texts name the same days, as phrases: a day of a month, or a month or season alone."""
        begin = date.fromordinal(self.first)
        month = _MONTHS[begin.month - 1]
        if self.first == self.last:
            written = f"{begin.year} {begin.month:02} {begin.day:02}"
            spoken = (
                f"{month} {begin.day}",
                f"{begin.day} {month}",
                f"{month} {begin.day}th",
                f"{begin.day}th {month}",
            )
            return spoken if self.yearly else (*spoken, written)
        season = self.text.split(" ")[0]
        if season in _SEASON:
            return (season,)
        return (month,) if self.text.endswith(f"-{begin.month:02}") or self.text == month else ()

    def distance(self, day: str) -> int | None:
        """Return how many days a day (YYYY-MM-DD) is off: 0 within, less than 0 before; None for what is no day."""
        try:
            when = date.fromisoformat(day)
        except ValueError:
            return None
        if not self.yearly:
            return _off(when.toordinal(), self.first, self.last)
        at = when.replace(year=_ANY).toordinal()
        return min((_off(at + turn * _LEAP, self.first, self.last) for turn in (0, 1, -1)), key=abs)


def _off(day: int, first: int, last: int) -> int:
    return min(0, day - first) + max(0, day - last)


def moments(text: str, words: list[str], day: str) -> tuple[tuple[Moment, ...], frozenset[int]]:
    """Return the moments that a text names, and the places of the words that do.

    `words` are the words of the text in their order and in lower case, `day` is the day it is asked: what is relative to
    it is not understood where it is no day.
    """
    try:
        today = date.fromisoformat(day).toordinal()
    except ValueError:
        today = 0
    # Years that have no years before them are nobody's today.
    today = today if today > _FIRST_TODAY else 0
    reader = _Reader(words, today, text)
    found: list[Moment] = []
    taken: set[int] = set()
    at = 0
    while at < len(words):
        moment, end = reader.moment(at)
        if moment is not None:
            found.append(moment)
            taken.update(range(at, end))
        at = end if moment is not None else at + 1
    return tuple(found), frozenset(taken)


# A moment and the place behind its words; no moment where the words name none.
_Read = tuple[Moment | None, int]


class _Reader:
    """Reads a text's words, from any of them on."""

    __slots__ = ("_text", "_today", "_words")

    def __init__(self, words: list[str], today: int, text: str) -> None:
        self._words, self._today, self._text = words, today, text

    def moment(self, at: int) -> _Read:
        """Return the moment that begins at a word, and where it ends."""
        for read in (self._written, self._share, self._part, self._relative, self._ago, self._calendar):
            moment, end = read(at)
            if moment is not None:
                return moment, end
        return None, at

    def _word(self, at: int) -> str:
        return self._words[at] if 0 <= at < len(self._words) else ""

    def _behind_of(self, at: int) -> int:
        return at + (self._word(at) == "of")

    def _written(self, at: int) -> _Read:
        """Read 2023-05-27, 27 May 2023, 27th of May, May 27, 2023."""
        year, month, day = (_digits(self._word(at + place)) for place in range(3))
        if year in _YEARS and month and day:
            return _one_day(year, month, day), at + 3
        day = _day_of_month(self._word(at))
        end = (self._behind_of(at + 1) if day else at + 1) + 1
        month = _MONTH.get(self._word(end - 1), 0) if day else self._month(at)
        day = day or _day_of_month(self._word(at + 1))
        if not (day and month):
            return None, at
        year = _digits(self._word(end))
        return (_one_day(year, month, day), end + 1) if year in _YEARS else (_one_day(0, month, day), end)

    def _share(self, at: int) -> _Read:
        """Read "early June", "the end of 2022"."""
        share = _SHARES.get(self._word(at))
        whole, end = self._calendar(self._behind_of(at + 1)) if share is not None else (None, at)
        if whole is None or share is None:
            return None, at
        third = (whole.last - whole.first) // 3
        first = whole.first + third * share
        last = whole.last if share == _END else first + third
        return Moment(f"{self._word(at)} {whole.text}", first, last, yearly=whole.yearly), end

    def _part(self, at: int) -> _Read:
        """Read "the last two weeks of August 2023", "the first weekend of May"."""
        which, many = _ORDINAL.get(self._word(at), 0), _COUNT.get(self._word(at + 1), 0)
        unit = at + 1 + bool(many)
        if not which or self._word(unit) not in _UNIT or self._word(unit + 1) != "of":
            return None, at
        whole, end = self._calendar(unit + 2)
        if whole is None:
            return None, at
        length = _UNIT[self._word(unit)] * (many or 1)
        first = whole.first + (which - 1) * length if which > 0 else whole.last - length + 1
        text = f"{' '.join(self._words[at : unit + 1])} of {whole.text}"
        return Moment(text, first, first + length - 1, yearly=whole.yearly), end

    def _calendar(self, at: int) -> _Read:
        """Read a month, a season or a year: "May 2023", "in summer", "during 2022"."""
        word, before = self._word(at), self._word(at - 1)
        month, count = self._month(at), 1
        if word in _SEASON and (word not in _DOUBTFUL or before in _PREPOSITIONS or before == "the"):
            month, count = _SEASON[word], 3
        if month:
            end = self._behind_of(at + 1)
            year = _digits(self._word(end))
            if year in _YEARS:
                return _months(
                    year, month, count, f"{word} {year}" if count > 1 else f"{year}-{month:02}"
                ), end + 1
            return _months(_ANY, month, count, word if count > 1 else _MONTHS[month - 1], yearly=True), at + 1
        year = _digits(word)
        if year in _YEARS and before in _PREPOSITIONS:
            return Moment(word, _ordinal(year, 1, 1), _ordinal(year, 12, 31)), at + 1
        return None, at

    def _relative(self, at: int) -> _Read:
        """Read what only the day of the question tells: "yesterday", "last month", "last May", "next Friday"."""
        word, following = self._word(at), self._word(at + 1)
        if not self._today:
            return None, at
        if word in _NEAR_DAYS:
            day = self._today + _NEAR_DAYS[word]
            return Moment(word, day, day), at + 1
        if word not in _WHICH:
            return None, at
        named = _named(word, following, self._today)
        return (named, at + 2) if named is not None else (None, at)

    def _ago(self, at: int) -> _Read:
        """Read "two weeks ago" and "the last 3 days"."""
        past = self._word(at) in ("last", "past")
        begin = at + past
        many = _COUNT.get(self._word(begin), 0) or _digits(self._word(begin))
        unit = self._behind_of(begin + 1)
        days = many * _UNIT.get(self._word(unit), 0)
        end = unit + 1 if past else unit + 2
        if not self._today or not 0 < 2 * days < self._today or (not past and self._word(unit + 1) != "ago"):
            return None, at
        text, day = " ".join(self._words[at:end]), self._today - days
        # Nobody means three months ago to the day.
        blur = 0 if days < _UNIT["week"] else days // many // 2
        return (Moment(text, day, self._today) if past else Moment(text, day - blur, day + blur)), end

    def _month(self, at: int) -> int:
        """Return the month that a word names; a doubtful one needs company: a preposition, a day or a year."""
        word = self._word(at)
        month = _MONTH.get(word, 0)
        if not month or (word not in _DOUBTFUL and word in _MONTHS):
            return month
        after = _day_of_month(self._word(at + 1)) or _digits(self._word(at + 1)) in _YEARS
        # "may" is written with a capital where it is the month, by those who write capitals at all.
        named = word != "may" or "May" in self._text or self._text.islower()
        return month if after or (self._word(at - 1) in _PREPOSITIONS and named) else 0


def _named(which: str, name: str, today: int) -> Moment | None:
    """Return the span that "last", "this" or "next" picks of a month, season, day of the week or unit of time."""
    if name in _MONTHS:
        return _nearest(which, _MONTH[name], 1, today, name)
    if name in _SEASON:
        return _nearest(which, _SEASON[name], 3, today, name)
    if name in _WEEKDAY:
        return _weekday(which, _WEEKDAY[name], today)
    return _unit(which, name, today) if name in _UNIT and which != "next" else None


def _weekday(word: str, weekday: int, today: int) -> Moment:
    now = (today + 6) % 7
    ahead = (weekday - now) % 7
    if word == "next":
        day = today + (ahead or 7)
    else:
        day = today + ahead if word == "this" else today - ((now - weekday) % 7 or 7)
    return Moment(f"{word} {_WEEKDAYS[weekday]}", day, day)


def _unit(word: str, unit: str, today: int) -> Moment:
    """Return the span of "last week" or "this month": by the calendar, of which a week begins on Monday."""
    now, here = date.fromordinal(today), word == "this"
    monday = today - (today + 6) % 7 - (0 if here else 7)
    text = f"{word} {unit}"
    match unit.removesuffix("s"):
        case "weekend":
            return Moment(text, monday + 5, monday + 6)
        case "week":
            return Moment(text, monday, monday + 6)
        case "month":
            year, month = divmod(now.year * 12 + now.month - 1 - (not here), 12)
            return _months(year, month + 1, 1, text)
        case "year":
            return _months(now.year - (not here), 1, 12, text)
    return Moment(text, today - (not here), today)


def _nearest(which: str, month: int, count: int, today: int, name: str) -> Moment:
    """Return the last month or season of a name that is over, that of this year, or the next to come."""
    year = date.fromordinal(today).year
    spans = [_months(year + turn, month, count, f"{which} {name}") for turn in (-2, -1, 0, 1)]
    if which == "this":
        return spans[2]
    if which == "next":
        return next(span for span in spans if span.first > today)
    return [span for span in spans if span.last < today][-1]


def _months(year: int, month: int, count: int, text: str, *, yearly: bool = False) -> Moment:
    end_year, end_month = divmod(year * 12 + month - 1 + count, 12)
    return Moment(text, _ordinal(year, month, 1), _ordinal(end_year, end_month + 1, 1) - 1, yearly=yearly)


def _one_day(year: int, month: int, day: int) -> Moment | None:
    try:
        at = _ordinal(year or _ANY, month, day)
    except ValueError:
        return None
    text = f"{year}-{month:02}-{day:02}" if year else f"{_MONTHS[month - 1]} {day}"
    return Moment(text, at, at, yearly=not year)


def _day_of_month(word: str) -> int:
    """Return the day that a word such as 27 or 27th is, else 0."""
    day = _digits(word[:-2] if word.endswith(("st", "nd", "rd", "th")) else word)
    return day if day <= _LAST_DAY else 0


def _digits(word: str) -> int:
    """Return the number that a word of at most four digits is, else 0."""
    return int(word) if len(word) <= _YEAR_DIGITS and word.isdecimal() and word.isascii() else 0


def _ordinal(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal()
