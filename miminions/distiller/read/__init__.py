"""Reads a transcript as material: roles kept apart, injected memory and private text out, tool output cut short."""

import re
from collections.abc import Iterator
from dataclasses import replace

from miminions.distiller.read.quoted import FENCE, own_words
from miminions.distiller.values import Material
from miminions.redact import cleaned, redact, redact_reply, without_injected, without_private
from miminions.transcripts import Transcript, Turn
from miminions.transcripts.turns import local

TOOL_HEAD, TOOL_TAIL = 300, 500
# What an assistant says is evidence only where the user's next words accept it.
SAID_HEAD, SAID_TAIL = 6000, 6000
CODE_LINES = 15
# How far behind its beginning a secret shows to be one, and how long the longest is: a block of a key.
BEHIND, BEFORE = 1000, 8000


__all__ = ["own_words", "read_material", "shortened"]


def read_material(transcript: Transcript, *, workspace: str, covered: int) -> Material:
    """Clean a transcript; turns up to `covered` were distilled before and stay as context only.

    A user's turn is never cut. Times are those of the clock on the wall, so that "tomorrow" is the day it was meant to be.
    """
    turns = tuple(_answering([turn for turn in map(_clean, transcript.turns) if turn is not None]))
    # A folder's name may hold anything, also what would look like another part of a prompt.
    name = redact(" ".join(workspace.split()))
    return Material(transcript.session, name, turns, covered + 1, transcript.records, transcript.started)


def shortened(text: str, head: int, tail: int) -> str:
    """Return a text of which the middle is left out where it is longer than its two ends, and says so there."""
    left = len(text) - head - tail
    return f"{text[:head]}\n[{left} characters left out]\n{text[-tail:]}" if left > 0 else text


def _answering(turns: list[Turn]) -> Iterator[Turn]:
    """Mask passwords that are told in answer to a question, with no word in their own turn that says what they are."""
    before = ("", "")
    for turn in turns:
        said = turn
        if turn.role == "user":
            said = replace(turn, text=redact_reply(turn.text, "\n".join(before)))
        if turn.role in {"user", "assistant"}:
            before = (before[1], said.text)
        yield said


def _clean(turn: Turn) -> Turn | None:
    if turn.role in {"system", "subagent"}:
        return None
    if turn.role == "tool":
        text = _ends(turn.text, TOOL_HEAD, TOOL_TAIL)
    elif turn.role == "assistant":
        text = _ends(FENCE.sub(_folded, turn.text), SAID_HEAD, SAID_TAIL)
    else:
        text = cleaned(turn.text).strip()
    return replace(turn, text=text, time=turn.time and local(turn.time)) if text else None


def _ends(text: str, head: int, tail: int) -> str:
    """Clean a text and return its two ends; where nothing secret is near them, the middle is not looked at."""
    text = without_private(without_injected(text)).strip()
    if len(text) > head + BEHIND + BEFORE + tail:
        near = text[: head + BEHIND], text[-tail - BEFORE :]
        if all(redact(one) == one for one in near):
            return shortened(text, head, tail)
    return shortened(redact(text), head, tail)


def _folded(fence: re.Match[str]) -> str:
    lines = fence[2].count("\n")
    return f"[code, {lines} lines]\n" if lines > CODE_LINES else fence[0]
