"""Whether a value is a secret: chance and passwords on one side, words, code, paths and placeholders on the other."""

import math
import re
from collections import Counter
from itertools import pairwise

from miminions.redact.patterns import (
    ALGORITHM,
    LOCATION,
    NAME_LIKE,
    NOT_A_SECRET_NAME,
    OPAQUE,
    PARTS,
    PASSWORD_NAME,
    PLACEHOLDER,
    PUBLIC,
    RUN,
    WORD,
)


def is_set(match: re.Match[str], value: str, *, quoted: bool) -> bool:
    """Tell whether what follows the name of a secret is one, and not prose, code or a placeholder."""
    text, name, sign = match.string, match["name"], match["sign"].strip(" \t\r\n\\\"'`])")
    if is_placeholder(value) or LOCATION.match(value) or text[match.end() : match.end() + 1] in ("(", "["):
        return False
    if NOT_A_SECRET_NAME.search(name) or PUBLIC.search(text, max(0, match.start() - 12), match.start()):
        return False
    if not sign and text[max(0, match.start() - 2) : match.start()] != "--":
        return _is_beside(name, value)
    if PASSWORD_NAME.match(name) and " " not in value and _is_password(name, sign, value, quoted=quoted):
        return True
    return (
        is_random(value, 8)
        or bool(OPAQUE.fullmatch(value))
        or (len(value) >= 20 and value.isalnum() and _is_scrambled(value))
    )


def is_said(value: str) -> bool:
    """Judge a value of which a sentence says that it is the secret."""
    return is_random(value, 8) and _is_scrambled(value) and not LOCATION.match(value)


def is_blob(value: str) -> bool:
    """Judge a long run of base64 that has no name."""
    return (
        not value.startswith("AAAA")
        and value.upper() != value != value.lower()
        and is_mixed(value)
        and _is_scrambled(value)
        and _entropy(value) >= 4
    )


def is_placeholder(value: str) -> bool:
    """Tell whether a value only stands where a secret would."""
    return bool(PLACEHOLDER.match(value) or NAME_LIKE.fullmatch(value)) or is_repeated(value)


def is_repeated(value: str) -> bool:
    """Tell whether one character stands six times in a row, as in xxxxxx."""
    return bool(RUN.search(value))


def is_random(value: str, length: int) -> bool:
    """Tell chance from words: letters and digits mixed within a part that is no word, version or identifier."""
    if len(value) < length or not is_mixed(value) or ALGORITHM.match(value) or " " in value:
        return False
    return (
        any(len(part) >= 6 and not (part.isdigit() or WORD.fullmatch(part)) for part in PARTS.split(value))
        and _entropy(value) >= 2.5
    )


def is_mixed(value: str) -> bool:
    """Tell whether there are letters and digits."""
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def _is_beside(name: str, value: str) -> bool:
    """Judge a value that merely stands after the name, as words of a sentence do."""
    if name.lower() == "pass" or name.endswith(("s", "S")):
        return False
    return is_random(value, 16) or (len(value) >= 20 and is_mixed(value) and _entropy(value) >= 3.5)


def _is_password(name: str, sign: str, value: str, *, quoted: bool) -> bool:
    """Judge a value that a password was set to: people choose words, so chance is not required."""
    if "passw" in value.lower() or ALGORITHM.match(value) or len(value) < 6:
        return False
    if (quoted and sign not in ("", "is", "was", ",")) or (name.isupper() and sign == "="):
        return True
    plain = len([part for part in PARTS.split(value) if part]) == 1
    strong = any(char in "!$%^&*?" for char in value) or (
        is_mixed(value) and not re.fullmatch(r"\d+[A-Za-z]+", value)
    )
    return plain and len(value) >= 8 and strong


def _is_scrambled(value: str) -> bool:
    """Tell whether the classes of neighbouring characters change more often than in words and names."""
    classes = [char.isdigit() * 2 + char.isupper() for char in value]
    return sum(a != b for a, b in pairwise(classes)) >= 0.25 * len(value)


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
