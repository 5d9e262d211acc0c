"""Passwords that people tell in a sentence, in five languages: text goes in; where each stands comes out."""

from collections.abc import Iterator

from miminions.redact.judge import is_mixed, is_placeholder
from miminions.redact.patterns import (
    ALGORITHM,
    CREDENTIAL,
    FILE_END,
    INNER_SIGN,
    LOCATION,
    LOGIN_PAIR,
    NUMBERED,
    PIN,
    STRONG_VALUE,
    TOLD,
    WORDS_WITH_FIGURES,
)

# So far from a word of credentials a password may stand, in characters, and within the same sentence.
_NEAR = 60


def told(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind, start and end of each password, login or PIN that a sentence tells."""
    if CREDENTIAL.search(text):
        for pattern in (TOLD, LOGIN_PAIR):
            for match in pattern.finditer(text):
                value = match["value"].rstrip(".:?)")
                if _is_chosen(value):
                    start = match.start("value")
                    yield "password", start, start + len(value)
        yield from _near(text)
    if "pin" in text or "PIN" in text or "Pin" in text:
        for match in PIN.finditer(text):
            yield "pin", *match.span("value")


def _near(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what looks like a password by itself and stands in a sentence about credentials."""
    seen = -1
    for word in CREDENTIAL.finditer(text):
        first, last = max(seen, word.start() - _NEAR), word.end() + _NEAR
        for match in STRONG_VALUE.finditer(text, max(0, first), min(len(text), last)):
            seen = match.end()
            whole = STRONG_VALUE.match(text, match.start())
            value = (whole or match)[0].rstrip(".:?)")
            gap = text[min(word.end(), match.start()) : max(word.start(), match.start())]
            if _is_strong(value) and not _is_apart(gap):
                yield "password", match.start(), match.start() + len(value)


def _is_apart(gap: str) -> bool:
    """Tell whether a sentence or a line ends between a value and the word that speaks of it."""
    return "\n" in gap or ". " in gap or "! " in gap


def _is_strong(value: str) -> bool:
    """Tell a password from words and names by itself: a sign within it and figures, or words that end in figures."""
    if len(value) < 8 or not is_mixed(value) or _is_other(value):
        return False
    return bool(INNER_SIGN.search(value) or WORDS_WITH_FIGURES.fullmatch(value))


def _is_chosen(value: str) -> bool:
    """Judge what a sentence says a password is: figures or signs among letters, and nothing that has another shape."""
    if len(value) < 8 or _is_other(value) or not any(map(str.isalpha, value)):
        return False
    return bool(INNER_SIGN.search(value)) or (is_mixed(value) and not value[0].isdigit())


def _is_other(value: str) -> bool:
    return bool(
        ALGORITHM.match(value)
        or LOCATION.match(value)
        or FILE_END.search(value)
        or NUMBERED.fullmatch(value)
        or is_placeholder(value)
    )
