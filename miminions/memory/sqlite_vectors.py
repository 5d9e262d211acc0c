"""The vector lane of SQLiteMemory: embeddings are checked, packed, placed and ranked by sqlite-vec."""

import math
from array import array
from collections.abc import Iterable

from miminions.errors import MiminionsError, UsageError
from miminions.memory.sqlite_file import Opened

NEAREST = """SELECT number, 1 - vec_distance_cosine(embedding, ?) AS score FROM vectors
    ORDER BY score DESC, number DESC LIMIT ?"""


def packed(vector: Iterable[float]) -> bytes:
    """Return the direction of `vector`, all that cosine similarity sees, as the float32 of sqlite-vec."""
    try:
        numbers = [float(number) for number in vector]
    except (TypeError, ValueError, OverflowError) as error:
        raise _no_embedding(f"not numbers ({error})") from error
    if not numbers:
        raise _no_embedding("empty")
    if not all(map(math.isfinite, numbers)):
        raise _no_embedding("not finite")
    largest = max(map(abs, numbers))
    if not largest:
        raise _no_embedding("all zeros, which is near to nothing")
    # Scaled first, so that very large and very small numbers survive being squared.
    scaled = [number / largest for number in numbers]
    length = math.hypot(*scaled)
    return array("f", (number / length for number in scaled)).tobytes()


def _no_embedding(what: str) -> UsageError:
    return UsageError(f"The embedding is {what}.", hint="Give a sequence of finite numbers, not all zero.")


def place(opened: Opened, number: int, vector: bytes) -> None:
    """Make `vector` the embedding of that record."""
    _fitting(opened, vector)
    opened.rows("INSERT OR REPLACE INTO vectors (number, embedding) VALUES (?, ?)", number, vector)


def _fitting(opened: Opened, vector: bytes) -> None:
    if not opened.vectors:
        raise MiminionsError(
            "Embeddings need sqlite-vec, which this Python cannot load.",
            hint="Install what the extra miminions[sqlite] brings: pip install sqlite-vec apsw",
        )
    stored = opened.rows("SELECT length(embedding) FROM vectors LIMIT 1")
    if stored and stored[0][0] != len(vector):
        size = array("f").itemsize
        raise UsageError(
            f"The embedding has {len(vector) // size} numbers, those stored here have {stored[0][0] // size}.",
            hint="Use one embedding model for one store.",
        )


def nearest(opened: Opened, vector: bytes, limit: int) -> list[tuple[int, float | None]]:
    """Return records and their cosine similarity to `vector`, nearest first."""
    _fitting(opened, vector)
    return opened.rows(NEAREST, vector, limit)
