"""Find and mask secrets: text goes in, the same text without keys, tokens and passwords comes out."""

import re

from miminions.redact.finders import Secret, found
from miminions.redact.own import guard

__all__ = [
    "Secret",
    "cleaned",
    "find",
    "guard",
    "has_secret",
    "redact",
    "without_injected",
    "without_private",
]

_MARK = "[redacted:"
_PRIVATE = re.compile(r"(?i)<(/?)private(?:\s[^<>]{0,200})?>")
# The block that a context wraps memory in, as it is and escaped for HTML.
_INJECTED = re.compile(
    r"(?P<open><|&lt;)miminions:(\w+)\b.*?(?:(?P=open)/miminions:\2\s*(?:>|&gt;)|\Z)",
    re.DOTALL | re.IGNORECASE,
)


def find(text: str) -> tuple[Secret, ...]:
    """Return the secrets in a text, in order and without overlap."""
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
    # A mask can lay bare a neighbour. Each round replaces characters that no later round can match.
    while secrets := find(text):
        for secret in reversed(secrets):
            text = f"{text[: secret.start]}{_MARK}{secret.kind}]{text[secret.end :]}"
    return text


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
