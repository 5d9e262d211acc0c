"""Chooses which facts a model is shown where memory holds more than it can weigh: those that the text is about."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from miminions.distiller.language.words import words_of
from miminions.memory.facts import Fact

MOST = 80


def line_of(number: int, fact: Fact) -> str:
    """Write a fact as a model sees it."""
    return f"M{number} ({fact.section}): {fact.text}"


def nominated(
    facts: tuple[Fact, ...],
    text: str,
    room: int,
    count: Callable[[str], int],
    wanted: Collection[str] = (),
) -> tuple[Fact, ...]:
    """Return the facts to show with a text, in memory's order, in at most `room` tokens.

    Those come first whose ids are `wanted`, then preferences, which hold for every session, then those that share
    most words with the text; preferences take no more than half.
    """
    sizes = [count(line_of(MOST, fact)) for fact in facts]
    if len(facts) <= MOST and sum(sizes) <= room:
        return facts
    ranked = _ranked(facts, text)
    first = [n for n in ranked if facts[n].id in wanted]
    preferences = [n for n in ranked if facts[n].section == "Preferences"]
    taken = _taken((*first, *preferences), sizes, MOST // 2, room // 2)
    taken = _taken((*taken, *ranked), sizes, MOST, room)
    return tuple(facts[n] for n in sorted(taken))


def _taken(order: Iterable[int], sizes: list[int], most: int, room: int) -> list[int]:
    """Return the first of an order, as many as there are places and tokens for."""
    taken: list[int] = []
    for place in dict.fromkeys(order):
        if len(taken) < most and sizes[place] <= room:
            taken.append(place)
            room -= sizes[place]
    return taken


def _ranked(facts: tuple[Fact, ...], text: str) -> list[int]:
    """Return the places of the facts, those first that share the rarest words with a text."""
    words = [_words(fact.text) for fact in facts]
    spread = Counter(word for each in words for word in each)
    said = words_of(text)
    weight = {word: math.log(1 + len(facts) / spread[word]) for word in said if word in spread}
    scores = [sum(weight.get(word, 0.0) for word in each) / (8 + len(each)) for each in words]
    return sorted(range(len(facts)), key=lambda place: (-scores[place], place))


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> frozenset[str]:
    """Return the words of a fact: every request asks anew."""
    return words_of(text)
