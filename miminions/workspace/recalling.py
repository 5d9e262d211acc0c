"""Asks the indexes that a workspace may see: its own, and the global one."""

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic
from typing import TYPE_CHECKING

from miminions.errors import EmbedderError, FileError, IndexFileError, MiminionsError
from miminions.index import Answer, Hit, Query, SqliteIndex, merge
from miminions.layout import PERSONAL
from miminions.memory.folder import read_folder

if TYPE_CHECKING:
    from miminions.workspace.meaning import Going, Meaning
    from miminions.workspace.outage import Outage
    from miminions.workspace.reading import ReadableWorkspace

# Who asks a question waits so many seconds for the vectors of new texts, and so many for one answer of a provider.
PATIENCE, TIMEOUT = 2.0, 3.0


@dataclass(frozen=True, slots=True)
class Near:
    """What an asker knows of meaning: vectors as of its start, and the note of an embedder that is down."""

    meaning: "Meaning"
    outage: "Outage"

    def sync(self, indexes: Iterable[SqliteIndex], going: "Going") -> tuple[int, int]:
        """Embed what has no vector yet, and return how many of how many texts have none still.

        Raises EmbedderError, IndexFileError.
        """
        with self.outage.noted():
            found = [self.meaning.sync(index, going) for index in indexes]
        return sum(left for left, _ in found), sum(texts for _, texts in found)


@dataclass(frozen=True, slots=True)
class Asker:
    """Indexes that are up to date: a workspace's own, and the global one `without` the workspaces that the own one has.

    `degraded` says what is known beforehand of why answers are found by words alone, or by the meaning of some texts only.
    """

    own: SqliteIndex
    shared: SqliteIndex | None = None
    without: tuple[str, ...] = ()
    mend: Callable[[], object] | None = None
    near: Near | None = None
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
        if self.near:
            try:
                with self.near.outage.noted():
                    return Answer(self._hits(query, self.near.meaning), self.degraded)
            except EmbedderError as problem:
                return Answer(self._hits(query, None), str(problem))
        return Answer(self._hits(query, None), self.degraded)

    def _hits(self, query: Query, meaning: "Meaning | None") -> tuple[Hit, ...]:
        asked = [(self.own, query)]
        if self.shared:
            asked.append((self.shared, replace(query, without=(*query.without, *self.without))))
        groups = [
            index.search(one, partial(meaning.near, index) if meaning else None) for index, one in asked
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
    around = ws.around() if everywhere else ()
    without = (ws.id, PERSONAL, *(read_folder(layout).identity for layout in around))
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
    return found if setting == "none" else _with_meaning(found, ws)


def _with_meaning(found: Asker, ws: "ReadableWorkspace") -> Asker:
    """Give an asker the meaning of what its indexes hold; who asks is not let wait for that of very much."""
    indexes = (found.own, found.shared) if found.shared else (found.own,)
    until = monotonic() + PATIENCE
    try:
        near = near_of(ws, timeout=TIMEOUT)
        near.outage.check()
        left, texts = near.sync(indexes, lambda *_: monotonic() < until)
    except (EmbedderError, IndexFileError) as problem:
        return replace(found, degraded=str(problem))
    if not left:
        return replace(found, near=near)
    are = "text is" if left == 1 else "texts are"
    why = f"{left} {are} not embedded yet; `miminions index rebuild` does it at once"
    # The meaning of a few says little of which texts are the nearest.
    return replace(found, near=None if left * 2 > texts else near, degraded=why)


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


def near_of(ws: "ReadableWorkspace", *, timeout: float) -> Near:
    """Return what a workspace's embedder can say; nothing is embedded yet. Raises EmbedderError.

    `timeout` is in seconds, for one request to a provider.
    """
    # Few have an embedder, and it takes its time to load.
    from miminions.index.vectors import open_embedder
    from miminions.workspace.meaning import Meaning
    from miminions.workspace.outage import Outage

    setting = ws.settings.text("index.embedder")
    embedder = open_embedder(setting, timeout=timeout)
    if embedder is None:
        raise EmbedderError("there is no embedder", hint="miminions config set index.embedder local")
    return Near(Meaning(embedder, ws.home.vectors), Outage(ws.home.outage, setting))
