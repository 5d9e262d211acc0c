"""What speaks for a row: what it has in common with a prompt, seen from both sides, and what kind of fact it is."""

from collections.abc import Mapping
from math import log

from miminions.index.analysis.common import FUNCTION, word_set
from miminions.index.analysis.gist import MATTERS, SIZES, Gist, fold, stem, words
from miminions.index.rank.cues import cues
from miminions.index.rank.prompt import Reading

# The first words of a fact, which say what it is about.
HEAD = 4
# A word of the same matter is worth less than the word itself, and less still where a matter has many words.
KIN, KIN_HERE = 0.8, 1.0
_NARROW = 3.0
HANDFUL = 30
_RULE = word_set(
    "must never always only no not forbidden need needs want wants prefer prefers every each all new follow "
    "instead generated"
)
# What tells whom to ask.
_CONTACT = word_set(
    "owns owner owned leads lead contact responsible maintainer ask reach does approves reviews decides answers signs manages "
    "runs handles knows stands reports"
)
_FUNCTION = frozenset(stem(word) for word in FUNCTION)
_SECTIONS = {
    "rule": ("decision", "preference", "convention", "style", "rule", "guideline", "policy", "habit", "code", "agreement", "standard"),
    "insight": ("insight", "gotcha", "lesson", "pitfall", "learn", "trap", "problem", "known"),
}  # fmt: skip


class Looked:
    """A row's text, looked at once."""

    __slots__ = ("contact", "dated", "gist", "head", "rules", "sections")

    def __init__(self, text: str, section: str) -> None:
        self.gist = Gist(text)
        said = [stem(fold(word)) for word, _ in words(text.partition(":")[0] if ":" in text[:45] else text)]
        self.head = [word for word in said if word not in _FUNCTION][:HEAD]
        plain = {word.lower() for word, _ in words(text)}
        self.rules = sum(word.lower() in _RULE for word, _ in words(text))
        self.contact = float(not _CONTACT.isdisjoint(plain))
        self.dated = float("-" in text and any(_is_day(word) for word in text.split()))
        low = section.lower()
        self.sections = {kind: float(any(word in low for word in names)) for kind, names in _SECTIONS.items()}


class Stock:
    """The rows that a prompt is held against, some of the `size` that there are; `counts` says how many have a stem."""

    def __init__(self, rows: dict[int, Looked], size: int, counts: dict[str, int] | None = None) -> None:
        self.rows = rows
        self.words: dict[str, int] = {}
        self.matters: dict[int, int] = {}
        for row in rows.values():
            for word in row.gist.weights.keys() | row.gist.joined:
                self.words[word] = self.words.get(word, 0) + 1
            for matter in {
                one for word in (*row.gist.weights, *row.gist.joined) for one in MATTERS.get(word, ())
            }:
                self.matters[matter] = self.matters.get(matter, 0) + 1
        # Among a handful of rows nothing is common.
        self._size = max(size, HANDFUL)
        self.words |= counts or {}
        self._most = log(1 + (self._size + 0.5) / 0.5)

    def rare(self, word: str) -> float:
        """Return how rare a word is, from 0 to 1."""
        return self._rarity(self.words.get(word, 0))

    def rare_matter(self, matter: int) -> float:
        """Return how rarely a matter is spoken of, from 0 to 1, less for one of many words."""
        return self._rarity(self.matters.get(matter, 0)) * min(1.0, _NARROW / log(2 + SIZES[matter]))

    def _rarity(self, rows: int) -> float:
        having = min(rows, self._size)
        return log(1 + (self._size - having + 0.5) / (having + 0.5)) / self._most


class Shared:
    """What a row has in common with a prompt: how much each word of either side found on the other."""

    __slots__ = ("asked", "exact", "here", "pairs")

    def __init__(self, reading: Reading, row: Looked, stock: Stock) -> None:
        self.asked: dict[str, float] = {}
        self.here: dict[str, float] = {}
        weights = row.gist.weights
        for word, weight in reading.weights.items():
            if weight > 0 and weights.get(word, 0.0) > 0:
                self.asked[word] = weight * stock.rare(word) * min(1.2, weights[word] + 0.3)
                self.here[word] = 1.0
            elif weight > 0 and len(word) > 5 and word in row.gist.joined:
                self.asked[word] = 0.9 * stock.rare(word)
        for pair in reading.joined:
            if len(pair) > 5 and pair in weights:
                self.asked[pair] = max(self.asked.get(pair, 0.0), 0.9 * stock.rare(pair))
                self.here[pair] = 1.0
        self.exact = dict(self.asked)
        self.pairs = sum(stock.rare(pair) for pair in row.gist.joined & reading.joined)
        self._kin(reading, row, stock)

    def _kin(self, reading: Reading, row: Looked, stock: Stock) -> None:
        of_pairs = ((pair, 0.8) for pair in row.gist.joined)
        for word, weight in [*row.gist.weights.items(), *of_pairs]:
            if weight <= 0 or word in self.here:
                continue
            best, by = 0.0, ""
            for matter in MATTERS.get(word, ()):
                for asked, worth in reading.matters.get(matter, ()):
                    worthy = min(1.0, worth + 0.2) * min(1.0, weight + 0.2) * stock.rare_matter(matter)
                    if asked not in self.exact and worthy > best:
                        best, by = worthy, asked
            if best:
                self.here[word] = KIN_HERE * best
                self.asked[by] = max(self.asked.get(by, 0.0), KIN * best)


class Evidence:
    """What speaks for a row: signs by name, the words that it has of those asked, and the others that it answers to."""

    __slots__ = ("kin", "signs", "words")

    def __init__(self, signs: dict[str, float], words: list[str], kin: list[str]) -> None:
        self.signs = signs
        self.words = words
        self.kin = kin


def evidence(reading: Reading, stock: Stock, near: Mapping[int, float] | None = None) -> dict[int, Evidence]:
    """Return what speaks for each row, with `near` (cosines by key) its nearness, too; equal rows keep the stock's order."""
    reading.mend(stock.words)
    total = sum(weight * stock.rare(word) for word, weight in reading.weights.items()) + 1e-9
    cue = cues(reading.text)
    found: dict[int, Evidence] = {}
    for key, row in stock.rows.items():
        shared = Shared(reading, row, stock)
        here = row.gist.weights
        have = sum(shared.asked.values())
        own = sum(weight * stock.rare(word) for word, weight in here.items()) + 1e-9
        met = sum(share * here.get(word, 1.0) * stock.rare(word) for word, share in shared.here.items())
        signs = {
            "have": have,
            "asked": have / total,
            "here": met / own,
            **_head(reading, row, shared, stock),
            "pairs": min(shared.pairs, 2.0),
            "rules": float(row.rules),
            "when_dated": cue["when"] * row.dated,
            "sym_insight": cue["sym"] * row.sections["insight"],
            "new_rule": cue["newhead"] * row.sections["rule"],
            "check_rule": cue["check"] * row.sections["rule"],
            "who_contact": cue["who"] * row.contact,
            "all_have": cue["all"] * have,
            "length": reading.length,
            "all": cue["all"],
        }
        found[key] = Evidence(signs, *_named(reading, shared))
    _compare(found, stock)
    if near:
        _compare_nearness(found, near)
    return found


def _head(reading: Reading, row: Looked, shared: Shared, stock: Stock) -> dict[str, float]:
    """Return how much of what a fact is about the prompt names, by its words and by words of the same matter."""
    met = sum(shared.here.get(word, 0.0) * (0.3 + 0.7 * stock.rare(word)) for word in row.head)
    kin = (
        stock.rare_matter(matter) * min(1.0, max(worth for _, worth in reading.matters[matter]))
        for word in row.head
        if word not in shared.exact
        for matter in MATTERS.get(word, ())
        if matter in reading.matters
    )
    return {"head": met / max(1, len(row.head)), "headkin": max(kin, default=0.0)}


def _named(reading: Reading, shared: Shared) -> tuple[list[str], list[str]]:
    """Return the words of the prompt that a row has, and those that it has kin of, as they were written."""
    found = {word: reading.spelled[word] for word in shared.asked if word in reading.spelled}
    exact = sorted(said for word, said in found.items() if word in shared.exact)
    return exact, sorted(said for word, said in found.items() if word not in shared.exact)


def _compare(found: dict[int, Evidence], stock: Stock) -> None:
    """Add how each row stands among the others, and how near it is to the best three."""
    have = {key: row.signs["have"] for key, row in found.items()}
    haves = sorted(have.values(), reverse=True)
    top = haves[0] if haves else 0.0
    best = sorted(found, key=lambda key: -have[key])[:3]
    ranks: dict[float, int] = {}
    for place, value in enumerate(haves):
        ranks.setdefault(value, place)
    for key, row in found.items():
        near = (_alike(stock, key, other) * min(have[other], 2.0) / 2 for other in best if other != key)
        row.signs |= {
            "share": have[key] / (top + 0.2),
            "place": log(1 + ranks[have[key]]),
            "near_best": max(near, default=0.0),
        }


def _compare_nearness(found: dict[int, Evidence], near: Mapping[int, float]) -> None:
    """Add a row's cosine to the prompt, and how it stands among the others'; a row that has none is as far as the farthest."""
    far = min(near.values())
    cosines = {key: near.get(key, far) for key in found}
    order = sorted(cosines.values(), reverse=True)
    mean = sum(order) / len(order)
    spread = (sum((cosine - mean) ** 2 for cosine in order) / len(order)) ** 0.5 + 1e-6
    for key, cosine in cosines.items():
        found[key].signs |= {
            "near": cosine,
            "near_place": log(1 + order.index(cosine)),
            "near_mean": (cosine - mean) / spread,
        }


def _alike(stock: Stock, one: int, other: int) -> float:
    first, second = stock.rows[one].gist.weights, stock.rows[other].gist.weights
    return sum(
        min(weight, second[word]) * stock.rare(word) for word, weight in first.items() if word in second
    )


def _is_day(word: str) -> bool:
    """Say whether a word is a day as YYYY-MM-DD."""
    plain = word.strip("`.,;:()")
    return len(plain) == 10 and plain[4] == plain[7] == "-" and plain.replace("-", "").isdigit()
