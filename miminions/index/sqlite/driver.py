"""The SQLite driver: syncs sources into a file that is published whole, and searches it read-only."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import IndexFileError
from miminions.files import lock, make_folder, remove
from miminions.index.analysis import analyse
from miminions.index.hits import Hit, Query, merge, place
from miminions.index.rank import Ranked, rank_facts, rank_turns
from miminions.index.rank.shelf import Shelf, Stored
from miminions.index.rows import Source
from miminions.index.sqlite.schema import SCHEMA, SHELVES
from miminions.index.sqlite.shelf import SqliteShelf
from miminions.index.sqlite.update import Known, label, update

# Rows that say the same become one hit that names all their workspaces, so many more are fetched than are wanted.
SPARE = 20
RANKERS = {"memory": rank_facts, "talk": rank_turns, "library": rank_facts}


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
        """Bring the index to the given sources; only changed ones are read. Raises IndexFileError, FileError."""
        wanted = _by_key(sources)
        known = self._known()
        if known is not None and not _changes(known, wanted):
            return SyncReport(0, 0, rebuilt=False)
        with self._locked():
            known = self._known()
            try:
                return self._publish(known, wanted)
            except IndexFileError:
                if known is None:
                    raise
                # Damage can lie where only a write comes by.
                return self._publish(None, wanted)

    def rebuild(self, sources: Iterable[Source]) -> SyncReport:
        """Make the index anew; readers see the old one until then. Raises IndexFileError, FileError."""
        with self._locked():
            return self._publish(None, _by_key(sources))

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return the hits of a query, the best first; none when no word of it is known. Raises IndexFileError."""
        question = analyse(query.text, query.day)
        if not question.words or not self.path.exists():
            return ()
        hits: list[Hit] = []
        try:
            with self._reader() as connection:
                for name in (name for name, kinds in SHELVES.items() if {*kinds} & {*query.kinds}):
                    shelf: Shelf = SqliteShelf(connection, name, query)
                    ranked = RANKERS[name](question, shelf, query.limit * SPARE)
                    rows = shelf.rows(one.key for one in ranked)
                    hits += [_hit(one, rows[one.key], query.day) for one in ranked]
        except sqlite3.Error as problem:
            raise self._damaged(problem) from problem
        return merge([sorted(hits, key=place)], query.limit)

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind; empty when there is no index."""
        try:
            with self._reader() as connection:
                found: list[tuple[str, int]] = []
                for shelf in SHELVES:
                    statement = f"SELECT kind, count(*) FROM {shelf} GROUP BY kind ORDER BY kind"  # noqa: S608
                    found += connection.execute(statement)
                return dict(found)
        except sqlite3.Error:
            return {}

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
        """Delete the index; the next sync makes it again. Raises FileError."""
        remove(self.path)

    def _damaged(self, problem: Exception) -> IndexFileError:
        return IndexFileError(
            f"the index {self.path} cannot be read or written: {problem}",
            hint="free space and a writable folder are needed; `miminions index rebuild` makes it anew from the files",
        )

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA trusted_schema = 0")
            yield connection
        finally:
            connection.close()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self.path.parent, mode=0o700)
        with lock(self.path.with_name(f"{self.path.name}.lock")):
            yield

    def _known(self) -> Known | None:
        """Return what the file was made from; None when it must be built from nothing."""
        if not self.path.exists():
            return None
        try:
            with self._reader() as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
                    return None
                rows = connection.execute("SELECT workspace, file, digest, name FROM source").fetchall()
        except sqlite3.Error:
            return None
        return {(workspace, file): (digest, name) for workspace, file, digest, name in rows}

    def _publish(self, known: Known | None, wanted: Mapping[tuple[str, str], Source]) -> SyncReport:
        """Write the new state beside the old and let it take the name; only the lock's holder comes here."""
        new = self.path.with_name(f".{self.path.name}.new")
        changed = _changes(known or {}, wanted)
        read = [wanted[key] for key in changed if key in wanted]
        try:
            update(new, self.path if known is not None else None, changed, read)
            _rename(new, self.path)
        except (sqlite3.Error, OSError) as problem:
            raise self._damaged(problem) from problem
        finally:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
        return SyncReport(len(read), len(changed) - len(read), rebuilt=known is None)


def _by_key(sources: Iterable[Source]) -> dict[tuple[str, str], Source]:
    return {(label(source.workspace), label(source.file)): source for source in sources}


def _changes(known: Known, wanted: Mapping[tuple[str, str], Source]) -> list[tuple[str, str]]:
    """Return the keys whose source is new, gone or another than the known one."""
    now = {key: (source.digest, label(source.name)) for key, source in wanted.items()}
    return [key for key in {**now, **known} if known.get(key) != now.get(key)]


def _rename(new: Path, path: Path) -> None:
    """Let the new file take the name; Windows refuses while a reader has the old one open, which is soon over."""
    for _ in range(100 if os.name == "nt" else 0):
        with contextlib.suppress(PermissionError):
            new.replace(path)
            return
        time.sleep(0.01)
    new.replace(path)


def _hit(ranked: Ranked, stored: Stored, day: str) -> Hit:
    row = stored.row
    return Hit(
        id=row.id,
        text=row.text,
        score=ranked.score,
        kind=row.kind,
        workspaces=(stored.name,),
        section=row.section,
        file=stored.file,
        line=row.line,
        session=row.session,
        turn=row.turn,
        date=row.date,
        why="; ".join(ranked.why),
        state=row.state or ("expired" if row.until and row.until < day else ""),
    )
