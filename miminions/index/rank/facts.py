"""Ranks facts, notes, history lines and passages: texts that stand for themselves."""

from collections import defaultdict

from miminions.index.analysis import Question
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf

# A fact says what is true now; what happened or was noted ranks behind it.
WEIGHTS = {"fact": 1.0, "note": 0.8, "history": 0.7, "source": 0.7}


def rank_facts(question: Question, shelf: Shelf, limit: int) -> list[Ranked]:
    """Return the rows that answer a question, the best first, more than `limit` where several say the same.

    Among a handful of rows every BM25 is nearly 0: the share of the words that a row has then decides alone.
    """
    found = dict(shelf.best(question.words, limit))
    rows = shelf.rows(found)
    matched: dict[int, list[str]] = defaultdict(list)
    for word in question.words:
        for key in shelf.having(word, tuple(found)):
            matched[key].append(word.text)
    ranked = [
        Ranked(key, _score(rows[key].row.kind, bm25, len(matched[key]), len(question.words)),
               (f"words: {', '.join(sorted(matched[key]))}",))
        for key, bm25 in found.items()
    ]  # fmt: skip
    return sorted(ranked, key=lambda one: -one.score)


def _score(kind: str, bm25: float, matched: int, asked: int) -> float:
    return round(WEIGHTS[kind] * (bm25 + matched / asked), 4)
