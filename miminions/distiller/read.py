"""Reads a transcript as material: roles kept apart, injected memory and private text out, tool output cut short."""

import re
from dataclasses import replace

from miminions.distiller.values import Material
from miminions.redact import cleaned, redact
from miminions.transcripts import Transcript, Turn

TOOL_HEAD, TOOL_TAIL = 300, 500
CODE_LINES = 15
_FENCE = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(```+|~~~+)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_BLOCK = re.compile(r"^[ \t]*<([a-z][\w-]*)\b[^<>\n]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE | re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$|^(?: {4}|\t)(?![ \t]*(?:[-*+]|\d+[.)])[ \t]).*$", re.MULTILINE)
# A straight quotation mark opens before a word and closes behind one; between two quotations stands no third.
_LONG_QUOTE = re.compile(r"(?<![\w\"])[\"“«](?=\S)[^\"”»]{30,}(?<=\S)[\"”»](?!\w)")
# From here on a turn holds what somebody else wrote: a mail, a forward, a chat, a terminal, a text to work on.
_PASTED = re.compile(
    r"""
    ^[ \t]*(?:
        (?:from|von|de)[ \t]*:[^\n]+\n(?=(?:[^\n]*\n){0,4}?[ \t]*(?:subject|sent|date|to|betreff|gesendet|assunto)[ \t]*:)
      | (?:on|am|em)\b[^\n]{5,120}\b(?:wrote|schrieb|escreveu)[^\n]{0,60}:[ \t]*$
      | -{3,}[ \t]*(?:original|forwarded|weitergeleitete|mensagem)\b[^\n]*$
      | begin[ ]forwarded[ ]message
      | \S+(?:[ ]\S+)?(?:[ ]{2,}\d{1,2}:\d{2}|[ ]+\d{1,2}:\d{2}[ ]?[ap]m)[ \t]*$
      | \[\d{1,2}:\d{2}[^\]\n]*\][ \t]+\S+:
      | [\w.-]+@[\w.-]+[^\n$\#]{0,60}[$\#][ ]\S
    )
    | \b(?:translate|summari[sz]e|rephrase|paraphrase|proofread|rewrite)\b[^\n:]{0,80}:
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
# Stands where quoted text was taken out, so that words on both sides do not join.
GAP = "\ufffc"


def read_material(transcript: Transcript, *, workspace: str, covered: int) -> Material:
    """Clean a transcript; turns up to `covered` were distilled before and stay as context only."""
    turns = tuple(turn for turn in map(_clean, transcript.turns) if turn is not None)
    return Material(
        transcript.session, redact(workspace), turns, covered + 1, transcript.records, transcript.started
    )


def own_words(text: str) -> str:
    """Return a user's turn without what it quotes: fences, blocks, quoted lines, long quotations, pasted texts."""
    without = _BLOCK.sub(GAP, _FENCE.sub(GAP, text))
    pasted = _PASTED.search(without)
    own = f"{without[: pasted.start()]}{GAP}" if pasted else without
    return _LONG_QUOTE.sub(GAP, _QUOTED_LINE.sub(GAP, own))


def _clean(turn: Turn) -> Turn | None:
    if turn.role in {"system", "subagent"}:
        return None
    text = cleaned(turn.text).strip()
    if turn.role == "tool" and len(text) > TOOL_HEAD + TOOL_TAIL:
        text = f"{text[:TOOL_HEAD]}\n[{len(text) - TOOL_HEAD - TOOL_TAIL} characters left out]\n{text[-TOOL_TAIL:]}"
    if turn.role == "assistant":
        text = _FENCE.sub(_shorten, text)
    return replace(turn, text=text) if text else None


def _shorten(fence: re.Match[str]) -> str:
    lines = fence[2].count("\n")
    return f"[code, {lines} lines]\n" if lines > CODE_LINES else fence[0]
