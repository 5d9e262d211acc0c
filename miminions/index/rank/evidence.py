"""What speaks for a row: what it has in common with a prompt, seen from both sides, and what kind of fact it is."""

from math import log

from miminions.index.analysis.gist import Gist, words
from miminions.index.rank.cues import cues

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from miminions.index.rank.prompt import Reading

# The first words of a fact that tell something, which say what it is about.
HEAD = 4
# A word of the same matter is worth less than the word itself; a word that the prompt has as two, or the other way.
KIN, JOINED = 0.8, 0.9
HANDFUL = 30
_RULE = frozenset(("must", "never", "always", "only", "no", "not", "forbidden", "need", "needs", "want", "wants", "prefer",
    "prefers", "every", "each", "all", "new", "follow", "instead", "generated"))  # fmt: skip
# What tells whom to ask.
_CONTACT = frozenset(("owns", "owner", "owned", "leads", "lead", "contact", "responsible", "maintainer", "ask", "reach", "does",
    "approves", "reviews", "decides", "answers", "signs", "manages", "runs", "handles", "knows", "stands", "reports"))  # fmt: skip
_SECTIONS = {
    "rule": ("decision", "preference", "convention", "style", "rule", "guideline", "policy", "habit", "code", "agreement", "standard"),
    "insight": ("insight", "gotcha", "lesson", "pitfall", "learn", "trap", "problem", "known"),
}  # fmt: skip


class Looked:
    """A row's text, looked at once."""

    __slots__ = ("gist", "section", "text")

    def __init__(self, text: str, section: str) -> None:
        self.text, self.section = text, section
        self.gist = Gist(text)

    @property
    def head(self) -> list[str]:
        """The stems that say what it is about."""
        return self.gist.order[:HEAD]


class Stock:
    """The rows that a prompt is held against; `counts` says of some stems how many of these would have them on average."""

    def __init__(self, rows: "dict[int, Looked]", counts: "Mapping[str, float] | None" = None) -> None:
        self.rows = rows
        found: dict[str, float] = {}
        for row in rows.values():
            for word in row.gist.weights:
                found[word] = found.get(word, 0) + 1
        if counts:
            found.update(counts)
        self._counts = found
        # Among a handful of rows nothing is common.
        self._size = max(len(rows), HANDFUL)
        self._most = log(1 + (self._size + 0.5) / 0.5)
        self._rare: dict[float, float] = {}

    def rare(self, word: str) -> float:
        """Return how rare a word is, from 0 to 1."""
        having = min(self._counts.get(word, 0), self._size)
        found = self._rare.get(having)
        if found is None:
            found = self._rare[having] = log(1 + (self._size - having + 0.5) / (having + 0.5)) / self._most
        return found


class Shared:
    """What a row has in common with a prompt: how much each word of either side found on the other."""

    __slots__ = ("asked", "exact", "here", "pairs")

    def __init__(self, reading: "Reading", row: "Looked", stock: Stock) -> None:
        self.asked: dict[str, float] = {}
        self.here: dict[str, float] = {}
        gist, rare, asked, here = row.gist, stock.rare, self.asked, self.here
        weights = gist.weights
        for word in weights.keys() & reading.weights.keys():
            asked[word] = reading.weights[word] * rare(word) * min(1.2, weights[word] + 0.3)
            here[word] = 1.0
        for pair in gist.joined & reading.weights.keys():
            if len(pair) > 5:
                asked[pair] = max(asked.get(pair, 0.0), JOINED * rare(pair))
        for pair in reading.joined & weights.keys():
            if len(pair) > 5:
                asked[pair] = max(asked.get(pair, 0.0), JOINED * rare(pair))
                here[pair] = 1.0
        self.exact = frozenset(asked)
        self.pairs = sum(min(1.0, rare(pair)) for pair in gist.joined & reading.joined)
        kin = reading.kin
        for word in (weights.keys() | gist.joined) & kin.keys():
            told, by = kin[word]
            if by in self.exact or word in here:
                continue
            told *= rare(word) * min(1.0, weights.get(word, 0.6) + 0.2)
            here[word] = told
            asked[by] = max(asked.get(by, 0.0), KIN * told)


class Evidence:
    """What speaks for a row: signs by name, the words that it has of those asked, and the others that it answers to."""

    __slots__ = ("kin", "signs", "words")

    def __init__(self, signs: dict[str, float], words: list[str], kin: list[str]) -> None:
        self.signs = signs
        self.words = words
        self.kin = kin


def evidence(
    reading: "Reading", stock: Stock, near: "Mapping[int, float] | None" = None
) -> dict[int, Evidence]:
    """Return what speaks for each row that anything speaks for; equal rows keep the stock's order.

    `near` are cosines by key.
    """
    total = sum(weight * stock.rare(word) for word, weight in reading.weights.items()) + 1e-9
    cue = cues(reading.text)
    found: dict[int, Evidence] = {}
    for key, row in stock.rows.items():
        shared = Shared(reading, row, stock)
        if not shared.asked and not near:
            continue
        weights = row.gist.weights
        have = sum(shared.asked.values())
        own = sum(weight * stock.rare(word) for word, weight in weights.items()) + 1e-9
        met = sum(share * weights.get(word, 1.0) * stock.rare(word) for word, share in shared.here.items())
        signs = {
            "have": have,
            "asked": have / total,
            "here": met / own,
            **_head(row, shared, stock),
            "pairs": min(shared.pairs, 2.0),
            **_kinds(row, cue),
            "all_have": cue["all"] * have,
            "length": reading.length,
            "all": cue["all"],
        }
        found[key] = Evidence(signs, *_named(reading, shared))
    _compare(found)
    if near:
        _compare_nearness(found, near)
    return found


def _head(row: Looked, shared: Shared, stock: Stock) -> dict[str, float]:
    """Return how much of what a fact is about the prompt names, by its words and by words of the same matter."""
    head = row.head
    met = sum(shared.here.get(word, 0.0) * (0.3 + 0.7 * stock.rare(word)) for word in head)
    kin = (shared.here[word] for word in head if word in shared.here and word not in shared.exact)
    return {"head": met / max(1, len(head)), "headkin": max(kin, default=0.0)}


def _kinds(row: Looked, cue: dict[str, float]) -> dict[str, float]:
    """Return whether a fact is of the kind that such a prompt needs."""
    said = words(row.text)
    section = row.section.lower()
    of = {kind: any(word in section for word in names) for kind, names in _SECTIONS.items()}
    dated = "-" in row.text and any(map(_is_day, row.text.split()))
    return {
        "rules": float(sum(word in _RULE for word in said)),
        "when_dated": cue["when"] * dated,
        "sym_insight": cue["sym"] * of["insight"],
        "new_rule": cue["newhead"] * of["rule"],
        "check_rule": cue["check"] * of["rule"],
        "who_contact": cue["who"] * (not _CONTACT.isdisjoint(said)),
    }


def _named(reading: "Reading", shared: Shared) -> tuple[list[str], list[str]]:
    """Return the words of the prompt that a row has, and those that it has kin of, as they were written."""
    found = {word: reading.spelled.get(word, word) for word in shared.asked}
    exact = sorted(said for word, said in found.items() if word in shared.exact)
    return exact, sorted(said for word, said in found.items() if word not in shared.exact)


def _compare(found: dict[int, Evidence]) -> None:
    """Add how each row stands among the others."""
    haves = sorted((row.signs["have"] for row in found.values()), reverse=True)
    top = haves[0] if haves else 0.0
    ranks: dict[float, int] = {}
    for place, value in enumerate(haves):
        ranks.setdefault(value, place)
    for row in found.values():
        have = row.signs["have"]
        row.signs["share"] = have / (top + 0.2)
        row.signs["place"] = log(1 + ranks[have])


def _compare_nearness(found: dict[int, Evidence], near: "Mapping[int, float]") -> None:
    """Add a row's cosine to the prompt, and how it stands among the others'; a row that has none is as far as the farthest."""
    far = min(near.values())
    cosines = {key: near.get(key, far) for key in found}
    order = sorted(cosines.values(), reverse=True)
    mean = sum(order) / len(order)
    spread = (sum((cosine - mean) ** 2 for cosine in order) / len(order)) ** 0.5 + 1e-6
    for key, cosine in cosines.items():
        found[key].signs["near"] = cosine
        found[key].signs["near_place"] = log(1 + order.index(cosine))
        found[key].signs["near_mean"] = (cosine - mean) / spread


def _is_day(word: str) -> bool:
    """Say whether a word is a day as YYYY-MM-DD."""
    plain = word.strip("`.,;:()")
    return len(plain) == 10 and plain[4] == plain[7] == "-" and plain.replace("-", "").isdigit()
