"""Names that machines gave: paths, versions, options, names in code; wholes that are words of their own."""

_EDGES = ".,;:!?\"'`()[]{}<>*"
_JOINTS = "._/\\:#@+=~-"
LIMIT = 8


def identifiers(text: str) -> dict[str, tuple[str, ...]]:
    """Return the identifiers of a text, each with its parts in lower case; what is one part is none."""
    found: dict[str, tuple[str, ...]] = {}
    for chunk in text.split():
        whole = chunk.strip(_EDGES)
        if len(found) < LIMIT and 2 < len(whole) <= 200 and whole.isascii():
            parts = _parts(whole)
            if len(parts) > 1:
                found[whole.lower()] = parts
    return found


def _parts(whole: str) -> tuple[str, ...]:
    inner = "".join([" " if letter in _JOINTS else letter for letter in whole])
    if not inner.replace(" ", "").isalnum():
        return ()
    return tuple(inner.lower().split())


def is_version(parts: tuple[str, ...]) -> bool:
    """Say whether parts are a version, an address or a time: numbers that mean something together only."""
    return all(part.lstrip("v").isdigit() and len(part) < 5 for part in parts)
