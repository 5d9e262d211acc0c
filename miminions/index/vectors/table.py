"""The table of vectors beside an index: keys and texts go in, the keys nearest to a question come out."""

from __future__ import annotations

import sqlite3
from json import dumps
from zlib import crc32

from miminions.index.vectors.directions import digest, shrunk, square
from miminions.index.vectors.filling import Filling, portions
from miminions.index.vectors.nearest import SCHEMA, Nearest
from miminions.index.vectors.store import reading, remove, unusable, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from miminions.index.vectors.cache import VectorCache
    from miminions.index.vectors.embedder import Embedder
    from miminions.index.vectors.nearest import Engine

    Row = tuple[str, bytes, int, int, bytes]

_TABLES = (
    "CREATE TABLE made (fingerprint TEXT NOT NULL)",
    # `square` is the direction's squared length, `sum` a checksum of the row.
    """CREATE TABLE vector (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest BLOB NOT NULL,
        sum INTEGER NOT NULL, square INTEGER NOT NULL, direction BLOB NOT NULL)""",
    # Where the texts of keys stand in the index that `stamp` tells from all others.
    "CREATE TABLE place (key TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID",
    "CREATE TABLE placed (stamp TEXT NOT NULL, missing INTEGER NOT NULL)",
)
_PUT = "INSERT OR REPLACE INTO vector (key, digest, sum, square, direction) VALUES (?, ?, ?, ?, ?)"
# Texts between two writes: what a run that is stopped has to look up once more.
_PORTION = 512


class VectorTable:
    """One derived file: key -> direction, made with one fingerprint; another fingerprint, a foreign or a broken file is made anew.

    `engines` are the ways to compare that `search` has: sqlite-vec, numpy and plain Python.
    """

    def __init__(
        self, path: Path, fingerprint: str, engines: tuple[Engine, Engine, Engine] | None = None
    ) -> None:
        self._path = path
        self._fingerprint = fingerprint
        self._nearest = Nearest(path, fingerprint, engines)

    def sync(self, pairs: Iterable[tuple[str, str]], embedder: Embedder, cache: VectorCache) -> int:
        """Hold exactly the keys of `pairs` (key, text); return how many texts the embedder was given.

        Unchanged texts cost nothing. What the embedder could not do any more is left out, the rest is kept, and then
        EmbedderError is raised. Raises IndexFileError where the file cannot be written.
        """
        wanted = dict(pairs)
        try:
            return self._change(self._digests(), wanted, None, self._filling(embedder, cache))
        except sqlite3.DatabaseError as problem:
            self._damaged(problem)
            # Damage can lie where only a write comes by.
            return self._change({}, wanted, None, self._filling(embedder, cache))

    def update(
        self,
        pairs: Iterable[tuple[str, str]],
        gone: Iterable[str],
        embedder: Embedder,
        cache: VectorCache,
        going: Callable[[int], bool] | None = None,
    ) -> int:
        """Set the keys of `pairs`, remove those `gone`, leave all others; return and raise as `sync` does.

        `going` is told before each batch how many texts were given to the embedder; once it says False, only what the
        cache knows is set. A broken file is removed, IndexFileError raised, and the next `sync` makes it anew.
        """
        try:
            wanted, removed = dict(pairs), set(gone)
            known = self._digests({*wanted, *removed})
            return self._change(known, wanted, removed, self._filling(embedder, cache, going))
        except sqlite3.DatabaseError as problem:
            self._damaged(problem)
            raise unusable(self._path, problem) from problem

    def place(self, stamp: str, missing: int, places: Iterable[tuple[str, int]]) -> None:
        """Note where the texts of keys stand in the index that has this stamp, and how many keys have no vector yet.

        Raises IndexFileError where the file cannot be written.
        """
        wanted = set(places)
        try:
            with writing(self._path, SCHEMA, _TABLES) as connection:
                self._begin(connection)
                held = set(connection.execute("SELECT key, place FROM place"))
                connection.executemany("DELETE FROM place WHERE key = ? AND place = ?", held - wanted)
                connection.executemany("INSERT INTO place VALUES (?, ?)", sorted(wanted - held))
                connection.execute("DELETE FROM placed")
                connection.execute("INSERT INTO placed VALUES (?, ?)", (stamp, missing))
        except sqlite3.DatabaseError as problem:
            self._damaged(problem)
            raise unusable(self._path, problem) from problem

    def placed(self) -> tuple[str, int]:
        """Return the stamp of the index whose places it has, and how many keys have no vector; empty for a file of no use."""
        try:
            with reading(self._path, SCHEMA) as connection:
                if connection.execute("SELECT fingerprint FROM made").fetchall() == [(self._fingerprint,)]:
                    for stamp, missing in connection.execute("SELECT stamp, missing FROM placed"):
                        return str(stamp), int(missing)
        except (sqlite3.Error, ValueError, TypeError):
            pass
        return "", 0

    def places(self, keys: Iterable[str]) -> list[tuple[str, int]]:
        """Return (key, place) for each place of some keys; none for a file of no use."""
        statement = "SELECT key, place FROM place WHERE key IN (SELECT value FROM json_each(?))"
        try:
            with reading(self._path, SCHEMA) as connection:
                return connection.execute(statement, (dumps(list(keys)),)).fetchall()
        except sqlite3.Error:
            return []

    def keys(self, among: Collection[str] | None = None) -> set[str]:
        """Return the keys that have a vector, all or those of some; none for a file of no use."""
        return set(self._digests(among))

    def search(
        self, vector: bytes, k: int | None, keys: Collection[str] | None = None, within: str = ""
    ) -> list[tuple[str, float]]:
        """Return the `k` keys (None: all) nearest to a vector of `query_vector`, with their cosine; of equals the smaller key.

        With `keys`, only among those; with `within`, only those that begin so. A file that is absent, broken or of another fingerprint has no keys.
        """
        return self._nearest.search(shrunk(vector), k, keys, within)

    def __len__(self) -> int:
        """Return how many keys it holds."""
        return len(self._digests())

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong with the file, empty when it is sound or missing; `sync` mends none of it that it cannot see."""
        if not self._path.exists():
            return ()
        try:
            with reading(self._path, SCHEMA) as connection:
                found = [
                    answer for (answer,) in connection.execute("PRAGMA integrity_check") if answer != "ok"
                ]
                rows = connection.execute("SELECT key, digest, sum, square, direction FROM vector")
                wrong = sum(row != _row(row[0], row[1], row[4]) for row in rows)
        except (sqlite3.Error, AttributeError, TypeError, ValueError) as problem:
            # A value that is of no use has changed its type, too.
            return (str(problem),)
        return (*found, *([f"{wrong} vectors are not what was written"] if wrong else []))

    def remove(self) -> None:
        """Delete the file; the next `sync` makes it anew, from the cache. Raises IndexFileError."""
        remove(self._path)

    def _digests(self, keys: Collection[str] | None = None) -> dict[str, bytes]:
        """Return what each key, or each of some, was made from; nothing where the file is of no use."""
        chosen = "" if keys is None else " WHERE key IN (SELECT value FROM json_each(?))"
        try:
            with reading(self._path, SCHEMA) as connection:
                if connection.execute("SELECT fingerprint FROM made").fetchall() == [(self._fingerprint,)]:
                    values = () if keys is None else (dumps(list(keys)),)
                    return dict(connection.execute(f"SELECT key, digest FROM vector{chosen}", values))  # noqa: S608
        except (sqlite3.Error, ValueError):
            pass
        return {}

    def _change(
        self,
        known: Mapping[str, bytes],
        wanted: Mapping[str, str],
        gone: Collection[str] | None,
        filling: Filling,
    ) -> int:
        """Set what is wanted and new, remove what is `gone`: None stands for all that is not wanted."""
        digests = {key: digest(self._fingerprint, text) for key, text in wanted.items()}
        todo = [key for key, made in digests.items() if known.get(key) != made]
        removed = {key for key in (known if gone is None else gone) if key in known and key not in wanted}
        for portion in portions(todo, _PORTION):
            directions = filling.directions(wanted[key] for key in portion)
            rows = [
                _row(key, digests[key], directions[wanted[key]])
                for key in portion
                if wanted[key] in directions
            ]
            # A key whose text changed and got no vector must not answer by the old one.
            removed |= {key for key in portion if wanted[key] not in directions and key in known}
            self._write(removed, rows)
            removed = set()
        if removed:
            self._write(removed, ())
        if filling.failure:
            raise filling.failure
        return filling.given

    def _filling(
        self, embedder: Embedder, cache: VectorCache, going: Callable[[int], bool] | None = None
    ) -> Filling:
        return Filling(embedder, cache, self._width(), going)

    def _width(self) -> int:
        """Return how long the directions are that others have to be as long as; 0 where there is none."""
        try:
            with reading(self._path, SCHEMA) as connection:
                if connection.execute("SELECT fingerprint FROM made").fetchall() == [(self._fingerprint,)]:
                    for (width,) in connection.execute("SELECT length(direction) FROM vector LIMIT 1"):
                        return int(width)
        except (sqlite3.Error, ValueError, TypeError):
            pass
        return 0

    def _write(self, removed: Iterable[str], rows: Iterable[Row]) -> None:
        with writing(self._path, SCHEMA, _TABLES) as connection:
            self._begin(connection)
            connection.executemany("DELETE FROM vector WHERE key = ?", ((key,) for key in removed))
            connection.executemany(_PUT, rows)

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Empty a file of another fingerprint."""
        if connection.execute("SELECT fingerprint FROM made").fetchall() != [(self._fingerprint,)]:
            for name in ("vector", "place", "placed", "made"):
                connection.execute(f"DELETE FROM {name}")  # noqa: S608
            connection.execute("INSERT INTO made VALUES (?)", (self._fingerprint,))

    def _damaged(self, problem: sqlite3.DatabaseError) -> None:
        """Remove a broken file. Raises IndexFileError for one that is only busy, full or not ours to write."""
        if isinstance(problem, sqlite3.OperationalError):
            raise unusable(self._path, problem) from problem
        remove(self._path)


def _row(key: str, made: bytes, direction: bytes) -> Row:
    return (
        key,
        made,
        crc32(key.encode("utf-8", "surrogatepass") + made + direction),
        square(direction),
        direction,
    )
