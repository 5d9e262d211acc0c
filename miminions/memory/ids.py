"""Identity: the normal form of a text and the id that is born from it."""

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterator
from itertools import count

# Crockford's base32: no letter that a person could take for a digit.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID = re.compile(r"[0-9a-z]{6}")
# Controls, other line ends, and halves of characters that no UTF-8 file can hold; a byte that was not UTF-8 stays.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udc7f\udd00-\udfff]")
TAG = re.compile(r"(?<![\w#/&])#([^\W\d_][\w/-]*)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>")
_STRIKE = re.compile(r"~~+")
# Around ticks within code a formatter writes two, with spaces.
_CODE = re.compile(r"(?<!`)(`{2,9}) ((?:[^`]|(?<!`)`(?!`)){1,200}?) \1(?!`)")
# An underscore inside a word is part of the word; at its edge it may be emphasis.
_EMPHASIS = re.compile(r"[*`]|(?<![^\W_])_+|_+(?![^\W_])")
# What any of these could take away or change; most facts have nothing of it.
_MARKED = re.compile(r"[^ -~]|[&`~<>*_\\#]")


def normalise(text: str) -> str:
    """Return what a text says once escapes, emphasis, code marks, tags, white space and case are set aside."""
    if not _MARKED.search(text):
        return " ".join(text.lower().split())
    plain = _ENTITY.sub(_character, text) if "&" in text else text
    plain = _CODE.sub(_unpadded, plain) if "``" in plain else plain
    plain = _STRIKE.sub("~", _AUTOLINK.sub(r"\1", UNSAFE.sub(" ", plain)))
    plain = _EMPHASIS.sub("", TAG.sub("", _ESCAPE.sub(r"\1", plain)))
    return " ".join(unicodedata.normalize("NFC", plain).casefold().split())


def _character(entity: re.Match[str]) -> str:
    from html import unescape

    return unescape(entity[0])


def _unpadded(code: re.Match[str]) -> str:
    return f"{code[1]}{code[2]}{code[1]}" if "`" in code[2] else code[0]


def births(text: str) -> Iterator[str]:
    """Yield the ids a text can be born with, the first choice first."""
    digest = hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest, "big")
    # 256 bits hold eight ids of 30 bits.
    for shift in range(226, 15, -30):
        bits = number >> shift & (1 << 30) - 1
        yield "".join(ALPHABET[bits >> place & 31] for place in range(25, -1, -5))


def choices(text: str) -> Iterator[str]:
    """Yield ids of a text without end: its births, then hashed on, as for the same line written many times."""
    yield from births(text)
    for number in count(1):
        yield next(births(f"{text}\x1f{number}"))


def birth(text: str, taken: Container[str] = ()) -> str:
    """Return the first id of the text that is not taken."""
    return next(choice for choice in choices(text) if choice not in taken)


def named_after(alias: str) -> str:
    """Return the id of a fact that another program calls `alias`: the same one if it has our shape, else born of it."""
    own = len(alias) == 6 and set(alias) <= set(ALPHABET)
    return alias if own else birth(f"^{alias}")


def born_of(identity: str, text: str) -> bool:
    """Say whether an id belongs to this very text; if not, a person reworded it."""
    return identity in set(births(text))
