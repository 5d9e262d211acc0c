"""Tells whether a text was said at all: how much of it stands near its quote, or that it was said in another language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language import language_of
from miminions.distiller.language.words import stems_of

# The share of a text's words that was said near a quote when the quote's own turn says something of it, and when not.
SAID, NEAR = 0.15, 0.35
# A quote of so many words says something that a text in another language may say.
TELLING = 3
# So many letters of a word stand for it.
HEAD = 4
_NAMED = re.compile(
    r"[\"'`\u2018“«]([^\"'`\u2019”»]{2,})[\"'`\u2019”»]|(?<!^)(?<![.!?:]\s)\b([A-ZÀ-Þ][\w-]+)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in the `turn` of a quote and `near` it, and what needs no saying.

    That is what the fact says that a text takes the place of, and the name of the project.
    """

    turn: str
    near: str
    replaced: str
    project: str


def supported(text: str, quote: str, said: Said) -> bool:
    """Say whether enough of a text was said."""
    if foreign(text, said.near):
        return len(stems_of(quote)) >= TELLING or _shares_marks(text, said.near)
    near = stems_of(said.near)
    words = stems_of(text) - stems_of(" ".join([said.project, *re.split(r"\W+", said.project)]))
    told = words - (stems_of(said.replaced) - near)
    share = len(_shared(told, near)) / len(told) if told else 1.0
    in_turn = _shared(words, stems_of(said.turn)) or values_of(text) & values_of(said.turn)
    return share >= (SAID if in_turn else NEAR)


def _shared(told: frozenset[str], said: frozenset[str]) -> frozenset[str]:
    """Return the words of a text that were said, or of which one that was said is the beginning, as in "repo"."""
    heads = tuple(word for word in said if len(word) >= HEAD)
    return frozenset(word for word in told if word in said or (heads and word.startswith(heads)))


def foreign(text: str, near: str) -> bool:
    """Say whether a text is in another language than what was said, so that their words cannot be compared."""
    languages = {language_of(text), language_of(near)} - {""}
    return len(languages) > 1


def _shares_marks(text: str, near: str) -> bool:
    """Say whether a number or a name of a text was said."""
    heard = near.casefold()
    return bool(values_of(text) & values_of(near)) or any(name in heard for name in _names(text))


def _names(text: str) -> Iterable[str]:
    return ((found[1] or found[2]).casefold() for found in _NAMED.finditer(text))
