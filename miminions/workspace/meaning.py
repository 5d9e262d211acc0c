"""Meaning beside words: the vectors of what an index holds, and how near a question is to each."""

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from miminions.index.vectors import VectorCache, VectorTable, query_vector

if TYPE_CHECKING:
    from pathlib import Path

    from miminions.index import SqliteIndex
    from miminions.index.vectors import Embedder


class Meaning:
    """An embedder with its cache, and a table of vectors beside each index; a question is embedded once."""

    def __init__(self, embedder: "Embedder", cache: "Path", tables: "Mapping[Path, Path]") -> None:
        self._embedder = embedder
        self._cache = VectorCache(cache)
        self._paths = tables
        self._asked: tuple[str, bytes] | None = None
        self._tables: dict[Path, VectorTable] = {}

    def sync(self, index: "SqliteIndex") -> None:
        """Embed what an index holds and has no vector yet. Raises EmbedderError, IndexFileError."""
        pairs = {_key(shelf, text): text for shelf, text in index.texts()}
        self._table(index).sync(pairs.items(), self._embedder, self._cache)

    def near(
        self, index: "SqliteIndex", question: str, shelf: str, texts: Mapping[int, str]
    ) -> dict[int, float]:
        """Return the cosine of a question to each of the texts that has a vector. Raises EmbedderError."""
        if self._asked is None or self._asked[0] != question:
            self._asked = question, query_vector(self._embedder, question)
        found = dict(self._table(index).search(self._asked[1], k=None))
        keys = ((place, _key(shelf, text)) for place, text in texts.items())
        return {place: found[key] for place, key in keys if key in found}

    def _table(self, index: "SqliteIndex") -> VectorTable:
        if index.path not in self._tables:
            self._tables[index.path] = VectorTable(self._paths[index.path], self._embedder.fingerprint)
        return self._tables[index.path]


def _key(shelf: str, text: str) -> str:
    """Name a text on a shelf; the same words anywhere need one vector only."""
    return f"{shelf}:{sha256(text.encode('utf-8', 'replace')).hexdigest()[:24]}"
