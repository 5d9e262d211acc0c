"""Which rows are of the days that a question asks about, or speak of them."""

from miminions.index.analysis.gist import words
from miminions.index.analysis.stems import fold, stem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from miminions.index.analysis import Question
    from miminions.index.rank.prompt import Reading
    from miminions.index.rank.shelf import Shelf, Stored
    from miminions.index.rows import Row

# What the days of a question count beside its words, of which a rare one counts 1.
DAY = 1.0
# A fact's day is when it was learned, which is seldom what is asked; a history line that names a day speaks of another.
LEARNED_THEN, NAMED = 0.5, 0.7
# So many rows of a span are looked at, and no span is looked for among more rows than these: days are no words.
MOST, ROWS = 40, 50_000
_AROUND = ".,;:!?()[]`*\"'"


class Dated:
    """The days of a question; false where it asks about none."""

    __slots__ = ("_moments", "_words")

    def __init__(self, question: "Question") -> None:
        self._moments = question.moments
        self._words = {stem(fold(word)) for word in question.dated}

    def __bool__(self) -> bool:
        return bool(self._moments)

    def keys(self, shelf: "Shelf", size: int) -> list[int]:
        """Return the keys of rows of the days, the newest."""
        spans = [moment.days for moment in self._moments if not moment.yearly and size <= ROWS]
        return [key for first, last in spans for key in shelf.of_days(first, last, MOST)]

    def part(self, reading: "Reading") -> None:
        """Take the words that only name the days out of what is looked for as words."""
        for word in [
            word for word in reading.weights if self._words and self._words.issuperset(word.split("-"))
        ]:
            del reading.weights[word]

    def joined(
        self, scores: "Mapping[int, float]", rows: "Mapping[int, Stored]", worth: float
    ) -> tuple[dict[int, float], dict[int, str]]:
        """Return the scores by words with the days counted in, and what the question calls the days of a row.

        `worth` is what all words of the question count.
        """
        found: dict[int, float] = {}
        called: dict[int, str] = {}
        for key, stored in rows.items():
            close, name = max(self._closeness(stored.row), default=(0.0, ""))
            if close or scores.get(key):
                found[key] = (worth * scores.get(key, 0.0) + DAY * close) / (worth + DAY)
            if close:
                called[key] = name
        return found, called

    def _closeness(self, row: "Row") -> "Iterable[tuple[float, str]]":
        said = f" {' '.join(words(row.text))} "
        written = [word.strip(_AROUND) for word in row.text.split() if any(map(str.isdigit, word))]
        happened = row.kind == "history"
        for moment in self._moments:
            named = any(f" {form} " in said for form in moment.forms) or 0 in map(moment.distance, written)
            then = moment.distance(row.date) == 0
            of_day = then * (1.0 if happened else LEARNED_THEN)
            yield max(of_day, named * (NAMED if happened else 1.0)), moment.text
