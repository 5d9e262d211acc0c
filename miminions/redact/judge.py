"""Whether a value is a secret: chance and passwords on one side, words, code, paths and placeholders on the other."""

import math
import re
from collections import Counter
from itertools import pairwise

from miminions.redact.patterns import (
    ALGORITHM,
    ALPHABET,
    CODE,
    DIGIT,
    FILE_END,
    KEY_GROUPS,
    LETTER,
    LOCATION,
    LONG_RUN,
    NAME_LIKE,
    NOT_A_SECRET_NAME,
    OPAQUE,
    PARTS,
    PASSWORD_LABEL,
    PASSWORD_NAME,
    PIECE,
    PLACEHOLDER,
    PUBLIC,
    RUN,
    WORD,
)


def is_set(match: re.Match[str], value: str, *, quoted: bool) -> bool:
    """Tell whether what follows the name of a secret is one, and not prose, code or a placeholder."""
    text, start = match.string, match.start()
    sign = match["sign"].strip(" \t\r\n\\\"'`])")
    beside = not sign and text[max(0, start - 2) : start] != "--"
    # The cheapest question first: most names of secrets are followed by a word.
    if not (
        _is_beside(match["name"], value) if beside else _is_given(match["name"], sign, value, quoted=quoted)
    ):
        return False
    if is_placeholder(value) or LOCATION.match(value) or text[match.end() : match.end() + 1] in ("(", "["):
        return False
    return not (NOT_A_SECRET_NAME.search(match["name"]) or PUBLIC.search(text, max(0, start - 14), start))


def _is_beside(name: str, value: str) -> bool:
    """Judge a value that merely stands after the name, as words of a sentence do."""
    return (
        is_mixed(value) and name.lower() != "pass" and not name.endswith(("s", "S")) and is_chance(value, 16)
    )


def _is_given(name: str, sign: str, value: str, *, quoted: bool) -> bool:
    """Judge a value that a sign gives to the name."""
    if PASSWORD_NAME.match(name) and " " not in value and _is_password(name, sign, value, quoted=quoted):
        return True
    if quoted and CODE.search(value):
        return False
    return is_random(value, 8) or bool(OPAQUE.fullmatch(value)) or is_chance(value, 20)


def is_token(value: str) -> bool:
    """Judge what has the shape of a provider's token."""
    if is_repeated(value) or value.endswith("EXAMPLE"):
        return False
    parts = PARTS.split(value)
    return value.isupper() or (is_mixed(value) and any(map(_is_tail, parts))) or any(map(_is_jumble, parts))


def is_beside(match: re.Match[str], value: str) -> bool:
    """Judge a value that stands right behind the name of a secret: only chance counts, and it comes first."""
    text, start = match.string, match.start("value")
    if text[start + len(value) : start + len(value) + 1] in ("(", "[", "/", "@") or FILE_END.search(value):
        return False
    if PUBLIC.search(text, max(0, match.start() - 14), match.start()) or is_placeholder(value):
        return False
    first = PARTS.split(value)[0]
    return len(value) >= 20 and (
        bool(OPAQUE.match(value) or KEY_GROUPS.match(value))
        or ((is_mixed(first) or bool(LONG_RUN.search(first))) and is_chance(first, 16))
    )


def is_said(value: str) -> bool:
    """Judge a value of which a sentence says that it is the secret."""
    return is_random(value, 8) and _is_scrambled(value) and not LOCATION.match(value)


def is_blob(value: str) -> bool:
    """Judge a long run of base64 that has no name."""
    return (
        not value.startswith(("AAAA", "EXAMPLE"))
        and value.upper() != value != value.lower()
        and is_mixed(value)
        and len(value) <= 2.5 * len(PIECE.findall(value))
        and _entropy(value) >= 4
    )


def is_placeholder(value: str) -> bool:
    """Tell whether a value only stands where a secret would."""
    return bool(PLACEHOLDER.match(value) or NAME_LIKE.fullmatch(value)) or is_repeated(value)


def is_repeated(value: str) -> bool:
    """Tell whether one character stands six times in a row, as in xxxxxx."""
    return bool(RUN.search(value, 0, 64))


def is_random(value: str, length: int) -> bool:
    """Tell chance from words: letters and digits mixed within a part that is no word, version or identifier."""
    if len(value) < length or not is_mixed(value) or ALGORITHM.match(value) or " " in value:
        return False
    return (
        any(len(part) >= 6 and not (part.isdigit() or WORD.fullmatch(part)) for part in PARTS.split(value))
        and _entropy(value) >= 2.5
    )


def is_chance(value: str, length: int) -> bool:
    """Tell a long value that no person wrote: its parts fall into too many pieces, or into none."""
    if len(value) < length or not any(_is_jumble(part) for part in PARTS.split(value)):
        return False
    return not (ALPHABET.search(value) or LOCATION.match(value))


def is_mixed(value: str) -> bool:
    """Tell whether there are letters and digits."""
    return bool(DIGIT.search(value) and LETTER.search(value))


def _is_password(name: str, sign: str, value: str, *, quoted: bool) -> bool:
    """Judge a value that a password was set to: people choose words, so chance is not required."""
    if PASSWORD_LABEL.search(value) or ALGORITHM.match(value) or len(value) < 6:
        return False
    if (quoted and sign not in ("", "is", "was", ",")) or (name.isupper() and sign == "="):
        return True
    if len(value) < 8 or len([part for part in PARTS.split(value) if part]) != 1:
        return False
    return any(char in "!$%^&*?" for char in value) or (
        is_mixed(value) and not re.fullmatch(r"\d+[A-Za-z]+", value)
    )


def _is_scrambled(value: str) -> bool:
    """Tell whether the classes of neighbouring characters change more often than in words and names."""
    classes = [char.isdigit() * 2 + char.isupper() for char in value]
    return sum(a != b for a, b in pairwise(classes)) >= 0.25 * len(value)


def _is_tail(part: str) -> bool:
    return len(part) >= 8 and not part.isdigit() and not (len(part) < 16 and WORD.fullmatch(part))


def _is_jumble(part: str) -> bool:
    if len(part) < 12 or not part.isalnum() or not part.isascii():
        return False
    pieces = PIECE.findall(part)
    numbers = sum(piece.isdigit() for piece in pieces)
    return (
        len(part) <= 2.5 * len(pieces)
        or (numbers >= 2 + (not part.isupper()) and len(part) >= 16)
        or (len(part) >= 24 and bool(LONG_RUN.search(part)))
    )


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
