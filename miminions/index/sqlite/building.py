"""Writes an index from nothing: rows at the speed of the database, then their words in one go."""

import gc
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import Any

from miminions.index.rows import COLUMNS, Origin, Record, Source
from miminions.index.sqlite.held import label
from miminions.index.sqlite.pair import shared
from miminions.index.sqlite.said import create_said, say
from miminions.index.sqlite.schema import ROOM, SHELVES, by_shelf, create, put_origin, seal

# While an index is built from nothing, its words wait in so many bytes of memory.
_WAITING = 64 << 20
# For fewer origins a second process is not worth its start.
_MANY = 24
# A shelf, the columns that hold anything, and for each row its number, what stands in these, and a seal without a source.
Batch = tuple[str, tuple[int, ...], list[tuple[Any, ...]]]
# What a source says of itself, and its rows.
Read = tuple[str, str, str, str, list[Batch]]
# An origin's stamp, and its sources.
Found = tuple[bytes, list[Read]]


def build(path: Path, origins: Sequence[Origin], told: Callable[[int, int], object] | None = None) -> int:
    """Write an index of all that the origins give, and return how many sources that are.

    `told` is called with how many of how many origins are done, after each. Raises sqlite3.Error, OSError, and what reading a source raises.
    """
    with _no_rounds(), closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        with connection:
            create(connection)
            create_said(connection)
            sources = count(1)
            for done, (place, (stamp, found)) in enumerate(_all(origins), 1):
                put_origin(connection, place, origins[place].key, stamp)
                if told:
                    told(done, len(origins))
                for read in found:
                    _put(connection, next(sources), place, read)
            say(connection)
            for shelf in SHELVES:
                for command in (f"'hashsize', {_WAITING}", "'rebuild', NULL"):
                    connection.execute(f"INSERT INTO {shelf}_fts({shelf}_fts, rank) VALUES ({command})")  # noqa: S608
        return next(sources) - 1


@contextmanager
def _no_rounds() -> Iterator[None]:
    """Let the collector of garbage rest: rows are made by the thousand, and none of them is part of a ring."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _all(origins: Sequence[Origin]) -> Iterable[tuple[int, Found]]:
    if len(origins) < _MANY:
        return ((place, _read(origin)) for place, origin in enumerate(origins))
    return shared(lambda place: _read(origins[place]), len(origins))


def _read(origin: Origin) -> Found:
    # The stamp comes first: what is saved while the files are read is then seen by the next sync.
    stamp = origin.stamp(b"")
    return stamp, [_batches(source) for source in origin.sources()]


def _batches(source: Source) -> Read:
    found = [_batch(shelf, records) for shelf, records in by_shelf(source.read()).items() if records]
    return label(source.workspace), label(source.name), label(source.file), source.digest, found


def _batch(shelf: str, records: Sequence[Record]) -> Batch:
    # To bind a value costs more than to leave a column out.
    used = tuple(place for place, values in enumerate(zip(*records, strict=True)) if any(values))
    chosen = itemgetter(*used)
    return shelf, used, [(number, *chosen(one), seal(0, one)) for number, one in enumerate(records)]


def _put(connection: sqlite3.Connection, number: int, origin: int, read: Read) -> None:
    *values, batches = read
    sealed = seal(number, tuple(values))
    connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?)", (number, origin, *values, sealed))
    for shelf, used, rows in batches:
        columns = ", ".join(COLUMNS[place] for place in used)
        marks = ", ?" * len(used)
        connection.executemany(
            f"INSERT INTO {shelf} (place, {columns}, seal) VALUES (? + {number * ROOM}{marks}, ? + {number})",  # noqa: S608
            rows,
        )
