"""Notices a text that turns around what was said: it denies what its quote states, or states what that denies."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from miminions.distiller.language import common, listed
from miminions.distiller.language.words import stem

# A clause ends where a comma, a bracket or the like sets it off.
_PART = re.compile(r"[.,;!?()\u2013—\n]+(?=\s|$)|\s-\s|\(|\)")
_WORD = re.compile(r"\w[\w.+/'\u2019-]*\w|\w")
# So many of a clause's words must have been said for it to be the same statement.
SHARED = 2
Tone = Literal["states", "denies", "either"]


def turned(text: str, quote: str, around: Iterable[str]) -> str:
    """Return a word that a text denies and its quote or what stands around states, or the other way round; else nothing."""
    quoted, heard = list(_parts(quote)), [part for one in around for part in _parts(one)]
    heard += quoted
    for told in _parts(text):
        # What is denied with the evidence may be stated beside it, as in "kotlin 2.2: don't bump".
        if any(told[word] == part[word] == "denies" for part in heard for word in told.keys() & part.keys()):
            continue
        alike = [
            one for one in heard if _about_the_same(told, one) or (one in quoted and _one_thing(told, one))
        ]
        for part in alike:
            for word in sorted(told.keys() & part.keys()):
                tones = {one[word] for one in heard if word in one}
                if "either" not in {*tones, told[word]} and told[word] not in tones:
                    return word
    return ""


def _about_the_same(one: dict[str, Tone], other: dict[str, Tone]) -> bool:
    """Say whether two clauses share words enough to be compared."""
    return len(one.keys() & other.keys()) >= SHARED


def _one_thing(one: dict[str, Tone], other: dict[str, Tone]) -> bool:
    """Say whether two clauses of a word or two are about one thing: one has all words of the other."""
    fewer, more = sorted((len(one), len(other)))
    return more <= SHARED and len(one.keys() & other.keys()) == fewer


def _parts(text: str) -> Iterator[dict[str, Tone]]:
    """Yield for each clause of a text its words, each with whether the clause states or denies it."""
    for part in _PART.split(text):
        denials = list(listed("negates").finditer(part))
        loose = listed("drops").search(part) is not None or len(denials) > 1
        words = (found for found in _WORD.finditer(part) if _tells(found[0].casefold()))
        tones = {stem(found[0].casefold()): _tone(found.start(), denials, loose=loose) for found in words}
        if tones:
            yield tones


def _tells(word: str) -> bool:
    return (
        (len(word) > 1 or word.isdigit()) and word not in common() and not listed("negates").fullmatch(word)
    )


def _tone(place: int, denials: list[re.Match[str]], *, loose: bool) -> Tone:
    """Say how a word stands to the only denial of its clause; in the clause of a word that takes away it may be either."""
    if loose:
        return "either"
    if not denials:
        return "states"
    # Before the denial a word may be its subject, or be denied by what stands behind, as in German.
    return "denies" if place > denials[0].start() else "either"
