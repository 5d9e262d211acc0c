"""Queries and hits: what is asked of an index, what it answers, and how answers of several become one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from miminions.memory.ids import normalise

KINDS = ("fact", "note", "history", "turn")
# A fact says what is true now; what was merely said or happened ranks behind it.
WEIGHTS = {"fact": 1.0, "note": 0.8, "history": 0.7, "turn": 0.6}


@dataclass(frozen=True, slots=True)
class Query:
    """A question: the text, the day it is asked (expired facts are hidden), what is searched, how many hits.

    `without` are ids of workspaces that are left out, such as those whose own index is asked as well.
    """

    text: str
    day: str
    kinds: tuple[str, ...] = ("fact", "note", "history")
    limit: int = 10
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer; `workspaces` names every workspace that says the same, the first is the one it is shown from."""

    id: str
    text: str
    score: float
    kind: str
    workspaces: tuple[str, ...]
    section: str
    file: str
    line: int
    session: str
    turn: int
    date: str
    why: str


def score(kind: str, bm25: float, matched: Iterable[str], asked: int) -> float:
    """Weigh a row by its kind, its BM25 (more is better) and how many of the `asked` words it has.

    Among a handful of rows every BM25 is nearly 0: the share of matched words then decides alone.
    """
    # Forms of one word, such as deploy and deploys, begin alike and count once.
    distinct = len({form[:4] for form in matched})
    return round(WEIGHTS[kind] * (bm25 + min(distinct, asked) / asked), 4)


def merge(groups: Iterable[Iterable[Hit]], limit: int) -> tuple[Hit, ...]:
    """Join the answers of several indexes, the best first; equal texts are one hit that names them all."""
    found: dict[tuple[str, str], Hit] = {}
    for hit in (hit for group in groups for hit in group):
        key = (hit.kind, normalise(hit.text))
        first = found.get(key)
        if first is None:
            found[key] = hit
        else:
            names = tuple(dict.fromkeys(first.workspaces + hit.workspaces))
            found[key] = replace(first, workspaces=names, score=max(first.score, hit.score))
    return tuple(sorted(found.values(), key=place)[:limit])


def place(hit: Hit) -> tuple[float, tuple[str, ...], str, int, str]:
    """Return what orders hits: the score, then where they stand, so that equal questions get equal answers."""
    return (-hit.score, hit.workspaces, hit.file, hit.line, hit.text)
