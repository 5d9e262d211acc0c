"""Words that speak of the same matter: what lets a question find a fact that says it in other words.

A line of the list is one matter. Two words of a line corroborate each other, less than the same word would, and the less
the more words a line has. A phrase of two words is joined by a hyphen.
"""

from math import log

from miminions.index.analysis.listed import text_of
from miminions.index.analysis.stems import stem

# A matter of so many words is as narrow as any.
_NARROW = 3.0
# What the words of the list may have after a stem.
_ENDINGS = ("", "e", "s", "es", "ed", "ing", "er", "ion", "ation", "ment")
_lines: list[list[str]] = []
_places: dict[str, list[int]] = {}
_known: dict[str, dict[str, float]] = {}
_written: dict[str, str] = {}


def kin_of(word: str) -> dict[str, float]:
    """Return the stems that speak of the same matters as a stem, each with how closely, from 0 to 1.

    Two words in one, as `rollout`, stand for the phrase.
    """
    found = _known.get(word)
    if found is None:
        if not _lines:
            _read()
        found = _known[word] = _look(word)
    return found


def as_written(word: str) -> str:
    """Return a stem that `kin_of` gave as the list has it first, a phrase with a hyphen."""
    return _written[word]


def _read() -> None:
    _lines.extend(line.split() for line in text_of("kin").splitlines())
    for number, line in enumerate(_lines):
        for word in line:
            key = _joined(word) if "-" in word else word
            if key in _places:
                _places[key].append(number)
            else:
                _places[key] = [number]


def _look(word: str) -> dict[str, float]:
    found: dict[str, float] = {}
    ends = (*(word + ending for ending in _ENDINGS), word[:-1] + "y" if word[-1] == "i" else "")
    for number in {number for one in ends for number in _places.get(one, ())}:
        others: set[str] = set()
        for one in _lines[number]:
            other = _joined(one)
            _written.setdefault(other, one)
            others.add(other)
        others.discard(word)
        close = min(1.0, _NARROW / log(3 + len(others)))
        for other in others:
            found[other] = max(found.get(other, 0.0), close)
    return found


def _joined(word: str) -> str:
    return "".join(map(stem, word.split("-"))) if "-" in word else stem(word)
