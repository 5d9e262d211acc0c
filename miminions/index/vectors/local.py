"""The local embedder: texts go in, the vectors of a small model on this machine's own processor come out; no network, no torch."""

from __future__ import annotations

import os
import sys

from miminions.index.vectors import weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from miminions.index.vectors.bert import Bert

# Raised when texts are prepared in another way.
REVISION = 1
# Characters that the tokens which the model reads can never fill; more is not worth splitting.
LONGEST = 8000


class LocalEmbedder:
    """all-MiniLM-L6-v2: 384 numbers a text, of which it reads the first 256 tokens; loaded when first used."""

    name = "local"
    batch = 64

    def __init__(self) -> None:
        self._loaded: tuple[Bert, Any] | None = None
        self._fingerprint = ""

    @property
    def fingerprint(self) -> str:
        """The model, its numbers, how texts are prepared and a digest of its files. Raises EmbedderError."""
        if not self._fingerprint:
            mark = weights.mark(weights.folder())
            self._fingerprint = f"all-MiniLM-L6-v2/{weights.WIDTH}/{REVISION}/{mark}"
        return self._fingerprint

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector a text, in order. Raises EmbedderError."""
        self._loaded = self._loaded or _load()
        from miminions.index.vectors.bert import encode

        model, tokens = self._loaded
        ids = [one.ids for one in tokens.encode_batch_fast([_prepared(text) for text in texts])]
        return [row.tobytes() for row in encode(model, ids).astype("<f4", copy=False)]


def _prepared(text: str) -> str:
    # Half of a surrogate pair is no text to the tokenizer.
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def _load() -> tuple[Bert, Any]:
    if "numpy" not in sys.modules:
        # Two threads on small matrices wait for each other longer than one takes alone.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Its own threads would outlive the call for nothing.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    folder = weights.folder()
    try:
        from tokenizers import Tokenizer

        from miminions.index.vectors.bert import built
    except ImportError as error:
        raise weights.missing(str(error)) from error
    try:
        tokens = Tokenizer.from_file(f"{folder}/tokenizer.json")
        tokens.no_padding()
        tokens.enable_truncation(weights.TOKENS)
        return built(weights.weights(folder), layers=weights.LAYERS, heads=weights.HEADS), tokens
    except Exception as error:
        # The tokenizer raises Exception itself.
        raise weights.missing(f"its files are not what they should be ({error})") from error
