"""SQLiteMemory, an embedded memory store: texts, metadata and embeddings go in, ranked records come out."""

import json
import os
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from miminions.errors import ConflictError, NotFoundError, UsageError
from miminions.memory.sqlite_file import Opened, StoreFile, connect
from miminions.memory.sqlite_vectors import nearest, packed, place

# The usual constant of reciprocal rank fusion: how little the first places outweigh the next.
RANK_OFFSET = 60
# A record that is deeper than this in both rankings is not worth fusing.
FUSED_DEPTH = 100

LARGEST_INTEGER = 2**63 - 1

NEWEST = "SELECT number, NULL FROM memories ORDER BY created DESC, number DESC LIMIT ? OFFSET ?"
KEYWORD = """SELECT number, NULL FROM memories WHERE instr(folded, ?)
    ORDER BY created DESC, number DESC LIMIT ?"""
FULL_TEXT = """SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ?
    ORDER BY score DESC, rowid DESC LIMIT ?"""


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """One stored memory; times are ISO 8601 in UTC, `score` is set by searches that rank."""

    id: str
    text: str
    metadata: Mapping[str, object]
    created: str
    updated: str
    score: float | None = None


# Inside the class the name `list` is a method.
Records = list[MemoryRecord]
Ranking = list[tuple[int, float | None]]


def _now() -> datetime:
    return datetime.now(UTC)


def _random_id() -> str:
    return secrets.token_hex(16)


class SQLiteMemory:
    """Keep memories in one SQLite file, or in ":memory:"; the file is opened, or made, at first use.

    Vector search needs the extra `sqlite`; everything else needs nothing. Threads may share one store.
    Every method raises FileError when the file is not a memory store or cannot be read or written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        clock: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = _random_id,
        connect: Callable[[str], Opened] = connect,
    ) -> None:
        name = os.fspath(path)
        # Absolute now, because the working directory may change before the first use.
        self._file = StoreFile(name if name == ":memory:" else str(Path(name).absolute()), connect)
        self._clock = clock
        self._new_id = new_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        with self._file.reading() as opened:
            return int(opened.rows("SELECT count(*) FROM memories")[0][0])

    def close(self) -> None:
        """Close the file for good; a store in ":memory:" is gone."""
        self._file.close()

    def store(
        self,
        text: str,
        *,
        embedding: Iterable[float] | None = None,
        metadata: Mapping[str, object] | None = None,
        id: str | None = None,  # noqa: A002 - the documented name
    ) -> str:
        """Store `text` and return its id, a random one unless `id` is given.

        The first embedding fixes how many numbers all others have. Raise ConflictError when the id is
        taken, UsageError when the text, the metadata (JSON) or the embedding cannot be stored.
        """
        key = _filled(self._new_id() if id is None else id, "id")
        values = (_filled(text, "text"), _folded(text), _json({} if metadata is None else metadata))
        vector = None if embedding is None else packed(embedding)
        now = self._time()
        with self._file.writing() as opened:
            if opened.rows("SELECT 1 FROM memories WHERE id = ?", key):
                raise ConflictError(
                    f"A memory with the id {key!r} is stored already.", hint="Change it with update(id, ...)."
                )
            opened.rows(
                """INSERT INTO memories (id, text, folded, metadata, created, updated)
                VALUES (?, ?, ?, ?, ?, ?)""",
                *(key, *values, now, now),
            )
            if vector is not None:
                place(opened, _number(opened, key), vector)
        return key

    def get(self, id: str) -> MemoryRecord:  # noqa: A002 - the documented name
        """Return the record with that id; raise NotFoundError when there is none."""
        with self._file.reading() as opened:
            return _records(opened, [(_number(opened, id), None)])[0]

    def update(
        self,
        id: str,  # noqa: A002 - the documented name
        *,
        text: str | None = None,
        embedding: Iterable[float] | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Change what is given of a record and keep the rest; metadata is replaced as a whole.

        Raise NotFoundError when there is no such record, UsageError as `store` does.
        """
        new_text = None if text is None else _filled(text, "text")
        folded = None if text is None else _folded(text)
        new_metadata = None if metadata is None else _json(metadata)
        vector = None if embedding is None else packed(embedding)
        with self._file.writing() as opened:
            number = _number(opened, id)
            opened.rows(
                """UPDATE memories SET text = coalesce(?, text), folded = coalesce(?, folded),
                metadata = coalesce(?, metadata), updated = ? WHERE number = ?""",
                *(new_text, folded, new_metadata, self._time(), number),
            )
            if vector is not None:
                place(opened, number, vector)

    def delete(self, id: str) -> None:  # noqa: A002 - the documented name
        """Delete a record with its words and its embedding; raise NotFoundError when there is none."""
        with self._file.writing() as opened:
            opened.rows("DELETE FROM memories WHERE number = ?", _number(opened, id))

    def list(self, *, limit: int = 100, offset: int = 0) -> Records:
        """Return records, newest first."""
        with self._file.reading() as opened:
            return _records(opened, opened.rows(NEWEST, _count(limit, "limit"), _count(offset, "offset")))

    def keyword_search(self, query: str, limit: int = 10) -> Records:
        """Return records whose text contains `query` as it stands, upper or lower case, newest first."""
        with self._file.reading() as opened:
            found = opened.rows(KEYWORD, _folded(query), _count(limit, "limit")) if query.strip() else []
            return _records(opened, found)

    def full_text_search(self, query: str, limit: int = 10) -> Records:
        """Return records with any word of `query`, best first by bm25; `score` is higher for better."""
        with self._file.reading() as opened:
            return _records(opened, _full_text(opened, query, _count(limit, "limit")))

    def search(
        self, query: str | None = None, *, query_vector: Iterable[float] | None = None, limit: int = 10
    ) -> Records:
        """Return the records nearest to `query_vector`, or those with words of `query`, best first.

        `score` is the cosine similarity, from -1 to 1, or that of `full_text_search`. With both, the two
        rankings are fused by reciprocal rank. Raise UsageError without either, or for a vector of
        another length than those stored, and MiminionsError when sqlite-vec is not there.
        """
        wanted = _count(limit, "limit")
        if query is None and query_vector is None:
            raise UsageError("There is nothing to search for.", hint="Give a query, a query_vector, or both.")
        vector = None if query_vector is None else packed(query_vector)
        with self._file.reading() as opened:
            if vector is None:
                return _records(opened, _full_text(opened, query or "", wanted))
            if query is None:
                return _records(opened, nearest(opened, vector, wanted))
            depth = max(wanted, FUSED_DEPTH)
            lanes = (nearest(opened, vector, depth), _full_text(opened, query, depth))
            return _records(opened, _fused(lanes)[:wanted])

    def _time(self) -> str:
        # Always with microseconds, so that times sort as text.
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")


def _number(opened: Opened, key: str) -> int:
    found = opened.rows("SELECT number FROM memories WHERE id = ?", key)
    if not found:
        raise NotFoundError(f"No memory has the id {key!r}.", hint="See the ids that exist with list().")
    return int(found[0][0])


def _records(opened: Opened, ranking: Ranking) -> Records:
    columns = "SELECT id, text, metadata, created, updated FROM memories WHERE number = ?"
    found = ((opened.rows(columns, number)[0], score) for number, score in ranking)
    return [
        MemoryRecord(key, text, json.loads(metadata), created, updated, score)
        for (key, text, metadata, created, updated), score in found
    ]


def _full_text(opened: Opened, query: str, limit: int) -> Ranking:
    # Quoted, a token has no operators; a NUL would end the expression inside its quotes.
    tokens = dict.fromkeys(query.replace("\0", " ").replace('"', " ").split())
    expression = " OR ".join(f'"{token}"' for token in tokens)
    return opened.rows(FULL_TEXT, expression, limit) if tokens else []


def _fused(lanes: Iterable[Ranking]) -> Ranking:
    scores: dict[int, float] = {}
    for lane in lanes:
        for rank, (number, _) in enumerate(lane, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_OFFSET + rank)
    return sorted(scores.items(), key=lambda item: (scores[item[0]], item[0]), reverse=True)


def _filled(text: str, name: str) -> str:
    if not text.strip():
        raise UsageError(f"The {name} is empty.", hint=f"Give {name} some characters.")
    return text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _json(metadata: Mapping[str, object]) -> str:
    try:
        return json.dumps(dict(metadata), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(
            f"The metadata cannot be written as JSON: {error}.",
            hint="Use strings, finite numbers, booleans, None, lists and dictionaries.",
        ) from error


def _count(number: int, name: str) -> int:
    if not isinstance(number, int) or not 0 <= number <= LARGEST_INTEGER:
        raise UsageError(f"The {name} is {number!r}.", hint=f"Give {name} a whole number from 0 up.")
    return number
