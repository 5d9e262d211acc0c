"""Grounds candidates: the quote must be the person's own words, and the text must say nothing that was not said."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from miminions.distiller.language import listed, opening
from miminions.distiller.read import own_words
from miminions.distiller.values import Candidate, Judged, Material
from miminions.transcripts import Turn

NEAR = 2
# An acceptance stands at the beginning of the answer; a refusal there undoes it.
ANSWER = 80
GREETING = 40
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÀ-Þ][\w.+-]*\w")
_CODE = re.compile(r"`([^`]+)`|\b(\w+[_/.]\w[\w/._-]*)\b")
_DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?\b|\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b[A-Z][a-z]+ \d{4}\b(?!-)")
_MARKS = re.compile(r"[`*_]")


def ground(candidate: Candidate, material: Material, known: str = "") -> Judged:
    """Check a candidate's quote and what its text claims. The turn is mended when another one holds the quote.

    `known` is what memory says already: a fact may go on saying it.
    """
    judged = Judged(candidate)
    turn = _source(candidate, material)
    if turn is None:
        return judged.reject("the quote is not in what the user said or accepted")
    judged = Judged(replace(candidate, turn=turn.number))
    if turn.number < material.first:
        return judged.reject("it was said before and distilled then")
    if turn.number in _others(material):
        return judged.reject("someone else was typing")
    near = f"{_nearby(material, turn)}\n{known}"
    # A number belongs to its sentence; a name, once the user has said it, to the whole session.
    unsupported = _unsupported(candidate.text, near, f"{near}\n{_said_by_user(material)}")
    if unsupported:
        return judged.review(f"not said near the quote: {', '.join(unsupported[:3])}")
    return judged


def flat(text: str) -> str:
    """Return a text with quotes and white space made alike, for comparing quotes."""
    return " ".join(
        text.replace("\u2019", "'").replace("\u2018", "'").replace("“", '"').replace("”", '"').split()
    )


def accepted(turn: Turn, material: Material) -> bool:
    """Say whether the user's next words accept what the assistant said in `turn`."""
    later = (
        other
        for other in material.turns
        if other.number > turn.number and other.role in {"user", "assistant"}
    )
    answer = next((other for other in later if other.role == "user"), None)
    if answer is None:
        return False
    first = answer.text[:ANSWER]
    accepts = opening("accepts").match(first)
    return accepts is not None and not listed("refuses").search(first, accepts.end())


def _source(candidate: Candidate, material: Material) -> Turn | None:
    """Find the one turn that holds the quote: the cited one, else the only other."""
    quote = flat(candidate.quote)
    if len(quote) < 2:
        return None
    holding = [turn for turn in material.turns if _may_speak(turn, material) and quote in flat(_said(turn))]
    cited = [turn for turn in holding if turn.number == candidate.turn]
    return cited[0] if cited else holding[0] if len(holding) == 1 else None


def _said(turn: Turn) -> str:
    return own_words(turn.text) if turn.role == "user" else turn.text


def _may_speak(turn: Turn, material: Material) -> bool:
    return turn.role == "user" or (turn.role == "assistant" and accepted(turn, material))


def _others(material: Material) -> frozenset[int]:
    """Return the user's turns that somebody else typed: one that says so, and all until the person is back."""
    found: set[int] = set()
    away: list[int] | None = None
    spoken = [turn for turn in material.turns if turn.role == "user"]
    for turn in spoken:
        if away is not None and listed("returns").search(turn.text, 0, GREETING):
            found.update(away)
            away = None
        # Who opens a session with a name gives his own.
        elif turn is not spoken[0] and _stranger().match(turn.text):
            found.add(turn.number)
            away = []
        elif away is not None:
            away.append(turn.number)
    return frozenset(found)


@cache
def _stranger() -> re.Pattern[str]:
    """Write the ways to say who else is typing as a pattern; a name is written large, or stands in brackets."""
    greeting = rf"[\s(\[]*(?:(?:{listed('greets').pattern})[\s,.!]+)?"
    named = r"\s*[(\[]\s*(?:this is|it['\u2019]s|hier (?:ist|schreibt)|aqui (?:é|fala) (?:[oa] )?|é [oa])\s+[^\W\d_]\w+[^)\]]*[)\]]"
    return re.compile(rf"{named}|{greeting}(?:{listed('speaker').pattern})", re.IGNORECASE)


def _nearby(material: Material, turn: Turn) -> str:
    """Return what user and assistant said around a turn, in which the claims of a text must occur."""
    spoken = [other for other in material.turns if other.role in {"user", "assistant"}]
    place = spoken.index(turn)
    return "\n".join(other.text for other in spoken[max(0, place - NEAR) : place + NEAR + 1])


def _said_by_user(material: Material) -> str:
    return "\n".join(turn.text for turn in material.turns if turn.role == "user")


def _unsupported(text: str, near: str, anywhere: str) -> list[str]:
    """Return the numbers of a text that were not said near its quote, and the names and code words nobody said."""
    numbers = set(_NUMBER.findall(near))
    plain = _MARKS.sub("", anywhere).casefold()
    # Dates are resolved from relative ones and so need not have been said.
    undated = _DATE.sub("", text)
    words: Iterable[str] = (*_NAME.findall(text), *("".join(found) for found in _CODE.findall(text)))
    missing = [word for word in words if _MARKS.sub("", word).casefold() not in plain]
    return list(dict.fromkeys([*(n for n in _NUMBER.findall(undated) if n not in numbers), *missing]))
