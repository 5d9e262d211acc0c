"""Writes a copy of an index file with the changed rows in place of the old."""

import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from operator import itemgetter
from pathlib import Path

from miminions.index.rows import COLUMNS, Record, Source
from miminions.index.sqlite.held import Change, Changes, label
from miminions.index.sqlite.said import say
from miminions.index.sqlite.schema import ROOM, WORDS, by_shelf, put_origin, seal

_ROW = ", ".join("?" * (len(COLUMNS) + 2))
_words = itemgetter(*map(COLUMNS.index, WORDS))
_NAMES, _MARKS = ", ".join(WORDS), ", ?" * len(WORDS)
_LINE = COLUMNS.index("line")
# A text's words, with the marks of their letters; signs of other scripts that part words make a phrase of two, which is in
# no row that one of them is not in.
_WORD = re.compile(r"[\w\u0300-\u1fff\u2c00-\U0001efff\U0001fb00-\U0010ffff]+")
# Of more rows than that some word is gone for good.
_FEW = 50


def update(path: Path, old: Path, changes: Changes) -> None:
    """Write the index `old` to `path` with what changed; rows that did not are not touched.

    Raises sqlite3.Error, OSError, and what reading a source raises.
    """
    shutil.copyfile(old, path)
    # Nothing dropped may stay readable in free pages: a workspace can stop sharing, a fact can be erased.
    how = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON"
    with closing(_open(path, how)) as connection:
        with connection:
            removed = _Removed()
            for kept in changes.gone:
                for held in kept.sources.values():
                    _drop_source(connection, held.number, removed)
                connection.execute("DELETE FROM origin WHERE origin = ?", (kept.number,))
            for change in changes.changed:
                _change(connection, change, removed)
            compacted = removed.compact(connection)
        pages, free = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count")
        )
        if compacted and free > pages // 4:
            connection.execute("VACUUM")


def publish(path: Path, stamp: int) -> None:
    """Note in an index file when it is published. Raises sqlite3.Error."""
    with (
        closing(_open(path, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")) as connection,
        connection,
    ):
        connection.execute("UPDATE published SET stamp = ?", (stamp,))


def _open(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.executescript(how)
    return connection


class _Removed:
    """The rows that were removed, until it is known whether their words may stay."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = defaultdict(list)

    def add(self, shelf: str, texts: Sequence[object]) -> None:
        """Note the words of a row."""
        self._texts[shelf] += [text for text in texts if isinstance(text, str)]

    def compact(self, connection: sqlite3.Connection) -> bool:
        """Write the words of a shelf anew where one of them is in no row any more: it may not stay in the file."""
        shelves = [shelf for shelf, texts in self._texts.items() if _any_gone(connection, shelf, texts)]
        for shelf in shelves:
            connection.execute(f"INSERT INTO {shelf}_fts({shelf}_fts) VALUES ('optimize')")  # noqa: S608
        return bool(shelves)


def _any_gone(connection: sqlite3.Connection, shelf: str, texts: Sequence[str]) -> bool:
    if len(texts) > _FEW:
        return True
    statement = f"SELECT 1 FROM {shelf}_fts WHERE {shelf}_fts MATCH ? LIMIT 1"  # noqa: S608
    words = {word for text in texts for word in _WORD.findall(text)}
    return any(connection.execute(statement, (f'"{word}"',)).fetchone() is None for word in words)


def _change(connection: sqlite3.Connection, change: Change, removed: _Removed) -> None:
    origin = change.was.number if change.was else _next(connection, "origin")
    put_origin(connection, origin, change.key, change.stamp)
    for held in change.dropped:
        _drop_source(connection, held.number, removed)
    for source, was in change.read:
        if was is None:
            _insert(connection, _add_source(connection, origin, source), source.read(), words=True)
        else:
            _set_source(connection, was.number, source)
            _replace(connection, was.number, source.read(), removed)


def _add_source(connection: sqlite3.Connection, origin: int, source: Source) -> int:
    number = _next(connection, "source")
    connection.execute("INSERT INTO source VALUES (?, ?, '', '', '', '', 0)", (number, origin))
    _set_source(connection, number, source)
    return number


def _next(connection: sqlite3.Connection, table: str) -> int:
    """Return a number that none in a table has, of origins or of sources."""
    found: int = connection.execute(f"SELECT coalesce(max({table}), 0) + 1 FROM {table}").fetchone()[0]  # noqa: S608
    return found


def _set_source(connection: sqlite3.Connection, number: int, source: Source) -> None:
    values = (label(source.workspace), label(source.name), label(source.file), source.digest)
    statement = "UPDATE source SET workspace = ?, name = ?, file = ?, digest = ?, seal = ? WHERE source = ?"
    connection.execute(statement, (*values, seal(number, values), number))


def _drop_source(connection: sqlite3.Connection, number: int, removed: _Removed) -> None:
    _replace(connection, number, (), removed)
    connection.execute("DELETE FROM source WHERE source = ?", (number,))


def _insert(connection: sqlite3.Connection, number: int, records: Iterable[Record], *, words: bool) -> None:
    for shelf, found in by_shelf(records).items():
        _put(connection, shelf, number * ROOM, found, words=words)
        if shelf == "talk" and found:
            say(connection, number)


def _put(
    connection: sqlite3.Connection, shelf: str, first: int, records: Sequence[Record], *, words: bool
) -> None:
    """Insert records at the keys from `first` on; with `words` they can be found at once."""
    rows = ((place, *one, seal(place // ROOM, one)) for place, one in enumerate(records, first))
    connection.executemany(f"INSERT INTO {shelf} VALUES ({_ROW})", rows)  # noqa: S608
    if words:
        found = ((place, *_words(one)) for place, one in enumerate(records, first))
        connection.executemany(f"INSERT INTO {shelf}_fts(rowid, {_NAMES}) VALUES (?{_MARKS})", found)  # noqa: S608


def _replace(
    connection: sqlite3.Connection, number: int, records: Iterable[Record], removed: _Removed
) -> None:
    """Give a source other rows; those that it has already stay where they are."""
    first, end = number * ROOM, (number + 1) * ROOM
    for shelf, wanted in by_shelf(records).items():
        old = _rows(connection, shelf, first, end)
        if shelf == "talk" and [*old.values()] != wanted[: len(old)]:
            # What was said one after the other has keys that follow each other.
            _remove(connection, shelf, old, removed)
            old = {}
        last = max(old, default=first - 1)
        _, new, rest = _paired(wanted, old, lambda record: record)
        # Whatever stands below an added line is the same but for its place in the file.
        moved, new, rest = _paired(new, rest, lambda record: (*record[:_LINE], *record[_LINE + 1 :]))
        _move(connection, shelf, moved)
        _remove(connection, shelf, rest, removed)
        if last + len(new) >= end:
            raise sqlite3.IntegrityError(f"source {number} has no keys left")
        _put(connection, shelf, last + 1, new, words=True)
        if shelf == "talk" and (moved or new or rest or not wanted):
            say(connection, number)


def _rows(connection: sqlite3.Connection, shelf: str, first: int, end: int) -> dict[int, Record]:
    """Return the records between two keys; the words of a damaged one would not be those to take out."""
    statement = f"SELECT place, {', '.join(COLUMNS)}, seal FROM {shelf} WHERE place >= ? AND place < ?"  # noqa: S608
    found: dict[int, Record] = {}
    for place, *values, checksum in connection.execute(statement, (first, end)):
        found[place] = tuple(values)
        if seal(place // ROOM, found[place]) != checksum:
            raise sqlite3.DatabaseError(f"row {place} is not as it was written")
    return found


def _paired(
    records: Iterable[Record], old: dict[int, Record], by: Callable[[Record], Record]
) -> tuple[list[tuple[int, Record]], list[Record], dict[int, Record]]:
    """Return new records with the places of old ones that are equal, then the new ones and the old ones left over."""
    rest = {**old}
    waiting: dict[Record, list[int]] = defaultdict(list)
    for place, values in reversed(old.items()):
        waiting[by(values)].append(place)
    pairs: list[tuple[int, Record]] = []
    new: list[Record] = []
    for one in records:
        if places := waiting.get(by(one)):
            pairs.append((places.pop(), one))
            del rest[pairs[-1][0]]
        else:
            new.append(one)
    return pairs, new, rest


def _move(connection: sqlite3.Connection, shelf: str, moved: Iterable[tuple[int, Record]]) -> None:
    statement = f"UPDATE {shelf} SET line = ?, seal = ? WHERE place = ?"  # noqa: S608
    connection.executemany(statement, ((one[_LINE], seal(place // ROOM, one), place) for place, one in moved))


def _remove(
    connection: sqlite3.Connection, shelf: str, rows: Mapping[int, Record], removed: _Removed
) -> None:
    command = f"INSERT INTO {shelf}_fts({shelf}_fts, rowid, {_NAMES}) VALUES ('delete', ?{_MARKS})"  # noqa: S608
    texts = [(place, *_words(one)) for place, one in rows.items()]
    connection.executemany(command, texts)
    connection.executemany(f"DELETE FROM {shelf} WHERE place = ?", ((place,) for place in rows))  # noqa: S608
    for _, *words in texts:
        removed.add(shelf, words)
