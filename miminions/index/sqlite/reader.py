"""Opens an index file for reading, unless somebody wrote to it since it was published, and looks for damage in it."""

import contextlib
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from miminions.index.rows import COLUMNS, Origin, Record
from miminions.index.sqlite.held import Kept, held_by, label
from miminions.index.sqlite.said import said_astray
from miminions.index.sqlite.schema import APPLICATION, ROOM, SCHEMA, SHELVES, by_shelf, seal


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an index read-only for a block. Raises sqlite3.Error for one that is not as it was published, OSError."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA trusted_schema = 0")
        _check(path, connection)
        yield connection
    finally:
        connection.close()


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError unless the file is one of ours, of this version, and was not touched since."""
    numbers = [
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    ]
    if numbers != [APPLICATION, SCHEMA]:
        raise sqlite3.DatabaseError(f"schema {numbers[1]}, {SCHEMA} is wanted")
    (stamp,) = connection.execute("SELECT stamp FROM published").fetchone() or (0,)
    if os.stat(path).st_mtime_ns != stamp * 1_000_000_000:  # noqa: PTH116
        raise sqlite3.DatabaseError("it was written to since it was made")


def counted(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield the kinds of rows in an open index by name, each with how many there are."""
    for shelf in SHELVES:
        statement = f"SELECT kind, count(*) FROM {shelf} GROUP BY kind"  # noqa: S608
        yield from connection.execute(f"{statement} ORDER BY kind")


def damage(connection: sqlite3.Connection, origins: Iterable[Origin] | None) -> Iterator[str]:
    """Yield what is wrong in an open index; with `origins` also where it says else than the files.

    Raises sqlite3.Error where that cannot be found out, FileError.
    """
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    yield from (one for one in found if one != "ok")
    known = held_by(connection)
    numbers = {held.number: held for kept in known.values() for held in kept.sources.values()}
    for shelf in SHELVES:
        for place, record, checksum in _rows(connection, shelf):
            if seal(place // ROOM, record) != checksum or place // ROOM not in numbers:
                yield f"row {place} of {shelf} is not as it was written"
    if astray := said_astray(connection):
        yield f"{astray} turns are not ranked as they were said"
    yield from _words_astray(connection)
    if origins is not None:
        yield from _differences(connection, known, origins)


def _rows(connection: sqlite3.Connection, shelf: str) -> Iterator[tuple[int, Record, int]]:
    statement = f"SELECT place, {', '.join(COLUMNS)}, seal FROM {shelf}"  # noqa: S608
    for place, *values, checksum in connection.execute(statement):
        yield place, tuple(values), checksum


def _words_astray(connection: sqlite3.Connection) -> Iterator[str]:
    """Compare the words that can be found with those of the rows; the check is a command, so a copy in memory takes it."""
    with contextlib.closing(sqlite3.connect(":memory:")) as copy:
        connection.backup(copy)
        for shelf in SHELVES:
            try:
                copy.execute(f"INSERT INTO {shelf}_fts({shelf}_fts, rank) VALUES ('integrity-check', 1)")  # noqa: S608
            except sqlite3.Error as problem:
                yield f"the words of {shelf} are not those of its rows: {problem}"


def _differences(
    connection: sqlite3.Connection, known: dict[str, Kept], origins: Iterable[Origin]
) -> Iterator[str]:
    """Yield the sources whose rows are not what their files say now."""
    held: dict[tuple[int, str], Counter[Record]] = defaultdict(Counter)
    for shelf in SHELVES:
        for place, record, _ in _rows(connection, shelf):
            held[place // ROOM, shelf][record] += 1
    for origin in origins:
        kept = known.get(origin.key)
        for source in origin.sources():
            one = kept.sources.get((label(source.workspace), label(source.file))) if kept else None
            said = {shelf: Counter(found) for shelf, found in by_shelf(source.read()).items()}
            if one is None or any(held[one.number, shelf] != found for shelf, found in said.items()):
                yield f"{label(source.file)} says else than what is held of it"
