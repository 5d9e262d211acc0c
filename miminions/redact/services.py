"""Keys that only their service gives away: text goes in; values that look like chance behind a service's name come out."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from miminions.redact.judge import is_chance, is_placeholder, is_random
from miminions.redact.patterns import (
    CLUSTER,
    FILE_END,
    NOT_A_KEY,
    OPAQUE,
    PUBLIC,
    SERVICE_KEY_WORD,
    SERVICE_NAME,
    SERVICE_SUFFIX,
    SERVICE_VALUE,
    SERVICE_WORD,
)

_NAMES = Path(__file__).with_name("services.txt")
# So far behind its service a value may stand, in characters.
_REACH = 72


def service_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each value that a service's name, with a sign or the word key, makes a key."""
    for match in SERVICE_VALUE.finditer(text):
        value = match[0].rstrip(".:-")
        start, end = match.start(), match.start() + len(value)
        line = text.rfind("\n", max(0, start - _REACH), start) + 1
        before = text[max(line, start - _REACH) : start]
        if text[end : end + 1] in ("(", "[", "@") or not _is_key(before, value):
            continue
        yield start, end


def _is_key(before: str, value: str) -> bool:
    """Judge a value by what stands before it on its line."""
    if is_placeholder(value) or FILE_END.search(value) or PUBLIC.search(before):
        return False
    named = SERVICE_NAME.search(before)
    if not named or NOT_A_KEY.search(named[1]):
        return False
    if named[2].strip() and _is_opaque(named[1], value) and _has_service(named[1]):
        return True
    if not SERVICE_KEY_WORD.search(before):
        return False
    if "/" in value and not is_chance(value, 16):
        return False
    return (is_random(value, 12) or (value.isalpha() and bool(CLUSTER.search(value)))) and _has_service(
        before
    )


def _is_opaque(name: str, value: str) -> bool:
    if OPAQUE.fullmatch(value):
        return not name.lower().endswith("id")
    return is_chance(value, 16)


def _has_service(text: str) -> bool:
    """Tell whether a service is named: by a word, by two words, or by a word with `api` or the like behind it."""
    words = [word.lower() for word in SERVICE_WORD.findall(text)]
    joined = [first + second for first, second in pairwise(words)]
    return any(word in _names() or SERVICE_SUFFIX.sub("", word) in _names() for word in words + joined)


@cache
def _names() -> frozenset[str]:
    lines = _NAMES.read_text("utf-8").split("\n")
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
