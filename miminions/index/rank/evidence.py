"""What speaks for a row: what it has in common with a prompt, seen from both sides, and what kind of fact it is."""

from math import log

from miminions.index.analysis.common import FUNCTION
from miminions.index.analysis.gist import MATTERS, SIZES, Gist, fold, stem, words
from miminions.index.rank.cues import cues
from miminions.index.rank.prompt import Reading

# The first words of a fact, which say what it is about.
HEAD = 3
# A word of the same matter is worth less than the word itself, and less still where a matter has many words.
KIN, KIN_HERE = 0.6, 0.8
_NARROW = 2.2
HANDFUL = 30
_RULE = frozenset(
    "must never always only no not forbidden need needs want wants prefer prefers every each all new follow instead generated".split()
)
_FUNCTION = frozenset(stem(word) for word in FUNCTION)
_SECTIONS = {
    "rule": ("decision", "preference", "convention", "style", "rule", "guideline", "policy", "habit", "code", "agreement", "standard"),
    "procedure": ("procedure", "command", "how", "process", "workflow", "runbook", "step"),
    "insight": ("insight", "gotcha", "lesson", "pitfall", "learn", "trap", "problem", "known"),
    "time": ("context", "date", "people", "status", "current", "now", "plan", "schedule"),
    "fact": ("fact", "layout", "product", "data"),
}  # fmt: skip


class Looked:
    """A row's text, looked at once."""

    __slots__ = ("dated", "gist", "head", "matters", "rules", "sections")

    def __init__(self, text: str, section: str) -> None:
        self.gist = Gist(text)
        said = [stem(fold(word)) for word, _ in words(text.partition(":")[0] if ":" in text[:45] else text)]
        self.head = [word for word in said if word not in _FUNCTION][:HEAD]
        self.rules = sum(word.lower() in _RULE for word, _ in words(text))
        self.dated = float("-" in text and any(_is_day(word) for word in text.split()))
        low = section.lower()
        self.sections = {kind: float(any(word in low for word in names)) for kind, names in _SECTIONS.items()}


class Stock:
    """The rows that a prompt is held against: how rare words and matters are among all `size` of the memory."""

    def __init__(self, rows: dict[int, Looked], size: int) -> None:
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
        self._share = size / max(len(rows), 1)
        self._most = log(1 + (self._size + 0.5) / 0.5)

    def rare(self, word: str) -> float:
        """Return how rare a word is, from 0 to 1."""
        return self._rarity(self.words.get(word, 0))

    def rare_matter(self, matter: int) -> float:
        """Return how rarely a matter is spoken of, from 0 to 1, less for one of many words."""
        return self._rarity(self.matters.get(matter, 0)) * min(1.0, _NARROW / log(2 + SIZES[matter]))

    def _rarity(self, rows: int) -> float:
        having = min(rows * self._share, self._size)
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


def evidence(reading: Reading, stock: Stock) -> dict[int, Evidence]:
    """Return what speaks for each row; equal rows stand in the order of the stock."""
    total = sum(weight * stock.rare(word) for word, weight in reading.weights.items()) + 1e-9
    cue = cues(reading.text)
    found: dict[int, Evidence] = {}
    for key, row in stock.rows.items():
        shared = Shared(reading, row, stock)
        here = row.gist.weights
        values = sorted(shared.asked.values(), reverse=True)
        have = sum(values)
        head = sum(shared.here.get(word, 0.0) * (0.3 + 0.7 * stock.rare(word)) for word in row.head) / max(
            1, len(row.head)
        )
        own = sum(weight * stock.rare(word) for word, weight in here.items()) + 1e-9
        rule, procedure = row.sections["rule"], row.sections["procedure"]
        signs = {
            "have": have,
            "best": values[0] if values else 0.0,
            "several": float(sum(value > 0.25 for value in values)),
            "asked": have / total,
            "damped": have / (1 + log(1 + len(reading.own.order))),
            "here": sum(share * here.get(word, 1.0) * stock.rare(word) for word, share in shared.here.items()) / own,
            "head": head,
            "headkin": max((stock.rare_matter(matter) * min(1.0, max(worth for _, worth in reading.matters[matter]))
                            for word in row.head if word not in shared.exact
                            for matter in MATTERS.get(word, ()) if matter in reading.matters), default=0.0),
            "exact": sum(shared.exact.values()),
            "pairs": min(shared.pairs, 2.0),
            "rules": float(row.rules),
            "dated": row.dated,
            "rule": rule,
            "procedure": procedure,
            "plain": row.sections["fact"],
            "listed_rule": reading.listed * rule * min(have, 3.0),
            "when_dated": cue["when"] * row.dated,
            "who_time": cue["who"] * row.sections["time"],
            "sym_insight": cue["sym"] * row.sections["insight"],
            "new_procedure": cue["newhead"] * procedure * head,
            "new_rule": cue["newhead"] * rule,
            "check_rule": cue["check"] * rule,
            "all_have": cue["all"] * have,
            "length": reading.length,
            "all": cue["all"],
            "listed": float(reading.listed),
        }  # fmt: skip
        spelled = [reading.spelled.get(word, word) for word in shared.exact if word in reading.spelled]
        kin = [
            reading.spelled[word]
            for word in shared.asked
            if word not in shared.exact and word in reading.spelled
        ]
        found[key] = Evidence(signs, sorted(spelled), sorted(kin))
    _compare(found, stock)
    return found


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
            "top": top,
            "near_best": max(near, default=0.0),
        }


def _alike(stock: Stock, one: int, other: int) -> float:
    first, second = stock.rows[one].gist.weights, stock.rows[other].gist.weights
    return sum(
        min(weight, second[word]) * stock.rare(word) for word, weight in first.items() if word in second
    )


def _is_day(word: str) -> bool:
    plain = word.strip("`.,;:()")
    return len(plain) == 10 and plain[4] == plain[7] == "-" and plain.replace("-", "").isdigit()
