"""Extracts candidates with a model: the prompt from the templates, the reply as JSON, one repair at most."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miminions.distiller.values import Candidate, Extraction, Material, Op, Scope
from miminions.errors import ModelError
from miminions.memory.facts import SECTIONS, Fact
from miminions.model import Model, Usage
from miminions.templates import find
from miminions.transcripts import Turn

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


@dataclass(frozen=True, slots=True)
class ModelExtractor:
    """Asks a model which facts a session taught; `folders` may hold templates that take the place of the shipped."""

    model: Model
    folders: tuple[Path, ...] = ()

    def __call__(self, material: Material, facts: tuple[Fact, ...]) -> Extraction:
        """Return the model's candidates. Raises ModelError when it cannot be reached or answers nonsense twice."""
        messages = self._prompt(material, facts)
        reply = self.model.complete(messages, schema=SCHEMA)
        usage = reply.usage
        answer = None if reply.cut else _parse(reply.text)
        if answer is None:
            messages += [
                {"role": "assistant", "content": reply.text[:2000]},
                {"role": "user", "content": find("distill-repair.md", self.folders).text},
            ]
            reply = self.model.complete(messages, schema=SCHEMA)
            usage += reply.usage
            answer = None if reply.cut else _parse(reply.text)
        if answer is None:
            raise ModelError(
                f"{self.model.name} answered something that is not the JSON it was asked for",
                hint="run it again, choose another model, or use --offline to work by the rules",
            )
        return _extraction(answer, facts, self.model.name, usage)

    def _prompt(self, material: Material, facts: tuple[Fact, ...]) -> list[Mapping[str, str]]:
        system = find("distill-system.md", self.folders).fill(sections=", ".join(SECTIONS))
        user = find("distill-user.md", self.folders).fill(
            workspace=material.workspace,
            memory=_memory(facts),
            first=str(material.first),
            transcript="\n\n".join(render_turn(turn) for turn in material.turns),
        )
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def render_turn(turn: Turn) -> str:
    """Write a turn for a model: number, speaker, weekday and time, text."""
    time = turn.time.strftime(" %a %Y-%m-%d %H:%M %z") if turn.time else ""
    return f"[{turn.number} {turn.role}{time}] {turn.text}"


def _memory(facts: tuple[Fact, ...]) -> str:
    lines = [f"M{number} ({fact.section}): {fact.text}" for number, fact in enumerate(facts, 1)]
    return "\n".join(lines) or "(nothing yet)"


def _parse(text: str) -> dict[str, Any] | None:
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


def _extraction(answer: dict[str, Any], facts: tuple[Fact, ...], name: str, usage: Usage) -> Extraction:
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
