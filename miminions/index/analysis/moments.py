"""When a question asks about: dates and phrases of time, as spans of days."""

# sqlite3 imports it as well, so it costs nothing where an index is open.
from datetime import date

_MONTHS = ("january february march april may june july august september october november december").split()
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
# Words of everyday life that are a month in company only.
_DOUBTFUL = frozenset(("may", "march", "mar", "sun", "fall", "spring"))
_YEARS = range(1950, 2100)
# The leap year that stands for any.
_ANY = 2000


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

    def distance(self, day: str) -> int | None:
        """Return how many days a day (YYYY-MM-DD) is off: 0 within, less than 0 before; None for what is no day."""
        try:
            when = date.fromisoformat(day)
        except ValueError:
            return None
        if not self.yearly:
            return _off(when.toordinal(), self.first, self.last)
        at = when.replace(year=_ANY).toordinal()
        return min((_off(at + turn * 366, self.first, self.last) for turn in (0, 1, -1)), key=abs)


def _off(day: int, first: int, last: int) -> int:
    return min(0, day - first) + max(0, day - last)


def moments(text: str, words: list[str], day: str) -> tuple[tuple[Moment, ...], frozenset[int]]:
    """Return the moments that a text names, and the places of the words that do.

    `words` are the words of the text in their order and lower case, `day` is the day it is asked, for what is relative to it.
    """
    try:
        today = date.fromisoformat(day).toordinal()
    except ValueError:
        today = 0
    found: list[Moment] = []
    taken: set[int] = set()
    at = 0
    while at < len(words):
        moment, end = _moment(words, at, today, text)
        if moment is None:
            at += 1
            continue
        found.append(moment)
        taken.update(range(at, end))
        at = end
    return tuple(found), frozenset(taken)


def _moment(words: list[str], at: int, today: int, text: str) -> tuple[Moment | None, int]:
    """Return the moment that begins at a word, and where it ends."""
    for read in (_written, _part, _calendar, _relative):
        moment, end = read(words, at, today, text)
        if moment is not None:
            return moment, end
    return None, at


def _written(words: list[str], at: int, today: int, text: str) -> tuple[Moment | None, int]:
    """Read 2023-05-27, 27 May 2023, 27th of May, May 27, 2023."""
    year, month, day = (_digits(words, at + place) for place in range(3))
    if year in _YEARS and month and day:
        return _one_day(year, month, day), at + 3
    end = at + 2
    first = _day_of_month(words, at)
    if first:
        end += words[at + 1 : at + 2] == ["of"]
        month = _MONTH.get(words[end - 1], 0) if end <= len(words) else 0
    else:
        month = _month_at(words, at, text)
        first = _day_of_month(words, at + 1)
    if not (first and month):
        return None, at
    year = _digits(words, end)
    return (_one_day(year, month, first), end + 1) if year in _YEARS else (_one_day(0, month, first), end)


def _part(words: list[str], at: int, today: int, text: str) -> tuple[Moment | None, int]:
    """Read "the last two weeks of August 2023", "the first weekend of May", "early June", "the end of 2022"."""
    word = words[at]
    if word in ("early", "mid", "late", "beginning", "start", "middle", "end"):
        inner = at + 1 + (words[at + 1 : at + 2] == ["of"])
        whole, end = _calendar(words, inner, today, text) if inner < len(words) else (None, at)
        if whole is None:
            return None, at
        third = (whole.last - whole.first) // 3
        place = 0 if word in ("early", "beginning", "start") else 2 if word in ("late", "end") else 1
        first = whole.first + third * place
        last = whole.last if place == 2 else first + third
        return Moment(f"{word} {whole.text}", first, last, yearly=whole.yearly), end
    if word in _ORDINAL:
        many = _COUNT.get(words[at + 1], 0) if at + 1 < len(words) else 0
        unit = at + 1 + bool(many)
        if (
            words[unit : unit + 1]
            and words[unit] in _UNIT
            and words[unit + 1 : unit + 2] == ["of"]
            and unit + 2 < len(words)
        ):
            whole, end = _calendar(words, unit + 2, today, text)
            if whole is not None:
                length = _UNIT[words[unit]] * (many or 1)
                which = _ORDINAL[word]
                first = whole.first + (which - 1) * length if which > 0 else whole.last - length + 1
                return Moment(
                    " ".join(words[at : unit + 1]) + f" of {whole.text}",
                    first,
                    first + length - 1,
                    yearly=whole.yearly,
                ), end
    return None, at


def _calendar(words: list[str], at: int, today: int, text: str) -> tuple[Moment | None, int]:
    """Read a month, a season or a year: "May 2023", "last May", "in summer", "during 2022"."""
    word = words[at]
    before = words[at - 1] if at else ""
    month, count = _month_at(words, at, text), 1
    if word in _SEASON and (word not in _DOUBTFUL or before in _PREPOSITIONS or before == "the"):
        month, count = _SEASON[word], 3
    if month:
        end = at + 1 + (words[at + 1 : at + 2] == ["of"])
        year = _digits(words, end)
        name = word if count == 3 else f"{month:02}"
        if year in _YEARS:
            return _months(year, month, count, f"{word} {year}" if count == 3 else f"{year}-{name}"), end + 1
        return _months(_ANY, month, count, word if count == 3 else _MONTHS[month - 1], yearly=True), at + 1
    year = _digits(words, at)
    if year in _YEARS and before in _PREPOSITIONS and len(word) == 4:
        return Moment(word, _ordinal(year, 1, 1), _ordinal(year, 12, 31)), at + 1
    return None, at


def _relative(words: list[str], at: int, today: int, text: str) -> tuple[Moment | None, int]:
    """Read what only the day of the question tells: "yesterday", "two weeks ago", "last month", "last Friday"."""
    if not today:
        return None, at
    word = words[at]
    if word in _NEAR_DAYS:
        day = today + _NEAR_DAYS[word]
        return Moment(word, day, day), at + 1
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in ("last", "this", "next") and (following in _MONTHS or following in _SEASON):
        month, count = (_MONTH[following], 1) if following in _MONTHS else (_SEASON[following], 3)
        return _nearest(word, month, count, today, following), at + 2
    if word in ("last", "this", "next", "past", "previous") and following in _WEEKDAY:
        return _weekday(word, _WEEKDAY[following], today), at + 2
    if word in ("last", "this", "past", "previous") and following in _UNIT:
        return _unit(word, following, today), at + 2
    if (
        word in ("last", "past")
        and _many(words, at + 1)
        and words[at + 2 : at + 3]
        and words[at + 2] in _UNIT
    ):
        length = _many(words, at + 1) * _UNIT[words[at + 2]]
        return Moment(" ".join(words[at : at + 3]), today - length, today), at + 3
    end = at + 1 + (words[at + 1 : at + 2] == ["of"])
    if (
        _many(words, at)
        and words[end : end + 1]
        and words[end] in _UNIT
        and words[end + 1 : end + 2] == ["ago"]
    ):
        unit = _UNIT[words[end]]
        middle = today - _many(words, at) * unit
        # Nobody means three months ago to the day.
        blur = {1: 0, 7: 3, 30: 15, 365: 183}[unit]
        return Moment(" ".join(words[at : end + 2]), middle - blur, middle + blur), end + 2
    return None, at


def _weekday(word: str, weekday: int, today: int) -> Moment:
    now = (today + 6) % 7
    back = (now - weekday) % 7 or 7
    day = (
        today - back
        if word in ("last", "past", "previous")
        else today + (weekday - now) % 7 + 7 * (word == "next")
    )
    return Moment(f"{word} {_WEEKDAYS[weekday]}", day, day)


def _unit(word: str, unit: str, today: int) -> Moment:
    """Return the span of "last week" or "this month"; a week and a weekend by the calendar."""
    now = date.fromordinal(today)
    here = word == "this"
    monday = today - (today + 6) % 7 - (0 if here else 7)
    phrase = f"{word} {unit}"
    if unit.startswith("weekend"):
        return Moment(phrase, monday + 4, monday + 6)
    if unit.startswith("week"):
        return Moment(phrase, monday, monday + 6)
    if unit.startswith("month"):
        year, month = (now.year, now.month) if here else divmod(now.year * 12 + now.month - 2, 12)
        return _months(year, month if here else month + 1, 1, phrase)
    if unit.startswith("year"):
        year = now.year if here else now.year - 1
        return Moment(phrase, _ordinal(year, 1, 1), _ordinal(year, 12, 31))
    return Moment(phrase, today - (not here), today)


def _nearest(before: str, month: int, count: int, today: int, word: str) -> Moment:
    """Return the last month or season of a name that is over by now, the one of this year, or the next to come."""
    year = date.fromordinal(today).year
    spans = [_months(year + turn, month, count, f"{before} {word}") for turn in (-2, -1, 0, 1, 2)]
    if before == "last":
        return [span for span in spans if span.last < today][-1]
    if before == "next":
        return next(span for span in spans if span.first > today)
    return spans[2]


def _months(year: int, month: int, count: int, text: str, *, yearly: bool = False) -> Moment:
    end_year, end_month = divmod(year * 12 + month - 1 + count, 12)
    return Moment(text, _ordinal(year, month, 1), _ordinal(end_year, end_month + 1, 1) - 1, yearly=yearly)


def _one_day(year: int, month: int, day: int) -> Moment | None:
    try:
        at = date(year or _ANY, month, day).toordinal()
    except ValueError:
        return None
    text = f"{year}-{month:02}-{day:02}" if year else f"{_MONTHS[month - 1]} {day}"
    return Moment(text, at, at, yearly=not year)


def _month_at(words: list[str], at: int, text: str) -> int:
    """Return the month that a word names; a doubtful one needs company: a preposition, a day or a year."""
    word = words[at]
    month = _MONTH.get(word, 0)
    if not month or (word not in _DOUBTFUL and word in _MONTHS):
        return month
    before = words[at - 1] if at else ""
    after = _day_of_month(words, at + 1) or _digits(words, at + 1) in _YEARS
    # "may" is written with a capital where it is the month, by those who write capitals at all.
    return (
        month
        if after or (before in _PREPOSITIONS and (word != "may" or "May" in text or text.islower()))
        else 0
    )


def _day_of_month(words: list[str], at: int) -> int:
    """Return the day that a word such as 27 or 27th is, else 0."""
    if at >= len(words):
        return 0
    word = words[at]
    digits = word[:-2] if word.endswith(("st", "nd", "rd", "th")) else word
    return (
        int(digits)
        if len(digits) < 3 and digits.isdecimal() and digits.isascii() and 1 <= int(digits) <= 31
        else 0
    )


def _digits(words: list[str], at: int) -> int:
    """Return the number that a word is, else 0."""
    word = words[at] if 0 <= at < len(words) else ""
    return int(word) if len(word) <= 4 and word.isdecimal() and word.isascii() else 0


def _many(words: list[str], at: int) -> int:
    word = words[at] if at < len(words) else ""
    return _COUNT.get(word, 0) or _digits(words, at)


def _ordinal(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal()
