"""Reads a transcript as material: roles kept apart, injected memory and private text out, tool output cut short."""

import re
from dataclasses import replace

from miminions.distiller.values import Material
from miminions.redact import redact, without_private
from miminions.transcripts import Transcript, Turn

# The block that ContextBuilder wraps memory in; what was injected is never learned again.
INJECTED = re.compile(r"<miminions:(\w+)\b[^>]*>.*?(?:</miminions:\1>|\Z)", re.DOTALL)
TOOL_HEAD, TOOL_TAIL = 300, 500
CODE_LINES = 15
_FENCE = re.compile(r"^(```+|~~~+)[^\n]*\n(.*?)(?:^\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_LONG_QUOTE = re.compile(r"[\"“«]([^\"”»]{60,})[\"”»]")
# Stands where quoted text was taken out, so that words on both sides do not join.
GAP = "\ufffc"


def read_material(transcript: Transcript, *, workspace: str, covered: int) -> Material:
    """Clean a transcript; turns up to `covered` were distilled before and stay as context only."""
    turns = tuple(turn for turn in map(_clean, transcript.turns) if turn is not None)
    return Material(transcript.session, workspace, turns, covered + 1, transcript.records, transcript.started)


def own_words(text: str) -> str:
    """Return a user's turn without what it quotes: fences, quoted lines, long quotations."""
    without = _FENCE.sub(GAP, text)
    return _LONG_QUOTE.sub(GAP, _QUOTED_LINE.sub(GAP, without))


def _clean(turn: Turn) -> Turn | None:
    if turn.role in {"system", "subagent"}:
        return None
    text = redact(without_private(INJECTED.sub("", turn.text))).strip()
    if turn.role == "tool" and len(text) > TOOL_HEAD + TOOL_TAIL:
        text = f"{text[:TOOL_HEAD]}\n[{len(text) - TOOL_HEAD - TOOL_TAIL} characters left out]\n{text[-TOOL_TAIL:]}"
    if turn.role == "assistant":
        text = _FENCE.sub(_shorten, text)
    return replace(turn, text=text) if text else None


def _shorten(fence: re.Match[str]) -> str:
    lines = fence[2].count("\n")
    return f"[code, {lines} lines]\n" if lines > CODE_LINES else fence[0]
