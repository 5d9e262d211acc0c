"""Nominates the fact that a candidate may be about: rare words weigh most; nominating decides nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from miminions.distiller.gate.numbers import pairs_of, values_of
from miminions.distiller.language.words import stems_of
from miminions.memory.facts import Fact

# A word that stands in more facts than this share of them, and in more than so many, tells none apart.
FREQUENT, FEW = 0.1, 2
# How much of a fact must be said for it to be meant, and how much more than of the next.
MEANT, CLEAR = 0.4, 1.5
LIKE = 0.5


@dataclass(frozen=True, slots=True)
class Pool:
    """The facts that a session may change, with how many of them each word stands in."""

    facts: tuple[Fact, ...]
    spread: Counter[str]

    def salient(self, one: str, other: str) -> frozenset[str]:
        """Return the words that two texts share and that tell facts apart."""
        often = max(FEW, FREQUENT * len(self.facts))
        return frozenset(w for w in stems_of(one) & stems_of(other) if self.spread[w] <= often)

    def meant(self, text: str, quote: str) -> Fact | None:
        """Return the one fact that words are plainly about, None where there is none or more than one."""
        ranked = sorted(
            ((self._share(fact, f"{text} {quote}"), n) for n, fact in enumerate(self.facts)), reverse=True
        )
        if not ranked or ranked[0][0] < MEANT:
            return None
        best = self.facts[ranked[0][1]]
        alone = len(ranked) == 1 or ranked[0][0] >= CLEAR * ranked[1][0]
        return best if alone and self.salient(best.text, f"{text} {quote}") else None

    def _share(self, fact: Fact, said: str) -> float:
        """Return how much of a fact's words was said, rare ones weighing more."""
        words, heard = stems_of(fact.text), stems_of(said)
        weight = {word: log(1 + len(self.facts) / max(1, self.spread[word])) for word in words}
        whole = sum(weight.values())
        return sum(weight[word] for word in words & heard) / whole if whole else 0.0


def pool_of(facts: Iterable[Fact]) -> Pool:
    """Count the words of facts."""
    facts = tuple(facts)
    return Pool(facts, Counter(word for fact in facts for word in stems_of(fact.text)))


def renumbered(text: str, fact: str) -> bool:
    """Say whether a text is a fact's again with another number beside the same word."""
    new, old = pairs_of(text), pairs_of(fact)
    beside = {word for _, word in new} & {word for _, word in old}
    if not beside or values_of(text) & values_of(fact) >= values_of(text):
        return False
    first, second = stems_of(text) - values_of(text), stems_of(fact) - values_of(fact)
    return bool(second) and len(first & second) / len(first | second) >= LIKE
