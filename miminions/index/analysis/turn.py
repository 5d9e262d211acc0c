"""What a turn's text tells of itself at a glance."""

# Characters of an average English word with the space behind it; a length by characters is fair to every script.
_WORD = 6
_END = 60


def length(text: str) -> int:
    """Return how long a text is, in words of six characters, at least 1."""
    return len(text) // _WORD + 1


def asks(text: str) -> bool:
    """Say whether a text ends with a question, or nearly so."""
    return "?" in text[-_END:] or "\uff1f" in text[-_END:]
