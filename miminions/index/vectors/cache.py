"""The cache of vectors: a digest of fingerprint and text goes in, the direction it once got comes out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class VectorCache:
    """One SQLite file a person; it can be lost, holds no text, and several processes may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, fingerprint: str, texts: Sequence[str]) -> list[bytes | None]:
        """Return the direction of each text, None where it is not known; a file that cannot be read knows none."""
        raise NotImplementedError

    def put(self, fingerprint: str, directions: Iterable[tuple[str, bytes]]) -> None:
        """Keep the directions of texts; a file that cannot be written keeps none."""
        raise NotImplementedError

    def forget(self, texts: Iterable[str]) -> int:
        """Remove what is kept for these texts, for every fingerprint; return how many entries went."""
        raise NotImplementedError
