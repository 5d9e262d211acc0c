"""Who is nearest: a direction and a file of directions go in, keys and cosines come out, by whatever this Python has.

sqlite-vec needs no other import and wins where one question is asked, numpy where many are; plain Python does what
neither is there for. All three give the same answer: the squares and products of directions are whole numbers, which
floats hold exactly, and what sqlite-vec rounds is computed once more.
"""

from __future__ import annotations

import sqlite3
import sys
from importlib.util import find_spec
from math import sqrt
from operator import mul

from miminions.index.vectors.directions import square
from miminions.index.vectors.store import reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path
    from typing import Any, Protocol

    from miminions.memory.sqlite_file import Driver

    Hits = list[tuple[str, float]]
    Vector = tuple[str, int, bytes]  # key, squared length, direction
else:
    Protocol = object

SCHEMA = 0x7603
# More than are asked for come from sqlite-vec, so that its rounding cannot leave out one that belongs in.
SPARE = 16
# The keys of others are passed over one by one: to follow an index to each row costs more than to read all rows in turn.
_ROWS = (
    "SELECT key, square, direction FROM vector WHERE length(direction) = ? AND substr(key, 1, length(?)) = ?"
)
_AMONG = f"{_ROWS} AND key IN (SELECT value FROM json_each(?))"  # noqa: S608  # only constants
_NEAREST = f"""{_ROWS} AND number IN (
    SELECT number FROM vector WHERE length(direction) = ? AND substr(key, 1, length(?)) = ?
    ORDER BY vec_distance_cosine(vec_int8(direction), vec_int8(?)), key LIMIT ?)"""  # noqa: S608  # only constants
# Products of longer directions may be too large for a float32.
_EXACT = 1024


class Engine(Protocol):
    """One way to compare a direction with all in a file."""

    def nearest(self, table: Table, direction: bytes, k: int | None) -> Hits | None:
        """Return the nearest keys, or None where this way is not open. Raises sqlite3.Error for a file without use."""


class Table:
    """A file of directions that were made with one fingerprint, or what of it has keys that begin with `within`."""

    def __init__(self, path: Path, fingerprint: str, within: str = "") -> None:
        self.path = path
        self.fingerprint = fingerprint
        self.within = within

    def rows(self, width: int, among: Collection[str] | None = None) -> list[Vector]:
        """Return its vectors of that width, all or those of some keys. Raises sqlite3.Error."""
        with reading(self.path, SCHEMA) as connection:
            self.check(connection.execute("SELECT fingerprint FROM made"))
            asked = (width, self.within, self.within)
            if among is None:
                return connection.execute(_ROWS, asked).fetchall()
            from json import dumps  # a question of all keys needs it not

            return connection.execute(_AMONG, (*asked, dumps(list(among)))).fetchall()

    def check(self, made: Iterable[tuple[Any, ...]]) -> None:
        """Refuse a file of another fingerprint. Raises sqlite3.DatabaseError."""
        if [tuple(row) for row in made] != [(self.fingerprint,)]:
            raise sqlite3.DatabaseError("another fingerprint")

    def state(self) -> tuple[int, int, bytes]:
        """Return what changes with every change of the file. Raises sqlite3.OperationalError where there is none."""
        try:
            status = self.path.stat()
            with self.path.open("rb") as file:
                # SQLite counts its commits here.
                return status.st_ino, status.st_mtime_ns, file.read(28)[24:]
        except OSError as problem:
            raise sqlite3.OperationalError(str(problem)) from problem


class Plain:
    """Plain Python: a few thousand vectors are no trouble to it."""

    def nearest(self, table: Table, direction: bytes, k: int | None) -> Hits:
        """Return the nearest keys. Raises sqlite3.Error."""
        return ranked(table.rows(len(direction)), direction, k)


class Extension:
    """sqlite-vec in the first SQLite that can load it."""

    def nearest(self, table: Table, direction: bytes, k: int | None) -> Hits | None:
        """Return the nearest keys; without a `k` there is nothing it could spare us."""
        if k is None or find_spec("sqlite_vec") is None or not table.path.is_file():
            return None
        from miminions.memory.sqlite_file import apsw_driver, connect, standard_driver

        opened = connect(str(table.path), (standard_driver, apsw_driver, _other_driver))
        try:
            if not opened.vectors:
                return None
            opened.rows("PRAGMA query_only = 1")
            opened.rows("PRAGMA busy_timeout = 5000")
            if opened.rows("PRAGMA user_version") != [(SCHEMA,)]:
                raise sqlite3.DatabaseError("another schema")
            table.check(opened.rows("SELECT fingerprint FROM made"))
            asked = (len(direction), table.within, table.within)
            return ranked(opened.rows(_NEAREST, *asked, *asked, direction, k + SPARE), direction, k)
        except opened.error as problem:
            raise sqlite3.DatabaseError(str(problem)) from problem
        finally:
            opened.connection.close()


class Numpy:
    """All directions as one matrix for each beginning of keys that is asked for, kept until the file changes."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, tuple[list[str], Any, Any]]] = {}

    def nearest(self, table: Table, direction: bytes, k: int | None) -> Hits | None:
        """Return the nearest keys, or None without numpy. Raises sqlite3.Error."""
        if find_spec("numpy") is None:
            return None
        state = (table.path, table.fingerprint, len(direction), table.state())
        known, kept = self._kept.get(table.within, (None, None))
        if kept is None or known != state:
            kept = _matrix(table.rows(len(direction)), len(direction))
            # Told before reading: a change in between is seen the next time.
            self._kept[table.within] = state, kept
        keys, squares, matrix = kept
        return _ranked_matrix(keys, squares, matrix, direction, k)


class Nearest:
    """The engines in the order in which they suit a question; `engines` are sqlite-vec, numpy and plain Python."""

    def __init__(
        self, path: Path, fingerprint: str, engines: tuple[Engine, Engine, Engine] | None = None
    ) -> None:
        self._path, self._fingerprint = path, fingerprint
        self._extension, self._numpy, self._plain = engines or (Extension(), Numpy(), Plain())
        self._asked = False

    def search(self, direction: bytes, k: int | None, keys: Collection[str] | None, within: str = "") -> Hits:
        """Return the nearest keys, those of a file that is absent, broken or of another fingerprint being none."""
        table = Table(self._path, self._fingerprint, within)
        try:
            if keys is not None:
                return _compared(table.rows(len(direction), keys), direction, k)
            for engine in self._order():
                hits = engine.nearest(table, direction, k)
                if hits is not None:
                    return hits
        except sqlite3.Error:
            pass
        return []

    def _order(self) -> tuple[Engine, ...]:
        """Put numpy first where it is loaded and was worth it: from the second question on."""
        repeated, self._asked = self._asked, True
        if repeated and "numpy" in sys.modules:
            return self._numpy, self._extension, self._plain
        return self._extension, self._numpy, self._plain


def _compared(vectors: list[Vector], direction: bytes, k: int | None) -> Hits:
    """Rank a few vectors; numpy is not worth being imported for them."""
    if "numpy" in sys.modules:
        return _ranked_matrix(*_matrix(vectors, len(direction)), direction, k)
    return ranked(vectors, direction, k)


def ranked(vectors: Iterable[Vector], direction: bytes, k: int | None) -> Hits:
    """Return keys with their cosine, the nearest first, of equals the smaller key."""
    own, numbers = square(direction), memoryview(direction).cast("b")
    found = [
        (key, sum(map(mul, numbers, memoryview(other).cast("b"))) / sqrt(own * length))
        for key, length, other in vectors
        if length
    ]
    return _first(found, k)


def _first(found: Hits, k: int | None) -> Hits:
    found.sort(key=lambda hit: (-hit[1], hit[0]))
    return found[:k]


def _matrix(vectors: list[Vector], width: int) -> tuple[list[str], Any, Any]:
    import numpy as np

    kept = [vector for vector in vectors if vector[1]]
    matrix = np.frombuffer(b"".join(vector[2] for vector in kept), np.int8).reshape(-1, width)
    return [vector[0] for vector in kept], np.array([vector[1] for vector in kept], np.int64), matrix


def _ranked_matrix(keys: list[str], squares: Any, matrix: Any, direction: bytes, k: int | None) -> Hits:
    import numpy as np

    floats = np.float32 if len(direction) <= _EXACT else np.float64
    asked = np.frombuffer(direction, np.int8).astype(floats)
    cosines: Any = np.empty(len(keys), np.float64)
    # Some at a time, so that the floats of all never stand in memory.
    for at in range(0, len(keys), 2048):
        cosines[at : at + 2048] = matrix[at : at + 2048].astype(floats) @ asked
    cosines /= np.sqrt((squares * square(direction)).astype(np.float64))
    chosen: Iterable[int] = range(len(keys))
    if k is not None and 0 < k < len(keys):
        # All that are as near as the last one, so that the key decides among equals.
        chosen = np.flatnonzero(cosines >= np.partition(cosines, -k)[-k]).tolist()
    return _first([(keys[number], float(cosines[number])) for number in chosen], k)


def _other_driver() -> Driver | None:
    """Return the driver of pysqlite3-binary, or None where that is not installed."""
    try:
        import pysqlite3
    except ImportError:
        return None
    from miminions.memory.sqlite_file import Driver

    return Driver(lambda path: pysqlite3.connect(path, isolation_level=None), pysqlite3.Error)
