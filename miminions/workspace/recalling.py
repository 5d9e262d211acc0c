"""Asks the indexes that a workspace may see: its own, and the global one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from miminions.errors import EmbedderError, IndexFileError
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


def asker_of(ws: "ReadableWorkspace", *, everywhere: bool) -> Asker:
    """Return who answers from a workspace's indexes, which are up to date; where its embedder fails, by words alone."""
    own, shared = SqliteIndex(ws.local.index), SqliteIndex(ws.home.global_index)
    if everywhere:
        without = (ws.id, PERSONAL, *(read_folder(layout).identity for layout in ws.around()))
        found = Asker(own, shared, without, lambda: (ws.sync(), ws.sync_global()))
    else:
        found = Asker(own, mend=ws.sync)
    setting = ws.settings.text("index.embedder")
    if setting == "none":
        return found
    try:
        return replace(found, meaning=meaning_of(ws, setting, (own, shared) if everywhere else (own,)))
    except (EmbedderError, IndexFileError) as problem:
        return replace(found, degraded=str(problem))


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
