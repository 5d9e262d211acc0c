"""Opens an index file for reading, unless somebody wrote to it since it was published."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from miminions.index.sqlite.schema import APPLICATION, SCHEMA, SHELVES


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an index read-only for a block. Raises sqlite3.Error for one that is not as it was published, OSError."""
    connection = _checked(path)
    try:
        yield connection
    finally:
        connection.close()


def _checked(path: Path) -> sqlite3.Connection:
    while True:
        named = _inode(path)
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA trusted_schema = 0")
            _check(path, connection)
        except (sqlite3.Error, OSError):
            connection.close()
            # What took the name while the old one was opened is another file, and sound.
            if _inode(path) == named:
                raise
        else:
            return connection


def _inode(path: Path) -> int:
    try:
        return os.stat(path).st_ino  # noqa: PTH116
    except OSError:
        return 0


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError unless the file is one of ours, of this version, and was not touched since."""
    numbers = [
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    ]
    if numbers != [APPLICATION, SCHEMA]:
        raise sqlite3.DatabaseError(f"schema {numbers[1]}, {SCHEMA} is wanted")
    (stamp,) = connection.execute("SELECT stamp FROM published").fetchone() or (0,)
    if divmod(os.stat(path).st_mtime_ns, 1_000_000_000) != (stamp, 0):  # noqa: PTH116
        raise sqlite3.DatabaseError("it was written to since it was made")


def counted(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield the kinds of rows in an open index by name, each with how many there are."""
    for shelf in SHELVES:
        statement = f"SELECT kind, count(*) FROM {shelf} GROUP BY kind"  # noqa: S608
        yield from connection.execute(f"{statement} ORDER BY kind")
