"""The values of the Markdown room: blocks, documents and edits, all in offsets of the source text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miminions.markdown.hunks import Hunk

BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the document's top level; its title is one line, with single spaces."""

    start: int
    end: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """A list item of the document's top level, with whatever is nested under it.

    `text_start` and `text_end` bound its first paragraph, behind the marker; both equal `end` when it has none.
    """

    start: int
    end: int
    text_start: int
    text_end: int


@dataclass(frozen=True, slots=True)
class Prose:
    """Any other block: a paragraph, a fence, a quote, a table, HTML, a merge conflict."""

    start: int
    end: int
    kind: str


Block = Heading | Item | Prose


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its blocks; `body` is the offset behind the front matter, `hunks` are its merge conflicts."""

    text: str
    body: int
    blocks: tuple[Block, ...]
    hunks: tuple["Hunk", ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the slice `start:end` by `text`; an insertion has `start == end`."""

    start: int
    end: int
    text: str


class Lines:
    """Counts the lines of a text forwards, once."""

    def __init__(self, text: str) -> None:
        self._text, self._offset, self._line = text, 0, 1

    def of(self, offset: int) -> int:
        """Return the line number, from 1, of a line's start; no earlier one can be asked for after it."""
        passed = self._text[self._offset : offset]
        self._line += passed.count("\n") + passed.count("\r") - passed.count("\r\n")
        self._offset = offset
        return self._line


def lines_of(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    r"""Yield the slice of each line, its end included; lines end at \r\n, \r and \n only, as in CommonMark."""
    size = len(text)
    while start < size:
        feed, carriage = text.find("\n", start), -1
        if "\r" in text:
            carriage = text.find("\r", start, feed if feed >= 0 else size)
        if carriage >= 0:
            end = carriage + (2 if carriage + 1 == feed else 1)
        else:
            end = feed + 1 if feed >= 0 else size
        yield start, end
        start = end
