"""The words of a text that carry meaning."""

import re

from miminions.memory.ids import normalise

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
