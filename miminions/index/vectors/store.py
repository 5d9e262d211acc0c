"""The files under cache and table: a path goes in, a connection to a database of ours comes out; what is not ours is made anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

from miminions.errors import IndexFileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Seconds to wait for another process.
PATIENCE = 5.0


@contextmanager
def reading(path: Path, schema: int) -> Iterator[sqlite3.Connection]:
    """Open a file for reading. Raises sqlite3.Error for one that is absent, broken or of another schema."""
    with closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
    ) as connection:
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA trusted_schema = 0")
        if connection.execute("PRAGMA user_version").fetchone()[0] != schema:
            raise sqlite3.DatabaseError("another schema")
        yield connection


@contextmanager
def writing(path: Path, schema: int, statements: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """Open a file for one transaction; one that is absent, broken or of another schema is made anew first.

    Raises IndexFileError where no file can be written, sqlite3.Error for damage that shows later.
    """
    from miminions.files import make_folder  # a question needs it not

    make_folder(path.parent, mode=0o700)
    try:
        connection = _opened(path, schema, statements)
    except (sqlite3.DatabaseError, OSError) as problem:
        # Busy is no damage: another process is at work in the file.
        if isinstance(problem, (OSError, sqlite3.OperationalError)):
            raise unusable(path, problem) from problem
        remove(path)
        connection = _opened(path, schema, statements)
    with closing(connection), connection:
        yield connection


def unusable(path: Path, problem: Exception) -> IndexFileError:
    """Say that a file of vectors cannot be used now."""
    return IndexFileError(
        f"the vectors in {path} cannot be read or written: {problem}",
        hint="free space and a writable folder are needed; the file can be deleted, it is made anew",
    )


def remove(path: Path) -> None:
    """Delete a file and its journal. Raises IndexFileError."""
    try:
        # The journal first: beside a new file it would be played into that.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise unusable(path, problem) from problem


def _opened(path: Path, schema: int, statements: Sequence[str]) -> sqlite3.Connection:
    """Open a file and begin a transaction in it. Raises sqlite3.Error, OSError."""
    path.touch(0o600)
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        # Large pages hold more rows of this size; what is forgotten is overwritten; readers are shut out for the last step of a change only.
        for pragma in (
            "page_size = 16384",
            "secure_delete = 1",
            "cache_spill = 0",
            "trusted_schema = 0",
            "journal_mode = DELETE",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found != schema:
            _refuse_foreign(connection)
            for statement in (*statements, f"PRAGMA user_version = {schema}"):
                connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise sqlite3.DatabaseError("another schema")
