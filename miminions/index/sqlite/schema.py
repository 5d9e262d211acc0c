"""The tables of an index file: one shelf for each sort of rows, with statistics of its own."""

import sqlite3
from collections.abc import Iterable
from marshal import dumps
from zlib import crc32

from miminions.index.rows import COLUMNS, Record

SCHEMA = 5
# What the header says of a file of ours, beside the schema's number.
APPLICATION = 0x6D696E69
# The shelves, and the kinds of rows that stand on each: what conversations say shall not blur what is rare in memory.
SHELVES = {"memory": ("fact", "note", "history"), "talk": ("turn",), "library": ("source",)}
_KINDS: dict[object, tuple[str, int]] = {
    kind: (shelf, number) for shelf, kinds in SHELVES.items() for number, kind in enumerate(kinds)
}
# The columns that words are found in.
WORDS = ("text", "section", "detail")
# The keys of a source's rows follow each other, so that a workspace is a few ranges of them.
ROOM = 1 << 24


def create(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    # When it was published, in whole seconds: a file with another time was written to since.
    connection.execute("CREATE TABLE published (stamp INTEGER NOT NULL)")
    connection.execute("INSERT INTO published VALUES (0)")
    connection.execute(
        "CREATE TABLE origin (origin INTEGER PRIMARY KEY, key TEXT NOT NULL, stamp BLOB NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE source (source INTEGER PRIMARY KEY, origin INTEGER NOT NULL, workspace TEXT NOT NULL, "
        "name TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, seal INTEGER NOT NULL)"
    )
    columns, words = ", ".join(COLUMNS), ", ".join(WORDS)
    for shelf in SHELVES:
        connection.execute(
            f"CREATE TABLE {shelf} (place INTEGER PRIMARY KEY, {columns}, seal INTEGER NOT NULL)"
        )
        connection.execute(
            f"CREATE VIRTUAL TABLE {shelf}_fts USING fts5({words}, content='{shelf}', content_rowid='place', "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )


def by_shelf(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return records by shelf, as they stand there: with the kind as a number."""
    found: dict[str, list[Record]] = {shelf: [] for shelf in SHELVES}
    for kind, *values in records:
        shelf, number = _KINDS[kind]
        found[shelf].append((number, *values))
    return found


def seal(key: int, values: tuple[str | int | None, ...]) -> int:
    """Return the checksum of what stands in a row, which is compared whenever the row is shown.

    Marshal's first format writes texts, numbers and None plainly, alike everywhere; nothing is ever loaded from it.
    """
    return crc32(dumps(values, 0), key & 0xFFFFFFFF)
