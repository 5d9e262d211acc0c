"""What a text is about: its words, stemmed, each with how much it tells."""

from miminions.index.analysis.common import EVERYDAY, FUNCTION
from miminions.index.analysis.scripts import is_wide, letters, runs, usual
from miminions.index.analysis.stems import fold, singular, stem

# What a word tells by what it looks like; a plain word that is not everyday tells 1.
NAME, PART, DAILY = 1.3, 0.8, 0.6
# What two letters next to each other tell in a script without spaces, and what one of them does among others.
PAIR, LETTER = 0.7, 0.05
# A number of fewer figures is one of many.
_FIGURE = 3
# So many different words are remembered; then it begins anew.
_MOST = 50_000
_AROUND = ".,:;!?\"'`()[]{}<>*\u2018\u2019\u201c\u201d\u2026"
_SIGNED = {"c++": "cplusplus", "c#": "csharp", "f#": "fsharp"}
_Told = tuple[tuple[tuple[str, float], ...], str]


class Gist:
    """The words of a text: `weights` says of each stem how much it tells, `order` has those that tell, `joined` neighbours in one."""

    __slots__ = ("joined", "order", "weights")

    def __init__(self, text: str) -> None:
        self.weights: dict[str, float] = {}
        self.order: list[str] = []
        weights, order = self.weights, self.order
        for chunk in text.split():
            parts, whole = _known.get(chunk) or _look(chunk)
            for word, weight in parts:
                order.append(word)
                if weight > weights.get(word, 0.0):
                    weights[word] = weight
            if whole:
                weights[whole] = NAME
        self.joined = {one + two for one, two in zip(order, order[1:], strict=False)}


def worth(word: str) -> float:
    """Return how much a plain word in lower case tells: nothing, little or 1."""
    if word.isdigit():
        return DAILY if len(word) < _FIGURE else 1.0
    if word in FUNCTION or (len(word) == 1 and word.isascii()):
        return 0.0
    return DAILY if word in EVERYDAY or singular(word) in EVERYDAY else 1.0


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, whatever stands between them."""
    plain = usual(text).lower()
    return plain.translate(_SPACED).split() if plain.isascii() else runs(plain)


class _Spaces(dict[int, str]):
    """Everything that is no part of a word is a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if character.isalnum() or character == "_" else " "
        return self[code]


_SPACED = _Spaces()
_known: dict[str, _Told] = {}


def _look(chunk: str) -> _Told:
    """Return the stems of what stands between two spaces, and the whole where it is more than its words."""
    if len(_known) > _MOST:
        _known.clear()
    plain = usual(chunk).strip(_AROUND)
    if plain[:1] in "vV" and plain[1:2].isdigit():
        # A version is the same with its letter.
        plain = plain[1:]
    found = _known[chunk] = _read(_SIGNED.get(plain.lower(), plain))
    return found


def _read(plain: str) -> _Told:
    if plain.isascii() and plain.isalpha() and (plain.islower() or plain[1:].islower()):
        return _told(plain, 1.0), ""
    said = plain.translate(_SPACED).split() if plain.isascii() else runs(plain)
    chunks = [split(one.strip("_")) for one in said]
    several = sum(map(len, chunks))
    named = several > len(chunks)
    technical = several > 1 and (named or any(map(_is_technical, plain)))
    parts: list[tuple[str, float]] = []
    for part in (part for chunk in chunks for part in chunk):
        # A figure of a version or a path means nothing by itself.
        if not (technical and part.isdigit() and len(part) < _FIGURE):
            parts += _told(part, PART if named else 1.0)
    return tuple(parts), fold(plain) if technical else ""


def _is_technical(letter: str) -> bool:
    return letter in "./_:#@=\\" or letter.isdigit()


def _told(part: str, share: float) -> tuple[tuple[str, float], ...]:
    plain = fold(part)
    if not plain.isascii() and any(map(is_wide, plain)):
        found = letters(plain)
        pairs = [(one + two, PAIR) for one, two in zip(found, found[1:], strict=False)]
        return (*pairs, *((one, LETTER if pairs else 1.0) for one in found))
    weight = worth(plain) * share
    if weight and share == 1.0 and part[0].isupper():
        weight *= NAME
    return ((stem(plain), weight),) if weight else ()


def split(word: str) -> list[str]:
    """Split an identifier at underscores and capitals; a plain word is its own part."""
    if word.isalpha() and (word.islower() or word[1:].islower() or word.isupper()):
        return [word]
    parts: list[str] = []
    for chunk in word.split("_"):
        start = 0
        for place in range(1, len(chunk)):
            if chunk[place].isupper() and chunk[place - 1].islower():
                parts.append(chunk[start:place])
                start = place
        parts.append(chunk[start:])
    return [part for part in parts if part]
