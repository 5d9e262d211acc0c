"""What an index is made of: rows, the sources that they come from, and the origins that sources come from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from operator import attrgetter
from typing import Protocol

from miminions.index.rows.apart import apart

RETIRED = "retired"
# The values of a row in the order of COLUMNS, as a database keeps them: what is empty is None.
Record = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be found; it holds from `since` until the last day `until`, empty where nobody said so.

    `away` are the times in between in which it had been retired: first and last day with a stroke, the last empty if open.
    `state` is empty for what is live and RETIRED for what lies in an archive; `heirs` are the ids of what took its place.
    `links` are what its `[[links]]` name. A turn has the `role` that said it and, where the transcript names one, the
    `speaker`. `turn` is the record's number in the transcript; turns of a session are given in their order.
    """

    kind: str
    id: str
    text: str
    section: str = ""
    detail: str = ""
    line: int = 0
    session: str = ""
    turn: int = 0
    date: str = ""
    since: str = ""
    until: str = ""
    away: tuple[str, ...] = ()
    state: str = ""
    key: str = ""
    pin: bool = False
    links: tuple[str, ...] = ()
    heirs: tuple[str, ...] = ()
    role: str = ""
    speaker: str = ""


_FIELDS = tuple(field.name for field in fields(Row))
# Those of a row, and what of its words is not found as it is written.
COLUMNS = (*_FIELDS, "apart")
_EMPTY = tuple(
    () if name in {"away", "links", "heirs"} else 0 if name in {"line", "turn"} else "" for name in _FIELDS
)
_PIN, *_LISTS = map(_FIELDS.index, ("pin", "away", "links", "heirs"))
_values = attrgetter(*_FIELDS)


def record_of(row: Row) -> Record:
    """Return a row as a record; lone surrogates, which stand for bytes that were not UTF-8, become question marks."""
    said = _plain(apart(row.text, row.section, row.detail))
    return (*map(_plain, _values(row)), said)


def row_of(record: Sequence[str | int | None]) -> Row:
    """Return a record as a row."""
    values: list[object] = [
        empty if value is None else value for value, empty in zip(record[: len(_EMPTY)], _EMPTY, strict=True)
    ]
    values[_PIN] = bool(values[_PIN])
    for place in _LISTS:
        if values[place]:
            values[place] = tuple(str(values[place]).split("\n"))
    return Row(*values)  # type: ignore[arg-type]


def key_of(words: str) -> str:
    """Name an origin by all that decides what comes from it; a file that others may see holds no path of what is not shared."""
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def plain_text(text: str) -> str:
    """Return a text as a database takes it, whatever its bytes were."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _plain(value: object) -> str | int | None:
    if not value:
        return None
    if isinstance(value, tuple):
        return plain_text("\n".join(value))
    return plain_text(value) if isinstance(value, str) else int(value)  # type: ignore[call-overload]


class Origin(Protocol):
    """A place that sources come from, whose state can be told without reading it."""

    @property
    def key(self) -> str:
        """Name the place, and all that decides what comes from it besides what lies there."""

    def stamp(self, known: bytes) -> bytes:
        """Return what changes whenever the place does, empty in doubt; `known` is the last one, empty for none."""

    def sources(self) -> "list[Source]":
        """Read what lies there. Raises FileError."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a workspace at a digest; `rows` reads it when the index has another digest.

    `records`, where it is given, yields the same rows as records. A source is its own origin: its digest is its stamp.
    """

    workspace: str
    name: str
    file: str
    digest: str
    rows: Callable[[], Iterable[Row]]
    records: Callable[[], Iterable[Record]] | None = None

    @property
    def key(self) -> str:
        """What names it among the origins of an index."""
        return key_of(f"{self.workspace}\0{self.name}\0{self.file}")

    def stamp(self, known: bytes) -> bytes:  # noqa: ARG002  # what it is takes no look at what it was
        """Return its digest."""
        return self.digest.encode()

    def sources(self) -> "list[Source]":
        """Return itself."""
        return [self]

    def read(self) -> Iterator[Record]:
        """Yield its rows as records."""
        return iter(self.records()) if self.records else map(record_of, self.rows())
