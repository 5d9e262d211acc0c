"""What an index file was made from, and what of it is not so any more."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from miminions.index.rows import Origin, Source
from miminions.index.sqlite.schema import seal, seal_of_origin


@dataclass(frozen=True, slots=True)
class Held:
    """A source as an index holds it: its number there, its label, its digest."""

    number: int
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An origin as an index holds it: its number, its stamp, its sources by workspace and file."""

    number: int
    stamp: bytes
    sources: dict[tuple[str, str], Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """An origin that is not as an index holds it; `was` is None for a new one.

    Of its sources those in `read` are new or others, each with what the index holds of it, and those `dropped` are gone.
    """

    key: str
    stamp: bytes
    was: Kept | None
    read: Sequence[tuple[Source, Held | None]]
    dropped: Sequence[Held]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a sync has to write: changed origins, and those that are gone."""

    changed: Sequence[Change]
    gone: Sequence[Kept]

    def __bool__(self) -> bool:
        """Say whether there is anything to write."""
        return bool(self.changed or self.gone)

    @property
    def read(self) -> int:
        """How many sources are read."""
        return sum(len(one.read) for one in self.changed)

    @property
    def dropped(self) -> int:
        """How many sources go."""
        return sum(len(one.dropped) for one in self.changed) + sum(len(one.sources) for one in self.gone)


def stamps(connection: sqlite3.Connection) -> dict[str, bytes]:
    """Return the stamps of the origins that an index was made from, by key. Raises sqlite3.Error as `held_by` does."""
    return {key: stamp for _, key, stamp in _origins(connection)}


def _origins(connection: sqlite3.Connection) -> Iterator[tuple[int, str, bytes]]:
    for number, key, stamp, checksum in connection.execute("SELECT origin, key, stamp, seal FROM origin"):
        if seal_of_origin(number, key, stamp) != checksum:
            raise sqlite3.DatabaseError(f"origin {number} is not as it was written")
        yield number, key, stamp


def held_by(connection: sqlite3.Connection) -> dict[str, Kept]:
    """Return the origins that an index was made from, by key. Raises sqlite3.Error, also for a row that was damaged."""
    found = {number: (key, Kept(number, stamp)) for number, key, stamp in _origins(connection)}
    columns = "source, origin, workspace, name, file, digest, seal"
    for number, origin, *values, checksum in connection.execute(f"SELECT {columns} FROM source"):  # noqa: S608
        if seal(number, tuple(values)) != checksum or origin not in found:
            raise sqlite3.DatabaseError(f"source {number} is not as it was written")
        workspace, name, file, digest = values
        found[origin][1].sources[workspace, file] = Held(number, name, digest)
    return dict(found.values())


def stale(known: Mapping[str, bytes], wanted: Iterable[Origin]) -> list[Origin]:
    """Return the origins that may have changed, by their stamps alone."""
    return [one for one in wanted if not (stamp := known.get(one.key)) or one.stamp(stamp) != stamp]


def changes(known: dict[str, Kept], wanted: Iterable[Origin], doubted: Iterable[Origin]) -> Changes:
    """Read the origins in doubt, and return what of them an index has to write. Raises FileError."""
    keys = {one.key for one in wanted}
    gone = [kept for key, kept in known.items() if key not in keys]
    return Changes(list(_changed(known, doubted)), gone)


def _changed(known: dict[str, Kept], doubted: Iterable[Origin]) -> Iterator[Change]:
    for origin in doubted:
        was = known.get(origin.key)
        # The stamp comes first: what is saved while the files are read is then seen by the next sync.
        stamp, sources = origin.stamp(b""), {}
        for source in origin.sources():
            sources[label(source.workspace), label(source.file)] = source
        held = was.sources if was else {}
        read = [
            (source, held.get(key)) for key, source in sources.items() if not _same(held.get(key), source)
        ]
        dropped = [one for key, one in held.items() if key not in sources]
        if was is None or was.stamp != stamp or read or dropped:
            yield Change(origin.key, stamp, was, read, dropped)


def _same(held: Held | None, source: Source) -> bool:
    return held is not None and (held.digest, held.name) == (source.digest, label(source.name))


def label(text: str) -> str:
    """Return a name or path as text that a database takes, whatever its bytes were."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
