"""What a question or prompt says: its own words, those of what was pasted into it, and what it sets out to do."""

from collections.abc import Iterable
from math import log

from miminions.index.analysis.foreign import FOREIGN
from miminions.index.analysis.gist import MATTERS, Gist, fold, stem, words, worth

LONGEST = 20_000
# What somebody pasted tells less of what he asks than his own words, unless he said next to nothing himself.
PASTED, PASTED_ALONE = 0.4, 0.8
TRANSLATED = 0.9
# What a mistyped word tells, and how short none is mended.
MENDED, SHORTEST = 0.8, 5
# A quotation of that many characters is material, not a question.
QUOTED = 50
_SYMBOLS = "{}();=<>[]|^\\$#@~"
_MACHINE = (
    "File ", "at ", "Traceback", "error:", "error[", "ERROR", "[", "+ ", "> ", "warning:", "thread ", "Exception", "npm ",
    "SCRIPT ",
)  # fmt: skip


class Reading:
    """A prompt as it was understood; `weights` says of each stem how much it tells about what is asked."""

    __slots__ = ("joined", "matters", "own", "pasted", "spelled", "text", "weights")

    def __init__(self, prompt: str) -> None:
        self.text, self.pasted = parted(prompt[:LONGEST])
        self.own = Gist(self.text)
        # Each stem as it was written first.
        self.spelled = {stem(fold(word)): word.lower() for word, _ in reversed(words(prompt[:LONGEST]))}
        self.weights = dict(self.own.weights)
        self.joined = self.own.joined
        _translate(self.text, self.weights)
        share = PASTED if len(self.own.order) > 2 else PASTED_ALONE
        for word, weight in Gist(self.pasted).weights.items():
            self.weights[word] = max(self.weights.get(word, 0.0), weight * share)
        self.matters = _matters(self.weights, self.joined)

    def mend(self, known: Iterable[str]) -> None:
        """Take words in that a mistyped one was most likely meant to be, out of those that the memory has."""
        lost = [word for word, weight in self.own.weights.items() if weight and _is_odd(word)]
        if not lost:
            return
        near = [word for word in known if len(word) >= SHORTEST - 1 and word.isalpha()]
        if not set(lost) - set(near):
            return
        for word in set(lost) - set(near):
            for other in near:
                if other[0] == word[0] and _is_slip(word, other):
                    self.weights[other] = max(self.weights.get(other, 0.0), MENDED)
                    self.spelled.setdefault(other, self.spelled.get(word, word))
        self.matters = _matters(self.weights, self.joined)

    @property
    def length(self) -> float:
        """The logarithm of how many words it has of its own."""
        return log(1 + len(self.own.order))


def parted(prompt: str) -> tuple[str, str]:
    """Part a prompt into what its author says and what he pasted: code, logs, traces and long quotations."""
    own: list[str] = []
    pasted: list[str] = []
    lines = prompt.split("\n")
    fenced = False
    for line in lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or (len(lines) > 1 and _is_machine(line)):
            pasted.append(line)
        else:
            own.append(line)
    text, quoted = _unquoted("\n".join(own))
    return text, "\n".join([*pasted, *quoted])


def _is_machine(line: str) -> bool:
    plain = line.strip()
    if not plain:
        return False
    symbols = sum(map(plain.count, _SYMBOLS))
    letters = sum(map(str.isalpha, plain)) + plain.count(" ")
    indented = line[0] in " \t" and plain[0] not in "-*" and not plain[0].isdigit()
    return (
        symbols > 0.07 * len(plain)
        or letters < 0.7 * len(plain)
        or indented
        or plain.startswith(_MACHINE)
        or plain.partition(":")[0].endswith(("Error", "Exception"))
    )


def _unquoted(text: str) -> tuple[str, list[str]]:
    pieces = text.split('"')
    quoted = [piece for piece in pieces[1::2] if len(piece) >= QUOTED]
    own = [piece for place, piece in enumerate(pieces) if not (place % 2 and len(piece) >= QUOTED)]
    return '"'.join(own), quoted


def _is_odd(word: str) -> bool:
    """Say whether a stem is of no word that we know."""
    return (
        len(word) >= SHORTEST
        and word.isalpha()
        and word.isascii()
        and word not in MATTERS
        and worth(word) >= 1
    )


def _is_slip(word: str, other: str) -> bool:
    """Say whether one letter more, less, other or two in another order make one word of the other."""
    if abs(len(word) - len(other)) > 1:
        return False
    same = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two),
        min(len(word), len(other)),
    )
    rest, left = word[same:], other[same:]
    swapped = rest[:2] == left[1::-1] and rest[2:] == left[2:]
    return rest[1:] == left[1:] or rest[1:] == left or rest == left[1:] or swapped


def _translate(text: str, weights: dict[str, float]) -> None:
    """Take the English of words of other languages in."""
    low = text.lower()
    found = [english for word, _ in words(low) for english in FOREIGN.get(word, ())]
    if not low.isascii():
        found += [
            english
            for word, all_of in FOREIGN.items()
            if word[0] > "\u2fff" and word in low
            for english in all_of
        ]
    for english in found:
        word = stem(english)
        weights[word] = max(weights.get(word, 0.0), worth(english) * TRANSLATED)


def _matters(weights: dict[str, float], joined: set[str]) -> dict[int, list[tuple[str, float]]]:
    """Return the matters that are spoken of, each with the words that do."""
    found: dict[int, list[tuple[str, float]]] = {}
    for word, weight in [*weights.items(), *((pair, 1.0) for pair in joined)]:
        for matter in MATTERS.get(word, ()) if weight > 0 else ():
            found.setdefault(matter, []).append((word, weight))
    return found
