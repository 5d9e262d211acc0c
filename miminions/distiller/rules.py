"""Extracts candidates without a model: sentences of the user's that a cue marks; cues are data, a file a language."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from miminions.distiller.read import own_words
from miminions.distiller.sentences import sentences
from miminions.distiller.values import Candidate, Extraction, Material, Scope
from miminions.memory.facts import Fact
from miminions.transcripts import Turn

NAME = "rules"
CUES = Path(__file__).parent / "cues"
SUMMARY_LIMIT = 160


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that marks a sentence as worth keeping in a section; `sure` ones apply without review."""

    pattern: re.Pattern[str]
    section: str
    sure: bool
    strip: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Language:
    """The cues of one language, the fillers a sentence may begin with, and what makes it hold everywhere."""

    cues: tuple[Cue, ...]
    filler: re.Pattern[str]
    everywhere: re.Pattern[str]


def extract(material: Material, facts: tuple[Fact, ...]) -> Extraction:  # noqa: ARG001  # the rules know no facts
    """Return a candidate for each sentence that a cue marks, and a summary made of the session's own words."""
    found = [c for turn in material.new if turn.role == "user" for c in _candidates(turn)]
    return Extraction(tuple(found), summary(material, found), NAME)


def summary(material: Material, found: list[Candidate]) -> str:
    """Say in one line what the session began with and what it settled."""
    first = next((s for t in material.new if t.role == "user" for s in sentences(own_words(t.text))), "")
    opening = _sentence(first) if first else "Nothing was said."
    settled = " ".join(candidate.text for candidate in found if candidate.sure)
    line = f"{opening} {settled}".strip()
    return line if len(line) <= SUMMARY_LIMIT else line[: SUMMARY_LIMIT - 1].rsplit(" ", 1)[0] + "…"


@cache
def languages() -> tuple[Language, ...]:
    """Read the cue files."""
    return tuple(_language(path) for path in sorted(CUES.glob("*.toml")))


def _language(path: Path) -> Language:
    table = tomllib.loads(path.read_text("utf-8"))
    cues = [
        Cue(
            _compiled(cue["pattern"]),
            cue["section"],
            cue["sure"],
            _compiled(cue["strip"]) if "strip" in cue else None,
        )
        for cue in table["cue"]
    ]
    return Language(tuple(cues), _compiled(table["filler"]), _compiled(table["everywhere"]))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _candidates(turn: Turn) -> list[Candidate]:
    found = []
    for sentence in sentences(own_words(turn.text)):
        for language in languages():
            cue = next((cue for cue in language.cues if cue.pattern.search(sentence)), None)
            if cue is not None:
                found.append(_candidate(sentence, cue, language, turn))
                break
    return found


def _candidate(sentence: str, cue: Cue, language: Language, turn: Turn) -> Candidate:
    bare = language.filler.sub("", sentence)
    bare = cue.strip.sub("", bare) if cue.strip else bare
    scope: Scope = (
        "global" if cue.section == "Preferences" and language.everywhere.search(sentence) else "workspace"
    )
    return Candidate(_sentence(bare), cue.section, scope, sentence, turn.number, sure=cue.sure)


def _sentence(words: str) -> str:
    """Begin with a capital and end with a full stop."""
    plain = " ".join(words.split()).rstrip(" ,;:-")
    plain = plain[:1].upper() + plain[1:]
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."
