"""The rule pack: rules.txt goes in; kinds, the words that call for them and their patterns come out, each when needed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PACK = Path(__file__).with_name("rules.txt")
# Where a token may begin: not within a word, but right behind an escape, a percent code or a colour.
_BEGINS = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=\[\dm)|(?<=\[\d\dm))"


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape of secret; `pattern` is the source of a regex whose group, if it has one, is the secret."""

    kind: str
    words: tuple[str, ...]
    pattern: str

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Return what the rule finds in a text."""
        return _compiled(self).finditer(text)


def called(text: str) -> Iterator[Rule]:
    """Yield the rules of which a text holds a word; looking for words is far cheaper than searching, and most hold none."""
    for rule in rules():
        for word in rule.words:
            if word in text:
                yield rule
                break


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of the pack in its order."""
    return tuple(_read(_PACK.read_text("utf-8")))


def _read(pack: str) -> Iterator[Rule]:
    for line in pack.split("\n"):
        if line and not line.startswith("#"):
            kind, words, pattern = line.split(" | ", 2)
            yield Rule(kind, tuple(words.split()), pattern)


@cache
def _compiled(rule: Rule) -> re.Pattern[str]:
    words = "|".join(map(re.escape, rule.words))
    return re.compile(f"{_BEGINS}(?:{rule.pattern.replace('<word>', f'(?:{words})')})")
