"""The cache of vectors: a digest of fingerprint and text goes in, the direction it once got comes out."""

from __future__ import annotations

import sqlite3
from itertools import islice

from miminions.errors import IndexFileError
from miminions.index.vectors.directions import digest
from miminions.index.vectors.store import reading, remove, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SCHEMA = 0x7601
_TABLES = (
    "CREATE TABLE direction (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID",
    # What to look for when a text is to be forgotten for all embedders.
    "CREATE TABLE fingerprint (name TEXT PRIMARY KEY) WITHOUT ROWID",
)
# As many values as any SQLite takes in one statement.
_MANY = 500


class VectorCache:
    """One SQLite file a person; it can be lost, holds no text, and several processes may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, fingerprint: str, texts: Sequence[str]) -> list[bytes | None]:
        """Return the direction of each text, None where it is not known; a file that cannot be read knows none."""
        digests = [digest(fingerprint, text) for text in texts]
        known: dict[bytes, bytes] = {}
        try:
            with reading(self._path, SCHEMA) as connection:
                for some in _portions(digests):
                    marks = ",".join("?" * len(some))
                    rows = connection.execute(
                        f"SELECT digest, bytes FROM direction WHERE digest IN ({marks})",  # noqa: S608
                        some,
                    )
                    known.update(rows)
        except sqlite3.Error:
            return [None] * len(texts)
        return [known.get(one) for one in digests]

    def put(self, fingerprint: str, directions: Iterable[tuple[str, bytes]]) -> None:
        """Keep the directions of texts; a file that cannot be written keeps none."""
        rows = [(digest(fingerprint, text), direction) for text, direction in directions]
        try:
            with writing(self._path, SCHEMA, _TABLES) as connection:
                connection.execute("INSERT OR IGNORE INTO fingerprint VALUES (?)", (fingerprint,))
                connection.executemany("INSERT OR REPLACE INTO direction VALUES (?, ?)", rows)
        except IndexFileError:
            return
        except sqlite3.DatabaseError as problem:
            self._damaged(problem)

    def forget(self, texts: Iterable[str]) -> int:
        """Remove what is kept for these texts, for every fingerprint; return how many entries went.

        A file that is broken is removed as a whole. Raises IndexFileError where neither can be done.
        """
        if not self._path.exists():
            return 0
        wanted = list(texts)
        try:
            with writing(self._path, SCHEMA, _TABLES) as connection:
                names = [name for (name,) in connection.execute("SELECT name FROM fingerprint")]
                digests = [(digest(name, text),) for name in names for text in wanted]
                return connection.executemany("DELETE FROM direction WHERE digest = ?", digests).rowcount
        except sqlite3.DatabaseError:
            remove(self._path)
            return 0

    def _damaged(self, problem: sqlite3.DatabaseError) -> None:
        """Start anew after damage; a file that is only busy or full is left."""
        if not isinstance(problem, sqlite3.OperationalError):
            remove(self._path)


def _portions(values: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(values)
    while some := list(islice(rest, _MANY)):
        yield some
