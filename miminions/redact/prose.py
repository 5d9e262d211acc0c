"""Passwords that people tell in a sentence, in five languages: text goes in; where each stands comes out."""

import re
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter

from miminions.redact.judge import is_mixed, is_placeholder
from miminions.redact.patterns import (
    ALGORITHM,
    FILE_END,
    INNER_SIGN,
    LOCATION,
    LOGIN_PAIR,
    LOGIN_STEMS,
    NUMBERED,
    PASSWORD_STEMS,
    PIN,
    STRONG_VALUE,
    TOLD,
    WHOLE_WORDS,
    WORDS_WITH_FIGURES,
)

# So far from a word of credentials a password may stand, in characters, and within the same sentence.
_NEAR = 60


def told(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind, start and end of each password, login or PIN that a sentence tells."""
    words = sorted(
        chain(_words(text, PASSWORD_STEMS, TOLD), _words(text, LOGIN_STEMS, LOGIN_PAIR)), key=itemgetter(0)
    )
    seen = 0
    for word, pattern in words:
        if (match := pattern.match(text, word)) and _is_chosen(match["value"].rstrip(".:?)")):
            start = match.start("value")
            yield "password", start, start + len(match["value"].rstrip(".:?)"))
        # Words that stand together have one neighbourhood.
        if word >= seen:
            yield from _near(text, word)
            seen = word + _NEAR // 2
    if any(pin in text for pin in ("pin", "Pin", "PIN")):
        for match in PIN.finditer(text):
            yield "pin", *match.span("value")


def _words(
    text: str, stems: tuple[str, ...], pattern: re.Pattern[str]
) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Yield where a text has words that begin so, each with the pattern that reads on from there."""
    lower = text.lower()
    # A few letters have another length when they are small; places would be wrong.
    if len(lower) != len(text):
        lower = text
    for stem in stems:
        place = lower.find(stem)
        while place >= 0:
            end = place + len(stem)
            if not lower[place - 1 : place].isalpha() and not (
                stem in WHOLE_WORDS and lower[end : end + 1].isalpha()
            ):
                yield place, pattern
            place = lower.find(stem, end)


def _near(text: str, word: int) -> Iterator[tuple[str, int, int]]:
    """Yield what looks like a password by itself and stands in a sentence about credentials."""
    for match in STRONG_VALUE.finditer(text, max(0, word - _NEAR), word + _NEAR * 3 // 2):
        whole = STRONG_VALUE.match(text, match.start()) or match
        value = whole[0].rstrip(".:?)")
        gap = text[min(word, match.start()) : max(word, match.start())]
        if _is_strong(value) and not _is_apart(gap):
            yield "password", match.start(), match.start() + len(value)


def _is_apart(gap: str) -> bool:
    """Tell whether a sentence or a line ends between a value and the word that speaks of it."""
    return "\n" in gap or ". " in gap or "! " in gap


def _is_strong(value: str) -> bool:
    """Tell a password from words and names by itself: a sign within it and figures, or words that end in figures."""
    if len(value) < 8 or not is_mixed(value) or _is_other(value):
        return False
    return bool(INNER_SIGN.search(value) or WORDS_WITH_FIGURES.fullmatch(value))


def _is_chosen(value: str) -> bool:
    """Judge what a sentence says a password is: figures or signs among letters, and nothing that has another shape."""
    if len(value) < 8 or _is_other(value) or not any(map(str.isalpha, value)):
        return False
    return bool(INNER_SIGN.search(value)) or (is_mixed(value) and not value[0].isdigit())


def _is_other(value: str) -> bool:
    return bool(
        ALGORITHM.match(value)
        or LOCATION.match(value)
        or FILE_END.search(value)
        or NUMBERED.fullmatch(value)
        or is_placeholder(value)
    )
