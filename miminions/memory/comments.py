"""The comment at the end of a line: `<!-- mm:... -->` found among other people's comments, read and written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_OPEN, _CLOSE, _OURS = "<!--", "-->", "mm:"
# What would end a word or the comment itself.
_BREAKING = re.compile(r"[\s<>]+|--+")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of ours: its slice of the text, and what stands in it behind `mm:`."""

    start: int
    end: int
    words: str


def ours(text: str, start: int, end: int) -> Iterator[Comment]:
    """Yield our comments in a slice of a text."""
    while (begin := text.find(_OPEN, start, end)) >= 0:
        close = text.find(_CLOSE, begin + len(_OPEN), end)
        if close < 0:
            return
        # A comment that nobody closed must not swallow the next one.
        begin = text.rfind(_OPEN, begin, close)
        start = close + len(_CLOSE)
        inside = text[begin + len(_OPEN) : close].strip()
        if inside.startswith(_OURS):
            yield Comment(begin, start, inside.removeprefix(_OURS).strip())


def before_comments(text: str, start: int, end: int) -> int:
    """Return where the words of a slice end: before the comments at its end, and before the space around them."""
    while True:
        while end > start and text[end - 1].isspace():
            end -= 1
        if not text.endswith(_CLOSE, start, end):
            return end
        begin = text.rfind(_OPEN, start, end - len(_CLOSE))
        if begin < 0 or text.find(_CLOSE, begin + len(_OPEN), end - 1) >= 0:
            return end
        end = begin


def comment(identity: str, marks: Mapping[str, str]) -> str:
    """Write the comment that carries an id and what somebody set."""
    words = [_BREAKING.sub("-", f"{key}={value}" if value else key) for key, value in marks.items()]
    return f"{_OPEN} {_OURS}{' '.join([identity, *words])} {_CLOSE}"
