"""Writes an index file: a copy of the old one, or an empty one, with the changed sources' rows in place of the old."""

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from miminions.index.rows import Row, Source

SCHEMA = 2
# What a file was made from: (digest, label) of each (workspace, file).
Known = Mapping[tuple[str, str], tuple[str, str]]
# Stand around matched words in an answer, so they stand nowhere else.
BEGIN_MARK, END_MARK = "\x02", "\x03"
_MARKS = str.maketrans(BEGIN_MARK + END_MARK, "  ")
_DROP_ROWS = "DELETE FROM row WHERE source IN (SELECT key FROM source WHERE workspace = ? AND file = ?)"
_DROP_SOURCE = "DELETE FROM source WHERE workspace = ? AND file = ?"


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
            _create(db)
        with connection:
            for key in dropped:
                connection.execute(_DROP_ROWS, key)
                connection.execute(_DROP_SOURCE, key)
            for one in added:
                _insert(db, one)
            # One segment holds no words of dropped rows.
            connection.execute("INSERT INTO row_fts(row_fts) VALUES ('optimize')")
            connection.execute(f"PRAGMA user_version = {SCHEMA}")


def label(text: str) -> str:
    """Return a name or path as text that a database takes, whatever its bytes were."""
    return text.encode("utf-8", "backslashreplace").decode()


def _create(db) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # a sqlite_utils.Database
    db["source"].create({"key": int, "workspace": str, "name": str, "file": str, "digest": str}, pk="key")
    db["row"].create(
        {
            "key": int, "source": int, "kind": str, "id": str, "text": str, "section": str, "detail": str,
            "line": int, "session": str, "turn": int, "date": str, "until": str,
        },
        pk="key",
    )  # fmt: skip
    db["row"].create_index(["source"])
    db["row"].enable_fts(
        ["text", "section", "detail"],
        tokenize="porter unicode61 remove_diacritics 2",
        create_triggers=True,
    )


def _insert(db, source: Source) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    names = {"workspace": source.workspace, "name": source.name, "file": source.file}
    key = (
        db["source"]
        .insert({"digest": source.digest, **{name: label(value) for name, value in names.items()}})
        .last_pk
    )
    db["row"].insert_all({"source": key, **_columns(row)} for row in source.rows())


def _columns(row: Row) -> dict[str, object]:
    return {name: _text(value) if isinstance(value, str) else value for name, value in asdict(row).items()}


def _text(value: str) -> str:
    """Return a text that a database takes: lone surrogates stand for bytes that were not UTF-8."""
    return value.encode("utf-8", "replace").decode().translate(_MARKS)
