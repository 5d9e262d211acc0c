"""Queries and hits: what is asked of an index, what it answers, and how answers of several become one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from miminions.memory.ids import normalise

KINDS = ("fact", "note", "history", "turn", "source")


@dataclass(frozen=True, slots=True)
class Query:
    """A question: the text, the day it is asked (expired facts are hidden), what is searched, how many hits.

    `without` are ids of workspaces that are left out, such as those whose own index is asked as well. `as_of` is the day
    on which a fact has to hold, `since` the first day that a hit may be of, both YYYY-MM-DD. `sections` and `tags` (without
    the mark) are those that a hit may be of. `include` adds what is "retired" or "expired". A `prompt` was given to an
    agent: it may need something of memory, and asks memory nothing.
    """

    text: str
    day: str
    kinds: tuple[str, ...] = ("fact", "note", "history")
    limit: int = 10
    without: tuple[str, ...] = ()
    as_of: str = ""
    since: str = ""
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    prompt: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer; `workspaces` names every workspace that says the same, the first is the one it is shown from.

    `state` is "retired" for what lies in an archive, "expired" for what ended before the day of the question, else empty.
    """

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
    state: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets: the hits, the best first, and why they were found by words alone although an embedder is set."""

    hits: tuple[Hit, ...]
    degraded: str | None = None


def merge(groups: Iterable[Iterable[Hit]], limit: int) -> tuple[Hit, ...]:
    """Join the answers of several indexes, the best first; equal texts are one hit that names them all."""
    found: dict[tuple[str, str, str], Hit] = {}
    for hit in (hit for group in groups for hit in group):
        key = (hit.kind, hit.state, normalise(hit.text))
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
