"""Any text a person types, as words that are safe to search for."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
LIMIT = 48
LONGEST = 20_000
STOPWORDS = frozenset(
    _WORD.findall(
        "a about all am an and any are as at be been but by can could did do does for from get had has have how i if in "
        "into is it its just me my no not of on or our please shall should so some tell that the their them then there "
        "these they this those to us use was we were what when where which who why will with would you your"
    )
)


def terms(query: str) -> tuple[str, ...]:
    """Return the words of a query that carry meaning, each once, at most `LIMIT`; none for a query without any."""
    # Not casefold(): it makes ss of ß, and the index keeps ß.
    plain = unicodedata.normalize("NFC", query[:LONGEST]).lower()
    words = dict.fromkeys(_WORD.findall(plain))
    return tuple(word for word in words if word not in STOPWORDS and word.strip("_"))[:LIMIT]
