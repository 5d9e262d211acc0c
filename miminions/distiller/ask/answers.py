"""The answer of a model: its schema, and how a reply is read into candidates."""

import json
import re
from collections.abc import Mapping
from typing import Any

from miminions.distiller.values import Candidate, Extraction, Op, Scope
from miminions.memory.facts import SECTIONS, Fact
from miminions.model import Usage

_OPS: dict[str, Op] = {"ADD": "add", "REPLACE": "replace", "RETIRE": "retire"}
_STRING = {"type": "string"}
ITEM: dict[str, object] = {
    "quote": _STRING,
    "turn": {"type": "integer"},
    "reason": _STRING,
    "op": {"type": "string", "enum": [*_OPS, "NONE"]},
    "target": _STRING,
    "scope": {"type": "string", "enum": ["workspace", "global"]},
    "section": {"type": "string", "enum": list(SECTIONS)},
    "text": _STRING,
}
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["items", "summary"],
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": list(ITEM),
                "properties": ITEM,
            },
        },
        "summary": _STRING,
    },
}
SUMMARY_LIMIT = 240
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)


def parse(text: str) -> dict[str, Any] | None:
    """Read the outermost JSON object of a reply; None when there is none of the right shape."""
    plain = _THINKING.sub("", text)
    start, end = plain.find("{"), plain.rfind("}")
    try:
        answer = json.loads(plain[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        return None
    shaped = (
        isinstance(answer, dict)
        and isinstance(answer.get("items"), list)
        and isinstance(answer.get("summary"), str)
    )
    return answer if shaped else None


def extraction(answer: dict[str, Any], facts: tuple[Fact, ...], name: str, usage: Usage) -> Extraction:
    """Return the candidates and the one-line summary of an answer of the right shape."""
    candidates = [_candidate(item, facts) for item in answer["items"] if isinstance(item, dict)]
    summary = " ".join(answer["summary"].split())
    return Extraction(tuple(c for c in candidates if c), summary[:SUMMARY_LIMIT], name, usage)


def _candidate(item: dict[str, Any], facts: tuple[Fact, ...]) -> Candidate | None:
    """Read one item; None for one that says nothing or nothing new."""
    op = _OPS.get(str(item.get("op", "")).upper())
    text, quote = " ".join(str(item.get("text", "")).split()), str(item.get("quote", "")).strip()
    if op is None or not (text or op == "retire"):
        return None
    target = _target(str(item.get("target", "")), facts)
    section = str(item.get("section", ""))
    scope: Scope = "global" if item.get("scope") == "global" else "workspace"
    return Candidate(
        text=text or (target.text if target else quote),
        section=section if section in SECTIONS else "Facts",
        scope=scope,
        quote=quote,
        turn=_number(item.get("turn")),
        op=op,
        target=target.id if target else None,
    )


def _target(word: str, facts: tuple[Fact, ...]) -> Fact | None:
    number = _number(word.strip().lstrip("Mm"))
    return facts[number - 1] if 1 <= number <= len(facts) else None


def _number(value: object) -> int:
    digits = re.search(r"\d{1,9}", str(value))
    return int(digits[0]) if digits else 0
