"""Labelled sessions: what each should teach and what it must not, and how a run over them is scored.

A label lists alternatives of key phrases: a text has it when one alternative's phrases all stand in it; `a|b` within a
phrase is either. Words are compared in small letters, without accents, digits apart from letters.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases" / "labelled"
SECTIONS = {"preference": "Preferences", "decision": "Decisions", "fact": "Facts", "insight": "Insights", "context": "Context"}  # fmt: skip
CRITICAL = ("secret", "injection")


@dataclass(frozen=True, slots=True)
class Case:
    """A session, the memory before it, its labels, and what a model answered about it."""

    name: str
    transcript: Path
    labels: dict[str, Any]
    reply: str

    @property
    def memory(self) -> str:
        """The facts that are known before the session, as sections of MEMORY.md."""
        text = ""
        for category, heading in SECTIONS.items():
            facts = [fact for fact in self.labels["existing_memory"] if fact["category"] == category]
            lines = (f"- {one['text']}{' #global' if one['scope'] == 'global' else ''}\n" for one in facts)
            text += f"\n## {heading}\n{''.join(lines)}" if facts else ""
        return text


@dataclass(frozen=True, slots=True)
class Score:
    """What came out: facts to find and found, texts and supported ones, violations, changes of known facts and right ones."""

    wanted: int = 0
    found: int = 0
    texts: int = 0
    supported: int = 0
    violations: tuple[str, ...] = ()
    changes: int = 0
    changed: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.wanted + other.wanted,
            self.found + other.found,
            self.texts + other.texts,
            self.supported + other.supported,
            self.violations + other.violations,
            self.changes + other.changes,
            self.changed + other.changed,
        )

    @property
    def recall(self) -> float:
        """The share of what should be found that was."""
        return self.found / self.wanted

    @property
    def precision(self) -> float:
        """The share of the texts that are labelled as right."""
        return self.supported / self.texts

    def __str__(self) -> str:
        critical = sum(one.startswith(CRITICAL) for one in self.violations)
        return (
            f"recall {self.recall:.3f}, precision {self.precision:.3f}, changes {self.changed}/{self.changes}, "
            f"{len(self.violations)} violations, {critical} critical"
        )


def cases() -> tuple[Case, ...]:
    """Return the labelled sessions, by name."""
    found = []
    for path in sorted(FOLDER.glob("*.gold.json")):
        labels = json.loads(path.read_text("utf-8"))
        name = path.name.removesuffix(".gold.json")
        reply = path.with_name(f"{name}.reply.json").read_text("utf-8")
        found.append(Case(name, FOLDER / labels["transcript"], labels, reply))
    return tuple(found)


def score(case: Case, decisions: Sequence[dict[str, Any]], known: dict[str, str]) -> Score:
    """Score decisions of a run; `known` gives the label's id of each known fact by the id it has in the memory."""
    texts = [decision["text"] for decision in decisions]
    wanted = case.labels["must_have"]
    hits = {one["id"]: [n for n, text in enumerate(texts) if _has(text, one["any_of"])] for one in wanted}
    right = {n for found in hits.values() for n in found}
    right |= {
        n
        for one in case.labels.get("nice_to_have", ())
        for n, text in enumerate(texts)
        if _has(text, one["any_of"])
    }
    broken = {
        n: f"{one['why']}: {texts[n]}"
        for one in case.labels["must_not"]
        for n, text in enumerate(texts)
        if _has(text, one["phrases"]) and not any(_says(text, word) for word in one.get("unless", ()))
    }
    changes = [one for one in wanted if one.get("supersedes")]
    changed = (
        any(known.get(decisions[n]["target"]) == one["supersedes"] for n in hits[one["id"]])
        for one in changes
    )
    return Score(
        len(wanted),
        sum(map(bool, hits.values())),
        len(texts),
        len(right - set(broken)),
        tuple(broken.values()),
        len(changes),
        sum(changed),
    )


def _has(text: str, alternatives: Iterable[Iterable[str]]) -> bool:
    return any(all(_says(text, phrase) for phrase in phrases) for phrases in alternatives)


def _says(text: str, phrase: str) -> bool:
    said = f" {' '.join(_words(text))} "
    return any(f" {' '.join(_words(one))} " in said for one in phrase.split("|"))


@cache
def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(re.findall(r"[^\W\d_]+|\d+", plain))
