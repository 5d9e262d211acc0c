"""Reads the cue files: how a language marks what is worth keeping, what keeps it out, and how it names days."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CUES = Path(__file__).parent / "cues"
NOTHING = re.compile(r"(?!)")
_WORD = r"[^\s,;:.!?()\"]+(?:[.:][^\s,;:.!?()\"]+)*"
_NAME = r"(?-i:[A-ZÀ-Þ])[\w\u2019-]+"


@dataclass(frozen=True, slots=True)
class Cue:
    """Patterns that mark a clause as worth keeping in a section; `sure` ones apply without review.

    An opening that matches `strip` is replaced by `start`. A cue that counts in a session's `first` turn only says so.
    """

    pattern: re.Pattern[str]
    unless: re.Pattern[str]
    strip: re.Pattern[str]
    start: str
    section: str
    impersonal: str
    sure: bool
    first: bool = False

    def marks(self, clause: str) -> bool:
        """Say whether the cue is in a clause and nothing speaks against it."""
        return bool(self.pattern.search(clause)) and not self.unless.search(clause)


@dataclass(frozen=True, slots=True)
class Days:
    """How a language names days; the patterns of a day carry their distance in days, weekdays and months come in order."""

    days: tuple[tuple[re.Pattern[str], int], ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    on: str
    before: str
    last: str
    next: str
    this: str
    end: str
    of: str


@dataclass(frozen=True, slots=True)
class Language:
    """One cue file: its cues, its lists by name, its names of days, its words that say little and those for numbers."""

    name: str
    cues: tuple[Cue, ...]
    lists: Mapping[str, re.Pattern[str]]
    days: Days
    common: frozenset[str]
    numbers: Mapping[str, str]


@cache
def languages() -> tuple[Language, ...]:
    """Read the cue files."""
    return tuple(_language(path) for path in sorted(CUES.glob("*.toml")))


@cache
def listed(name: str) -> re.Pattern[str]:
    """Return what any language has in the list of that name."""
    return _either(language.lists[name].pattern for language in languages() if name in language.lists)


@cache
def opening(name: str) -> re.Pattern[str]:
    """Return what any language has in the list of that name, at the start of a text."""
    return re.compile(rf"[\s\"'(]*(?:{listed(name).pattern})", re.IGNORECASE)


@cache
def common() -> frozenset[str]:
    """Return the words that say little, of all languages."""
    return frozenset().union(*(language.common for language in languages()))


@cache
def numbers() -> Mapping[str, str]:
    """Return the words for numbers of all languages, each with its number in digits."""
    return {word: digits for language in languages() for word, digits in language.numbers.items()}


def compiled(patterns: Iterable[str]) -> re.Pattern[str]:
    """Compile the patterns of a list into one: whole words, in any case."""
    return _either(rf"(?<![\w-])(?:{_expanded(pattern)})(?![\w-])" for pattern in patterns)


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined, re.IGNORECASE) if joined else NOTHING


def _expanded(pattern: str) -> str:
    """Write out the shorthands of a cue file."""
    spaced = re.sub(r" (?![?*+{])", r"\\s+", pattern)
    return (
        spaced.replace("'", "['\u2019]?")
        .replace("NAME", _NAME)
        .replace("~", _WORD)
        .replace("(…)", "(?:[^.!?;]{0,80}?)")
        .replace("…", "[^.!?;]{0,80}?")
    )


def _language(path: Path) -> Language:
    table = tomllib.loads(path.read_text("utf-8"))
    lists = {name: compiled(value) for name, value in table.items() if name not in {"cue", "dates", "words"}}
    cues = tuple(_cue(entry) for entry in table.get("cue", ()))
    words = table.get("words", {})
    common = frozenset(words.get("common", "").split())
    numbers = {word: digits for digits, said in words.get("numbers", {}).items() for word in said.split()}
    return Language(path.stem, cues, lists, _days(table.get("dates", {})), common, numbers)


def _cue(entry: Mapping[str, Any]) -> Cue:
    return Cue(
        compiled(entry["any"]),
        compiled(entry.get("unless", ())),
        compiled(entry.get("strip", ())),
        entry.get("start", ""),
        entry["section"],
        entry.get("impersonal", entry["section"]),
        entry["sure"],
        entry.get("first", False),
    )


def _days(table: Mapping[str, Any]) -> Days:
    named = {
        name: _expanded(table.get(name, "(?!)"))
        for name in ("on", "before", "last", "next", "this", "end", "of")
    }
    return Days(
        days=tuple((compiled([name]), distance) for name, distance in table.get("days", {}).items()),
        weekdays=tuple(table.get("weekdays", ())),
        months=tuple(table.get("months", ())),
        **named,
    )
