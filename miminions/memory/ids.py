"""Identity: the normal form of a text and the id that is born from it."""

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterator

# Crockford's base32: no letter that a person could take for a digit.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID = re.compile(r"[0-9a-z]{6}")
TAG = re.compile(r"(?<![\w#/&])#([^\W\d_][\w/-]*)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# An underscore inside a word is part of the word; at its edge it may be emphasis.
_EMPHASIS = re.compile(r"[*`]|(?<![^\W_])_+|_+(?![^\W_])")


def normalise(text: str) -> str:
    """Return what a text says once escapes, emphasis, code marks, tags, white space and case are set aside."""
    plain = _EMPHASIS.sub("", _ESCAPE.sub(r"\1", TAG.sub("", text)))
    return " ".join(unicodedata.normalize("NFC", plain).casefold().split())


def births(text: str) -> Iterator[str]:
    """Yield the ids a text can be born with, the first choice first."""
    digest = hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest, "big")
    # 256 bits hold eight ids of 30 bits.
    for shift in range(226, 15, -30):
        bits = number >> shift & (1 << 30) - 1
        yield "".join(ALPHABET[bits >> place & 31] for place in range(25, -1, -5))


def birth(text: str, taken: Container[str] = ()) -> str:
    """Return the first id of the text that is not taken."""
    for choice in births(text):
        if choice not in taken:
            return choice
    return _later(text, taken)


def _later(text: str, taken: Container[str]) -> str:
    """Hash on when all ids of one digest are taken, as by the same line written many times."""
    number = 1
    while (choice := next(births(f"{text}\x1f{number}"))) in taken:
        number += 1
    return choice


def born_of(identity: str, text: str) -> bool:
    """Say whether an id belongs to this very text; if not, a person reworded it."""
    return identity in set(births(text))
