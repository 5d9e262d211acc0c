"""Directions: vectors of floats go in, the same directions in a byte a number come out, and a digest of what they were made from.

Cosine sees only a vector's direction, so that no scale needs to be kept: 384 numbers take 384 bytes.
"""

from __future__ import annotations

import math
from hashlib import blake2b
from struct import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST = 127


def unit(numbers: Sequence[float]) -> bytes:
    """Return a vector at unit length as packed float32. Raises ValueError for one without a direction."""
    largest = max(map(abs, numbers), default=0.0)
    if not 0.0 < largest < math.inf or not all(map(math.isfinite, numbers)):
        raise ValueError("a vector without a direction")
    # Scaled first, so that very large and very small numbers survive being squared.
    scaled = [number / largest for number in numbers]
    length = math.hypot(*scaled)
    return pack(f"<{len(scaled)}f", *(number / length for number in scaled))


def shrunk(vector: bytes) -> bytes:
    """Return the direction of a packed float32 vector as signed bytes. Raises ValueError for one without a direction."""
    count, rest = divmod(len(vector), 4)
    numbers = unpack(f"<{count}f", vector) if not rest else ()
    largest = max(map(abs, numbers), default=0.0)
    if not 0.0 < largest < math.inf:
        raise ValueError("a vector without a direction")
    scale = _LARGEST / largest
    return pack(f"{count}b", *[round(number * scale) for number in numbers])


def square(direction: bytes) -> int:
    """Return the squared length of a direction."""
    return sum(number * number for number in memoryview(direction).cast("b"))


def digest(fingerprint: str, text: str) -> bytes:
    """Return what stands for a text and the embedder that read it: 16 bytes."""
    return blake2b(f"{fingerprint}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
