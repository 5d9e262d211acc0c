"""The answer of a model: its schema, what of it can be used, and the candidates it holds."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from miminions.distiller.ask.lines import read_lines
from miminions.distiller.ask.replies import Doubled, objects
from miminions.distiller.values import Candidate, Extraction, Op, Scope
from miminions.memory.facts import SECTIONS, Fact
from miminions.model import Shape, Usage

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
# A session teaches about a dozen things; who lists hundreds is copying or going round in circles.
MOST_ITEMS = 100
# A fact is a sentence and a quote a few.
LONGEST = 2000
_PLACEHOLDER = re.compile(r"<[^<>]*>|\W*|string|text|quote|(?:the )?fact|\$\w+", re.IGNORECASE)
# What would be more than words in a Markdown file, or on a terminal.
_MARKUP = re.compile(
    r"<!--|-->|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|^\s*(?:#{1,6}\s|---\s*$|[<=>]{7}|`{3})", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What of a model's answer can be used: items with checked fields; `note` says what was left out, and why."""

    items: tuple[Mapping[str, Any], ...]
    summary: str
    note: str = ""


def read_answer(text: str, shape: Shape) -> Answer | None:
    """Return the answer in a reply; None when it holds none, or none that is whole."""
    found = next((one for one in objects(text) if isinstance(one.get("items"), list)), None)
    if found is None and shape == "text":
        found = read_lines(text)
    return None if found is None or isinstance(found, Doubled) else _checked(found)


def extraction(
    answer: Answer, facts: tuple[Fact, ...], name: str, usage: Usage, prompt: str = ""
) -> Extraction:
    """Return the candidates and the one-line summary of an answer; `prompt` is the digest of what was asked."""
    candidates = [_candidate(item, facts) for item in answer.items]
    known = tuple(c for c in candidates if c)
    return Extraction(known, answer.summary, name, usage, answer.note, prompt)


def _checked(found: Mapping[str, Any]) -> Answer:
    """Keep what is well-formed, each item once, and say of the rest how much it was and what was wrong first."""
    given, kept, reasons = found["items"], {}, []
    for item in given[:MOST_ITEMS]:
        wrong = _wrong(item)
        key = json.dumps(item, sort_keys=True, default=str) if not wrong else ""
        if wrong or key in kept:
            reasons.append(wrong or "it is said twice")
        else:
            kept[key] = item
    if len(given) > MOST_ITEMS:
        reasons += [f"more than {MOST_ITEMS} items are no answer"] * (len(given) - MOST_ITEMS)
    note = f"{len(reasons)} of {len(given)} items left out: {reasons[0]}" if reasons else ""
    summary = found.get("summary")
    plain = " ".join(summary.split()) if isinstance(summary, str) else ""
    return Answer(tuple(kept.values()), "" if _PLACEHOLDER.fullmatch(plain) else plain[:SUMMARY_LIMIT], note)


def _wrong(item: object) -> str:
    """Return why an item cannot be used, empty when it can."""
    if not isinstance(item, dict):
        return "an item is no object"
    if isinstance(item, Doubled):
        return "a field is given twice"
    return _mistyped(item) or _meaningless(item)


def _mistyped(item: Mapping[str, Any]) -> str:
    """Return which field is of a wrong kind; what names a place may be missing."""
    for name in ("quote", "op", "text"):
        if not isinstance(item.get(name, ""), str):
            return f"`{name}` is no text"
    for name in ("target", "scope", "section"):
        if not isinstance(item.get(name) or "", str | int):
            return f"`{name}` is no text"
    return "`turn` is no number" if isinstance(item.get("turn", 0), bool | list | dict) else ""


def _meaningless(item: Mapping[str, Any]) -> str:
    """Return why the words of an item are no fact."""
    op, text, quote = (str(item.get(name, "")).strip() for name in ("op", "text", "quote"))
    if op.upper() not in {*_OPS, "NONE"}:
        return "`op` is none of those there are"
    if max(len(text), len(quote)) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    if op.upper() in {"ADD", "REPLACE"} and _PLACEHOLDER.fullmatch(text):
        return "`text` says nothing"
    if _MARKUP.search(text):
        return "`text` is no sentence"
    if op.upper() != "NONE" and quote and _PLACEHOLDER.fullmatch(quote):
        return "`quote` says nothing"
    return ""


def _candidate(item: Mapping[str, Any], facts: tuple[Fact, ...]) -> Candidate | None:
    """Read one item; None for one that says nothing new."""
    op = _OPS.get(str(item["op"]).strip().upper())
    text, quote = " ".join(str(item.get("text", "")).split()), str(item.get("quote", "")).strip()
    if op is None:
        return None
    target = _target(str(item.get("target") or ""), facts)
    scope: Scope = "global" if str(item.get("scope")).strip().lower() == "global" else "workspace"
    return Candidate(
        text=text or (target.text if target else quote),
        section=_section(str(item.get("section"))),
        scope=scope,
        quote=quote,
        turn=_number(item.get("turn")),
        op=op,
        target=target.id if target else None,
    )


def _section(word: str) -> str:
    """Return the section that a word means; what means none is a fact."""
    plain = word.strip().lower().rstrip("s")
    return next((name for name in SECTIONS if name.lower().rstrip("s") == plain), "Facts")


def _target(word: str, facts: tuple[Fact, ...]) -> Fact | None:
    number = _number(word.strip().lstrip("Mm"))
    return facts[number - 1] if 1 <= number <= len(facts) else None


def _number(value: object) -> int:
    digits = re.search(r"\d{1,9}", str(value))
    return int(digits[0]) if digits else 0
