"""The database file under SQLiteMemory: a path goes in, one transaction at a time comes out, by either driver."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from miminions.errors import FileError, UsageError

# Written into the file's header, so that no other program's database is ever taken for ours.
APPLICATION_ID = 0x6D6D7371
SCHEMA_VERSION = 1

OTHER_PATH = "Give the path of a memory store, or of a file that does not exist yet."

# Vectors are plain blobs, so that a record can be deleted where sqlite-vec is not installed.
SCHEMA = (
    """CREATE TABLE memories (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, folded TEXT NOT NULL,
        metadata TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL)""",
    "CREATE INDEX memories_by_age ON memories (created)",
    "CREATE TABLE vectors (number INTEGER PRIMARY KEY, embedding BLOB NOT NULL)",
    """CREATE VIRTUAL TABLE words USING fts5(
        text, content='memories', content_rowid='number', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER memory_stored AFTER INSERT ON memories BEGIN
        INSERT INTO words (rowid, text) VALUES (new.number, new.text); END""",
    """CREATE TRIGGER memory_reworded AFTER UPDATE OF text ON memories BEGIN
        INSERT INTO words (words, rowid, text) VALUES ('delete', old.number, old.text);
        INSERT INTO words (rowid, text) VALUES (new.number, new.text); END""",
    """CREATE TRIGGER memory_deleted AFTER DELETE ON memories BEGIN
        INSERT INTO words (words, rowid, text) VALUES ('delete', old.number, old.text);
        DELETE FROM vectors WHERE number = old.number; END""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)


class Connection(Protocol):
    """What `sqlite3.Connection` and `apsw.Connection` have in common."""

    @property
    def in_transaction(self) -> bool:
        """Say whether a transaction was begun and not ended."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Iterable[Any]:
        """Run one statement and give its rows."""

    def enable_load_extension(self, enable: bool, /) -> None:
        """Allow or forbid `load_extension`."""

    def load_extension(self, name: str, /) -> None:
        """Load a shared library of SQLite functions by its path without suffix."""

    def close(self) -> None:
        """Close the connection."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One way to SQLite: how it opens a path in autocommit mode, and the base of its errors."""

    open: Callable[[str], Connection]
    error: type[Exception]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open connection; `vectors` says whether sqlite-vec is loaded into it."""

    connection: Connection
    error: type[Exception]
    vectors: bool

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows."""
        return list(self.connection.execute(sql, parameters))


def standard_driver() -> Driver:
    """Return the standard library's driver; whether it can load extensions depends on how Python was built."""
    import sqlite3

    def connect(path: str) -> Connection:
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    return Driver(connect, sqlite3.Error)


def apsw_driver() -> Driver | None:
    """Return apsw's driver, or None where apsw is not installed."""
    try:
        import apsw
    except ImportError:
        return None
    return Driver(apsw.Connection, apsw.Error)


def connect(
    path: str, drivers: Sequence[Callable[[], Driver | None]] = (standard_driver, apsw_driver)
) -> Opened:
    """Open `path` with the first driver that can load sqlite-vec, else with the standard library and no vectors.

    Raise FileError when `path` cannot be opened.
    """
    extension = _extension()
    for find in drivers if extension else ():
        driver = find()
        if driver and extension and _can_load(driver, extension):
            opened = _open(driver, path, vectors=True)
            _load(opened.connection, extension)
            return opened
    return _open(standard_driver(), path, vectors=False)


def _extension() -> str | None:
    # Found, not imported: the module itself would import numpy where numpy is installed.
    spec = find_spec("sqlite_vec")
    return str(Path(spec.origin).with_name("vec0")) if spec and spec.origin else None


def _can_load(driver: Driver, extension: str) -> bool:
    connection = driver.open(":memory:")
    try:
        _load(connection, extension)
    except (AttributeError, driver.error):
        return False
    else:
        return True
    finally:
        connection.close()


def _load(connection: Connection, extension: str) -> None:
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    connection.enable_load_extension(False)


def _open(driver: Driver, path: str, *, vectors: bool) -> Opened:
    try:
        return Opened(driver.open(path), driver.error, vectors)
    except driver.error as error:
        raise _refused(path, error) from error


class StoreFile:
    """One database file: opened at first use, used by one thread at a time, each use one transaction."""

    def __init__(self, path: str, connect: Callable[[str], Opened]) -> None:
        self._path = path
        self._connect = connect
        self._opened: Opened | None = None
        self._closed = False
        self._lock = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Opened]:
        """Give one consistent view of the file."""
        with self._transaction("BEGIN") as opened:
            yield opened

    @contextmanager
    def writing(self) -> Iterator[Opened]:
        """Give the file for changes that are all kept at the end, or all undone by an exception."""
        with self._transaction("BEGIN IMMEDIATE") as opened:
            yield opened

    def close(self) -> None:
        """Close the file for good; closing again does nothing."""
        with self._lock:
            self._closed = True
            if self._opened:
                self._opened.connection.close()
                self._opened = None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Opened]:
        with self._lock:
            opened = self._opened = self._opened or self._first()
            with _translated(self._path, opened), _all_or_nothing(opened.connection, begin):
                yield opened

    def _first(self) -> Opened:
        if self._closed:
            raise UsageError("This memory store is closed.", hint="Open it again with SQLiteMemory(path).")
        _refuse_single_byte(self._path)
        opened = self._connect(self._path)
        try:
            with _translated(self._path, opened):
                _prepare(opened, self._path)
        except BaseException:
            opened.connection.close()
            raise
        return opened


def _refuse_single_byte(path: str) -> None:
    # SQLite takes such a file for an empty one and would overwrite it.
    file = Path(path)
    if file.is_file() and file.stat().st_size == 1:
        raise FileError(f"{path} is not a database.", hint=OTHER_PATH)


@contextmanager
def _translated(path: str, opened: Opened) -> Iterator[None]:
    try:
        yield
    except opened.error as error:
        raise _refused(path, error) from error
    except UnicodeEncodeError as error:
        raise UsageError(
            "The text holds half of a surrogate pair, which no file can keep.",
            hint="Decode the text with errors='replace' before it comes here.",
        ) from error


@contextmanager
def _all_or_nothing(connection: Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors, a full disk among them, SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _prepare(opened: Opened, path: str) -> None:
    opened.rows("PRAGMA busy_timeout = 5000")
    if not any(_marks(opened)):
        with _all_or_nothing(opened.connection, "BEGIN IMMEDIATE"):
            # Asked again under the lock: another process may have been first.
            for statement in () if any(_marks(opened)) else SCHEMA:
                opened.rows(statement)
    application, version, _ = _marks(opened)
    if application != APPLICATION_ID:
        raise FileError(
            f"{path} is a database of another program.",
            hint=OTHER_PATH,
        )
    if version != SCHEMA_VERSION:
        raise FileError(
            f"{path} has version {version} of the schema; this program knows version {SCHEMA_VERSION}.",
            hint="Open it with the version of miminions that wrote it.",
        )


def _marks(opened: Opened) -> tuple[int, int, int]:
    application, version, tables = (
        opened.rows(sql)[0][0]
        for sql in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    return application, version, tables


def _refused(path: str, error: Exception) -> FileError:
    return FileError(
        f"The memory store {path} cannot be used: {error}.",
        hint="Check that it is a memory store (or does not exist yet), writable, and not held by another program.",
    )
