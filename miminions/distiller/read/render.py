"""Writes turns for a model: who said it and when in local time, with what a user only quotes between marks."""

import re
from collections.abc import Iterator

from miminions.distiller.read import shortened
from miminions.distiller.read.quoted import quoted_spans
from miminions.transcripts import Turn

OPEN, CLOSE = "[quoted]", "[/quoted]"
# A longer quotation is shown by its two ends: it is no evidence.
QUOTED_HEAD, QUOTED_TAIL = 600, 400
# A text is cut into slices of at most so many characters, which a request takes or leaves whole.
SLICE = 1200
# What a text must not say by itself: our marks, the beginning of a turn (a model sees lines begin where we do not), and
# what servers of small models take for the end of a message.
_MARK = re.compile(
    r"\[(?=\s*/?\s*quoted\s*\])|^\[(?=\d+ (?:user|assistant|tool)\b)"
    r"|\[(?=\s*\d+\s+(?:user|assistant|tool)\s*(?:[\](]|(?:mon|tue|wed|thu|fri|sat|sun)\b))"
    r"|<(?=\|\w+\|>|(?:start|end)_of_turn>|</?sys>>)|\[(?=/?inst\])",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?])[\"')\]]*\s|[\u3002\uff01\uff1f]"),
)
_SPACE = re.compile(r"\s")


def header(turn: Turn, note: str = "") -> str:
    """Return what a turn begins with: number, role, `note`, weekday, day, time and offset."""
    time = turn.time.strftime(" %a %Y-%m-%d %H:%M %z") if turn.time else ""
    return f"[{turn.number} {turn.role}{' ' if note else ''}{note}{time}] "


def marked(text: str) -> str:
    """Return a user's turn with what it quotes between [quoted] and [/quoted], and no other such mark in it."""
    return "".join(_parts(text))


def slices(turn: Turn, most: int = SLICE) -> list[str]:
    """Return the text of a turn in slices of at most so many characters: joined they are the whole.

    A quotation is not cut.
    """
    parts = _parts(turn.text) if turn.role == "user" else [_plain(turn.text)]
    return [one for part in parts for one in ([part] if part.startswith(OPEN) else _cut(part, most))]


def _parts(text: str) -> Iterator[str]:
    """Yield what is the user's own and, between marks, what is quoted, in turn."""
    start = 0
    for begin, end in _passages(text):
        if text[start:begin]:
            yield _plain(text[start:begin])
        quoted = text[begin:end].rstrip("\n")
        yield f"{OPEN}{_plain(shortened(quoted, QUOTED_HEAD, QUOTED_TAIL))}{CLOSE}"
        # A line break that was quoted along with its line still ends that line.
        start = begin + len(quoted)
    if text[start:]:
        yield _plain(text[start:])


def _passages(text: str) -> list[tuple[int, int]]:
    """Return where something is quoted; what only white space parts is one passage."""
    found: list[tuple[int, int]] = []
    for begin, end in quoted_spans(text):
        if found and not text[found[-1][1] : begin].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def _plain(text: str) -> str:
    return _MARK.sub("(", text)


def _cut(text: str, most: int) -> Iterator[str]:
    """Yield slices that end at a paragraph, else a line, else a sentence, else a word."""
    start = 0
    while len(text) - start > most:
        stop = _end(text, start, start + most)
        yield text[start:stop]
        start = stop
    if text[start:]:
        yield text[start:]


def _end(text: str, start: int, stop: int) -> int:
    """Return the last good place to cut, in the second half of a slice if there is one; a sentence is cut last of all."""
    middle = (start + stop) // 2
    for pattern, low in (
        *((one, middle) for one in _ENDS),
        *((one, start) for one in _ENDS),
        (_SPACE, middle),
    ):
        ends = [found.end() for found in pattern.finditer(text, low, stop)]
        if ends:
            return ends[-1]
    return stop
