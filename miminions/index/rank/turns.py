"""Ranks turns of conversations: what was said next to them, and in which session, counts as well."""

from miminions.index.analysis import Question
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf

# What was merely said ranks behind what is true now.
WEIGHT = 0.6


def rank_turns(question: Question, shelf: Shelf, limit: int) -> list[Ranked]:
    """Return the turns that answer a question, the best first."""
    found = shelf.best(question.words, limit)
    return [Ranked(key, round(WEIGHT * bm25 / (1 + bm25), 4), ()) for key, bm25 in found]
