"""Traces: how a memory file was written before a run, as edits of what the run left, known by its digest."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from miminions.markdown import Edit, lines_of, splice


@dataclass(frozen=True, slots=True)
class Trace:
    """The way back from a text: its digest, and the edits (start, end, text) that make the earlier one of it."""

    left: str
    edits: tuple[tuple[int, int, str], ...]


def trace(before: str, after: str) -> Trace:
    """Return the way from `after` back to `before`, by whole lines."""
    return Trace(_digest(after), tuple(_edits(after, before)))


def retraced(way: Trace, text: str) -> str | None:
    """Return the text as it was before, None for another text than the one that was left."""
    if _digest(text) != way.left:
        return None
    return splice(text, (Edit(*one) for one in way.edits))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _edits(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Yield the edits that make `new` of `old`."""
    a, b = ([text[slice(*line)] for line in lines_of(text)] for text in (old, new))
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    start = sum(map(len, a[:head]))
    for i, j, k, m in _changed(a[head : len(a) - tail], b[head : len(b) - tail]):
        begin = start + sum(map(len, a[head : head + i]))
        yield begin, begin + sum(map(len, a[head + i : head + j])), "".join(b[head + k : head + m])


def _changed(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    if not a or not b:
        if a or b:
            yield 0, len(a), 0, len(b)
        return
    from difflib import SequenceMatcher

    for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op != "equal":
            yield i, j, k, m
