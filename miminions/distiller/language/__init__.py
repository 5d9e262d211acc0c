"""Reads the cue files: how a language marks what is worth keeping, what keeps it out, and how it names days."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from miminions.errors import SettingError

CUES = Path(__file__).parent / "cues"
NOTHING = re.compile(r"(?!)")
SECTIONS = frozenset({"Preferences", "Decisions", "Facts", "Insights", "Context"})
# What a file may list; en.toml says of each what it is for.
LISTS = frozenset(
    {"about", "accepts", "acknowledges", "against", "agrees", "agrees_fully", "article", "asks", "changes",
     "clause", "commits", "compares", "concedes", "conjoins", "corrects", "credentials", "dangling", "dismisses", "doing", "drops", "echoes", "ends",
     "everywhere", "extends", "filler", "finds", "greets", "guess", "idle", "itself", "joiner", "keeps", "leads",
     "leaning", "momentary", "musing", "narrows", "negates", "objects", "offers", "once", "orders", "ours", "passing",
     "pastes", "person", "place1", "place2", "place3", "pleasantries", "proposes", "refuses", "relative",
     "reported", "retracts", "returns", "rights", "speaker", "standing", "subordinate", "suggests", "switches", "tail",
     "tasks", "undoes", "unfinished", "views", "withdraws"}
)  # fmt: skip
_TABLES = frozenset({"cue", "dates", "words"})
_WORD = r"[^\s,;:.!?()\"]+(?:[.:][^\s,;:.!?()\"]+)*"
_NAME = r"(?-i:[A-ZÀ-Þ])[\w\u2019-]+"
_HINT = "the guide on languages tells what a cue file holds"


@dataclass(frozen=True, slots=True)
class Cue:
    """Patterns that mark a clause as worth keeping in a section.

    What a `sure` one marks applies if the assistant takes it up, what an `outright` one marks in any case. An opening that matches `strip` is replaced by `start`. A cue that counts in a session's `first` turn only says so.
    """

    pattern: re.Pattern[str]
    unless: re.Pattern[str]
    strip: re.Pattern[str]
    start: str
    section: str
    impersonal: str
    sure: bool
    outright: bool = False
    first: bool = False

    def marks(self, clause: str) -> bool:
        """Say whether the cue is in a clause, which is in small letters, and nothing speaks against it."""
        return bool(self.pattern.search(clause)) and not self.unless.search(clause)


@dataclass(frozen=True, slots=True)
class Days:
    """How a language names days; the patterns of a day carry their distance in days, weekdays and months come in order.

    Those of `feasts` carry month and day as MM-DD. The patterns of `periods` carry "week", "month" or "year" and their distance in these; `within` goes before one.
    """

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
    feasts: tuple[tuple[re.Pattern[str], str], ...]
    periods: tuple[tuple[re.Pattern[str], str, int], ...]
    within: str
    week: str


@dataclass(frozen=True, slots=True)
class Language:
    """One cue file as it is written: its lists by name, its cues, its names of days and numbers, its words that say little."""

    file: str
    lists: Mapping[str, tuple[str, ...]]
    entries: tuple[Mapping[str, Any], ...]
    days: Days
    common: frozenset[str]
    numbers: Mapping[str, str]

    @property
    def name(self) -> str:
        """The language's code, which is the file's name."""
        return Path(self.file).stem

    def pattern(self, name: str) -> re.Pattern[str]:
        """Compile one of its lists; what it does not list matches nothing. Raises SettingError."""
        return _compiled(self.file, name, self.lists.get(name, ()))

    def cues(self) -> tuple[Cue, ...]:
        """Compile its cues. Raises SettingError."""
        return tuple(_cue(self.file, n, entry) for n, entry in enumerate(self.entries, 1))


@cache
def languages() -> tuple[Language, ...]:
    """Read the cue files. Raises SettingError."""
    return tuple(read_language(path) for path in sorted(CUES.glob("*.toml")))


@cache
def cues() -> tuple[Cue, ...]:
    """Return the cues of all languages. Raises SettingError."""
    return tuple(cue for language in languages() for cue in language.cues())


@cache
def listed(name: str) -> re.Pattern[str]:
    """Return what any language has in the list of that name. Raises SettingError."""
    if name not in LISTS:
        raise KeyError(name)
    return _either(language.pattern(name).pattern for language in languages() if language.lists.get(name))


@cache
def opening(name: str) -> re.Pattern[str]:
    """Return what any language has in the list of that name, at the start of a text."""
    return re.compile(rf"[\s\"'(]*(?:{listed(name).pattern})", re.IGNORECASE)


@cache
def weekday() -> re.Pattern[str]:
    """Return the weekdays of all languages, whole words."""
    return compiled(name for language in languages() for name in language.days.weekdays)


@cache
def numbers() -> Mapping[str, str]:
    """Return the words for numbers of all languages, each with its number in digits."""
    return {word: digits for language in languages() for word, digits in language.numbers.items()}


@cache
def common() -> frozenset[str]:
    """Return the words that say little, of all languages."""
    return frozenset().union(*(language.common for language in languages()))


def language_of(text: str) -> str:
    """Return the code of the language whose little words a text has, empty where few words tell or two languages are as near."""
    words = frozenset(re.findall(r"[^\W\d_]+", text.casefold()))
    found = sorted(((len(words & one.common), one.name) for one in languages()), reverse=True)
    least = found[1][0] if len(found) > 1 else 0
    return found[0][1] if found[0][0] > least + 1 else ""


def compiled(patterns: Iterable[str], *, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Compile the patterns of a list into one: whole words, in any case unless `flags` say otherwise.

    What holds of all stands in front of them, so that nothing is tried inside of a word.
    """
    joined = "|".join(f"(?:{_expanded(pattern)})" for pattern in patterns)
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", flags) if joined else NOTHING


def read_language(path: Path) -> Language:
    """Read a cue file. Raises SettingError that names the file and what is wrong in it; a pattern's fault shows when it is compiled."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path.name} is no cue file: {error}", hint=_HINT) from error
    unknown = sorted(set(table) - LISTS - _TABLES)
    if unknown:
        raise SettingError(f"{path.name}: nothing reads a list called {unknown[0]}", hint=_HINT)
    words = table.get("words", {})
    days = _days(path.name, table.get("dates", {}))
    return Language(
        path.name,
        {name: _patterns(path.name, name, value, days) for name, value in table.items() if name in LISTS},
        tuple(_entry(path.name, n, entry, days) for n, entry in enumerate(table.get("cue", ()), 1)),
        days,
        frozenset(words.get("common", "").split()),
        {word: digits for digits, said in words.get("numbers", {}).items() for word in said.split()},
    )


def _entry(file: str, number: int, entry: Mapping[str, Any], days: Days) -> Mapping[str, Any]:
    """Check a cue as it is written, and write out its names of days."""
    missing = sorted({"section", "sure", "any"} - set(entry))
    if missing or entry["section"] not in SECTIONS:
        what = f"no {missing[0]}" if missing else f"no section {entry['section']!r} of memory"
        raise SettingError(f"{file}: cue {number} has {what}", hint=_HINT)
    lists = {
        name: _patterns(file, f"cue {number}, {name}", entry.get(name, []), days)
        for name in ("any", "unless", "strip")
    }
    return {**entry, **lists}


def _patterns(file: str, name: str, value: object, days: Days) -> tuple[str, ...]:
    """Check a list, and write out what stands for any month and any weekday."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise SettingError(f"{file}: {name} is no list of patterns", hint=_HINT)
    month, weekday = f"({'|'.join(days.months)})", f"({'|'.join(days.weekdays)})"
    return tuple(each.replace("WEEKDAY", weekday).replace("MONTH", month) for each in value)


def _compiled(
    file: str, name: str, patterns: tuple[str, ...], *, flags: int = re.IGNORECASE
) -> re.Pattern[str]:
    try:
        return compiled(patterns, flags=flags)
    except re.error:
        wrong = next(pattern for pattern in patterns if not _compiles(pattern))
        raise SettingError(f"{file}: {name}: {wrong!r} is no pattern", hint=_HINT) from None


def _compiles(pattern: str) -> bool:
    try:
        compiled([pattern])
    except re.error:
        return False
    return True


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


def _cue(file: str, number: int, entry: Mapping[str, Any]) -> Cue:
    # Clauses are read in small letters: three times as fast as in any case.
    marks, against = (
        _compiled(file, f"cue {number}, {name}", entry[name], flags=0) for name in ("any", "unless")
    )
    strip = _compiled(file, f"cue {number}, strip", entry["strip"])
    impersonal = entry.get("impersonal", entry["section"])
    return Cue(
        pattern=marks,
        unless=against,
        strip=strip,
        start=entry.get("start", ""),
        section=entry["section"],
        impersonal=impersonal,
        sure=entry["sure"],
        outright=entry.get("outright", False),
        first=entry.get("first", False),
    )


def _days(file: str, table: Mapping[str, Any]) -> Days:
    named = {
        name: _expanded(table.get(name, "(?!)"))
        for name in ("on", "before", "last", "next", "this", "end", "of")
    }
    return Days(
        days=tuple(
            (_compiled(file, "dates", (name,)), distance) for name, distance in table.get("days", {}).items()
        ),
        weekdays=tuple(table.get("weekdays", ())),
        months=tuple(table.get("months", ())),
        feasts=tuple(
            (_compiled(file, "dates", (name,)), day) for name, day in table.get("feasts", {}).items()
        ),
        periods=tuple(
            (_compiled(file, "dates", (name,)), unit, distance)
            for unit in ("week", "month", "year")
            for name, distance in table.get(f"{unit}s_away", {}).items()
        ),
        within=table.get("within", ""),
        week=table.get("week", ""),
        **named,
    )
