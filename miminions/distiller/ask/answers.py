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
from miminions.model import Shape

_OPS: dict[str, Op] = {"ADD": "add", "REPLACE": "replace", "RETIRE": "retire"}
# What models write who do not keep to the words they are given.
_OTHER_WORDS = {"UPDATE": "REPLACE", "DELETE": "RETIRE", "REMOVE": "RETIRE", "NOOP": "NONE"}
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
# A session teaches about a dozen things; who lists more than this has read too much at once, or goes round in circles.
MOST_ITEMS = 100
# A fact is a sentence and a quote a few.
LONGEST = 2000
_PLACEHOLDER = re.compile(r"<[^<>]*>|\W*|string|text|quote|(?:the )?fact|\$\w+", re.IGNORECASE)
# Of what cannot be used so many items are kept with the reason, and so much of each.
MOST_WRONG, LONGEST_WRONG = 20, 200
# What models put around a quote: the beginning of the turn, who said it, quotation marks, dots for what goes on.
_TURN_HEAD = re.compile(
    r"^\[\d+ (?:user|assistant|tool)\b[^\]\n]*\]\s*|^(?:user|assistant):\s+", re.IGNORECASE
)
_DOTS = re.compile(r"^\s*(?:\.{3,}|\u2026)\s*|\s*(?:\.{3,}|\u2026)\s*$")
_PAIRS = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c", "\u00ab": "\u00bb", "'": "'", "`": "`"}
# What would be more than words in a Markdown file, or on a terminal.
_MARKUP = re.compile(
    r"<!--|-->|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|^\s*(?:#{1,6}\s|---\s*$|[<=>]{7}|`{3})", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What of a model's answer can be used: items with checked fields; `note` says what was left out, and why.

    `wrong` are items that cannot be used, each with why, as far as they are worth keeping.
    """

    items: tuple[Mapping[str, Any], ...]
    summary: str
    note: str = ""
    wrong: tuple[tuple[Mapping[str, Any], str], ...] = ()


def read_answer(text: str, shape: Shape) -> Answer | None:
    """Return the answer in a reply; None when it holds none, or none that is whole, or only items that make no sense.

    Of several the last counts that has items: what stands before is a draft.
    """
    whole = [one for one in map(_lowered, objects(text)) if isinstance(one.get("items"), list)]
    found = next((one for one in reversed(whole) if one["items"]), whole[0] if whole else None)
    if found is None and shape == "text":
        found = read_lines(text)
    return None if found is None or isinstance(found, Doubled) else _checked(found)


def extraction(answer: Answer, facts: tuple[Fact, ...], name: str, prompt: str = "") -> Extraction:
    """Return the candidates and the one-line summary of an answer; `prompt` is the digest of what was asked."""
    candidates = [_candidate(item, facts) for item in answer.items]
    known = tuple(c for c in candidates if c)
    dropped = tuple(_dropped(item, why) for item, why in answer.wrong)
    return Extraction((*known, *dropped), answer.summary, name, note=answer.note, prompt=prompt)


def _checked(found: Mapping[str, Any]) -> Answer | None:
    """Keep what is well-formed, each item once, and say of the rest how much it was and what was wrong first.

    None where no item is: then nobody knows what was meant.
    """
    given = [_plain(item) for item in found["items"]]
    kept: dict[str, Mapping[str, Any]] = {}
    reasons, wrong, formed = list[str](), list[tuple[Mapping[str, Any], str]](), not given
    for item in given:
        why = _malformed(item)
        formed = formed or not why
        why = why or _unfit(item)
        key = "" if why else json.dumps(item, sort_keys=True, default=str)
        if why or key in kept:
            reasons.append(why or "it is said twice")
            wrong += [(item, why)] if why and isinstance(item, dict) else []
        else:
            kept[key] = item
    if not formed:
        return None
    note = f"{len(reasons)} of {len(given)} items left out: {reasons[0]}" if reasons else ""
    summary = found.get("summary")
    plain = " ".join(summary.split()) if isinstance(summary, str) else ""
    told = "" if _PLACEHOLDER.fullmatch(plain) else plain[:SUMMARY_LIMIT]
    return Answer(tuple(kept.values()), told, note, tuple(wrong[:MOST_WRONG]))


def _lowered(found: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its names in lower case; one that bears a name twice then is doubled."""
    names = {name: name.strip().lower() for name in found}
    lowered = {names[name]: value for name, value in found.items()}
    return Doubled(lowered) if isinstance(found, Doubled) or len(lowered) < len(found) else lowered


def _plain(item: object) -> Any:
    """Return an item as it was meant: its names in lower case, of a list of one what is in it, of a round number the number."""
    if isinstance(item, str) and item.lstrip().startswith("{"):
        item = next(objects(item), item)
    if not isinstance(item, dict):
        return item
    plain = _lowered(item)
    for name in {"turn", "target"} & plain.keys():
        value = plain[name]
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        plain[name] = int(value) if isinstance(value, float) and value.is_integer() else value
    return plain


def _malformed(item: object) -> str:
    """Return why nobody knows what an item means, empty when one does."""
    if not isinstance(item, dict):
        return "an item is no object"
    if isinstance(item, Doubled):
        return "a field is given twice"
    if _op(str(item.get("op") or "")) == "NONE":
        return ""
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
    word = _op(op)
    if word not in _OPS:
        return "`op` is none of those there are"
    if word in {"ADD", "REPLACE"} and _PLACEHOLDER.fullmatch(text[:LONGEST]):
        return "`text` says nothing"
    if quote and _PLACEHOLDER.fullmatch(quote[:LONGEST]):
        return "`quote` says nothing"
    return ""


def _unfit(item: Mapping[str, Any]) -> str:
    """Return why an item that makes sense is no fact."""
    text, quote = str(item.get("text", "")).strip(), str(item.get("quote", "")).strip()
    if max(len(text), len(quote)) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    return "`text` is no sentence" if _MARKUP.search(text) else ""


def _op(word: str) -> str:
    """Return the operation that a word means, as we call it."""
    plain = word.strip(" .:*_`'\"").upper()
    return _OTHER_WORDS.get(plain, plain)


def _candidate(item: Mapping[str, Any], facts: tuple[Fact, ...]) -> Candidate | None:
    """Read one item; None for one that says nothing new."""
    op = _OPS.get(_op(str(item["op"])))
    text, quote = " ".join(str(item.get("text", "")).split()), _quote(str(item.get("quote", "")))
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


def _dropped(item: Mapping[str, Any], why: str) -> Candidate:
    """Keep what of an item can be shown of one that cannot be used, and why."""
    said = {name: " ".join(str(item.get(name) or "").split()) for name in ("text", "quote")}
    text, quote = (part[:LONGEST_WRONG] for part in said.values())
    return Candidate(text, "Facts", "workspace", quote, _number(item.get("turn")), dropped=why)


def _quote(said: str) -> str:
    """Return a quote without what a model puts around it; each word of it must still have been said."""
    plain = _TURN_HEAD.sub("", said.strip())
    if len(plain) > 1 and _PAIRS.get(plain[0]) == plain[-1] and plain[0] not in plain[1:-1]:
        plain = plain[1:-1]
    return _DOTS.sub("", plain).strip()


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
