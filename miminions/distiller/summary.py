"""Sums up a session in a line of its own words: how it began, and what it settled."""

import re
from collections.abc import Iterable

from miminions.distiller.read import own_words
from miminions.distiller.sentences import sentences
from miminions.distiller.values import Candidate, Material
from miminions.distiller.wording import bare, sentence

LIMIT, OPENING = 240, 110
_FOLDED = re.compile(r"\[redacted:[^\]]*\]|\[code, \d+ lines\]|https?://\S+")


def summary(material: Material, settled: Iterable[Candidate]) -> str:
    """Say in one line of at most 240 characters what the session began with and what was settled, as far as it fits."""
    line = _opening(material)
    for candidate in settled:
        longer = f"{line} {candidate.text}"
        if len(longer) <= LIMIT and candidate.text not in line:
            line = longer
    return line


def _opening(material: Material) -> str:
    """Return the first sentence that is more than a greeting."""
    said = (
        s for t in material.new if t.role == "user" for s in sentences(_FOLDED.sub("", own_words(t.text)))
    )
    first = next((s for s in map(bare, said) if len(s.split()) > 2 or len(s) > 24), "")
    if not first:
        return "Nothing was said."
    return sentence(first) if len(first) <= OPENING else f"{sentence(_cut(first)).rstrip('.…')}…"


def _cut(text: str) -> str:
    """Cut a text after a word, or anywhere where words are not set apart."""
    start = text[:OPENING]
    return start.rsplit(" ", 1)[0] if " " in start else start
