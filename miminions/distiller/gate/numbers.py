"""Reads the numbers of a text: 1,000 and 1k are one number, "ten" and 10, 14:00 and "two o'clock"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from miminions.distiller.language import numbers

# A number that a letter or an underscore leads is part of a name; the unit may stand right behind it.
_NUMBER = re.compile(
    r"(?:(?<!\w)(?<!\w[-.])|(?<=\dx)|(?<=\bv))\d+(?:[.,:]\d+)*(?:h\d\d)?(?:k\b)?", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_TIME = re.compile(r"(\d{1,2})(?::|h)(\d\d)(?::\d\d)?", re.IGNORECASE)
_TOKEN = re.compile(r"\w+(?:[.,:]\w+)*")
HALF_DAY = 12
HUNDRED, THOUSAND = 100, 1000
# What joins the words of a number, and the words for one, which are articles where they stand alone.
_JOINED = frozenset({"and", "und", "e"})
_ONE = frozenset({"one", "ein", "eins", "um", "uma"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number where it stands: as it is written, all that it can mean, and the words beside it, cut short."""

    written: str
    values: frozenset[str]
    beside: frozenset[str]


def written_numbers(text: str) -> Iterator[Number]:
    """Yield the numbers that a text has in digits."""
    for found in _NUMBER.finditer(text):
        yield Number(found[0], _values(found[0]), _beside(text, found))


def number_words(text: str) -> Iterator[Number]:
    """Yield the numbers that a text writes as words."""
    known = numbers()
    for found in _WORD.finditer(text.casefold()):
        if found[0] in known:
            yield Number(found[0], frozenset({known[found[0]]}), _beside(text, found))


@lru_cache(maxsize=256)
def values_of(text: str) -> frozenset[str]:
    """Return all that the numbers of a text can mean, in digits and in words."""
    said: set[str] = set()
    for number in (*written_numbers(text), *number_words(text)):
        said |= number.values
    return frozenset(said | set(_composed(text)))


def _composed(text: str) -> Iterator[str]:
    """Yield the numbers that several words make, or one word of several parts, as in "four hundred and twenty-one"."""
    run: list[int] = []
    for word in (*_WORD.findall(text.casefold()), ""):
        parts = _parts(word)
        if parts:
            run += parts
        elif word not in _JOINED:
            if len(run) > 1:
                yield str(_sum(run))
            run = []


def _parts(word: str) -> list[int]:
    """Return the numbers that a word is made of, none when it has any other part."""
    if not word or not _compound().fullmatch(word):
        return []
    return [1 if part in _ONE else int(numbers()[part]) for part in _part().findall(word)]


def _sum(run: Iterable[int]) -> int:
    whole, group = 0, 0
    for value in run:
        if value >= THOUSAND:
            whole, group = whole + max(group, 1) * value, 0
        else:
            group = max(group, 1) * value if value == HUNDRED else group + value
    return whole + group


@cache
def _part() -> re.Pattern[str]:
    words = sorted((word for word in {*numbers(), *_ONE} if "-" not in word), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def _compound() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{_part().pattern})(?:und|-)?)*(?:{_part().pattern})")


@lru_cache(maxsize=64)
def pairs_of(text: str) -> frozenset[tuple[str, str]]:
    """Return each number of a text with each of the words beside it."""
    found = (*written_numbers(text), *number_words(text))
    return frozenset((value, word) for number in found for value in number.values for word in number.beside)


def _values(written: str) -> frozenset[str]:
    """Return what a number can mean: separators may group thousands or set off decimals."""
    plain = written.casefold()
    if time := _TIME.fullmatch(plain):
        return _clock(int(time[1]), int(time[2]))
    thousand = plain.endswith("k")
    plain = plain.removesuffix("k")
    found = {_decimal(plain)}
    if _GROUPS.fullmatch(plain):
        found.add(re.sub(r"[.,]", "", plain))
    return frozenset(f"{one}000" for one in found) if thousand else frozenset(found)


def _decimal(plain: str) -> str:
    text = plain.replace(",", ".")
    if text.count(".") == 1:
        text = text.rstrip("0").rstrip(".")
    return text.lstrip("0") or "0"


def _clock(hour: int, minute: int) -> frozenset[str]:
    """Return how a time of day may be said; a full hour is said by its number alone, by either clock."""
    hours = {hour, hour - HALF_DAY if hour > HALF_DAY else hour}
    said = {f"{one}:{minute:02}" for one in hours}
    return frozenset(said | {str(one) for one in hours}) if minute == 0 else frozenset(said)


def _beside(text: str, found: re.Match[str]) -> frozenset[str]:
    before = _TOKEN.findall(text[max(0, found.start() - 40) : found.start()])[-1:]
    after = _TOKEN.findall(text[found.end() : found.end() + 40])[:1]
    return frozenset(word.casefold()[:4] for word in (*before, *after) if len(word) > 1)
