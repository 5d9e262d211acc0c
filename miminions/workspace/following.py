"""Keeps indexes fresh: says which folders they are made from, and syncs those that a save concerns."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from miminions.errors import MiminionsError
from miminions.index import SqliteIndex
from miminions.layout import PERSONAL, Layout
from miminions.workspace.places import trusted_roots

if TYPE_CHECKING:
    from miminions.workspace.reading import ReadableWorkspace
    from miminions.workspace.recalling import Near

GLOBAL = "what is shared"
# Seconds that a provider has for one answer: nobody waits for it.
TIMEOUT = 20.0


@dataclass(slots=True)
class Following:
    """The index of a workspace, with `everywhere` those of all trusted ones, and the global index."""

    own: "ReadableWorkspace"
    everywhere: bool = False
    _near: "Near | None" = None
    _sharing: frozenset[Path] = frozenset()
    _followed: "dict[Path, tuple[ReadableWorkspace, frozenset[Path]]]" = field(default_factory=dict)

    def folders(self) -> list[Path]:
        """Return the folders that the indexes are made from, as of now; some may be missing. Raises FileError."""
        home, places = self.own.home, {one: Path(root) for one, root in trusted_roots(self.own.home).items()}
        # The registry lies in the home's own folder: what is trusted can change.
        shared = (home.personal, *(Layout(root) for root in places.values()))
        self._sharing = frozenset((home.root, *(folder for layout in shared for folder in _memory(layout))))
        followed = {self.own.layout.root: self.own}
        for identity, root in places.items() if self.everywhere else ():
            if identity != self.own.id:
                followed[root] = self._opened(root)
        self._followed = {root: (ws, frozenset((home.root, *_folders(ws)))) for root, ws in followed.items()}
        return sorted(self._sharing.union(*(folders for _, folders in self._followed.values())))

    def sync(self, saved: Collection[Path], said: Callable[[str], object]) -> None:
        """Sync the indexes that saves in these folders concern; `said` gets a line for each that changed or could not be.

        What cannot be read for the moment is read at its next save. Where there is an embedder their texts get vectors.
        """
        synced: dict[str, SqliteIndex] = {}
        for ws, folders in self._followed.values():
            if not folders.isdisjoint(saved) and _sync(ws.name, partial(_checked, ws), said):
                synced[ws.name] = SqliteIndex(ws.local.index)
        if not self._sharing.isdisjoint(saved) and _sync(GLOBAL, self.own.sync_global, said):
            synced[GLOBAL] = SqliteIndex(self.own.home.global_index)
        if self.own.settings.text("index.embedder") != "none":
            for name, index in synced.items():
                self._embed(name, index, said)

    def _embed(self, name: str, index: SqliteIndex, said: Callable[[str], object]) -> None:
        from miminions.workspace.recalling import near_of  # few have an embedder

        try:
            self._near = self._near or near_of(self.own, timeout=TIMEOUT)
            self._near.outage.check()
            self._near.sync((index,), lambda *_: True)
        except MiminionsError as problem:
            said(f"not embedded: {name}: {problem}")

    def _opened(self, root: Path) -> "ReadableWorkspace":
        known = self._followed.get(root)
        return known[0] if known else type(self.own)(Layout(root), self.own.home, self.own.settings)


def _checked(ws: "ReadableWorkspace") -> bool:
    ws.check_trust()
    return ws.sync()


def _sync(name: str, sync: Callable[[], bool], said: Callable[[str], object]) -> bool:
    """Sync an index, and say whether that could be done."""
    try:
        if sync():
            said(f"synced {name}")
    except MiminionsError as problem:
        said(f"not synced: {name}: {problem} ({problem.hint})")
        return False
    return True


def _memory(layout: Layout) -> tuple[Path, ...]:
    return layout.folder, layout.histories, layout.archives


def _folders(ws: "ReadableWorkspace") -> Iterator[Path]:
    """Yield the folders that a workspace's own index is made from."""
    for layout in (ws.layout, ws.home.personal, *ws.around(), *((ws.local.overlay,) if ws.id else ())):
        yield from _memory(layout)
    yield ws.layout.sessions
    if ws.id:
        yield ws.local.sources
    yield ws.home.local(PERSONAL).sources
