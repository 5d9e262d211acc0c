"""Opens an index file for reading, unless somebody wrote to it since it was published."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from miminions.index.sqlite.schema import APPLICATION, SCHEMA, SHELVES

# A file that takes the name while it is opened is opened instead, so many times.
_TRIES = 20
# What the module itself, and reckoning with what a column holds, raise at a damage that the engine does not see.
_NOT_OURS = (UnicodeDecodeError, TypeError)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an index read-only for a block. Raises sqlite3.Error for one that is not as it was published, OSError."""
    connection = _connected(path)
    try:
        yield connection
    except _NOT_OURS as problem:
        raise sqlite3.DatabaseError(f"it holds what was never written: {problem}") from problem
    finally:
        connection.close()


def _connected(path: Path) -> sqlite3.Connection:
    """Open the file that has the name and check it; damage of one that lost the name meanwhile is nobody's."""
    for _ in range(_TRIES):
        found = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(found.st_mode):
            # To open a pipe would be to wait for somebody who writes into it.
            raise sqlite3.DatabaseError("it is no file")
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA trusted_schema = 0")
            _check(found, connection)
        except (sqlite3.Error, *_NOT_OURS) as problem:
            connection.close()
            if _is_still(found, path):
                raise sqlite3.DatabaseError(str(problem)) from problem
        else:
            return connection
    raise sqlite3.OperationalError("others take its name again and again")


def _is_still(found: os.stat_result, path: Path) -> bool:
    """Say whether the name is still that of the file that was found."""
    now = os.stat(path)  # noqa: PTH116
    return (now.st_ino, now.st_dev, now.st_ctime_ns) == (found.st_ino, found.st_dev, found.st_ctime_ns)


def _check(found: os.stat_result, connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError unless the file is one of ours, of this version, and was not touched since."""
    numbers = [
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    ]
    if numbers != [APPLICATION, SCHEMA]:
        raise sqlite3.DatabaseError(f"schema {numbers[1]}, {SCHEMA} is wanted")
    (stamp,) = connection.execute("SELECT stamp FROM published").fetchone() or (0,)
    if divmod(found.st_mtime_ns, 1_000_000_000) != (stamp, 0):
        raise sqlite3.DatabaseError("it was written to since it was made")


def counted(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield the kinds of rows in an open index by name, each with how many there are."""
    for shelf in SHELVES:
        statement = f"SELECT kind, count(*) FROM {shelf} GROUP BY kind"  # noqa: S608
        yield from connection.execute(f"{statement} ORDER BY kind")
