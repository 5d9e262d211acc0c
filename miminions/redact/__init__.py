"""Find and mask secrets: text goes in, the same text without keys, tokens and passwords comes out."""

import re
from collections.abc import Iterator

from miminions.redact.own import guard
from miminions.redact.secret import Secret
from miminions.redact.shape import suspicious

__all__ = [
    "Secret",
    "cleaned",
    "find",
    "guard",
    "has_secret",
    "redact",
    "redact_reply",
    "suspicious",
    "without_injected",
    "without_private",
]

_MARK = "[redacted:"
# So far from a mask the text is searched once more, in characters.
_REACH = 1_000
_PRIVATE = re.compile(r"(?i)<(/?)private(?:\s[^<>]{0,200})?>")
# The block that a context wraps memory in, as it is and escaped for HTML.
_INJECTED = re.compile(
    r"(?P<open><|&lt;)miminions:(\w+)\b.*?(?:(?P=open)/miminions:\2\s*(?:>|&gt;)|\Z)",
    re.DOTALL | re.IGNORECASE,
)


def find(text: str) -> tuple[Secret, ...]:
    """Return the secrets in a text, in order and without overlap."""
    if not suspicious(text):
        return ()
    from miminions.redact.finders import found  # has patterns that take a while to build

    merged: list[Secret] = []
    for secret in sorted(found(text), key=lambda secret: secret.start):
        if _MARK in text[secret.start : secret.end]:
            continue
        if merged and secret.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Secret(last.kind, last.start, max(last.end, secret.end))
        else:
            merged.append(secret)
    return tuple(merged)


def redact(text: str) -> str:
    """Replace every secret by `[redacted:<kind>]`; a second pass changes nothing."""
    done, todo = [], [(text, True)]
    while todo:
        part, unsure = todo.pop()
        secrets = find(part) if unsure else ()
        if secrets:
            todo += reversed(list(_masked(part, secrets)))
        else:
            done.append(part)
    return "".join(done)


def _masked(text: str, secrets: tuple[Secret, ...]) -> Iterator[tuple[str, bool]]:
    """Yield a text with masks in parts, each with whether it is to be searched again.

    A mask can lay bare a neighbour; each round replaces characters that no later round can match.
    """
    masked: list[str] = []
    marks: list[int] = []
    end = length = 0
    for secret in secrets:
        masked += text[end : secret.start], f"{_MARK}{secret.kind}]"
        marks.append(length + secret.start - end)
        length = marks[-1] + len(masked[-1])
        end = secret.end
    whole, end = "".join(masked) + text[end:], 0
    for start, stop in _around(marks, whole):
        yield whole[end:start], False
        yield whole[start:stop], True
        end = stop
    yield whole[end:], False


def _around(marks: list[int], text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which a mask may have changed what is seen, in order; lines stay whole if they are short."""
    start = stop = 0
    for mark in marks:
        first = max(0, mark - _REACH)
        if first > stop:
            yield start, stop
            start = max(first, text.find("\n", first, mark))
        line = text.find("\n", mark + _REACH, mark + 2 * _REACH)
        stop = line if line >= 0 else min(len(text), mark + 2 * _REACH)
    yield start, stop


def redact_reply(text: str, before: str) -> str:
    """Mask also what looks like a password by itself, where the text or what was said `before` it is about credentials."""
    from miminions.redact.prose import bare, speaks_of_credentials  # has patterns that take a while to build

    if not (speaks_of_credentials(text) or speaks_of_credentials(before)):
        return text
    kept: list[str] = []
    end = 0
    for start, stop in bare(text):
        kept += text[end:start], f"{_MARK}password]"
        end = stop
    return "".join(kept) + text[end:]


def has_secret(text: str) -> bool:
    """Tell whether a text holds a secret."""
    return bool(find(text))


def cleaned(text: str) -> str:
    """Return what of a turn may be read, kept or shown: no injected memory, nothing private, secrets masked."""
    return redact(without_private(without_injected(text)))


def without_injected(text: str) -> str:
    """Remove the blocks in which memory is given to a model; memory is never learned from itself."""
    return _INJECTED.sub("", text)


def without_private(text: str) -> str:
    """Remove `<private>...</private>` spans; one that is never closed ends with the text."""
    kept, depth, start = [], 0, 0
    for tag in _PRIVATE.finditer(text):
        if not tag[1]:
            if depth == 0:
                kept.append(text[start : tag.start()])
            depth += 1
        elif depth:
            depth -= 1
            start = tag.end()
    return "".join(kept) + (text[start:] if depth == 0 else "")
