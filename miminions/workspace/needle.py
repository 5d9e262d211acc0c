"""Finds sentences in any file, however a formatter, JSON or a person wrote them, and takes them out."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from miminions.memory.ids import normalise

MARK = "[erased]"
# What formatters put into words, and what stands between them: white space, marks of quotes, escapes of JSON.
_WITHIN = r"[\\*_`~]*"
_BETWEEN = r"(?:[\s>*_`~\\]|\\[nrt])+"
_WORD = re.compile(r"\w")
# Larger files are searched as they are only: nobody reads them as Markdown.
_READ_WHOLE = 8 * 1024 * 1024


@dataclass(frozen=True)
class Needle:
    """Sentences that must not stand anywhere, and the ids of the facts that said them."""

    texts: tuple[str, ...]
    ids: frozenset[str] = frozenset()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = {form for text in self.texts for form in (" ".join(text.split()), normalise(text))}
        bare = {form.strip(" \t.!?") for form in forms} - {""}
        longest_first = sorted(bare, key=lambda form: (-len(form), form))
        return re.compile("|".join(map(_expression, longest_first)) or r"(?!)", re.IGNORECASE)

    def stands_in(self, text: str) -> bool:
        """Say whether a text says one of the sentences."""
        return self._pattern.search(text) is not None

    def without(self, text: str) -> str:
        """Return a text with a mark in the place of each of the sentences."""
        return self._pattern.sub(MARK, text)

    def without_in(self, value: Any) -> Any:
        """Return a JSON value without the sentences; records of a list that are about them are left out."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.without_in(one) for one in value if not self._about(one)]
        if isinstance(value, dict):
            return {key: self.without_in(one) for key, one in value.items()}
        return value

    def marked(self, value: Any) -> Any:
        """Return a JSON value with a mark in the place of each of the sentences; nothing is left out."""
        if isinstance(value, list):
            return [self.marked(one) for one in value]
        if isinstance(value, dict):
            return {key: self.marked(one) for key, one in value.items()}
        return self.without(value) if isinstance(value, str) else value

    def stands_in_value(self, value: Any) -> bool:
        """Say whether any string of a JSON value says one of the sentences."""
        if isinstance(value, str):
            return self.stands_in(value)
        if isinstance(value, dict):
            return any(self.stands_in_value(one) for pair in value.items() for one in pair)
        return isinstance(value, list) and any(map(self.stands_in_value, value))

    def stands_in_file(self, path: Path) -> bool:
        """Say whether a file says one of the sentences: as it is, in the strings of its JSON, or in normal form.

        Raises OSError.
        """
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if self.stands_in(text):
            return True
        if "\0" in text:
            # In a database a word may begin where another field ends.
            bare = (one.strip(" .!?").casefold() for one in self.texts)
            return any(one in text.casefold() for one in bare if one)
        if path.suffix in {".json", ".jsonl"} and any(map(self.stands_in_value, _values(path, text))):
            return True
        prose = path.suffix in {".md", ".txt", ".log"} and len(text) < _READ_WHOLE
        said = f" {normalise(text)} " if prose else ""
        bare = (re.escape(normalise(one).strip(" .!?")) for one in self.texts)
        return any(re.search(rf"(?<!\w){one}(?!\w)", said) for one in bare if one)

    def lines_of(self, path: Path) -> tuple[str, ...]:
        """Return the lines of a file that say one of the sentences, each with its number; of JSON, what its strings say.

        Raises OSError.
        """
        text = path.read_bytes().decode("utf-8", "replace")
        if "\0" in text:
            return ()
        if path.suffix == ".json":
            return tuple(dict.fromkeys(said for one in _values(path, text) for said in self._strings(one)))
        if path.suffix == ".jsonl":
            pairs = enumerate(text.split("\n"), 1)
            return tuple(f"{n}: {said}" for n, line in pairs for said in self._strings(_value(line)))
        spans = [(found.start(), found.end()) for found in self._pattern.finditer(text)]
        numbers = {n for a, b in spans for n in range(text.count("\n", 0, a), text.count("\n", 0, b) + 1)}
        lines = text.split("\n")
        return tuple(f"{n + 1}: {lines[n].strip()}" for n in sorted(numbers))

    def _strings(self, value: Any) -> Iterator[str]:
        """Yield the strings of a JSON value that say one of the sentences; of a long one the lines that do."""
        if isinstance(value, str):
            lines = [line for line in value.split("\n") if self.stands_in(line)]
            yield from lines or ([value] if self.stands_in(value) else [])
        elif isinstance(value, dict):
            yield from (said for pair in value.items() for one in pair for said in self._strings(one))
        elif isinstance(value, list):
            yield from (said for one in value for said in self._strings(one))

    def _about(self, one: object) -> bool:
        """Say whether a member of a list is a record of one of the facts: a decision, a step, an item that waits."""
        if not isinstance(one, dict):
            return False
        said = (one.get(name) for name in ("text", "quote", "left"))
        return one.get("id") in self.ids or any(
            isinstance(word, str) and self.stands_in(word) for word in said
        )


def _values(path: Path, text: str) -> Iterable[Any]:
    """Yield the JSON values of a file, as far as they can be read; what cannot is the string that it is."""
    return map(_value, text.split("\n") if path.suffix == ".jsonl" else [text])


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _expression(form: str) -> str:
    """Return an expression for a sentence in any of its forms, as whole words."""
    words = (_WITHIN.join(map(_letter, word)) for word in form.split())
    start = r"(?:(?<!\w)|(?<=\\[nrt]))" if _WORD.match(form[0]) else ""
    end = r"(?!\w)" if _WORD.match(form[-1]) else ""
    return start + _BETWEEN.join(words) + end


def _letter(letter: str) -> str:
    """Return an expression for a character: itself, decomposed, as HTML's entity or JSON's escape."""
    if letter.isascii() and letter.isalnum():
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    escaped = "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
    forms = dict.fromkeys((letter, unicodedata.normalize("NFD", letter), escape(letter), escaped))
    return f"(?:{'|'.join(map(re.escape, forms))})"
