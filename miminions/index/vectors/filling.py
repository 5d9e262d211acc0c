"""How texts get their directions: from the cache where it knows them, else once from the embedder, batch by batch."""

from __future__ import annotations

from itertools import islice

from miminions.errors import EmbedderError
from miminions.index.vectors.directions import shrunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from miminions.index.vectors.cache import VectorCache
    from miminions.index.vectors.embedder import Embedder

    T = TypeVar("T")


class Filling:
    """One run over many texts: `given` is how many the embedder was asked for, `failure` what stopped it.

    `width` is how long directions are in the place where they go; 0: as long as the first one. `going` is told how many
    were given, before each batch; where it says False only the cache is asked from then on.
    """

    def __init__(
        self,
        embedder: Embedder,
        cache: VectorCache,
        width: int,
        going: Callable[[int], bool] | None = None,
    ) -> None:
        self._embedder = embedder
        self._cache = cache
        self._fingerprint = embedder.fingerprint
        self._width = width
        self._going = going
        self._ended = False
        self.given = 0
        self.failure: EmbedderError | None = None

    def directions(self, texts: Iterable[str]) -> dict[str, bytes]:
        """Return the directions of texts; those of which nothing can be had, after a failure, are left out."""
        wanted = list(dict.fromkeys(texts))
        cached = zip(wanted, self._cache.get(self._fingerprint, wanted), strict=True)
        found = {
            text: direction for text, direction in cached if direction is not None and self._fits(direction)
        }
        # By length, so that no short text waits for a long one in its batch.
        missing = sorted((text for text in wanted if text not in found), key=len)
        for some in portions(missing, self._embedder.batch):
            self._ended = self._ended or bool(self._going and not self._going(self.given))
            if self.failure or self._ended:
                break
            made = self._made(some)
            self._cache.put(self._fingerprint, made.items())
            found |= made
        return found

    def _made(self, texts: Sequence[str]) -> dict[str, bytes]:
        try:
            vectors = self._embedder.embed(texts)
            directions = dict(zip(texts, map(shrunk, vectors), strict=True))
            self._check(directions.values())
        except EmbedderError as error:
            self.failure = error
        except ValueError as error:
            self.failure = EmbedderError(
                f"The embedder {self._embedder.name} answered nonsense: {error}.",
                hint="Choose another one: miminions config set index.embedder none, local or litellm:<model>. For a new model under an old name delete vectors.db and rebuild the index.",
            )
        else:
            self.given += len(texts)
            return directions
        return {}

    def _check(self, directions: Iterable[bytes]) -> None:
        if not all(map(self._fits, directions)):
            raise ValueError(
                "vectors of another length than before, which a new model under an old name gives"
            )

    def _fits(self, direction: bytes) -> bool:
        """Tell whether a direction is as long as the others."""
        self._width = self._width or len(direction)
        return len(direction) == self._width


def portions(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yield values in lists of at most so many."""
    rest = iter(values)
    while some := list(islice(rest, most)):
        yield some
