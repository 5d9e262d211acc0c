"""Says what of an index is not as the files are any more."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from miminions.index.rows import Origin
from miminions.index.sqlite.held import Change, Kept, changes, held_by, stale
from miminions.index.sqlite.reader import opened


def lag(path: Path, origins: Iterable[Origin]) -> tuple[str, ...]:
    """Return the files that changed, came or went since an index was made, each once.

    Raises sqlite3.Error for an index that is damaged or of another version, OSError, FileError.
    """
    wanted = list(origins)
    with opened(path) as connection:
        known = held_by(connection)
    found = changes(known, wanted, stale({key: kept.stamp for key, kept in known.items()}, wanted))
    went = [file for kept in found.gone for file in _files(kept)]
    return tuple(sorted({*went, *(file for change in found.changed for file in _changed(change))}))


def _changed(change: Change) -> Iterator[str]:
    yield from (source.file for source, _ in change.read)
    if change.was:
        numbers = {held.number for held in change.dropped}
        yield from (file for (_, file), held in change.was.sources.items() if held.number in numbers)


def _files(kept: Kept) -> Iterator[str]:
    yield from (file for _, file in kept.sources)
