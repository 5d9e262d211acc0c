"""Ranks facts, notes, history lines and passages: texts that stand for themselves."""

from miminions.index.analysis.gist import words
from miminions.index.analysis.question import Word
from miminions.index.analysis.stems import fold, stem
from miminions.index.rank.asked import asked
from miminions.index.rank.dated import Dated
from miminions.index.rank.evidence import USUAL, Evidence, Looked, Stock, evidence
from miminions.index.rank.fitted import RELEVANT, RELEVANT_NEAR
from miminions.index.rank.logistic import logistic
from miminions.index.rank.prompt import Reading
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.slips import mend
from miminions.index.rank.ties import again, lend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from miminions.index.analysis import Question
    from miminions.index.rank.shelf import Shelf, Stored
    from miminions.index.rows import Row

# A fact says what is true now; what happened or was noted ranks behind it.
WEIGHTS = {"fact": 1.0, "note": 0.8, "history": 0.7, "source": 0.7}
# A memory of that many rows is looked at as a whole, of a larger one the rows with the best words, and with the best kin.
SMALL, CANDIDATES, KIN_CANDIDATES = 150, 40, 20
# So many words select, those that tell most.
MOST_WORDS, MOST_KIN = 16, 12
# So many rows that were replaced lend to what replaced them.
REPLACED = 8
# So many links are followed.
MOST_LINKS = 8
# What has less in common with a question than this is no answer to it.
FLOOR, NEAR = 0.12, 0.35
# What was learned from a session is less sure than what somebody wrote; what is pinned matters to him. Both weigh little,
# and the day decides between equals only.
LEARNED, PINNED, NEWEST = 0.98, 1.02, 0.0005


def rank_facts(
    question: "Question", shelf: "Shelf", limit: int, near: "Mapping[int, float] | None" = None
) -> list[Ranked]:
    """Return the rows that answer a question to memory, the best first; none where nothing speaks for any.

    A score is how much of what is asked a row has, a word itself before words of the same matter; a fact comes before what
    was noted or happened. `near` are the cosines of the rows nearest to the question, by key, where there is an embedder.
    """
    field = _Field(question, shelf, near)
    when = field.when
    mend(field.reading, field.stock.rare)
    when.part(field.reading)
    told = evidence(field.reading, field.stock, near)
    score = asked(question, field.reading, field.stock, near)
    scores, days = {key: score(key, one) for key, one in told.items()}, dict[int, str]()
    if when:
        scores, days = when.joined(scores, field.rows, field.stock.worth(field.reading.weights))
    return field.ranked(scores, told, limit, days)


def rank_for_prompt(
    question: "Question", shelf: "Shelf", limit: int, near: "Mapping[int, float] | None" = None
) -> list[Ranked]:
    """Return the rows that matter to whoever answers a prompt, the best first.

    A score is how likely a row is what he should know, given that he should know any.
    """
    field = _Field(question, shelf, near)
    model = RELEVANT_NEAR if near else RELEVANT
    told = {
        key: one
        for key, one in evidence(field.reading, field.stock, near).items()
        if sum(one.shared.asked.values()) >= FLOOR or one.signs.get("near", 0.0) >= NEAR
    }
    return field.ranked({key: logistic(model, one.signs) for key, one in told.items()}, told, limit)


class _Field:
    """The rows that a question is held against: those worth a look, and those that lend to them."""

    __slots__ = ("_hidden", "_looked", "_newest", "reading", "rows", "stock", "when")

    def __init__(self, question: "Question", shelf: "Shelf", near: "Mapping[int, float] | None") -> None:
        self.reading, self.when = Reading(question.text), Dated(question)
        size = int(shelf.size()[0])
        telling = _telling(question, self.reading)
        spoken = () if size <= SMALL else self.reading.spoken(MOST_KIN)
        kin = [Word(one, (one.replace("-", " "),)) for one in spoken]
        keys = shelf.some(SMALL) if size <= SMALL else _best(telling, kin, shelf, near or {})
        keys += [key for key in self.when.keys(shelf, size) if key not in keys] if size > SMALL else []
        gone = [key for key in shelf.replaced(telling, REPLACED) if key not in keys]
        rows = _bound(shelf.rows([*keys, *gone]), shelf)
        counts = {} if size <= SMALL else _counts([*telling, *kin], shelf, USUAL / size)
        # Where rows are equal their place in the files decides, never how the index came about.
        order = sorted(rows, key=lambda key: _place(rows[key]))
        self.rows, self._hidden = rows, frozenset(gone)
        days = sorted({stored.row.date for stored in rows.values()})
        # Too little for anything but to decide between equals.
        self._newest = {day: NEWEST * place / len(days) for place, day in enumerate(days)}
        self._looked = {key: Looked(_text(rows[key].row), rows[key].row.section) for key in order}
        self.stock = Stock(self._looked, counts)

    def ranked(
        self,
        scores: dict[int, float],
        told: dict[int, Evidence],
        limit: int,
        days: "Mapping[int, str] | None" = None,
    ) -> list[Ranked]:
        """Return the rows that have a score, weighed by what sort of row each is, once they have lent to each other.

        `days` are what the question calls the days of a row.
        """
        found = {
            key: self._weighed(key, score, told.get(key), (days or {}).get(key, ""))
            for key, score in scores.items()
            if score
        }
        lend(found, self.rows)
        listed = [one for key, one in found.items() if key not in self._hidden]
        return again(sorted(listed, key=lambda one: -one.score), self._looked)[:limit]

    def _weighed(self, key: int, score: float, told: Evidence | None, day: str) -> Ranked:
        row = self.rows[key].row
        weight = WEIGHTS[row.kind] * (LEARNED if row.session else 1.0) * (PINNED if row.pin else 1.0)
        why = (*(_why(told, self.reading) if told else ()), *([f"date: {day}"] if day else []))
        return Ranked(key, round(min(0.9999, weight * score + self._newest[row.date]), 4), why)


def _telling(question: "Question", reading: Reading) -> list[Word]:
    """Return the words of a question that tell most, those of a long one only."""
    found = list(question.words)
    if len(found) <= MOST_WORDS:
        return found
    return sorted(found, key=lambda word: -reading.weights.get(stem(fold(word.text)), 1.0))[:MOST_WORDS]


def _best(telling: list[Word], kin: list[Word], shelf: "Shelf", near: "Mapping[int, float]") -> list[int]:
    """Return the keys of the rows that are worth a look in a large memory: those with the best words or kin, and the nearest."""
    found = [key for key, _ in shelf.best(telling, CANDIDATES)] if telling else []
    found += [key for key, _ in shelf.best(kin, KIN_CANDIDATES)] if kin else []
    nearest = sorted(near, key=lambda key: -near[key])[:CANDIDATES]
    return list(dict.fromkeys([*found, *nearest]))


def _bound(rows: "dict[int, Stored]", shelf: "Shelf") -> "dict[int, Stored]":
    """Return rows with those that replaced them, and those that they link to: by name, or beginning with what a link says."""
    heirs = [heir for stored in rows.values() for heir in stored.row.heirs]
    links = list(dict.fromkeys(link for stored in rows.values() for link in stored.row.links))[:MOST_LINKS]
    if not heirs and not links:
        return rows
    keys = shelf.named([*heirs, *links], rows)
    said = [Word(link, (" ".join(words(link)),)) for link in links if words(link)]
    keys += [key for key, _ in shelf.best(said, MOST_LINKS)] if said else []
    return rows | shelf.rows(keys)


def _counts(telling: list[Word], shelf: "Shelf", scale: float) -> dict[str, float]:
    """Return how many rows have each word, of so many as a memory usually has."""
    return {"".join(map(stem, fold(word.text).split("-"))): shelf.count(word) * scale for word in telling}


def _place(stored: "Stored") -> tuple[str, str, int, str]:
    return (stored.workspace, stored.file, stored.row.line, stored.row.text)


def _text(row: "Row") -> str:
    return f"{row.text}\n{row.detail}" if row.detail else row.text


def _why(told: Evidence, reading: Reading) -> tuple[str, ...]:
    exact, kin = told.named(reading)
    return tuple(
        f"{name}: {', '.join(found)}" for name, found in (("words", exact), ("related to", kin)) if found
    )
