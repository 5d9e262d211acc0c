"""What speaks for a row: what it has in common with a prompt, seen from both sides, and what kind of fact it is."""

from math import log

from miminions.index.analysis.gist import Gist
from miminions.index.rank.cues import cues

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from miminions.index.rank.prompt import Reading

# Some rows of a large memory stand for one of so many: what is rare there is rare here.
USUAL = 100
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
# What sections are called that hold how things are done.
_RULES = ("decision", "preference", "convention", "style", "rule", "guideline", "policy", "habit", "code", "agreement", "standard")  # fmt: skip


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
    """The rows that a prompt is held against; `rare` says of each of their words how rare it is, from 0 to 1.

    `counts` says of some stems how many of `USUAL` rows have them on average, where these are not all that there are.
    """

    __slots__ = ("rare", "rows")

    def __init__(self, rows: dict[int, Looked], counts: "Mapping[str, float] | None" = None) -> None:
        self.rows = rows
        found: dict[str, float] = {}
        for row in rows.values():
            for word in row.gist.weights:
                found[word] = found.get(word, 0) + 1
            for word in row.gist.joined - row.gist.weights.keys():
                found.setdefault(word, 0)
        found.update(counts or {})
        # Among a handful of rows nothing is common.
        size = max(len(rows), USUAL if counts else HANDFUL)
        most = log(1 + (size + 0.5) / 0.5)
        # Few rows have most words, so that there are few different counts.
        rarity = {
            having: log(1 + (size - min(having, size) + 0.5) / (min(having, size) + 0.5)) / most
            for having in set(found.values())
        }
        self.rare = {word: rarity[having] for word, having in found.items()}

    def worth(self, weights: "Mapping[str, float]") -> float:
        """Return what some words tell in all, the rare ones more."""
        return sum(weight * self.rare.get(word, 1.0) for word, weight in weights.items())


class Shared:
    """What a row has in common with a prompt: how much each word of either side found on the other."""

    __slots__ = ("asked", "exact", "here", "pairs")

    def __init__(self, reading: "Reading", row: "Looked", stock: Stock) -> None:
        self.asked: dict[str, float] = {}
        self.here: dict[str, float] = {}
        gist, rare, asked, here = row.gist, stock.rare, self.asked, self.here
        weights = gist.weights
        for word in weights.keys() & reading.weights.keys():
            asked[word] = reading.weights[word] * rare[word] * min(1.2, weights[word] + 0.3)
            here[word] = 1.0
        for pair in gist.joined & reading.weights.keys():
            if len(pair) > 5:
                asked[pair] = max(asked.get(pair, 0.0), JOINED * rare[pair])
        for pair in reading.joined & weights.keys():
            if len(pair) > 5:
                asked[pair] = max(asked.get(pair, 0.0), JOINED * rare[pair])
                here[pair] = 1.0
        self.exact = frozenset(asked)
        self.pairs = sum(rare[pair] for pair in gist.joined & reading.joined)
        kin = reading.kin
        for word in (weights.keys() | gist.joined) & kin.keys():
            told, by = kin[word]
            if by in self.exact or word in here:
                continue
            told *= rare[word] * min(1.0, weights.get(word, 0.6) + 0.2)
            here[word] = told
            asked[by] = max(asked.get(by, 0.0), KIN * told)


class Evidence:
    """What speaks for a row: signs by name, and what it has in common with the prompt."""

    __slots__ = ("shared", "signs")

    def __init__(self, signs: dict[str, float], shared: Shared) -> None:
        self.signs = signs
        self.shared = shared

    def named(self, reading: "Reading") -> tuple[list[str], list[str]]:
        """Return the words of the prompt that the row has, and those that it has kin of, as they were written."""
        found = {word: reading.spelled.get(word, word) for word in self.shared.asked}
        exact = sorted({said for word, said in found.items() if word in self.shared.exact})
        return exact, sorted(said for word, said in found.items() if word not in self.shared.exact)


def evidence(
    reading: "Reading", stock: Stock, near: "Mapping[int, float] | None" = None
) -> dict[int, Evidence]:
    """Return what speaks for each row that anything speaks for; equal rows keep the stock's order.

    `near` are cosines by key.
    """
    total = sum(weight * stock.rare.get(word, 1.0) for word, weight in reading.weights.items()) + 1e-9
    cue = cues(reading.text)
    found: dict[int, Evidence] = {}
    have: dict[int, float] = {}
    for key, row in stock.rows.items():
        shared = Shared(reading, row, stock)
        if not shared.asked and (not near or key not in near):
            continue
        have[key] = sum(shared.asked.values())
        signs = {
            "asked": have[key] / total,
            **_here(row, shared, stock),
            "pairs": min(shared.pairs, 2.0),
            "exacts": log(1 + len(shared.exact)),
            "kins": log(1 + len(shared.asked) - len(shared.exact)),
            "all": cue["all"],
            **_kind(row, cue),
        }
        found[key] = Evidence(signs, shared)
    _compare(found, have)
    if near:
        _compare_nearness(found, near)
    return found


def _here(row: Looked, shared: Shared, stock: Stock) -> dict[str, float]:
    """Return how much of what a fact says the prompt names, and of what it is about, by its words and by their kin."""
    weights, head, rare, here = row.gist.weights, row.head, stock.rare, shared.here
    own = sum([weight * rare[word] for word, weight in weights.items()]) + 1e-9
    met = sum([share * weights.get(word, 1.0) * rare[word] for word, share in here.items()])
    about = [here[word] * (0.3 + 0.7 * rare[word]) for word in head if word in here]
    kin = [here[word] for word in head if word in here and word not in shared.exact]
    return {"here": met / own, "head": sum(about) / max(1, len(head)), "headkin": max(kin, default=0.0)}


def _kind(row: Looked, cue: dict[str, float]) -> dict[str, float]:
    """Return whether a fact is of the kind that such a prompt needs."""
    said = row.text.lower().split()
    rule = (cue["newhead"] or cue["check"]) and any(map(row.section.lower().count, _RULES))
    return {
        "rules": float(len([word for word in said if word in _RULE])),
        "when_dated": cue["when"] and float("-" in row.text and any(map(_is_day, said))),
        "new_rule": cue["newhead"] * rule,
        "check_rule": cue["check"] * rule,
        "who_contact": cue["who"] and float(not _CONTACT.isdisjoint(said)),
    }


def _compare(found: dict[int, Evidence], have: dict[int, float]) -> None:
    """Add how each row stands among the others."""
    ranks: dict[float, int] = {}
    for place, value in enumerate(sorted(have.values(), reverse=True)):
        ranks.setdefault(value, place)
    top = max(have.values(), default=0.0)
    for key, row in found.items():
        row.signs["share"] = have[key] / (top + 0.2)
        row.signs["place"] = log(1 + ranks[have[key]])


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
