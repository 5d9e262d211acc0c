"""Reads one shelf of an index file for a ranker."""

import sqlite3
from collections.abc import Iterable, Sequence

from miminions.index.analysis import Word
from miminions.index.hits import Query
from miminions.index.rank.shelf import Stored
from miminions.index.rows import COLUMNS, row_of
from miminions.index.sqlite.schema import ROOM, SHELVES, seal
from miminions.index.sqlite.seen import places, seen, teach


class SqliteShelf:
    """A shelf of an open index, as far as a query may see it."""

    def __init__(self, connection: sqlite3.Connection, name: str, query: Query) -> None:
        self._connection = connection
        self._name = name
        self._clause, self._values = seen(name, query)
        teach(connection, query)

    def size(self) -> tuple[int, float]:
        """Return how many rows there are, and how many words one has on average."""
        rows, words = self._one(
            f"SELECT count(*), avg(length(text) - length(replace(text, ' ', '')) + 1) FROM {self._name}"  # noqa: S608
        )
        return rows, words or 0.0

    def count(self, word: Word) -> int:
        """Return how many rows have a word."""
        fts = f"{self._name}_fts"
        found: int = self._one(f"SELECT count(*) FROM {fts} WHERE {fts} MATCH ?", _match([word]))[0]  # noqa: S608
        return found

    def having(self, word: Word, within: Sequence[int] | None = None) -> list[int]:
        """Return the keys of the rows that have a word; `within` looks at those keys only."""
        fts = f"{self._name}_fts"
        if within is not None:
            statement = f"SELECT rowid FROM {fts} WHERE {fts} MATCH ? AND rowid IN ({places(len(within))})"  # noqa: S608
            return [key for (key,) in self._connection.execute(statement, [_match([word]), *within])]
        statement = f"SELECT place FROM {fts} {self._joined()} WHERE {fts} MATCH ? {self._clause}"  # noqa: S608
        return [key for (key,) in self._connection.execute(statement, [_match([word]), *self._values])]

    def best(self, words: Sequence[Word], limit: int) -> list[tuple[int, float]]:
        """Return the keys of the rows with the best BM25 over the words, each with it, the best first."""
        fts = f"{self._name}_fts"
        statement = f"""
            SELECT {self._name}.place, -bm25({fts}, 1.0, 0.4, 0.4) AS score
            FROM {fts} {self._joined()} WHERE {fts} MATCH ? {self._clause}
            ORDER BY score DESC, source.file, {self._name}.line, {self._name}.text LIMIT ?
        """  # noqa: S608
        found = self._connection.execute(statement, [_match(words), *self._values, limit])
        return [(key, score) for key, score in found]

    def some(self, limit: int) -> list[int]:
        """Return the keys of up to that many rows."""
        statement = f"""
            SELECT place FROM {self._name} JOIN source ON source.source = {self._name}.place / {ROOM}
            WHERE 1 {self._clause} ORDER BY place LIMIT ?
        """  # noqa: S608
        return [key for (key,) in self._connection.execute(statement, [*self._values, limit])]

    def rows(self, keys: Iterable[int]) -> dict[int, Stored]:
        """Return rows by key."""
        wanted = list(keys)
        sources = {
            number: (values, checksum)
            for number, *values, checksum in self._connection.execute(
                "SELECT source, workspace, name, file, digest, seal FROM source"
            )
        }
        statement = f"""
            SELECT place, {", ".join(COLUMNS)}, seal FROM {self._name} WHERE place IN ({places(len(wanted))})
        """  # noqa: S608
        found = {}
        for key, *values, checksum in self._connection.execute(statement, wanted):
            (workspace, name, file, digest), sealed = sources[key // ROOM]
            if (
                seal(key, tuple(values)) != checksum
                or seal(key // ROOM, (workspace, name, file, digest)) != sealed
            ):
                raise sqlite3.DatabaseError(f"row {key} is not as it was written")
            values[0] = SHELVES[self._name][values[0]]
            found[key] = Stored(key, row_of(values), workspace, name, file)
        return found

    def _joined(self) -> str:
        return f"JOIN {self._name} ON {self._name}.place = {self._name}_fts.rowid JOIN source ON source.source = {self._name}.place / {ROOM}"

    def _one(self, statement: str, *values: object) -> tuple[int, float | None]:
        found: tuple[int, float | None] = (*self._connection.execute(statement, values).fetchone(), None)[:2]
        return found


def _match(words: Iterable[Word]) -> str:
    """Write an FTS5 expression that any of the words satisfies; quoted, so that no syntax leaks."""
    return " OR ".join(f'"{form}"' for word in words for form in word.forms)
