"""Merge conflicts in a text: the hunks that git leaves between its markers, and the text without them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from miminions.markdown.blocks import lines_of

_MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: (.*))?[ \t]*")
# Which marker may follow which within one hunk.
_NEXT = {"<": "|=", "|": "=", "=": ">"}
_VISIBLE = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Hunk:
    """A conflict of two sides: its slice of the text, what each side says, and the names git gave them.

    `base` is what both came from, None where git did not write it; `labels` name ours, base and theirs.
    """

    start: int
    end: int
    ours: str
    base: str | None
    theirs: str
    labels: tuple[str, str, str]


@dataclass(slots=True)
class _Open:
    """A hunk that is not closed yet: its start, and the marker lines passed since."""

    start: int
    marks: list[tuple[str, int, int, str]] = field(default_factory=list)


def find_hunks(text: str) -> tuple[Hunk, ...]:
    """Find the conflicts of a text; one inside a side of another belongs to that other.

    What is no whole hunk stays text: a row of `=` that underlines a heading, a marker that nobody closed.
    """
    if "<<<<<<<" not in text:
        return ()
    found: list[Hunk] = []
    stack: list[_Open] = []
    # A byte order mark stands in front of the first line, not in it.
    for begin, end in lines_of(text, text.startswith("\ufeff")):
        marker = _MARKER.fullmatch(text[begin:end].rstrip("\r\n")) if text[begin] in "<|=>" else None
        if marker is None:
            continue
        sign, label = marker[1][0], marker[2] or ""
        if sign == "<":
            stack.append(_Open(begin, [("<", begin, end, label)]))
        elif stack and sign in _NEXT[stack[-1].marks[-1][0]] and not (sign == "=" and label):
            stack[-1].marks.append((sign, begin, end, label))
            if sign == ">":
                done = stack.pop()
                # What closed inside of this one belongs to it.
                while found and found[-1].start > done.start:
                    found.pop()
                found.append(_hunk(text, done))
    return tuple(found)


def masked(text: str, hunks: Iterable[Hunk]) -> str:
    """Return a text with blank lines in place of the hunks; every other character keeps its offset."""
    pieces, place = [], 0
    for hunk in hunks:
        pieces += [text[place : hunk.start], _VISIBLE.sub(" ", text[hunk.start : hunk.end])]
        place = hunk.end
    return "".join([*pieces, text[place:]])


def _hunk(text: str, done: _Open) -> Hunk:
    stops = [begin for _, begin, _, _ in done.marks[1:]]
    sides = {mark[0]: text[mark[2] : stop] for mark, stop in zip(done.marks, stops, strict=False)}
    labels = {mark[0]: mark[3] for mark in done.marks}
    return Hunk(
        start=done.start,
        end=done.marks[-1][2],
        ours=sides["<"],
        base=sides.get("|"),
        theirs=sides["="],
        labels=(labels["<"], labels.get("|", ""), labels[">"]),
    )
