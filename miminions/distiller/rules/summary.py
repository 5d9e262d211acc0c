"""Sums up a session in a line of its own words: how it began, and what it settled."""

import re
from collections.abc import Iterable

from miminions.distiller.gate.screen import widens
from miminions.distiller.language import listed
from miminions.distiller.language.sentences import sentences
from miminions.distiller.read import own_words
from miminions.distiller.rules.wording import bare, confides, sentence
from miminions.distiller.values import Material

LIMIT, OPENING = 240, 110
# What is shorter tells nothing; of what is longer the beginning will do.
FEWEST, SHORT, LONGEST = 3, 24, 1000
# What the history says of a session when there is nothing else that it may say.
UNTOLD = "A session."
_PASSED_OVER = ("everywhere", "guess", "passing", "once")
_FOLDED = re.compile(r"\[redacted:[^\]]*\]|\[code, \d+ lines\]|https?://\S+")


def opening_of(material: Material) -> str:
    """Return the first sentence that is more than a greeting; what must not become memory unseen is passed over.

    So is a guess, a wish and what holds for the moment: the history would state it as told.
    """
    said = (
        s for t in material.new if t.role == "user" for s in sentences(_FOLDED.sub("", own_words(t.text)))
    )
    telling = False
    for first in (bare(s[:LONGEST]) for s in said):
        if (len(first.split()) <= FEWEST and len(first) <= SHORT) or _pleasantry(first):
            continue
        telling = True
        if not (widens(first) or confides(first) or any(listed(name).search(first) for name in _PASSED_OVER)):
            return sentence(first) if len(first) <= OPENING else f"{sentence(_cut(first)).rstrip('.…')}…"
    return UNTOLD if telling else "Nothing was said."


def _pleasantry(said: str) -> bool:
    """Say whether a sentence only greets, or tells how somebody feels."""
    return listed("pleasantries").search(said) is not None


def continued(line: str, settled: Iterable[str]) -> str:
    """Add to a line what was settled, as far as 240 characters go."""
    for text in settled:
        if len(line) + len(text) < LIMIT and text not in line:
            line = f"{line} {text}"
    return line


def _cut(text: str) -> str:
    """Cut a text after a word, or anywhere where words are not set apart."""
    start = text[:OPENING]
    return start.rsplit(" ", 1)[0] if " " in start else start
