"""A prompt as it was understood: what its author asks, in words and their kin, apart from what he pasted."""

from miminions.index.analysis.foreign import english_of
from miminions.index.analysis.gist import Gist, words, worth
from miminions.index.analysis.kin import as_written, kin_of
from miminions.index.analysis.stems import fold, stem

LONGEST = 20_000
# What somebody pasted tells less of what he asks than his own words, unless he said next to nothing himself.
PASTED, PASTED_ALONE = 0.4, 0.8
TRANSLATED = 0.9
# A quotation of that many characters is material, not a question.
QUOTED = 50
_SYMBOLS = "{}();=<>[]|^\\$#@~"
_MACHINE = (
    "File ", "at ", "Traceback", "error:", "error[", "ERROR", "[", "+ ", "> ", "warning:", "thread ", "Exception", "npm ",
    "SCRIPT ",
)  # fmt: skip


class Reading:
    """A prompt as it was understood; `weights` says of each stem how much it tells about what is asked.

    `kin` has the stems that speak of the same matters, each with how much that tells and the stem of the prompt that it
    stands for; `spelled` has stems as they were written.
    """

    __slots__ = ("joined", "kin", "own", "pasted", "spelled", "text", "weights")

    def __init__(self, prompt: str) -> None:
        self.text, self.pasted = parted(prompt[:LONGEST])
        self.own = Gist(self.text)
        said = words(prompt[:LONGEST])
        self.spelled = {stem(fold(word)): word for word in reversed(said)}
        self.weights = dict(self.own.weights)
        self.joined = self.own.joined
        for english in english_of(words(self.text)):
            word = stem(english)
            self.weights[word] = max(self.weights.get(word, 0.0), worth(english) * TRANSLATED)
        share = PASTED if len(self.own.order) > 2 else PASTED_ALONE
        for word, weight in Gist(self.pasted).weights.items():
            self.weights[word] = max(self.weights.get(word, 0.0), weight * share)
        self.kin = self._kin()

    def spoken(self, most: int) -> list[str]:
        """Return words that speak of the same matters, those that tell most."""
        best = sorted(self.kin, key=lambda word: (-self.kin[word][0], word))[:most]
        return [as_written(word) for word in best]

    def _kin(self) -> dict[str, tuple[float, str]]:
        found: dict[str, tuple[float, str]] = {}
        for word, weight in [*self.weights.items(), *((pair, 1.0) for pair in self.joined)]:
            for other, close in kin_of(word).items():
                told = close * min(1.0, weight + 0.2)
                if other not in self.weights and told > found.get(other, (0.0, ""))[0]:
                    found[other] = (told, word)
        return found


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
