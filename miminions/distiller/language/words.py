"""The words of a text that carry meaning."""

import re
from functools import lru_cache

from miminions.distiller.language import common
from miminions.memory.ids import normalise

# A word longer than `SHORT` loses its ending; `STEM` letters tell a word from others.
SHORT, STEM = 3, 6
_ENDING = re.compile(r"(?<=...)(?:ing|ed|es|en|er|s|e|d)$")
_WORD = re.compile(r"\w[\w.+/-]*\w|\w")
_COMMON = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "do", "does", "for", "from", "has", "have", "in", "is", "it",
     "its", "of", "on", "or", "our", "that", "the", "their", "they", "this", "to", "use", "uses", "used", "using",
     "was", "we", "were", "what", "when", "which", "will", "with", "you", "your", "all", "always", "every", "only",
     "must", "should", "now"}
)  # fmt: skip


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that carry meaning, in normal form."""
    return frozenset(word for word in _WORD.findall(normalise(text)) if word not in _COMMON)


@lru_cache(maxsize=8192)
def stems_of(text: str) -> frozenset[str]:
    """Return the words of a text that say something, cut so that their inflections agree."""
    return frozenset(stem(word) for word in words_of(text) - common())


def stem(word: str) -> str:
    """Cut a word so that its inflections agree; what has digits stays whole."""
    if any(c.isdigit() for c in word):
        return word
    return (_ENDING.sub("", word) if len(word) > SHORT else word)[:STEM]
