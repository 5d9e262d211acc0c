"""The table of vectors beside an index: keys and texts go in, the keys nearest to a question come out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from miminions.index.vectors.cache import VectorCache
    from miminions.index.vectors.embedder import Embedder


class VectorTable:
    """One derived file: key -> direction, made with one fingerprint; another fingerprint, a foreign or a broken file is made anew."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint

    def sync(self, pairs: Iterable[tuple[str, str]], embedder: Embedder, cache: VectorCache) -> int:
        """Hold exactly the keys of `pairs` (key, text); return how many texts the embedder was given.

        Unchanged texts cost nothing. What the embedder could not do any more is left out, the rest is kept, and then
        EmbedderError is raised.
        """
        raise NotImplementedError

    def update(
        self, pairs: Iterable[tuple[str, str]], gone: Iterable[str], embedder: Embedder, cache: VectorCache
    ) -> int:
        """Set the keys of `pairs`, remove those `gone`, leave all others; return and raise as `sync` does."""
        raise NotImplementedError

    def search(
        self, vector: bytes, k: int | None, keys: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the `k` keys (None: all) nearest to a vector of `query_vector`, with their cosine; of equals the smaller key.

        With `keys`, only among those. A file that is absent, broken or of another fingerprint has no keys.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """Return how many keys it holds."""
        raise NotImplementedError
