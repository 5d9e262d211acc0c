"""Who turns texts into directions: a setting goes in, an embedder or none comes out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Protocol
else:
    Protocol = object

# A question that is longer says nothing more to a model that reads a few hundred tokens.
LONGEST = 4000


class Embedder(Protocol):
    """What turns texts into vectors: unit length, float32, little-endian, packed as bytes.

    `fingerprint` names the model, its weights and how texts are prepared: vectors of two fingerprints are never
    compared. `batch` is how many texts one call may take before what it gives should be kept.
    """

    @property
    def name(self) -> str:
        """The value of `index.embedder` that chose it."""

    @property
    def fingerprint(self) -> str:
        """What its vectors can be compared with. Raises EmbedderError."""

    @property
    def batch(self) -> int:
        """How many texts are worth giving at once."""

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector a text, in order. Raises EmbedderError."""


def open_embedder(setting: str, *, timeout: float = 20.0) -> Embedder | None:
    """Return the embedder that `index.embedder` names, None for `none`; nothing is loaded or sent yet.

    `timeout` is in seconds, for one request to a provider. Raises SettingError for another word.
    """
    if setting == "none":
        return None
    if setting == "local":
        from miminions.index.vectors.local import LocalEmbedder

        return LocalEmbedder()
    kind, _, model = setting.partition(":")
    if kind == "litellm" and model:
        from miminions.index.vectors.remote import RemoteEmbedder

        return RemoteEmbedder(model, timeout=timeout)
    from miminions.errors import SettingError

    raise SettingError(
        f"index.embedder = {setting!r} is not possible", hint="use one of: none, local, litellm:<model>"
    )


def query_vector(embedder: Embedder, text: str, *, without: Collection[str] = ()) -> bytes:
    """Return the vector of a question, the words of `without` left out: names that only address pull it astray.

    A question of such words alone is taken as it is. Raises EmbedderError.
    """
    words = text[:LONGEST].split()
    names = {name.casefold() for name in without}
    kept = [word for word in words if _bare(word) not in names]
    return embedder.embed([" ".join(kept or words)])[0]


def _bare(word: str) -> str:
    """Return a word as names are compared: no sign around it, no possessive."""
    return word.strip(".,:;!?\"'()[]*_").casefold().removesuffix("'s").removesuffix("\u2019s")
