"""Meaning beside words: the vectors of what an index holds, and how near a question is to each."""

import os
from collections.abc import Callable, Collection
from hashlib import blake2b
from typing import TYPE_CHECKING

from miminions.index.rank.turns import addressed_names
from miminions.index.vectors import VectorCache, VectorTable, query_vector
from miminions.layout import vectors_of

if TYPE_CHECKING:
    from pathlib import Path

    from miminions.index import SqliteIndex
    from miminions.index.analysis import Question
    from miminions.index.sqlite.shelf import SqliteShelf
    from miminions.index.vectors import Embedder

# So many of the nearest texts are looked at, more where a query rules out so many of them that fewer than `ENOUGH` stay.
NEAREST, ENOUGH = (400, 5_000, None), 100
# A question without a word that is known is answered by nearness alone where the best is as near as this. With the local
# model nonsense comes to 0.35, a question and its answer to 0.43 and more.
CLEAR = 0.45
# Told how many texts were embedded, of how many, before each batch; False ends it.
Going = Callable[[int, int], bool]


class Meaning:
    """An embedder with its cache, and a table of vectors beside each index; a question is embedded once."""

    def __init__(self, embedder: "Embedder", cache: "Path") -> None:
        self._embedder = embedder
        self._cache = VectorCache(cache)
        self._asked: tuple[str, dict[frozenset[str], bytes]] = "", {}
        self._tables: dict[Path, VectorTable] = {}

    @property
    def fingerprint(self) -> str:
        """What its vectors can be compared with. Raises EmbedderError."""
        return self._embedder.fingerprint

    def sync(self, index: "SqliteIndex", going: Going) -> tuple[int, int]:
        """Embed what an index holds and has no vector yet, and return how many of how many texts still have none.

        An index that is as it was then is not read. Raises EmbedderError, IndexFileError.
        """
        table, stamp = self._table(index), _stamp(index.path)
        if table.placed() == (stamp, 0):
            return 0, 0
        found = [(_key(shelf, text), place, text) for shelf, place, text in index.texts()]
        if _stamp(index.path) != stamp:
            # Somebody put another index there meanwhile: these places are not known to be of either.
            stamp = ""
        wanted = {key: text for key, _, text in found}
        held = table.keys()
        pairs = [(key, text) for key, text in wanted.items() if key not in held]
        try:
            if pairs or held - wanted.keys():
                most = len(pairs)
                gone = held - wanted.keys()
                table.update(pairs, gone, self._embedder, self._cache, lambda given: going(given, most))
        finally:
            new = [key for key, _ in pairs]
            left = len(new) - len(table.keys(new)) if new else 0
            table.place(stamp, left, ((key, place) for key, place, _ in found))
        return left, len(wanted)

    def near(
        self, index: "SqliteIndex", name: str, question: "Question", shelf: "SqliteShelf"
    ) -> dict[int, float]:
        """Return the cosines of a question to the nearest rows of a shelf, by key. Raises EmbedderError."""
        table = self._table(index)
        without = addressed_names(question, shelf) if name == "talk" else frozenset()
        vector = self._vector(question.text, without)
        found: dict[int, float] = {}
        for most in NEAREST:
            nearest = table.search(vector, most, within=f"{name}:")
            found = _seen(name, nearest, table, shelf)
            if len(found) >= ENOUGH or len(nearest) < (most or 0):
                break
        clear = max(found.values(), default=0.0) >= CLEAR
        return found if clear or any(shelf.count(word) for word in question.words) else {}

    def known(self, index: "SqliteIndex") -> tuple[int, int]:
        """Return how many of the texts of an index have a vector, and how many texts there are. Raises IndexFileError."""
        wanted = {_key(shelf, text) for shelf, _, text in index.texts()}
        return len(wanted & self._table(index).keys()), len(wanted)

    def _vector(self, text: str, without: frozenset[str]) -> bytes:
        if self._asked[0] != text:
            self._asked = text, {}
        known = self._asked[1]
        if without not in known:
            known[without] = query_vector(self._embedder, text, without=without)
        return known[without]

    def _table(self, index: "SqliteIndex") -> VectorTable:
        if index.path not in self._tables:
            self._tables[index.path] = VectorTable(vectors_of(index.path), self._embedder.fingerprint)
        return self._tables[index.path]


def _seen(
    name: str, nearest: Collection[tuple[str, float]], table: VectorTable, shelf: "SqliteShelf"
) -> dict[int, float]:
    """Return the cosines of the rows that have the nearest texts and may be seen, the nearest first."""
    places: dict[str, list[int]] = {}
    for key, place in table.places(key for key, _ in nearest):
        places.setdefault(key, []).append(place)
    texts = shelf.texts(place for found in places.values() for place in found)
    # The index may have been exchanged since it was placed: then another text stands there.
    return {
        place: cosine
        for key, cosine in nearest
        for place in places.get(key, ())
        if place in texts and _key(name, texts[place]) == key
    }


def _stamp(path: "Path") -> str:
    """Return what tells an index file from those that had its name before: none is ever written to in place."""
    try:
        found = os.stat(path)  # noqa: PTH116  # asked at each question
    except OSError:
        return ""
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _key(shelf: str, text: str) -> str:
    """Name a text on a shelf; the same words anywhere need one vector only."""
    return f"{shelf}:{blake2b(text.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"
