"""Reads one shelf of an index file for a ranker."""

import sqlite3
from collections.abc import Iterable, Sequence

from miminions.index.analysis import Word
from miminions.index.hits import Query
from miminions.index.rank.shelf import Stored, Turn
from miminions.index.rows import RETIRED, Row
from miminions.index.sqlite.schema import COLUMNS, SHELVES


class SqliteShelf:
    """A shelf of an open index, as far as a query may see it."""

    def __init__(self, connection: sqlite3.Connection, name: str, query: Query) -> None:
        self._connection = connection
        self._name = name
        self._clause, self._values = _seen(name, query)
        # A question of what was said in one workspace rules out no turn.
        self._open = not (query.without or query.as_of)

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
            statement = f"SELECT rowid FROM {fts} WHERE {fts} MATCH ? AND rowid IN ({_places(within)})"  # noqa: S608
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

    def rows(self, keys: Iterable[int]) -> dict[int, Stored]:
        """Return rows by key."""
        wanted = list(keys)
        statement = f"""
            SELECT place, workspace, name, file, {", ".join(f"{self._name}.{column}" for column in COLUMNS)}
            FROM {self._name} JOIN source USING (source) WHERE place IN ({_places(wanted)})
        """  # noqa: S608
        return {
            key: Stored(key, _row(columns), workspace, name, file)
            for key, workspace, name, file, *columns in self._connection.execute(statement, wanted)
        }

    def talk(self) -> tuple[int, float]:
        """Return how many turns there are, and how many words one has on average."""
        turns, words = self._one("SELECT turns, words FROM said_size")
        return turns, words or 0.0

    def speakers(self) -> list[str]:
        """Return the names of those who speak in transcripts that name them, each once."""
        # From name to name by the index: DISTINCT would read all of it.
        names = self._connection.execute("""
            WITH RECURSIVE one (name) AS (
                SELECT min(speaker) FROM said
                UNION ALL SELECT (SELECT min(speaker) FROM said WHERE speaker > name) FROM one WHERE name IS NOT NULL
            ) SELECT name FROM one WHERE name != ''
        """)
        return [name for (name,) in names]

    def holding(self, word: Word, most: int) -> list[int]:
        """Return the keys of the turns that have a word, in their order, at most so many, the newest."""
        join, clause, values = ("", "", []) if self._open else (self._joined(), self._clause, self._values)
        statement = f"""
            SELECT talk_fts.rowid FROM talk_fts {join} WHERE talk_fts MATCH ? {clause}
            ORDER BY talk_fts.rowid DESC LIMIT ?
        """  # noqa: S608
        found = self._connection.execute(statement, ["{text} : (" + _match([word]) + ")", *values, most])
        return [key for (key,) in found][::-1]

    def dated(self, first: str, last: str, most: int) -> list[int]:
        """Return the keys of the turns of a span of days (YYYY-MM-DD, both inclusive), at most so many, the newest."""
        statement = "SELECT place FROM said WHERE date BETWEEN ? AND ? ORDER BY date DESC, place DESC LIMIT ?"
        return sorted(key for (key,) in self._connection.execute(statement, (first, last, most)))

    def turns(self, keys: Sequence[int]) -> list[Turn]:
        """Return turns by key, in the order of keys; keys that there are not are left out."""
        join, seen = "", "1"
        if not self._open:
            join = "JOIN talk USING (place) JOIN source ON source.source = said.source"
            seen = f"(1 {self._clause})"
        statement = f"""
            SELECT place, said.source, words, traits, said.date, said.role, said.speaker, {seen}
            FROM said {join} WHERE place IN ({",".join(map(str, keys))}) ORDER BY place
        """  # noqa: S608
        found = self._connection.execute(statement, () if self._open else self._values)
        return list(map(Turn._make, found))

    def _joined(self) -> str:
        return f"JOIN {self._name} ON {self._name}.place = {self._name}_fts.rowid JOIN source USING (source)"

    def _one(self, statement: str, *values: object) -> tuple[int, float | None]:
        found: tuple[int, float | None] = (*self._connection.execute(statement, values).fetchone(), None)[:2]
        return found


def _seen(name: str, query: Query) -> tuple[str, list[object]]:
    """Return the condition that a row has to meet to be an answer, and its values."""
    kinds = [kind for kind in query.kinds if kind in SHELVES[name]]
    clause, values = f"AND {name}.kind IN ({_places(kinds)})", list[object](kinds)
    if query.without:
        clause += f" AND source.workspace NOT IN ({_places(query.without)})"
        values += query.without
    day = query.as_of or query.day
    if "expired" not in query.include:
        clause += f" AND ({name}.until = '' OR {name}.until >= ?)"
        values.append(day)
    if query.as_of:
        clause += f" AND {name}.since <= ?"
        values.append(query.as_of)
    elif "retired" not in query.include:
        clause += f" AND {name}.state != '{RETIRED}'"
    return clause, values


def _match(words: Iterable[Word]) -> str:
    """Write an FTS5 expression that any of the words satisfies; quoted, so that no syntax leaks."""
    return " OR ".join(f'"{form}"' for word in words for form in word.forms)


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)


def _row(columns: Sequence[object]) -> Row:
    values = dict(zip(COLUMNS, columns, strict=True))
    for name in ("links", "heirs"):
        values[name] = tuple(str(values[name]).split("\n")) if values[name] else ()
    values["pin"] = bool(values["pin"])
    return Row(**values)  # type: ignore[arg-type]
