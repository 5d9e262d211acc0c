"""Follows changes of mind: what a session takes back again, and which known fact a candidate replaces."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from miminions.distiller.language import listed, opening
from miminions.distiller.language.sentences import clauses, sentences
from miminions.distiller.language.words import words_of
from miminions.distiller.read import own_words
from miminions.distiller.rules.wording import bare, stems
from miminions.distiller.values import Candidate, Material
from miminions.memory.facts import Fact

# What is taken back is named in so many words, within so many characters.
REACH, WINDOW = 2, 80
ANEW, SHORT = 0.75, 4
# A word counts by how few of the known facts have it. A change names a fact with one rare word, if no other fact
# is named half as clearly; it is plain with two, if it says half of the fact anew.
RARE, PLAIN, CLEAR, SAID_ANEW = 1.0, 2.0, 2.0, 0.5
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|nicht|kein\w*|nie|não|nunca|sem)\b|n['\u2019]t\b", re.IGNORECASE
)
_TOKEN = re.compile(r"[\w@/+#-]+(?:[./:-][\w@/+#-]+)*")


SUPERSEDED = "the session takes it back or says it anew later on"


@dataclass(frozen=True, slots=True)
class _Taking:
    """A sentence of the user's that takes something back: where it stands, and the words of what it names."""

    turn: int
    start: int
    named: frozenset[str]


def standing(found: list[Candidate], material: Material) -> list[Candidate]:
    """Mark the candidates that something later in the session takes back or says anew."""
    spoken = {turn.number: own_words(turn.text) for turn in material.new if turn.role == "user"}
    takings = [taking for number, words in spoken.items() for taking in _takings(number, words)]
    undone = _undone(spoken)
    marked = []
    for place, candidate in enumerate(found):
        anew = any(_alike(candidate, other) or _changed(candidate, other) for other in found[place + 1 :])
        end = spoken[candidate.turn].find(candidate.quote) + len(candidate.quote)
        gone = anew or candidate.turn in undone or _taken_back(candidate, end, takings)
        marked.append(replace(candidate, dropped=SUPERSEDED) if gone else candidate)
    return marked


def _takings(number: int, words: str) -> Iterator[_Taking]:
    start = 0
    for said in sentences(words):
        start = words.find(said, start)
        for named in _retracted(said):
            yield _Taking(number, start, stems(named))


def _undone(spoken: Mapping[int, str]) -> frozenset[int]:
    """Return the turns after which the user's next one opens by taking back whatever came last."""
    return frozenset(
        earlier
        for earlier, later in pairwise(spoken)
        if any(opening("undoes").match(bare(said)) for said in sentences(spoken[later])[:2])
    )


def _taken_back(candidate: Candidate, end: int, takings: list[_Taking]) -> bool:
    """Say whether something that a candidate is about is taken back after it."""
    if _NEGATION.search(candidate.quote):
        return False
    about = stems(candidate.quote)
    return any(
        about & taking.named and (taking.turn, taking.start) >= (candidate.turn, end) for taking in takings
    )


def retracts(said: str) -> bool:
    """Say whether a clause of a sentence opens with a verb of taking back."""
    return any(opening("retracts").match(bare(clause)) for clause in clauses(said))


def _retracted(said: str) -> list[str]:
    """Return the things that a sentence takes back, by a verb that opens a clause or by words like "instead of" and "is off"."""
    verbs = (opening("retracts").match(bare(clause)) for clause in clauses(said))
    ends = [found.string[found.end() :][:WINDOW] for found in verbs if found]
    ends += [said[found.end() : found.end() + WINDOW] for found in listed("against").finditer(said)]
    after = [_TOKEN.findall(listed("article").sub(" ", end, count=1))[:REACH] for end in ends]
    begins = (said[max(0, found.start() - WINDOW) : found.start()] for found in listed("ends").finditer(said))
    return [" ".join(named) for named in (*after, *(_TOKEN.findall(begin)[-REACH:] for begin in begins))]


def _alike(earlier: Candidate, later: Candidate) -> bool:
    """Say whether a later candidate says so much of an earlier one that it takes its place; in a later turn, whatever the numbers."""
    first, second = stems(earlier.text), stems(later.text)
    if later.turn > earlier.turn:
        first = frozenset(word for word in first if word.isalpha()) or first
    return bool(first) and len(first & second) / len(first) >= ANEW and later.sure >= earlier.sure


def _changed(earlier: Candidate, later: Candidate) -> bool:
    """Say whether a later candidate says of itself that it changes what an earlier, short one said."""
    first, second = stems(earlier.text), stems(later.quote)
    short = len(first) <= SHORT and earlier.section == "Decisions" and later.turn > earlier.turn
    return short and bool(first & second) and listed("switches").search(later.quote.rstrip(" .!")) is not None


def aimed(candidate: Candidate, facts: tuple[Fact, ...]) -> Candidate:
    """Propose to replace the one known fact that a change is about; what is less than plain waits for review."""
    if not listed("changes").search(candidate.quote):
        return candidate
    said = stems(f"{candidate.text} {candidate.quote}")
    known = {fact.id: stems(fact.text) for fact in facts}
    spread = Counter(word for words in known.values() for word in words)
    shared = {fact.id: sum(1 / spread[word] for word in known[fact.id] & said) for fact in facts}
    first, second = sorted([*shared.values(), 0.0, 0.0], reverse=True)[:2]
    target = next((fact for fact in facts if shared[fact.id] == first), None)
    if (
        target is None
        or first < RARE
        or second * CLEAR > first
        or words_of(candidate.text) <= words_of(target.text)
    ):
        return candidate
    plain = first >= PLAIN and len(known[target.id] & said) / len(known[target.id]) >= SAID_ANEW
    reason = "" if plain else f"it may replace: {target.text}"
    return replace(candidate, op="replace", target=target.id, sure=candidate.sure and plain, reason=reason)
