"""Reads a transcript as material: roles kept apart, injected memory and private text out, tool output cut short."""

import re
from dataclasses import replace

from miminions.distiller.read.quoted import FENCE, own_words
from miminions.distiller.values import Material
from miminions.redact import cleaned, redact
from miminions.transcripts import Transcript, Turn

TOOL_HEAD, TOOL_TAIL = 300, 500
CODE_LINES = 15


__all__ = ["own_words", "read_material"]


def read_material(transcript: Transcript, *, workspace: str, covered: int) -> Material:
    """Clean a transcript; turns up to `covered` were distilled before and stay as context only."""
    turns = tuple(turn for turn in map(_clean, transcript.turns) if turn is not None)
    return Material(
        transcript.session, redact(workspace), turns, covered + 1, transcript.records, transcript.started
    )


def _clean(turn: Turn) -> Turn | None:
    if turn.role in {"system", "subagent"}:
        return None
    text = cleaned(turn.text).strip()
    if turn.role == "tool" and len(text) > TOOL_HEAD + TOOL_TAIL:
        text = f"{text[:TOOL_HEAD]}\n[{len(text) - TOOL_HEAD - TOOL_TAIL} characters left out]\n{text[-TOOL_TAIL:]}"
    if turn.role == "assistant":
        text = FENCE.sub(_shorten, text)
    return replace(turn, text=text) if text else None


def _shorten(fence: re.Match[str]) -> str:
    lines = fence[2].count("\n")
    return f"[code, {lines} lines]\n" if lines > CODE_LINES else fence[0]
