"""Sums up a session in a line of its own words: how it began, and what it kept coming back to."""

import re
from collections import Counter

from miminions.distiller.language import common, languages
from miminions.distiller.read import own_words
from miminions.distiller.sentences import sentences
from miminions.distiller.values import Material
from miminions.distiller.wording import bare, sentence

LIMIT = 240
OPENING, TERMS = 110, 14
_TERM = re.compile(r"[^\W\d_][\w'\u2019-]*(?:[./_-][\w-]+)*")
_FOLDED = re.compile(r"\[redacted:[^\]]*\]|\[code, \d+ lines\]|https?://\S+")


def summary(material: Material) -> str:
    """Say in one line of at most 240 characters what the session began with and spoke of."""
    line, about = _opening(material), list[str]()
    for term in _terms(material):
        if len(about) == TERMS or len(f"{line} About: {', '.join([*about, term])}.") > LIMIT:
            break
        if term not in line.casefold():
            about.append(term)
    return f"{line} About: {', '.join(about)}." if about else line


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


def _terms(material: Material) -> list[str]:
    """Return the words that more than one turn has, those of most turns first."""
    turns: Counter[str] = Counter()
    for turn in material.new:
        if turn.role in {"user", "assistant"}:
            turns.update(_telling(_FOLDED.sub(" ", own_words(turn.text))))
    return sorted(
        (term for term in turns if turns[term] > 1), key=lambda term: (-turns[term], -len(term), term)
    )


def _telling(text: str) -> set[str]:
    terms = {re.sub(r"'s?$", "", found.casefold().replace("\u2019", "'")) for found in _TERM.findall(text)}
    return {term for term in terms if len(term) > 2 and term not in common() and not _names_day(term)}


def _names_day(term: str) -> bool:
    names = (name for each in languages() for name in (*each.days.weekdays, *each.days.months))
    return any(re.fullmatch(rf"(?:{name})s?", term) for name in names)
