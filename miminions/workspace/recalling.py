"""Asks the indexes that a workspace may see: its own, and the global one."""

from dataclasses import dataclass, replace

from miminions.index import Answer, Query, SqliteIndex, merge


@dataclass(frozen=True, slots=True)
class Asker:
    """Indexes that are up to date: a workspace's own, and the global one `without` the workspaces that the own one has."""

    own: SqliteIndex
    shared: SqliteIndex | None = None
    without: tuple[str, ...] = ()

    def ask(self, query: Query) -> Answer:
        """Return what the indexes answer, as one. Raises IndexFileError."""
        groups = [self.own.search(query)]
        if self.shared:
            groups.append(self.shared.search(replace(query, without=(*query.without, *self.without))))
        return Answer(merge(groups, query.limit))
