"""The embedder of a provider: texts go out with their secrets masked, vectors come back, through the room of models."""

from __future__ import annotations

from hashlib import blake2b

from miminions.errors import EmbedderError, ModelError, ModelMissingError
from miminions.index.vectors.directions import unit
from miminions.model import embeddings, receiver
from miminions.redact import cleaned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Raised when texts are prepared in another way.
REVISION = 1
# Characters of a text that are sent: any model reads as many, and most embed no more in one vector well.
LONGEST = 2000


class RemoteEmbedder:
    """A model for embeddings that litellm reaches; keys and addresses come from the environment.

    Who chose it in their own settings chose that the texts of memory are sent there. `timeout` is in seconds.
    """

    batch = 64

    def __init__(self, model: str, *, timeout: float) -> None:
        self._model = model
        self._timeout = timeout

    @property
    def name(self) -> str:
        """The value of `index.embedder` that chose it."""
        return f"litellm:{self._model}"

    @property
    def fingerprint(self) -> str:
        """The model, who runs it, and how texts are prepared."""
        # An address may hold a password.
        who = blake2b(receiver(self._model).encode(), digest_size=8).hexdigest()
        return f"{self.name}/{REVISION}/{who}"

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector a text, in order. Raises EmbedderError."""
        vectors: list[bytes] = []
        for at in range(0, len(texts), self.batch):
            some = [_prepared(text) for text in texts[at : at + self.batch]]
            try:
                vectors += map(unit, embeddings(self._model, some, timeout=self._timeout))
            except (ModelError, ModelMissingError, ValueError) as error:
                raise EmbedderError(
                    f"The embedder {self.name} cannot be used: {error}",
                    hint="Answers are by words alone until it works. Look at its name, key and address, or do without: miminions config set index.embedder none",
                ) from error
        return vectors


def _prepared(text: str) -> str:
    """Return what of a text is sent; providers refuse one that is empty."""
    plain = cleaned(text.encode("utf-8", "replace").decode("utf-8"))
    return " ".join(plain.split())[:LONGEST] or "-"
