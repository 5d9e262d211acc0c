"""Splits what a person typed into sentences, and sentences into clauses."""

import re
from functools import cache, lru_cache

from miminions.distiller.language import languages, listed, opening

# Stands where quoted text was taken out, so that words on both sides do not join.
GAP = "\ufffc"
# Three dots are a pause, not an end; a list's marker belongs to no sentence.
_END = re.compile(
    r"(?<=[.!?])(?<!\.\.)(?P<closing>[\"'”\u2019)\]]*)\s+(?=[^\s])|\n+(?:[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+)?|(?<=\w)\s*"
    + GAP
    + r"\s*|"
    + GAP
    + r"|(?<=[。\uff01\uff1f])\s*(?=\S)"
)
_FIRST_MARKER = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])[ \t]+")
# An abbreviation has so many characters at most.
ABBREVIATION = 10
_ABBREVIATION = re.compile(
    r"\b(?:(?i:e\.g|i\.e|etc|vs|approx|incl|excl|prof|dr|mrs?|ms|sra?|jr|hr|fr|fig|sec|z\.B|bzw|ca|p\.ex)|[A-Z])\.$"
)
_DAY = re.compile(r"\b\d{1,2}\.$")
_JOINT = r"(?:,|\s[\u2013—-]{1,2}|\.\.\.|…)\s+"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order, each a verbatim slice of it."""
    return list(_sentences(text))


# The same turn is read from several sides, one after the other.
@lru_cache(maxsize=16)
def _sentences(text: str) -> tuple[str, ...]:
    marker = _FIRST_MARKER.match(text)
    found, start = [], marker.end() if marker else 0
    for end in _END.finditer(text, start):
        stop = end.end("closing") if end["closing"] else end.start()
        runs_on = _ABBREVIATION.search(text, max(start, stop - ABBREVIATION), stop) or _ordinal(
            text[max(start, stop - ABBREVIATION) : stop], text, end.end()
        )
        if runs_on and "\n" not in end[0] and GAP not in end[0]:
            continue
        found.append(text[start:stop].strip())
        start = end.end()
    found.append(text[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence in order, each a verbatim slice of it.

    Brackets are never cut, nor is a sentence that corrects itself, nor what opens with a part of what follows.
    """
    if listed("corrects").search(sentence):
        return [sentence]
    found, start = [], 0
    for joint in _joint().finditer(sentence):
        before = sentence[start : joint.start()]
        whole = before.count("(") == before.count(")") and not opening("subordinate").match(before)
        if whole and before.strip():
            found.append(before.strip())
            start = joint.end()
    found.append(sentence[start:].strip())
    return [clause for clause in found if clause]


def _ordinal(before: str, text: str, after: int) -> bool:
    """Say whether a full stop belongs to a day's number, as in "1. Februar"; `after` is where the text goes on."""
    return _DAY.search(before) is not None and _month().match(text, after) is not None


@cache
def _month() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{'|'.join(month for each in languages() for month in each.days.months)})\b", re.IGNORECASE
    )


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf";\s+|{_JOINT}(?={listed('clause').pattern})", re.IGNORECASE)
