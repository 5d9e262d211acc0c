"""The rule pack: rules.txt goes in; kinds, the words that call for them and their patterns come out, each when needed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PACK = Path(__file__).with_name("rules.txt")
# Where a token may begin: not within a word, but right behind an escape, a percent code or a colour.
_BEGINS = (
    r"(?:(?<![A-Za-z0-9])|(?<=[nrtm0-9A-Fa-f])"
    r"(?:(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=\[\dm)|(?<=\[\d\dm)))"
)
# So far from one of its words a rule looks; a command and the password in it lie apart.
_REACH, _FAR = 200, 400


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape of secret; `pattern` is the source of a regex whose group, if it has one, is the secret."""

    kind: str
    words: tuple[str, ...]
    pattern: str

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Yield what the rule finds in a text; searched is only around its words, so that a long text costs little."""
        pattern = _compiled(self)
        reach = _FAR if self.kind == "password" else _REACH
        for start, end in _around(self.words, text, reach):
            for near in pattern.finditer(text, start, end):
                # What begins around a word may end beyond.
                if match := pattern.match(text, near.start()):
                    yield match


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


def _around(words: tuple[str, ...], text: str, reach: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that lie around words, in order and without overlap."""
    start = end = -1
    for place in sorted(_places(words, text)):
        if place - reach > end:
            if end >= 0:
                yield start, end
            start = max(0, place - reach)
        end = place + reach
    if end >= 0:
        yield start, end


def _places(words: tuple[str, ...], text: str) -> Iterator[int]:
    for word in words:
        place = text.find(word)
        while place >= 0:
            yield place
            place = text.find(word, place + len(word))
