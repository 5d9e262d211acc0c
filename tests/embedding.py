"""Embedders for tests: one in the process that counts what it is given, and what a provider's server answers."""

import hashlib
from collections.abc import Sequence
from struct import pack
from typing import Any

from miminions.errors import EmbedderError

WIDTH = 24


def numbers(text: str) -> list[float]:
    """Return a vector that is near to those of texts with the same words."""
    found = [0.01] * WIDTH
    for word in text.lower().split():
        for byte in hashlib.sha256(word.encode("utf-8", "replace")).digest()[:3]:
            found[byte % WIDTH] += 1 if byte < 128 else -1
    return found


def packed(values: Sequence[float]) -> bytes:
    """Return packed numbers at unit length."""
    length = sum(value * value for value in values) ** 0.5
    return pack(f"<{len(values)}f", *(value / length for value in values))


class Words:
    """An embedder of words; it fails once `most` texts were given."""

    name = "words"
    batch = 4

    def __init__(self, fingerprint: str = "words/1", most: int = 1_000_000) -> None:
        self.fingerprint = fingerprint
        self.most = most
        self.given: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector a text."""
        if len(self.given) + len(texts) > self.most:
            raise EmbedderError("The embedder is down.", hint="Start it.")
        self.given += texts
        return [packed(numbers(text)) for text in texts]


def answer(body: dict[str, Any]) -> dict[str, Any]:
    """Answer a request for embeddings, the last text first."""
    parts = [
        {"object": "embedding", "index": place, "embedding": numbers(text)}
        for place, text in enumerate(body["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "model": body["model"], "data": parts[::-1], "usage": usage}
