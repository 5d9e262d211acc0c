"""Stems: what the forms of one English word have in common."""

from miminions.index.analysis.listed import table, word_set

_FOLDED = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "å": "a", "ø": "o", "é": "e", "è": "e", "ê": "e", "ë": "e", "á": "a", "à": "a",
     "â": "a", "ã": "a", "í": "i", "ì": "i", "î": "i", "ï": "i", "ó": "o", "ò": "o", "ô": "o", "õ": "o", "ú": "u",
     "ù": "u", "û": "u", "ñ": "n", "ç": "c", "ß": "ss", "æ": "ae", "œ": "oe", "\u2019": "'", "`": " "}
)  # fmt: skip
_IRREGULAR = {form: base for base, forms in table("irregular") for form in forms}
# Words that would lose too much with their ending.
_WHOLE = word_set("whole")
# Endings, and how many letters have to be left before them.
_VERBAL = (("ingly", 4), ("edly", 4), ("ing", 3), ("ed", 3), ("ment", 4), ("ness", 4), ("ly", 4))
_NOMINAL = ("ations", "ation", "ions", "ion", "ers", "er", "ors", "or")


def stem(word: str) -> str:
    """Return what forms of one English word have in common; other words, numbers and names may lose an ending, too."""
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    word = singular(word)
    if word in _WHOLE:
        return word
    word = _without_endings(word)
    word = word.rstrip("e") if len(word) > 3 else word
    if word.endswith("at") and len(word) > 5:
        word = word[:-2]
    return f"{word[:-1]}i" if word[-1] == "y" and len(word) > 3 else word


def _without_endings(word: str) -> str:
    for ending, rest in _VERBAL:
        if word.endswith(ending) and len(word) - len(ending) >= rest:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    for ending in _NOMINAL:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def singular(word: str) -> str:
    """Return a noun's singular, or what looks like one."""
    if word[-1:] != "s":
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def fold(word: str) -> str:
    """Return a word in lower case and without accents."""
    return word.lower() if word.isascii() else word.lower().translate(_FOLDED)
