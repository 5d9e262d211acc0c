"""Asks the indexes that a workspace may see: its own, and the global one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from miminions.errors import IndexFileError
from miminions.index import Answer, Query, SqliteIndex, merge


@dataclass(frozen=True, slots=True)
class Asker:
    """Indexes that are up to date: a workspace's own, and the global one `without` the workspaces that the own one has."""

    own: SqliteIndex
    shared: SqliteIndex | None = None
    without: tuple[str, ...] = ()
    mend: Callable[[], object] | None = None

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
        groups = [self.own.search(query)]
        if self.shared:
            groups.append(self.shared.search(replace(query, without=(*query.without, *self.without))))
        return Answer(merge(groups, query.limit))
