"""Scripts without spaces between words: Chinese, Japanese, Korean."""

# Kana, ideographs with their extensions, Hangul.
_WIDE = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF),
         (0xFF66, 0xFF9F), (0x20000, 0x323AF))  # fmt: skip


def is_wide(letter: str) -> bool:
    """Say whether a letter is of a script that does not part words."""
    code = ord(letter)
    return code >= _WIDE[0][0] and any(first <= code <= last for first, last in _WIDE)


def spaced(text: str) -> str:
    """Return a text with each letter of such a script on its own, so that any part of a sentence can be found as a phrase."""
    if text.isascii():
        return text
    return "".join([f" {letter} " if is_wide(letter) else letter for letter in text])


def pairs(run: str) -> list[str]:
    """Return what to look for where a word is such a run: each two neighbouring letters, as a phrase of two."""
    return [f"{one} {two}" for one, two in zip(run, run[1:], strict=False)]
