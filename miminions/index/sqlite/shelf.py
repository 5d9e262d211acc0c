"""Reads one shelf of an index file for a ranker."""

import sqlite3
from collections.abc import Iterable, Sequence

from miminions.index.analysis import Word
from miminions.index.hits import Query
from miminions.index.rank.shelf import Stored, Turn
from miminions.index.rows import COLUMNS, row_of
from miminions.index.sqlite.best import Seen, best, match
from miminions.index.sqlite.said import dated, speakers, turns
from miminions.index.sqlite.schema import ROOM, seal, size, sources_of
from miminions.index.sqlite.seen import places, seen, teach

# More names than these are not looked up at once.
_NAMED = 200


class SqliteShelf:
    """A shelf of an open index, as far as a query may see it."""

    def __init__(self, connection: sqlite3.Connection, name: str, query: Query) -> None:
        self._connection = connection
        self._name = name
        self._clause, self._values = seen(name, query)
        self._without = [number for one in query.without for number in sources_of(connection, one)]
        teach(connection, query)
        self._rows: dict[int, Stored] = {}
        self._sources: dict[int, tuple[str, str, str]] = {}
        # A question of what was said rules out no turn but by these.
        self._open = not (query.as_of or query.since or query.sections or query.tags)

    def size(self) -> tuple[int, float]:
        """Return how many rows there are, and how many words one has on average."""
        return size(self._connection, self._name)

    def count(self, word: Word) -> int:
        """Return how many rows have a word."""
        fts = f"{self._name}_fts"
        statement = f"SELECT count(*) FROM {fts} WHERE {fts} MATCH ?"  # noqa: S608
        found: int = self._connection.execute(statement, (match([word]),)).fetchone()[0]
        return found

    def having(self, word: Word, within: Sequence[int] | None = None) -> list[int]:
        """Return the keys of the rows that have a word; `within` looks at those keys only."""
        fts = f"{self._name}_fts"
        if within is not None:
            # The sign keeps the engine from looking up each key by itself.
            keys = ", ".join(map(str, within))
            statement = f"SELECT rowid FROM {fts} WHERE {fts} MATCH ? AND +rowid IN ({keys})"  # noqa: S608
            return [key for (key,) in self._connection.execute(statement, (match([word]),))]
        statement = f"SELECT place FROM {fts} {self._joined()} WHERE {fts} MATCH ? {self._clause}"  # noqa: S608
        return [key for (key,) in self._connection.execute(statement, [match([word]), *self._values])]

    def best(self, words: Sequence[Word], limit: int) -> list[tuple[int, float]]:
        """Return the keys of the rows with the best BM25 over the words, each with it, the best first."""
        return best(
            self._connection, Seen(self._name, self._clause, self._values, self._without), words, limit
        )

    def some(self, limit: int) -> list[int]:
        """Return the keys of up to that many rows."""
        statement = f"""
            SELECT place FROM {self._name} JOIN source ON source.source = place / {ROOM}
            WHERE 1 {self._clause} ORDER BY place LIMIT ?
        """  # noqa: S608
        return [key for (key,) in self._connection.execute(statement, [*self._values, limit])]

    def texts(self, keys: Iterable[int]) -> dict[int, str]:
        """Return the texts of those of some rows that may be seen, by key."""
        statement = f"""
            SELECT place, text FROM {self._name} JOIN source ON source.source = place / {ROOM}
            WHERE place IN ({", ".join(map(str, keys))}) AND text IS NOT NULL {self._clause}
        """  # noqa: S608
        return dict(self._connection.execute(statement, self._values))

    def of_days(self, first: str, last: str, most: int) -> list[int]:
        """Return the keys of the rows of a span of days (YYYY-MM-DD, both inclusive), the newest, at most so many."""
        statement = f"""
            SELECT place FROM {self._name} JOIN source ON source.source = place / {ROOM}
            WHERE {self._name}.date BETWEEN ? AND ? {self._clause}
            ORDER BY {self._name}.date DESC, source.file, line, text LIMIT ?
        """  # noqa: S608
        return [key for (key,) in self._connection.execute(statement, [first, last, *self._values, most])]

    def rows(self, keys: Iterable[int]) -> dict[int, Stored]:
        """Return rows by key."""
        wanted = list(keys)
        listed = ", ".join(str(key) for key in wanted if key not in self._rows)
        statement = f"SELECT place, {', '.join(COLUMNS)}, seal FROM {self._name} WHERE place IN ({listed})"  # noqa: S608
        for key, *values, checksum in self._connection.execute(statement):
            if seal(key // ROOM, tuple(values)) != checksum:
                raise sqlite3.DatabaseError(f"row {key} is not as it was written")
            self._rows[key] = Stored(key, row_of(values), *self._source(key // ROOM))
        if lost := [key for key in wanted if key not in self._rows]:
            raise sqlite3.DatabaseError(f"row {lost[0]} is gone")
        return {key: self._rows[key] for key in wanted}

    def replaced(self, words: Sequence[Word], limit: int) -> list[int]:
        """Return the keys of up to that many retired rows with any of the words that others took the place of."""
        # Nothing but facts is replaced, and an index knows which were.
        found = self._connection.execute("SELECT place FROM memory WHERE heirs IS NOT NULL")
        within = (
            [] if self._name != "memory" else [key for (key,) in found if key // ROOM not in self._without]
        )
        if not within:
            return []
        return list(dict.fromkeys(key for word in words for key in self.having(word, within)))[:limit]

    def named(self, names: Iterable[str], beside: Iterable[int]) -> list[int]:
        """Return the keys of the rows that have an id or a key among some, in the files that some rows are of."""
        wanted = list(dict.fromkeys(names))[:_NAMED]
        marks = places(len(wanted))
        ranges = " OR ".join(
            f"place BETWEEN {number * ROOM} AND {number * ROOM + ROOM - 1}"
            for number in {key // ROOM for key in beside}
        )
        statement = f"""
            SELECT place FROM {self._name} JOIN source ON source.source = place / {ROOM}
            WHERE ({ranges}) AND ({self._name}.id IN ({marks}) OR {self._name}.key IN ({marks})) {self._clause}
        """  # noqa: S608
        return [key for (key,) in self._connection.execute(statement, [*wanted, *wanted, *self._values])]

    def speakers(self) -> list[str]:
        """Return the names of those who speak in transcripts that name them, each once."""
        return speakers(self._connection)

    def holding(self, word: Word, most: int) -> list[int]:
        """Return the keys of the turns that have a word, at most so many."""
        join, clause, values = ("", "", []) if self._open else (self._joined(), self._clause, self._values)
        statement = f"""
            SELECT talk_fts.rowid FROM talk_fts {join} WHERE talk_fts MATCH ? {clause}
            ORDER BY talk_fts.rowid DESC LIMIT ?
        """  # noqa: S608
        found = self._connection.execute(statement, [f"{{text apart}} : ({match([word])})", *values, most])
        without = self._without
        return [key for (key,) in found if not without or key // ROOM not in without]

    def dated(self, first: str, last: str, most: int) -> list[int]:
        """Return the keys of the turns of a span of days (YYYY-MM-DD, both inclusive), at most so many."""
        return dated(self._connection, first, last, most)

    def turns(self, keys: Sequence[int]) -> list[Turn]:
        """Return turns by key, in the order of keys; keys that there are not are left out."""
        found = turns(self._connection, keys)
        if self._open and not self._without:
            return found
        statement = f"""
            SELECT place FROM talk JOIN source ON source.source = place / {ROOM}
            WHERE place IN ({",".join(map(str, keys))}) {self._clause}
        """  # noqa: S608
        seen = {key for (key,) in self._connection.execute(statement, self._values)}
        return [turn._replace(seen=int(turn.key in seen)) for turn in found]

    def _source(self, number: int) -> tuple[str, str, str]:
        """Return the workspace, label and file of a source."""
        if number not in self._sources:
            self._sources[number] = self._read_source(number)
        return self._sources[number]

    def _read_source(self, number: int) -> tuple[str, str, str]:
        statement = "SELECT workspace, name, file, digest, seal FROM source WHERE source = ?"
        *values, checksum = self._connection.execute(statement, (number,)).fetchone() or ("", 0)
        if seal(number, tuple(values)) != checksum:
            raise sqlite3.DatabaseError(f"source {number} is not as it was written")
        workspace, name, file, _ = values
        return workspace, name, file

    def _joined(self) -> str:
        return f"JOIN {self._name} ON {self._name}.place = {self._name}_fts.rowid JOIN source ON source.source = {self._name}.place / {ROOM}"
