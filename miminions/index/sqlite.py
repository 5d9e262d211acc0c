"""The SQLite driver: syncs sources into a file that is published whole, and searches it read-only."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from miminions.errors import IndexFileError
from miminions.files import lock, make_folder
from miminions.index.hits import WEIGHTS, Hit, Query
from miminions.index.rows import Source
from miminions.index.terms import match_expression, terms

SCHEMA = 1
_SEARCH = """
    SELECT row.*, source.name AS name, source.file AS file, bm25(row_fts, 1.0, 0.4, 0.4) AS rank,
           highlight(row_fts, 0, char(2), char(3)) AS marked
    FROM row_fts JOIN row ON row.rowid = row_fts.rowid JOIN source ON source.key = row.source
    WHERE row_fts MATCH ? AND row.kind IN ({kinds}) AND (row.until = '' OR row.until >= ?)
    ORDER BY rank LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: sources read anew, sources dropped, and whether it began from nothing."""

    read: int
    dropped: int
    rebuilt: bool


@dataclass(frozen=True, slots=True)
class SqliteIndex:
    """An index in one SQLite file; readers never wait, since a new state takes the file's name in one step."""

    path: Path

    def sync(self, sources: Iterable[Source]) -> SyncReport:
        """Bring the index to the given sources; only changed ones are read. Raises IndexFileError."""
        wanted = {(source.workspace, source.file): source for source in sources}
        if not self._stale(wanted):
            return SyncReport(0, 0, rebuilt=False)
        make_folder(self.path.parent, mode=0o700)
        with lock(self.path.with_name(f"{self.path.name}.lock")):
            return self._write(wanted)

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return the hits of a query, the best first; none when no word of it is known. Raises IndexFileError."""
        words = terms(query.text)
        if not words or not self.path.exists():
            return ()
        kinds = ", ".join("?" for _ in query.kinds)
        values = [match_expression(words), *query.kinds, query.day, query.limit * 4]
        try:
            with self._reader() as connection:
                rows = connection.execute(_SEARCH.format(kinds=kinds), values).fetchall()
        except sqlite3.Error as problem:
            raise self._damaged(problem) from problem
        hits = [_hit(row) for row in rows]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.file, hit.line))[: query.limit])

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind; empty when there is no index."""
        try:
            with self._reader() as connection:
                rows = connection.execute(
                    "SELECT kind, count(*) FROM row GROUP BY kind ORDER BY kind"
                ).fetchall()
        except sqlite3.Error:
            return {}
        return dict(rows)

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong with the file, empty when it is sound or missing."""
        if not self.path.exists():
            return ()
        try:
            with self._reader() as connection:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                answers = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        except sqlite3.Error as problem:
            return (str(problem),)
        found = [answer for answer in answers if answer != "ok"]
        return tuple(found if version == SCHEMA else [f"schema {version}, {SCHEMA} is wanted", *found])

    def remove(self) -> None:
        """Delete the index; the next sync makes it again."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    def _damaged(self, problem: sqlite3.Error) -> IndexFileError:
        return IndexFileError(
            f"the index {self.path} cannot be read: {problem}",
            hint="`miminions index rebuild` makes it anew from the files",
        )

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA trusted_schema = 0")
            yield connection
        finally:
            connection.close()

    def _known(self) -> dict[tuple[str, str], tuple[str, str]] | None:
        """Return (digest, label) of each source in the file; None when it must be built from nothing."""
        if not self.path.exists():
            return None
        try:
            with self._reader() as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
                    return None
                rows = connection.execute("SELECT workspace, file, digest, name FROM source").fetchall()
        except sqlite3.Error:
            return None
        return {(row["workspace"], row["file"]): (row["digest"], row["name"]) for row in rows}

    def _stale(self, wanted: dict[tuple[str, str], Source]) -> bool:
        return self._known() != {key: (source.digest, source.name) for key, source in wanted.items()}

    def _write(self, wanted: dict[tuple[str, str], Source]) -> SyncReport:
        known = self._known()
        descriptor, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        os.close(descriptor)
        try:
            if known is not None:
                shutil.copyfile(self.path, name)
            report = _update(name, known or {}, wanted, new=known is None)
            Path(name).replace(self.path)
        except sqlite3.Error as problem:
            raise self._damaged(problem) from problem
        finally:
            Path(name).unlink(missing_ok=True)
        return report


def _update(
    name: str,
    known: dict[tuple[str, str], tuple[str, str]],
    wanted: dict[tuple[str, str], Source],
    *,
    new: bool,
) -> SyncReport:
    """Bring the database file `name` from the known to the wanted sources in one transaction."""
    import sqlite_utils

    connection = sqlite3.connect(name)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        db = sqlite_utils.Database(connection, execute_plugins=False)
        if new:
            _create(db)
        changed = [s for key, s in wanted.items() if known.get(key) != (s.digest, s.name)]
        gone = [key for key in known if key not in wanted]
        with db.conn:
            for workspace, file in [*gone, *((s.workspace, s.file) for s in changed)]:
                db.execute(
                    "DELETE FROM row WHERE source IN (SELECT key FROM source WHERE workspace = ? AND file = ?)",
                    [workspace, file],
                )
                db.execute("DELETE FROM source WHERE workspace = ? AND file = ?", [workspace, file])
            for source in changed:
                _insert(db, source)
            db.execute("INSERT INTO row_fts(row_fts) VALUES ('rebuild')")
            db.execute(f"PRAGMA user_version = {SCHEMA}")
    finally:
        connection.close()
    return SyncReport(len(changed), len(gone), rebuilt=new)


def _create(db) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # a sqlite_utils.Database
    db["source"].create({"key": int, "workspace": str, "name": str, "file": str, "digest": str}, pk="key")
    db["row"].create(
        {
            "source": int, "kind": str, "id": str, "text": str, "section": str, "detail": str,
            "line": int, "session": str, "turn": int, "date": str, "until": str,
        }
    )  # fmt: skip
    db["row"].create_index(["source"])
    db["row"].enable_fts(["text", "section", "detail"], tokenize="porter unicode61 remove_diacritics 2")


def _insert(db, source: Source) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    key = (
        db["source"]
        .insert(
            {"workspace": source.workspace, "name": source.name, "file": source.file, "digest": source.digest}
        )
        .last_pk
    )
    # Lone surrogates stand for bytes that were not UTF-8; the database takes text only.
    rows = ({"source": key, **{k: _text(v) for k, v in asdict(row).items()}} for row in source.rows())
    db["row"].insert_all(rows)


def _text(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _hit(row: sqlite3.Row) -> Hit:
    matched = {piece.split("\x03")[0].casefold() for piece in row["marked"].split("\x02")[1:]}
    return Hit(
        id=row["id"],
        text=row["text"],
        score=round(-row["rank"] * WEIGHTS[row["kind"]], 4),
        kind=row["kind"],
        workspaces=(row["name"],),
        section=row["section"],
        file=row["file"],
        line=row["line"],
        session=row["session"],
        turn=row["turn"],
        date=row["date"],
        why=f"words: {', '.join(sorted(matched))}" if matched else "section or detail",
    )
