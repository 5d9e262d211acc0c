"""Checks what a text claims: its numbers, names and code must have been said, the numbers near the quote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from miminions.distiller.gate.days import undated
from miminions.distiller.gate.numbers import Number, number_words, pairs_of, values_of, written_numbers
from miminions.distiller.gate.support import foreign
from miminions.distiller.language import common

# A number so long is no accident: it may have been said anywhere. One or two are often only an article.
LONG, COUNTED = 3, 3
# The parts of a compound that were said, at least so long.
PART, COMPOUND = 4, 11
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÀ-Þ][\w.+-]*\w")
_ALTERNATIVES = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)+")
_SMALL = re.compile(r"\b[^\W\d_A-ZÀ-Þ][^\W\d_]+\b")
_ARTICLE = r"\b(?:[Dd](?:er|ie|as|en|em|es)|[Kk]?[Ee]in(?:e[nmrs]?)?|[a-zäöü]+(?:e|en|em|es))"
_CODE = re.compile(r"`([^`]+)`|\b(\w+[_/.]\w[\w/._-]*)\b")
_MARKS = re.compile(r"[`*_]")
_NUMERAL = re.compile(r"[\d.,:/-]+\w?")
_ENDING = re.compile(r"(?:['\u2019]s|s)$")
# What German writes large without naming anybody shows by the words around it.
_GERMAN = re.compile(
    r"\b(?:der|die|das|den|dem|ein|eine|einen|und|ist|sind|wird|werden|nicht|mit|für|auf|auch|nur|aus)\b"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text may rest on: what was said near its quote, what the user said anywhere, what memory says.

    An everyday word that user or assistant said `anywhere` is no name, however it is written.
    """

    near: str
    user: str
    known: str
    anywhere: str = ""


def unsupported(text: str, heard: Heard) -> list[str]:
    """Return the numbers, names and code words of a text that were not said."""
    plain = undated(text)
    return list(dict.fromkeys([*_numbers(plain, heard), *_names(plain, heard)]))


def _numbers(text: str, heard: Heard) -> Iterator[str]:
    words = (one for one in number_words(text) if all(int(value) >= COUNTED for value in one.values))
    near, anywhere = values_of(undated(heard.near)), values_of(heard.user)
    pairs = pairs_of(f"{heard.user}\n{heard.known}")
    for number in (*written_numbers(text), *words):
        if not (number.values & near or _elsewhere(number, anywhere, pairs)):
            yield number.written


def _elsewhere(number: Number, anywhere: frozenset[str], pairs: frozenset[tuple[str, str]]) -> bool:
    """Say whether a number was said farther off: a long one, or one beside the same word."""
    if any(len(value.replace(".", "")) >= LONG and value in anywhere for value in number.values):
        return True
    return any((value, word) in pairs for value in number.values for word in number.beside)


def _names(text: str, heard: Heard) -> Iterator[str]:
    said = _MARKS.sub("", f"{heard.near}\n{heard.user}\n{heard.known}").casefold()
    code = ["".join(found) for found in _CODE.findall(text)]
    words = frozenset(_SMALL.findall(heard.anywhere))
    german = len(_GERMAN.findall(text)) > 1
    for word in (*_NAME.findall(text), *code):
        plain = _MARKS.sub("", word).casefold()
        if _NUMERAL.fullmatch(plain) or _ENDING.sub("", plain) in said:
            continue
        if _ALTERNATIVES.fullmatch(plain) and _said_in_part(plain, text, said):
            continue
        if word not in code and (plain in words or (german and _noun(word, text, said))):
            continue
        yield word


def _said_in_part(word: str, text: str, said: str) -> bool:
    """Say whether plain words between strokes were said, or would have been in another language."""
    return foreign(text, said) or all(part in said for part in word.split("/"))


def _noun(word: str, text: str, said: str) -> bool:
    """Say whether a word of German is a noun: an everyday one, a long one, one behind its article, or made of what was said."""
    plain = word.casefold()
    parts = plain.split("-")
    if plain in common() or any(part in said for part in parts if len(part) >= PART):
        return True
    if not word.isalpha():
        return False
    lengths = range(PART, len(plain) + 1)
    made = any(plain[:n] in said or plain[-n:] in said for n in lengths)
    return made or len(plain) >= COMPOUND or re.search(rf"{_ARTICLE}\s+{word}\b", text) is not None
