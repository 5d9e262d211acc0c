"""Ranks facts, notes, history lines and passages: texts that stand for themselves."""

from collections.abc import Mapping
from math import exp

from miminions.index.analysis import Question
from miminions.index.analysis.stems import fold, stem
from miminions.index.rank.evidence import Evidence, Looked, Stock, evidence
from miminions.index.rank.fitted import RELEVANT, RELEVANT_NEAR
from miminions.index.rank.prompt import Reading
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf, Stored
from miminions.index.rows import Row

# A fact says what is true now; what happened or was noted ranks behind it.
WEIGHTS = {"fact": 1.0, "note": 0.8, "history": 0.7, "source": 0.7}
# A memory of that many rows is looked at as a whole, of a larger one the rows with the best words.
SMALL, CANDIDATES = 400, 120
# What has less in common with a question than this is no answer to it.
FLOOR, NEAR = 0.12, 0.35


def rank_facts(
    question: Question, shelf: Shelf, limit: int, near: Mapping[int, float] | None = None
) -> list[Ranked]:
    """Return the rows that answer a question, the best first; none where nothing speaks for any.

    A score is how likely a row is what whoever asks should know, given that he should know any; then a fact comes before
    what was noted or happened. `near` are the cosines of the rows nearest to the question, by key, where there is an
    embedder.
    """
    size = int(shelf.size()[0])
    whole = size <= SMALL
    rows = shelf.rows(shelf.some(SMALL) if whole else _best(question, shelf, near or {}))
    counts = (
        {}
        if whole
        else {stem(fold(word.text)): shelf.count(word) * len(rows) / size for word in question.words}
    )
    # Where rows are equal their place in the files decides, never how the index came about.
    order = sorted(rows, key=lambda key: _place(rows[key]))
    looked = {key: Looked(_text(rows[key].row), rows[key].row.section) for key in order}
    reading = Reading(question.text)
    model = RELEVANT_NEAR if near else RELEVANT
    ranked = [
        Ranked(key, round(WEIGHTS[rows[key].row.kind] * logistic(model, told.signs), 4), _why(told))
        for key, told in evidence(reading, Stock(looked, counts), near).items()
        if told.signs["have"] >= FLOOR or told.signs.get("near", 0.0) >= NEAR
    ]
    return sorted(ranked, key=lambda one: -one.score)[:limit]


def logistic(model: dict[str, float], told: dict[str, float]) -> float:
    """Return the chance that a model gives to what is told."""
    return 1 / (1 + exp(-sum(weight * (told[name] if name else 1.0) for name, weight in model.items())))


def _best(question: Question, shelf: Shelf, near: Mapping[int, float]) -> list[int]:
    """Return the keys of the rows that are worth a look in a large memory: those with the best words, and the nearest."""
    found = [key for key, _ in shelf.best(question.words, CANDIDATES)] if question.words else []
    nearest = sorted(near, key=lambda key: -near[key])[:CANDIDATES]
    return list(dict.fromkeys([*found, *nearest]))


def _place(stored: Stored) -> tuple[str, str, int, str]:
    return (stored.workspace, stored.file, stored.row.line, stored.row.text)


def _text(row: Row) -> str:
    return f"{row.text}\n{row.detail}" if row.detail else row.text


def _why(told: Evidence) -> tuple[str, ...]:
    said = (("words", told.words), ("related to", told.kin))
    return tuple(f"{name}: {', '.join(found)}" for name, found in said if found)
