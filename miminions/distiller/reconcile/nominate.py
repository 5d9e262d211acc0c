"""Nominates the fact that a candidate may be about: rare words weigh most; nominating decides nothing."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log

from miminions.distiller.gate.days import weekdays_in
from miminions.distiller.gate.numbers import values_of
from miminions.distiller.gate.polarity import turned
from miminions.distiller.language import listed, numbers
from miminions.distiller.language.words import stem, stems_of
from miminions.memory.facts import Fact

# A word that stands in more facts than this share of them, and in more than so many, tells none apart.
FREQUENT, FEW = 0.1, 2
# How much of a fact must be said for it to be meant, and how much more than of the next.
MEANT, CLEAR = 0.4, 1.5
# With so little of it said, it must be the first choice, or nearly.
NAMED, NEXT = 0.15, 0.9
LIKE = 0.5
# How much of a fact is said anew by what may change it: at least, and so that nothing else need tell of a change.
TOUCHED, ANEW = 0.3, 0.85
_OF_PERSON = re.compile(
    r"([A-ZÀ-Þ][\w-]+)(?:['\u2019]s)? (?:uses|prefers|wants|likes|hates|reads|writes|works|möchte|will|mag|nutzt|quer|prefere|usa|escreve)\b"
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The facts that a session may change, with how many of them each word stands in.

    `subjects` are the names of the project and of persons, of whom many a fact speaks.
    """

    facts: tuple[Fact, ...]
    spread: Counter[str]
    subjects: frozenset[str] = frozenset()

    def salient(self, one: str, other: str) -> frozenset[str]:
        """Return the words that two texts share and that tell facts apart."""
        often = max(FEW, FREQUENT * len(self.facts))
        shared = stems_of(one) & stems_of(other)
        return frozenset(
            w
            for w in shared - self.subjects
            if self.spread[w] <= often and not (w.isdigit() or w in _numerals())
        )

    def close(self, fact: Fact, text: str, quote: str) -> bool:
        """Say whether words are about a fact: they name something of it, and no other fact is named more."""
        said = f"{text} {quote}"
        share = self._share(fact, said)
        if not self.salient(fact.text, said) or share < NAMED:
            return False
        best = max(self._share(one, said) for one in self.facts)
        return share >= best * NEXT and (share >= MEANT or changes(fact.text, text, quote))

    def meant(self, text: str, quote: str, least: float = MEANT) -> Fact | None:
        """Return the one fact that words are plainly about, None where there is none or more than one."""
        said = f"{text} {quote}"
        ranked = sorted(((self._share(fact, said), n) for n, fact in enumerate(self.facts)), reverse=True)
        if not ranked or ranked[0][0] < least:
            return None
        best = self.facts[ranked[0][1]]
        # What says nearly the same as the best is no other fact.
        others = (share for share, n in ranked[1:] if _likeness(self.facts[n].text, best.text) < LIKE)
        alone = ranked[0][0] >= CLEAR * next(others, 0.0)
        return best if alone and self.salient(best.text, said) else None

    def contradicted(self, text: str, quote: str) -> Fact | None:
        """Return the live fact that a new one may change: the more of it is said anew, the less need tell of a change."""
        best = self.meant(text, quote, TOUCHED)
        if best is None:
            return None
        share = self._share(best, f"{text} {quote}")
        changed = listed("switches").search(quote) or listed("changes").search(quote)
        # A text may name the old number, too, as in "250, was 20".
        other = values_of(text) - values_of(best.text)
        if not changed and self._parted(best.text, text):
            return None
        likely = share >= MEANT and (changed or turned(text, best.text, ()))
        plain = share >= ANEW or (share >= LIKE and other)
        return best if likely or plain or revalued(best.text, text) else None

    def plain(self, fact: Fact, text: str, quote: str) -> bool:
        """Say whether words change a fact beyond doubt: they say it anew with another value, and that it changes."""
        said = listed("switches").search(quote) or listed("changes").search(quote)
        return bool(said) and revalued(fact.text, text) and self._share(fact, f"{text} {quote}") >= LIKE

    def _parted(self, one: str, other: str) -> bool:
        """Say whether each of two texts names something that the other does not, besides numbers and days."""
        first, second = (
            stems_of(text) - values_of(text) - weekdays_in(text) - _numerals() - self.subjects
            for text in (one, other)
        )
        return bool(first - second) and bool(second - first)

    def _share(self, fact: Fact, said: str) -> float:
        """Return how much of a fact's words was said, rare ones weighing more."""
        words, heard = stems_of(fact.text) - self.subjects, stems_of(said)
        weight = {word: log(1 + len(self.facts) / max(1, self.spread[word])) for word in words}
        whole = sum(weight.values())
        return sum(weight[word] for word in words & heard) / whole if whole else 0.0


@cache
def _numerals() -> frozenset[str]:
    return frozenset(map(stem, numbers()))


def pool_of(facts: Iterable[Fact], project: str = "") -> Pool:
    """Count the words of facts of a project."""
    facts = tuple(facts)
    persons = (found[1] for fact in facts if (found := _OF_PERSON.match(fact.text)))
    subjects = stems_of(" ".join([project, *re.split(r"\W+", project), *persons]))
    return Pool(facts, Counter(word for fact in facts for word in stems_of(fact.text)), subjects)


def changes(fact: str, text: str, quote: str) -> bool:
    """Say whether a text has other numbers or days than a fact, or its quote says that something changes."""
    said = (
        listed("switches").search(quote) or listed("changes").search(quote) or listed("drops").search(quote)
    )
    return said is not None or revalued(fact, text)


def revalued(fact: str, text: str) -> bool:
    """Say whether a text has other numbers or days than a fact in the place of its own."""
    old, new = values_of(fact) | weekdays_in(fact), values_of(text) | weekdays_in(text)
    return bool(new - old) and bool(old - new)


def _likeness(one: str, other: str) -> float:
    """Return the share of the words of two texts that both have, whatever their numbers."""
    first, second = stems_of(one) - values_of(one), stems_of(other) - values_of(other)
    return len(first & second) / len(first | second) if first | second else 0.0
