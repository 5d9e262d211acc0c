"""The tables of an index file: one shelf for each sort of rows, with statistics of its own."""

import sqlite3
from collections.abc import Iterable
from marshal import dumps
from zlib import crc32

from miminions.index.rows import COLUMNS, Record

SCHEMA = 9
# What the header says of a file of ours, beside the schema's number.
APPLICATION = 0x6D696E69
# The shelves, and the kinds of rows that stand on each: what conversations say shall not blur what is rare in memory.
SHELVES = {"memory": ("fact", "note", "history"), "talk": ("turn",), "library": ("source",)}
_SHELF_OF: dict[object, str] = {kind: shelf for shelf, kinds in SHELVES.items() for kind in kinds}
# The columns that words are found in.
WORDS = ("text", "section", "detail", "apart")
# Marks belong to the letters before them, but those that only choose a glyph.
_TOKENS = (
    "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc' separators '"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "'"
)
# The keys of a source's rows follow each other, so that a workspace is a few ranges of them.
ROOM = 1 << 20


def create(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    # When it was published, in whole seconds: a file with another time was written to since.
    connection.execute("CREATE TABLE published (stamp INTEGER NOT NULL)")
    connection.execute("INSERT INTO published VALUES (0)")
    connection.execute(
        "CREATE TABLE origin (origin INTEGER PRIMARY KEY, key TEXT NOT NULL, stamp BLOB NOT NULL, "
        "seal INTEGER NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE source (source INTEGER PRIMARY KEY, origin INTEGER NOT NULL, workspace TEXT NOT NULL, "
        "name TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, seal INTEGER NOT NULL)"
    )
    connection.execute("CREATE INDEX of_workspace ON source (workspace)")
    columns, words = ", ".join(COLUMNS), ", ".join(WORDS)
    for shelf in SHELVES:
        connection.execute(
            f"CREATE TABLE {shelf} (place INTEGER PRIMARY KEY, {columns}, seal INTEGER NOT NULL)"
        )
        connection.execute(
            f"CREATE VIRTUAL TABLE {shelf}_fts USING fts5({words}, content='{shelf}', content_rowid='place', "
            f'tokenize="{_TOKENS}")'
        )
    connection.execute("CREATE INDEX replaced ON memory (place) WHERE heirs IS NOT NULL")


def by_shelf(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return records by shelf."""
    found: dict[str, list[Record]] = {shelf: [] for shelf in SHELVES}
    for record in records:
        found[_SHELF_OF[record[0]]].append(record)
    return found


def seal(number: int, values: tuple[str | int | None, ...]) -> int:
    """Return the checksum of what stands in a row of a source, which is compared whenever the row is shown.

    Marshal's first format writes texts, numbers and None plainly, alike everywhere; nothing is ever loaded from it.
    """
    return crc32(dumps(values, 0)) + number


def seal_of_origin(number: int, key: object, stamp: object) -> int:
    """Return the checksum of an origin, of which there are many to check at each sync; -1 for what is none."""
    if not isinstance(key, str) or not isinstance(stamp, bytes):
        return -1
    return crc32(stamp, crc32(key.encode())) + number


def put_origin(connection: sqlite3.Connection, number: int, key: str, stamp: bytes) -> None:
    """Write an origin, in place of the one of that number."""
    values = (number, key, stamp, seal_of_origin(number, key, stamp))
    connection.execute("INSERT OR REPLACE INTO origin VALUES (?, ?, ?, ?)", values)


def sources_of(connection: sqlite3.Connection, workspace: str) -> list[int]:
    """Return the numbers of a workspace's sources."""
    found = connection.execute("SELECT source FROM source WHERE workspace = ?", (workspace,))
    return [number for (number,) in found]


def size(connection: sqlite3.Connection, shelf: str) -> tuple[int, float]:
    """Return how many rows a shelf has, and how many words their texts have on average, as FTS5 keeps both: in varints."""
    row = connection.execute(f"SELECT block FROM {shelf}_fts_data WHERE id = 1").fetchone()  # noqa: S608
    numbers, number = [], 0
    for byte in row[0] if row and isinstance(row[0], bytes) else b"":
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    rows, words = (*numbers, 0, 0)[:2]
    return rows, words / rows if rows else 0.0
