"""Looks for damage in an index file: in its pages, its rows, its words, and beside the files that it was made from."""

import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from miminions.index.rows import COLUMNS, Origin, Record
from miminions.index.sqlite.held import Kept, held_by, label
from miminions.index.sqlite.reader import opened
from miminions.index.sqlite.said import said_astray
from miminions.index.sqlite.schema import ROOM, SHELVES, by_shelf, seal


def damage(path: Path, origins: Iterable[Origin] = ()) -> Iterator[str]:
    """Yield what is wrong in an index, also where it says else than the files that it was made from.

    A file that changed since is no damage. Raises sqlite3.Error where that cannot be found out, OSError, FileError.
    """
    with opened(path) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        yield from (one for one in found if one != "ok")
        known = held_by(connection)
        numbers = {held.number for kept in known.values() for held in kept.sources.values()}
        for shelf in SHELVES:
            for place, record, checksum in _rows(connection, shelf):
                if seal(place // ROOM, record) != checksum or place // ROOM not in numbers:
                    yield f"row {place} of {shelf} is not as it was written"
        if astray := said_astray(connection):
            yield f"{astray} turns are not ranked as they were said"
        yield from _differences(connection, known, origins)
    yield from _words_astray(path)


def _rows(connection: sqlite3.Connection, shelf: str) -> Iterator[tuple[int, Record, int]]:
    statement = f"SELECT place, {', '.join(COLUMNS)}, seal FROM {shelf}"  # noqa: S608
    for place, *values, checksum in connection.execute(statement):
        yield place, tuple(values), checksum


def _words_astray(path: Path) -> Iterator[str]:
    """Compare the words that can be found with those of the rows; the check is a command, so a copy takes it."""
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        with closing(sqlite3.connect(copy)) as connection:
            for shelf in SHELVES:
                try:
                    connection.execute(
                        f"INSERT INTO {shelf}_fts({shelf}_fts, rank) VALUES ('integrity-check', 1)"  # noqa: S608
                    )
                except (sqlite3.Error, UnicodeDecodeError) as problem:
                    yield f"the words of {shelf} are not those of its rows: {problem}"


def _differences(
    connection: sqlite3.Connection, known: dict[str, Kept], origins: Iterable[Origin]
) -> Iterator[str]:
    """Yield the sources whose rows are not what their files say, as they were when the index was made."""
    held: dict[tuple[int, str], Counter[Record]] = defaultdict(Counter)
    wanted = [(origin, known[origin.key]) for origin in origins if origin.key in known]
    for shelf in SHELVES if wanted else ():
        for place, record, _ in _rows(connection, shelf):
            held[place // ROOM, shelf][record] += 1
    for origin, kept in wanted:
        for source in origin.sources():
            one = kept.sources.get((label(source.workspace), label(source.file)))
            if one is None or one.digest != source.digest:
                continue
            said = {shelf: Counter(found) for shelf, found in by_shelf(source.read()).items()}
            if any(held[one.number, shelf] != found for shelf, found in said.items()):
                yield f"what is held of {label(source.file)} is not what it says"
