"""What of a row's words a database does not find by itself, written so that it does."""

import re

from miminions.index.analysis.scripts import FORMED, OPTIONAL, WIDE, is_wide, letters, runs, usual

# Jamo are composed to syllables.
_RANGES = (*WIDE, *OPTIONAL, *FORMED, (0x1100, 0x11FF), (0x2F800, 0x2FA1F))
_ODD = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in _RANGES)}]")
# A word that nobody types stands between words, so that no phrase reaches over their ends.
_GAP = " \ue000 "


def apart(*texts: str | None) -> str | None:
    """Return the words of texts as they are sought where that is not as they are written, None where there are none.

    Those of scripts without spaces are there letter by letter, others in usual letters.
    """
    text = "\n".join(filter(None, texts))
    if text.isascii() or not _ODD.search(text):
        return None
    written = text.lower()
    found: list[str] = []
    for chunk in usual(text).lower().split():
        words = runs(chunk)
        mixed = any(is_wide(word[0]) for word in words)
        found += [_sought(word) for word in words if mixed or word not in written]
    return _GAP.join(found) or None


def _sought(word: str) -> str:
    return " ".join(letters(word)) if is_wide(word[0]) else word
