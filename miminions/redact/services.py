"""Keys that only their service gives away: text goes in; values that look like chance behind a service's name come out."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from miminions.redact.judge import is_chance, is_placeholder, is_random
from miminions.redact.patterns import FILE_END, OPAQUE, PUBLIC

# A value behind a service's name: the value, the name with its sign, the words of a name.
_SERVICE_VALUE = re.compile(
    r"(?<![\w/+.@%~-])(?:(?=[\w+/~.-]{0,40}?\d)|(?<=[\"'=])(?=[A-Za-z]{20,300}\b))[A-Za-z0-9][\w+/~.:-]{11,300}+={0,2}|(?<=[a-z]-)(?=[\w-]{0,40}?\d)\w{20,300}"
)
# What may stand between a name and its value, and what a name is written with.
_SIGNS = " \t=:>,-\"'`])"
_NAME_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_. -"
# Letters that stand together in no word.
_CLUSTER = re.compile(r"(?i)[bcdfghjklmnpqrstvwxz]{5}")
_SERVICE_WORD = re.compile(r"[A-Z]?[a-z][a-z0-9]*|[A-Z][A-Z0-9]+|\d[a-z]\w*")
_SERVICE_SUFFIX = re.compile(r"(?:api|app|io|com|hq|ai|key|token|secret|access|client|auth)+$")
_SERVICE_KEY_WORD = re.compile(r"(?i)key|token|secret|private|access|api|\bpat\b|auth|passw|credential")
_NOT_A_KEY = re.compile(
    r"(?i)(?:sha\d*|hash|digest|checksum|integrity|commit|rev(?:ision)?|ref|e?tag|md5|version|image|url|file|path|host|domain|bucket|"
    r"region|build|trace|span|request|session|uuid|fingerprint|package|resolved|at|on|in|of|to)[ .]{0,2}$"
)


_NAMES = Path(__file__).with_name("services.txt")
# So far behind its service a value may stand, in characters.
_REACH = 72


def service_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each value that a service's name, with a sign or the word key, makes a key."""
    for match in _SERVICE_VALUE.finditer(text):
        value = match[0].rstrip(".:-")
        start, end = match.start(), match.start() + len(value)
        line = text.rfind("\n", max(0, start - _REACH), start) + 1
        before = text[max(line, start - _REACH) : start]
        if text[end : end + 1] in ("(", "[", "@") or not _is_key(before, value):
            continue
        yield start, end


def _is_key(before: str, value: str) -> bool:
    """Judge a value by what stands before it on its line; the question that most fail comes first."""
    if not _has_service(before) or is_placeholder(value) or FILE_END.search(value) or PUBLIC.search(before):
        return False
    named = before.rstrip(_SIGNS)
    sign = before[len(named) :]
    name = named[len(named.rstrip(_NAME_LETTERS)) :].strip()
    if not sign or len(sign) > 12 or len(name) < 2 or _NOT_A_KEY.search(name):
        return False
    if sign.strip("\"'` ") and _is_opaque(name, value) and _has_service(name):
        return True
    if not _SERVICE_KEY_WORD.search(before) or ("/" in value and not is_chance(value, 16)):
        return False
    return is_random(value, 12) or (value.isalpha() and bool(_CLUSTER.search(value)))


def _is_opaque(name: str, value: str) -> bool:
    if OPAQUE.fullmatch(value):
        return not name.lower().endswith("id")
    return is_chance(value, 16)


def _has_service(text: str) -> bool:
    """Tell whether a service is named: by a word, by two words, or by a word with `api` or the like behind it."""
    words = [word.lower() for word in _SERVICE_WORD.findall(text)]
    joined = [first + second for first, second in pairwise(words)]
    return any(word in _names() or _SERVICE_SUFFIX.sub("", word) in _names() for word in words + joined)


@cache
def _names() -> frozenset[str]:
    lines = _NAMES.read_text("utf-8").split("\n")
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
