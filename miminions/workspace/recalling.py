"""Asks the indexes that a workspace may see: its own, and the global one."""

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from miminions.errors import EmbedderError, FileError, IndexFileError, MiminionsError
from miminions.index import Answer, Hit, Query, SqliteIndex, merge
from miminions.layout import PERSONAL
from miminions.memory.folder import read_folder

if TYPE_CHECKING:
    from miminions.workspace.meaning import Meaning
    from miminions.workspace.reading import ReadableWorkspace


@dataclass(frozen=True, slots=True)
class Asker:
    """Indexes that are up to date: a workspace's own, and the global one `without` the workspaces that the own one has."""

    own: SqliteIndex
    shared: SqliteIndex | None = None
    without: tuple[str, ...] = ()
    mend: Callable[[], object] | None = None
    meaning: "Meaning | None" = None
    degraded: str | None = None
    # Where its indexes are, if that is nowhere but here.
    folder: "_Folder | None" = None

    def ask(self, query: Query) -> Answer:
        """Return what the indexes answer, as one; a damaged one is made anew by `mend` first. Raises IndexFileError."""
        try:
            return self._ask(query)
        except IndexFileError:
            if self.mend is None:
                raise
            self.mend()
            return self._ask(query)

    def _ask(self, query: Query) -> Answer:
        if self.meaning:
            try:
                return Answer(self._hits(query, self.meaning))
            except EmbedderError as problem:
                return Answer(self._hits(query, None), str(problem))
        return Answer(self._hits(query, None), self.degraded)

    def _hits(self, query: Query, meaning: "Meaning | None") -> tuple[Hit, ...]:
        asked = [(self.own, query)]
        if self.shared:
            asked.append((self.shared, replace(query, without=(*query.without, *self.without))))
        groups = [
            index.search(one, partial(meaning.near, index, query.text) if meaning else None)
            for index, one in asked
        ]
        return merge(groups, query.limit)


class _Folder:
    """A folder that is gone when nobody asks for it any more."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="miminions-"))
        weakref.finalize(self, rmtree, self.path, ignore_errors=True)


def asker_of(ws: "ReadableWorkspace", *, everywhere: bool) -> Asker:
    """Bring a workspace's indexes up to date, and return who answers from them; where its embedder fails, by words alone.

    Raises IndexFileError, FileError.
    """
    own, shared = SqliteIndex(ws.local.index), SqliteIndex(ws.home.global_index)
    setting = ws.settings.text("index.embedder")
    without = (ws.id, PERSONAL, *(read_folder(layout).identity for layout in ws.around()))
    try:
        ws.sync()
        if everywhere:
            ws.sync_global()
    except (IndexFileError, FileError) as problem:
        # In a sandbox the home can often be read only, and a disk can be full: memory is there all the same.
        passing = _passing(ws, everywhere=everywhere, problem=problem)
        return replace(passing, without=without, degraded=None if setting == "none" else str(problem))
    if everywhere:
        found = Asker(own, shared, without, lambda: (ws.sync(), ws.sync_global()))
    else:
        found = Asker(own, mend=ws.sync)
    if setting == "none":
        return found
    try:
        return replace(found, meaning=meaning_of(ws, setting, (own, shared) if everywhere else (own,)))
    except (EmbedderError, IndexFileError) as problem:
        return replace(found, degraded=str(problem))


def _passing(ws: "ReadableWorkspace", *, everywhere: bool, problem: MiminionsError) -> Asker:
    """Return who answers from indexes of his own. Raises the problem there is where these cannot be made either."""
    try:
        folder = _Folder()
        own, shared = SqliteIndex(folder.path / "own.db"), SqliteIndex(folder.path / "shared.db")
        own.sync(ws.origins())
        if everywhere:
            shared.sync(ws.global_origins())
    except (IndexFileError, FileError, OSError):
        raise problem from None
    return Asker(own, shared if everywhere else None, folder=folder)


def meaning_of(ws: "ReadableWorkspace", setting: str, indexes: Iterable[SqliteIndex]) -> "Meaning | None":
    """Return the meaning of what the indexes hold, every text of it embedded. Raises EmbedderError, IndexFileError."""
    # Few have an embedder, and it takes its time to load.
    from miminions.index.vectors import open_embedder
    from miminions.workspace.meaning import Meaning

    embedder = open_embedder(setting)
    if embedder is None:
        return None
    tables = {ws.local.index: ws.local.vectors, ws.home.global_index: ws.home.global_vectors}
    meaning = Meaning(embedder, ws.home.vectors, tables)
    for index in indexes:
        meaning.sync(index)
    return meaning
