"""Writes an index file: a copy of the old one, or an empty one, with the changed sources' rows in place of the old."""

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from miminions.index.analysis import length, traits
from miminions.index.rows import Row, Source
from miminions.index.sqlite.schema import SCHEMA, SHELF_OF, SHELVES, create

# What a file was made from: (digest, label) of each (workspace, file).
Known = Mapping[tuple[str, str], tuple[str, str]]


def update(path: Path, old: Path | None, dropped: Iterable[tuple[str, str]], added: Iterable[Source]) -> None:
    """Write `path`: the file `old` without the sources `dropped`, and with those `added`.

    Raises sqlite3.Error, OSError, and what reading a source raises.
    """
    import sqlite_utils

    # What an index holds is nobody else's business, while it is written too.
    path.unlink(missing_ok=True)
    path.touch(0o600)
    if old is not None:
        shutil.copyfile(old, path)
    with closing(sqlite3.connect(path)) as connection:
        # Nothing dropped may stay readable in free pages: a workspace can stop sharing, a fact can be erased.
        connection.executescript(
            "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON"
        )
        db = sqlite_utils.Database(connection, execute_plugins=False)
        if old is None:
            create(db)
        with connection:
            for key in dropped:
                _drop(connection, key)
            for one in added:
                _insert(db, one)
            _measure(connection)
            # One segment holds no words of dropped rows.
            for shelf in SHELVES:
                connection.execute(f"INSERT INTO {shelf}_fts({shelf}_fts) VALUES ('optimize')")  # noqa: S608
            connection.execute(f"PRAGMA user_version = {SCHEMA}")


def label(text: str) -> str:
    """Return a name or path as text that a database takes, whatever its bytes were."""
    return text.encode("utf-8", "backslashreplace").decode()


def _drop(connection: sqlite3.Connection, key: tuple[str, str]) -> None:
    for shelf in SHELVES:
        connection.execute(
            f"DELETE FROM {shelf} WHERE source IN (SELECT source FROM source WHERE workspace = ? AND file = ?)",  # noqa: S608
            key,
        )
    connection.execute(
        "DELETE FROM said WHERE source IN (SELECT source FROM source WHERE workspace = ? AND file = ?)", key
    )
    connection.execute("DELETE FROM source WHERE workspace = ? AND file = ?", key)


def _insert(db: Any, source: Source) -> None:
    names = {"workspace": source.workspace, "name": source.name, "file": source.file}
    key = (
        db["source"]
        .insert({"digest": source.digest, **{name: label(value) for name, value in names.items()}})
        .last_pk
    )
    rows: dict[str, list[dict[str, object]]] = {shelf: [] for shelf in SHELVES}
    for row in source.rows():
        rows[SHELF_OF[row.kind]].append({"source": key, **_columns(row)})
    for shelf, found in rows.items():
        db[shelf].insert_all(found)
    if rows["talk"]:
        turns = db.execute(
            "SELECT place, source, text, date, role, speaker FROM talk WHERE source = ?", [key]
        )
        db["said"].insert_all(
            {"place": place, "source": session, "words": length(text), "traits": traits(text), "date": day, "role": role,
             "speaker": speaker}
            for place, session, text, day, role, speaker in turns.fetchall()
        )  # fmt: skip


def _measure(connection: sqlite3.Connection) -> None:
    """Keep how many turns there are, and how long one is on average."""
    connection.execute("DELETE FROM said_size")
    connection.execute("INSERT INTO said_size SELECT count(*), avg(words) FROM said")


def _columns(row: Row) -> dict[str, object]:
    return {name: _column(value) for name, value in asdict(row).items()}


def _column(value: object) -> object:
    if isinstance(value, tuple):
        return "\n".join(map(_text, value))
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """Return a text that a database takes: lone surrogates stand for bytes that were not UTF-8."""
    return value.encode("utf-8", "replace").decode()
