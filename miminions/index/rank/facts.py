"""Ranks facts, notes, history lines and passages: texts that stand for themselves."""

from math import exp

from miminions.index.analysis import Question
from miminions.index.rank.evidence import Evidence, Looked, Stock, evidence
from miminions.index.rank.fitted import RELEVANT
from miminions.index.rank.prompt import Reading
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf, Stored
from miminions.index.rows import Row

# A fact says what is true now; what happened or was noted ranks behind it.
WEIGHTS = {"fact": 1.0, "note": 0.8, "history": 0.7, "source": 0.7}
# A memory of that many rows is looked at as a whole, of a larger one the rows with the best words.
SMALL, CANDIDATES = 400, 120
# What has less in common with a question than this is no answer to it.
FLOOR = 0.12


def rank_facts(question: Question, shelf: Shelf, limit: int) -> list[Ranked]:
    """Return the rows that answer a question, the best first; none where nothing speaks for any.

    A score is how likely a row is what whoever asks should know, given that he should know any; then a fact comes before
    what was noted or happened.
    """
    size, _ = shelf.size()
    rows = shelf.rows(_candidates(question, shelf, int(size)))
    # Where rows are equal their place in the files decides, never how the index came about.
    order = sorted(rows, key=lambda key: _place(rows[key]))
    looked = {key: Looked(_text(rows[key].row), rows[key].row.section) for key in order}
    reading = Reading(question.text)
    ranked = [
        Ranked(key, round(WEIGHTS[rows[key].row.kind] * logistic(RELEVANT, told.signs), 4), _why(told))
        for key, told in evidence(reading, Stock(looked, int(size))).items()
        if told.signs["have"] >= FLOOR
    ]
    return sorted(ranked, key=lambda one: -one.score)[:limit]


def logistic(model: dict[str, float], told: dict[str, float]) -> float:
    """Return the chance that a model gives to what is told."""
    return 1 / (1 + exp(-sum(weight * (told[name] if name else 1.0) for name, weight in model.items())))


def _candidates(question: Question, shelf: Shelf, size: int) -> list[int]:
    if size <= SMALL:
        return shelf.some(SMALL)
    return [key for key, _ in shelf.best(question.words, CANDIDATES)] if question.words else []


def _place(stored: Stored) -> tuple[str, str, int, str]:
    return (stored.workspace, stored.file, stored.row.line, stored.row.text)


def _text(row: Row) -> str:
    return f"{row.text}\n{row.detail}" if row.detail else row.text


def _why(told: Evidence) -> tuple[str, ...]:
    said = (("words", told.words), ("related to", told.kin))
    return tuple(f"{name}: {', '.join(found)}" for name, found in said if found)
