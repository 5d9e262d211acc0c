"""Sums up a session in a line of its own words: how it began, and what it settled."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from miminions.distiller.gate.screen import widens
from miminions.distiller.language import listed
from miminions.distiller.language.sentences import sentences
from miminions.distiller.read import own_words
from miminions.distiller.rules.wording import bare, confides, sentence, stems
from miminions.distiller.values import Material

LIMIT, OPENING = 200, 90
# A word is a topic if so many turns have it and it has so many letters; so many of them are named.
SPREAD, LETTERS, TOPICS = 3, 4, 5
# What is shorter tells nothing; of what is longer the beginning will do.
FEWEST, SHORT, LONGEST = 3, 24, 1000
# What the history says of a session when there is nothing else that it may say.
UNTOLD = "A session."
_PASSED_OVER = ("everywhere", "guess", "passing", "once")
_PLAIN = re.compile(r"[^\W\d_]+")
_FOLDED = re.compile(r"\[redacted:[^\]]*\]|\[code, \d+ lines\]|https?://\S+")


def opening_of(material: Material) -> str:
    """Return what a session began with, and in brackets the words it kept coming back to.

    That is the sentence of the first turn that has most of these words, and is more than a greeting. What must not
    become memory unseen is passed over; so is a guess, a wish and what holds for the moment: the history would state
    it as told.
    """
    turns = [_FOLDED.sub("", own_words(t.text)) for t in material.new if t.role == "user"]
    telling = [said for words in turns for said in _telling(words)]
    early = [said for words in turns[:1] for said in _telling(words)]
    topics = _topics(material, turns)
    fit = [said for said in early if _fit(said)] or [said for said in telling if _fit(said)][:1]
    if not fit:
        return UNTOLD if telling else "Nothing was said."
    first = max(fit, key=lambda said: len(stems(said) & topics.keys()))
    line = sentence(first) if len(first) <= OPENING else f"{sentence(_cut(first)).rstrip('.…')}…"
    also = [word for stem, word in topics.items() if stem not in stems(line)][:TOPICS]
    return f"{line.rstrip('.')} ({', '.join(also)})." if len(also) > 1 else line


def _telling(words: str) -> Iterator[str]:
    """Yield the sentences of a turn that are more than a greeting."""
    for said in (bare(s[:LONGEST]) for s in sentences(words)):
        if (len(said.split()) > FEWEST or len(said) > SHORT) and not _pleasantry(said):
            yield said


def _fit(said: str) -> bool:
    """Say whether the history may state a sentence."""
    return not (widens(said) or confides(said) or any(listed(name).search(said) for name in _PASSED_OVER))


def _topics(material: Material, turns: list[str]) -> dict[str, str]:
    """Return the words that most turns have, by their stems: plain words that the person used, too."""
    spoken = [turn.text for turn in material.new if turn.role == "assistant"] + turns
    spread = Counter(stem for words in spoken for stem in stems(words))
    named: dict[str, str] = {}
    for word in (word for words in turns for word in _PLAIN.findall(words)):
        for stem in stems(word):
            named.setdefault(stem, word)
    plain = (stem for stem, word in named.items() if len(word) >= LETTERS and not stem[0].isdigit())
    often = sorted((-spread[stem], stem) for stem in plain if spread[stem] >= SPREAD)
    return {stem: named[stem] for _, stem in often}


def _pleasantry(said: str) -> bool:
    """Say whether a sentence only greets, or tells how somebody feels."""
    return listed("pleasantries").search(said) is not None


def continued(line: str, settled: Iterable[str]) -> str:
    """Add to a line what was settled, as far as 200 characters go."""
    for text in settled:
        if len(line) + len(text) < LIMIT and text not in line:
            line = f"{line} {text}"
    return line


def _cut(text: str) -> str:
    """Cut a text after a word, or anywhere where words are not set apart."""
    start = text[:OPENING]
    return start.rsplit(" ", 1)[0] if " " in start else start
