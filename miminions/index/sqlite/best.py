"""The best rows for some words: rare words select, all of them score, and what a query rules out goes last.

What counts is scoring, not looking words up: a row that has only words that thousands have is not scored where rarer words
find enough. The order never depends on the keys that an index happens to have given its rows.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from miminions.index.analysis import Word
from miminions.index.sqlite.schema import ROOM, size

# So many rows are scored, or one of so many, and at the least all that have the rarest word; of a small shelf all.
BUDGET, PART, SMALL = 1500, 300, 4000
# Where words that select were counted twice, so many times as many rows as are wanted are scored again, and some more.
_TIMES, _MORE = 3, 40
# So many more than are wanted are asked whether they may be seen.
_SPARE = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a shelf a query may see: a condition with its values, and the sources that it may not."""

    shelf: str
    clause: str
    values: Sequence[object]
    without: Sequence[int]


def best(
    connection: sqlite3.Connection, seen: Seen, words: Sequence[Word], limit: int
) -> list[tuple[int, float]]:
    """Return the keys of the rows with the best BM25 over the words, each with it, the best first."""
    found: list[tuple[int, float]] = []
    for some in _scored(connection, seen, words, limit):
        found += some
        if len(found) >= limit:
            break
    return found[:limit]


def _scored(
    connection: sqlite3.Connection, seen: Seen, words: Sequence[Word], limit: int
) -> Iterator[list[tuple[int, float]]]:
    """Yield rows that may be seen with their scores, the best first, some at a time."""
    fts = f"{seen.shelf}_fts"
    rows, _ = size(connection, seen.shelf)
    budget = max(BUDGET, rows // PART)
    rare, common = _parted(connection, fts, words, budget) if rows > SMALL else (words, ())
    wanted = f"({match(rare)}) AND ({match([*rare, *common])})" if common else match(rare)
    scores = sorted(_scores(connection, fts, wanted, _outside(seen.without)), key=lambda one: -one[1])
    first = 0
    while first < len(scores):
        last = min(len(scores), first + (_TIMES * limit + _MORE if common else limit + _SPARE))
        # Equal scores stay together: which of them comes first is not for the keys to say.
        while last < len(scores) and scores[last][1] == scores[last - 1][1]:
            last += 1
        some = dict(scores[first:last])
        # The words that select were counted twice; the sign keeps the engine from looking up each key by itself.
        twice = f" AND +rowid IN ({_listed(some)})"
        for key, score in _scores(connection, fts, match(rare), twice) if common else ():
            some[key] -= score
        yield _ordered(connection, seen, some)
        first = last


def _scores(connection: sqlite3.Connection, fts: str, wanted: str, where: str) -> Iterator[tuple[int, float]]:
    statement = f"SELECT rowid, -bm25({fts}, 1.0, 0.4, 0.4) FROM {fts} WHERE {fts} MATCH ?{where}"  # noqa: S608
    yield from connection.execute(statement, (wanted,))


def _outside(sources: Iterable[int]) -> str:
    ranges = (f"{number * ROOM} AND {number * ROOM + ROOM - 1}" for number in sources)
    return "".join(f" AND NOT rowid BETWEEN {one}" for one in ranges)


def _parted(
    connection: sqlite3.Connection, fts: str, words: Sequence[Word], budget: int
) -> tuple[Sequence[Word], Sequence[Word]]:
    """Part the words into those that select, which few rows have, and those that only score."""
    statement = f"SELECT count(*) FROM (SELECT 1 FROM {fts} WHERE {fts} MATCH ? LIMIT {budget + 1})"  # noqa: S608
    counted = sorted(
        (connection.execute(statement, (match([word]),)).fetchone()[0], place)
        for place, word in enumerate(words)
    )
    rare, total = 0, 0
    for count, _ in counted:
        total += count
        if rare and total > budget:
            break
        rare += 1
    ordered = [words[place] for _, place in counted]
    return ordered[:rare], ordered[rare:]


def _ordered(connection: sqlite3.Connection, seen: Seen, scores: dict[int, float]) -> list[tuple[int, float]]:
    """Return the rows among these that may be seen, the best first; of equal ones as they stand in the files."""
    # Where something was taken away, a float's last digits mean nothing.
    scores = {key: round(score, 9) for key, score in scores.items()}
    statement = f"""
        SELECT place, source.file, CAST(ifnull(line, 0) AS INTEGER), CAST(ifnull(text, '') AS TEXT) FROM {seen.shelf} JOIN source ON source.source = place / {ROOM}
        WHERE place IN ({_listed(scores)}){seen.clause}
    """  # noqa: S608
    rows = connection.execute(statement, [*seen.values]).fetchall()
    rows.sort(key=lambda row: (-scores[row[0]], *row[1:]))
    return [(row[0], scores[row[0]]) for row in rows]


def _listed(keys: Iterable[int]) -> str:
    return ", ".join(map(str, keys))


def match(words: Iterable[Word]) -> str:
    """Write an FTS5 expression that any of the words satisfies; quoted, so that no syntax leaks."""
    return " OR ".join(f'"{form}"' for word in words for form in word.forms)
