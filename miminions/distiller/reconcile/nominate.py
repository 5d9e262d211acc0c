"""Nominates the fact that a candidate may be about: rare words weigh most; nominating decides nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log

from miminions.distiller.gate.days import weekdays_in
from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language import numbers
from miminions.distiller.language.words import stem, stems_of
from miminions.memory.facts import Fact

# A word that stands in more facts than this share of them, and in more than so many, tells none apart.
FREQUENT, FEW = 0.1, 2
# How much of a fact must be said for it to be meant, and how much more than of the next.
MEANT, CLEAR = 0.4, 1.5
# With so little of it said, it must be the first choice.
NAMED = 0.15
LIKE, SEVERAL = 0.5, 3


@dataclass(frozen=True, slots=True)
class Pool:
    """The facts that a session may change, with how many of them each word stands in."""

    facts: tuple[Fact, ...]
    spread: Counter[str]

    def salient(self, one: str, other: str) -> frozenset[str]:
        """Return the words that two texts share and that tell facts apart."""
        often = max(FEW, FREQUENT * len(self.facts))
        shared = stems_of(one) & stems_of(other)
        return frozenset(
            w for w in shared if self.spread[w] <= often and not (w.isdigit() or w in _numerals())
        )

    def close(self, fact: Fact, text: str, quote: str) -> bool:
        """Say whether words may well be about a fact: the quote names something of it, or no other is said as much."""
        said = f"{text} {quote}"
        if self.salient(fact.text, quote) or len(self.salient(fact.text, text)) >= SEVERAL:
            return True
        share = self._share(fact, said)
        return share >= MEANT or (
            share >= NAMED and all(self._share(one, said) <= share for one in self.facts)
        )

    def meant(self, text: str, quote: str) -> Fact | None:
        """Return the one fact that words are plainly about, None where there is none or more than one."""
        ranked = sorted(
            ((self._share(fact, f"{text} {quote}"), n) for n, fact in enumerate(self.facts)), reverse=True
        )
        if not ranked or ranked[0][0] < MEANT:
            return None
        best = self.facts[ranked[0][1]]
        # What says nearly the same as the best is no other fact.
        others = (share for share, n in ranked[1:] if _likeness(self.facts[n].text, best.text) < LIKE)
        alone = ranked[0][0] >= CLEAR * next(others, 0.0)
        return best if alone and self.salient(best.text, f"{text} {quote}") else None

    def _share(self, fact: Fact, said: str) -> float:
        """Return how much of a fact's words was said, rare ones weighing more."""
        words, heard = stems_of(fact.text), stems_of(said)
        weight = {word: log(1 + len(self.facts) / max(1, self.spread[word])) for word in words}
        whole = sum(weight.values())
        return sum(weight[word] for word in words & heard) / whole if whole else 0.0


@cache
def _numerals() -> frozenset[str]:
    return frozenset(map(stem, numbers()))


def pool_of(facts: Iterable[Fact]) -> Pool:
    """Count the words of facts."""
    facts = tuple(facts)
    return Pool(facts, Counter(word for fact in facts for word in stems_of(fact.text)))


def revalued(fact: str, text: str) -> bool:
    """Say whether a text has other numbers or days than a fact in the place of its own."""
    old, new = values_of(fact) | weekdays_in(fact), values_of(text) | weekdays_in(text)
    return bool(new - old) and bool(old - new)


def _likeness(one: str, other: str) -> float:
    """Return the share of the words of two texts that both have, whatever their numbers."""
    first, second = stems_of(one) - values_of(one), stems_of(other) - values_of(other)
    return len(first & second) / len(first | second) if first | second else 0.0
