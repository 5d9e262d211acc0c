"""How much of what a question asks a row has: words themselves, then words of the same matter, then nearness in meaning."""

from itertools import pairwise

from miminions.index.analysis.traits import TIME, sought, traits
from miminions.index.rank.fitted import RELEVANT, RELEVANT_NEAR
from miminions.index.rank.logistic import logistic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from miminions.index.analysis import Question
    from miminions.index.rank.evidence import Evidence, Shared, Stock
    from miminions.index.rank.prompt import Reading

# What the parts of a score come to: words found, words that stand together as they were asked, how much of the row they
# are, and a day or a number where one is asked for.
FOUND, TOGETHER, WHOLE, FITTING = 0.8, 0.08, 0.08, 0.04
# A word of the same matter is worth less than half of the word itself.
KIN = 0.45
# With less than this a row is no answer: by its words, by their kin (as a share of the question, or all told), by its cosine.
LEAST, LEAST_KIN, LEAST_KIN_IN_ALL, LEAST_NEAR = 0.1, 0.2, 0.3, 0.35
# The more words a question has, the more counts what kind of row such questions need; so many words count alone.
ALONE, A_WORD, MOST = 3, 0.1, 0.6
# What a cosine so many spreads above the mean counts, where there is an embedder.
MEANING, SPREADS = 0.5, 4.0


def asked(
    question: "Question", reading: "Reading", stock: "Stock", near: "Mapping[int, float] | None"
) -> "Callable[[int, Evidence], float]":
    """Return what gives a row, by key, its score from what it has in common with a question; 0 is no answer."""
    worth = {word: weight * stock.rare.get(word, 1.0) for word, weight in reading.weights.items()}
    total = sum(worth.values()) + 1e-9
    pairs = max(1, len(reading.joined))
    model = RELEVANT_NEAR if near else RELEVANT
    fits = sought(question.tokens)
    guess = min(MOST, max(0.0, A_WORD * (len(reading.own.order) - ALONE)))

    def score(key: int, told: "Evidence") -> float:
        exact, kin = _parts(told.shared, worth)
        words = min(1.0, (exact + KIN * kin) / total)
        close = told.signs.get("near", 0.0)
        meant = min(1.0, max(0.0, told.signs["near_mean"]) / SPREADS) if close >= LEAST_NEAR else 0.0
        if exact < LEAST and words < LEAST_KIN and kin < LEAST_KIN_IN_ALL and not meant:
            return 0.0
        value = FOUND * words + TOGETHER * min(1.0, told.shared.pairs / pairs) + WHOLE * told.signs["here"]
        value += FITTING * _fitting(fits, stock.rows[key].text)
        value = (1 - guess) * value + guess * logistic(model, told.signs)
        return (1 - MEANING) * value + MEANING * meant if near else value

    return score


def _parts(shared: "Shared", worth: "Mapping[str, float]") -> tuple[float, float]:
    """Return what a row has of a question's words, and what of their kin."""
    exact = sum(
        min(worth.get(word, told), told) for word, told in shared.asked.items() if word in shared.exact
    )
    return exact, sum(told for word, told in shared.asked.items() if word not in shared.exact)


def _fitting(fits: int, text: str) -> float:
    """Return how well a text answers a question that asks for a time or an amount."""
    shown = traits(text) if fits else 0
    if fits & TIME and any(map(_is_moment, text.split())):
        return 1.0
    return 0.7 if fits & shown else 0.0


def _is_moment(word: str) -> bool:
    """Say whether a word is an hour or a day in figures."""
    return word[:1].isdigit() and any(one.isdigit() and sign in ":-" for one, sign in pairwise(word))
