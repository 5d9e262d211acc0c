"""The SQLite driver: syncs sources into a file that is published whole, and searches it read-only."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from miminions.errors import IndexFileError
from miminions.files import make_folder, remove, try_lock
from miminions.index.analysis import Question, analyse
from miminions.index.hits import Hit, Query, merge, place
from miminions.index.rank import Ranked, rank_facts, rank_for_prompt, rank_turns
from miminions.index.rank.shelf import Stored
from miminions.index.rows import Origin
from miminions.index.sqlite.building import build
from miminions.index.sqlite.held import Changes, Kept, changes, held_by, stale, stamps
from miminions.index.sqlite.reader import counted, opened
from miminions.index.sqlite.schema import SHELVES
from miminions.index.sqlite.shelf import SqliteShelf
from miminions.index.sqlite.update import publish, update
from miminions.index.sqlite.verify import damage
from miminions.redact import redact
from miminions.redact.own import holds_own

# Rows that say the same become one hit that names all their workspaces, so many more are fetched than are wanted.
SPARE = {"memory": 20, "talk": 3, "library": 20}
# Where more origins than these and half of all have changed, an index is made anew.
_MANY = 8
# Every file system keeps times in steps of two seconds exactly.
_STEP = 2
# So many seconds are waited for another process that writes the same, looking again after each pause.
PATIENCE, _PAUSE = 1.0, 0.005
# A file that nobody wrote to for so many seconds is not being written.
_LEFT = 60
# The cosines of a question to the nearest rows of a shelf, by key; the shelf comes with its name.
Nearness = Callable[[str, Question, SqliteShelf], Mapping[int, float]]
RANKERS = {"memory": rank_facts, "talk": rank_turns, "library": rank_facts}
PROMPT_RANKERS = {**RANKERS, "memory": rank_for_prompt}


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

    def sync(self, origins: Iterable[Origin]) -> SyncReport:
        """Bring the index to what the origins give; only changed ones are read. Raises IndexFileError, FileError."""
        wanted = list(origins)
        if self._fresh(wanted):
            return SyncReport(0, 0, rebuilt=False)
        with self._place() as new:
            known = self._known()
            doubted = stale({key: kept.stamp for key, kept in known.items()}, wanted) if known else wanted
            # From nothing it goes faster than by changes, and one index after the other way is as good as the other.
            if known is None or len(doubted) > _MANY + len(wanted) // 2:
                return self._build(new, wanted)
            try:
                return self._update(new, changes(known, wanted, doubted))
            except IndexFileError:
                # Damage can lie where only a write comes by.
                return self._build(new, wanted)

    def rebuild(
        self, origins: Iterable[Origin], told: Callable[[int, int], object] | None = None
    ) -> SyncReport:
        """Make the index anew; readers see the old one until then. Raises IndexFileError, FileError.

        `told` is called with how many of how many origins are done, after each.
        """
        with self._place() as new:
            return self._build(new, list(origins), told)

    def search(self, query: Query, nearness: Nearness | None = None) -> tuple[Hit, ...]:
        """Return the hits of a query, the best first; none when nothing speaks for any. Raises IndexFileError.

        `nearness` says how near in meaning rows of a shelf are to the question; what it raises comes through.
        """
        question = analyse(query.text, query.day)
        if not (question.words or (nearness and question.tokens)) or not self.path.exists():
            return ()
        hits: list[Hit] = []
        try:
            with self._reader() as connection:
                for name in (name for name, kinds in SHELVES.items() if {*kinds} & {*query.kinds}):
                    shelf = SqliteShelf(connection, name, query)
                    near = nearness(name, question, shelf) if nearness else None
                    if not question.words and not near:
                        continue
                    rank = (PROMPT_RANKERS if query.prompt else RANKERS)[name]
                    ranked = rank(question, shelf, query.limit * SPARE[name], near)
                    rows = shelf.rows(one.key for one in ranked)
                    hits += [_hit(one, rows[one.key], query.day) for one in ranked]
        except (sqlite3.Error, OSError) as problem:
            self._spoil()
            raise self._damaged(problem) from problem
        return merge([sorted(hits, key=place)], query.limit)

    def texts(self) -> list[tuple[str, int, str]]:
        """Return shelf, key and text of every row. Raises IndexFileError."""
        try:
            with self._reader() as connection:
                found: list[tuple[str, int, str]] = []
                for name in SHELVES:
                    statement = f"SELECT place, text FROM {name} WHERE text IS NOT NULL"  # noqa: S608
                    found += ((name, place, text) for place, text in connection.execute(statement))
                return found
        except (sqlite3.Error, OSError) as problem:
            raise self._damaged(problem) from problem

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind; empty when there is no index."""
        try:
            with self._reader() as connection:
                return dict(counted(connection))
        except (sqlite3.Error, OSError):
            return {}

    def lag(self, origins: Iterable[Origin]) -> tuple[str, ...]:
        """Return the files that changed, came or went since it was made; empty when it is as they are.

        Raises IndexFileError where there is none, for one that is damaged or of another version, and FileError.
        """
        from miminions.index.sqlite.lag import lag  # only who looks at an index asks

        try:
            return lag(self.path, origins)
        except (sqlite3.Error, OSError) as problem:
            raise self._damaged(problem) from problem

    def problems(self, origins: Iterable[Origin] = ()) -> tuple[str, ...]:
        """Return what is wrong with the file, empty when it is sound or missing; with `origins` also what they say else.

        The next sync makes a damaged one anew. Raises FileError.
        """
        if not self.path.exists():
            return ()
        try:
            found = tuple(damage(self.path, origins))
        except (sqlite3.Error, OSError) as problem:
            found = (str(problem),)
        if found:
            self._spoil()
        return found

    def _spoil(self) -> None:
        """Let the next sync see at a glance that the file is damaged."""
        with contextlib.suppress(OSError):
            os.utime(self.path)

    def remove(self) -> None:
        """Delete the index; the next sync makes it again. Raises FileError."""
        remove(self.path)

    def _damaged(self, problem: Exception) -> IndexFileError:
        return IndexFileError(
            f"the index {self.path} cannot be read or written: {problem}",
            hint="free space and a writable folder are needed; `miminions index rebuild` makes it anew from the files",
        )

    def _reader(self) -> contextlib.AbstractContextManager[sqlite3.Connection]:
        return opened(self.path)

    @contextlib.contextmanager
    def _place(self) -> Iterator[Path]:
        """Give a path beside the index for a new state, under the lock that spares two processes the same work.

        No question waits long for a writer, who may have been stopped: then it goes on without the lock, at a path of its
        own. Of two that write at once the last one has the name, and since an index says what it was made from, the next
        sync sees what it lacks.
        """
        make_folder(self.path.parent, mode=0o700)
        new = self.path.with_name(f".{self.path.name}.new")
        late = time.monotonic() + PATIENCE
        while time.monotonic() < late:
            with try_lock(self.path.with_name(f"{self.path.name}.lock")) as free:
                if free:
                    self._sweep(new)
                    yield new
                    return
            time.sleep(_PAUSE)
        yield new.with_name(f"{new.name}-{token_hex(4)}")

    def _sweep(self, new: Path) -> None:
        """Remove what was left by writers without the lock that were killed."""
        for left in new.parent.glob(f"{new.name}-*"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _LEFT:
                    left.unlink()

    def _known(self) -> dict[str, Kept] | None:
        """Return what the file was made from; None when it must be built from nothing."""
        try:
            with self._reader() as connection:
                return held_by(connection)
        except (sqlite3.Error, OSError):
            return None

    def _fresh(self, wanted: Sequence[Origin]) -> bool:
        """Say whether the file is as the origins are; nobody waits for a lock to learn that."""
        try:
            with self._reader() as connection:
                known = stamps(connection)
                doubted = stale(known, wanted)
                if len(wanted) != len(known) or len(doubted) > _MANY:
                    return False
                return not doubted or not changes(held_by(connection), wanted, doubted)
        except (sqlite3.Error, OSError):
            return False

    def _build(
        self, new: Path, origins: Sequence[Origin], told: Callable[[int, int], object] | None = None
    ) -> SyncReport:
        with self._published(new):
            read = build(new, origins, told)
        return SyncReport(read, 0, rebuilt=True)

    def _update(self, new: Path, found: Changes) -> SyncReport:
        if found:
            with self._published(new):
                update(new, self.path, found)
        return SyncReport(found.read, found.dropped, rebuilt=False)

    @contextlib.contextmanager
    def _published(self, new: Path) -> Iterator[None]:
        """Let what the block writes to a new file take the index's name."""
        try:
            # What an index holds is nobody else's business, while it is written too.
            new.unlink(missing_ok=True)
            new.touch(0o600)
            yield
            stamp = int(time.time()) // _STEP * _STEP
            publish(new, stamp)
            os.utime(new, (stamp, stamp))
            _rename(new, self.path)
        except (sqlite3.Error, OSError, UnicodeDecodeError) as problem:
            raise self._damaged(problem) from problem
        finally:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)


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
    # The environment may name secrets now that it did not when the index was made.
    text, section = (redact(one) if holds_own(one) else one for one in (row.text, row.section))
    return Hit(
        id=row.id,
        text=text,
        score=ranked.score,
        kind=row.kind,
        workspaces=(stored.name,),
        section=section,
        file=stored.file,
        line=row.line,
        session=row.session,
        turn=row.turn,
        date=row.date,
        why="; ".join(ranked.why),
        state=row.state or ("expired" if row.until and row.until < day else ""),
    )
