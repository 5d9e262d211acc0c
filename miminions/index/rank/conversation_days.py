"""Which turns are of the days that a question asks about, or speak of them."""

from miminions.index.analysis import Question, Word
from miminions.index.rank.shelf import Shelf, Turn

# For some days people still speak of what was; less so before.
DAYS_AFTER, DAYS_BEFORE = 10, 3
# A turn that names the days counts less than one of them: it may be any year's.
NAMED = 0.7


class Days:
    """The days of a question: `keys` are turns of them, the newest, and turns that name them."""

    __slots__ = ("_moments", "_naming", "keys")

    def __init__(self, question: Question, shelf: Shelf, most: int) -> None:
        self._moments = question.moments
        self._naming: set[int] = set()
        self.keys: list[int] = []
        for moment in question.moments:
            if moment.forms:
                self._naming.update(shelf.holding(Word(moment.text, moment.forms), most))
            if not moment.yearly:
                self.keys += shelf.dated(*moment.days, most)
        self.keys += self._naming

    def __bool__(self) -> bool:
        return bool(self._moments)

    def closeness(self, line: list[Turn]) -> list[float]:
        """Return how near each turn is to the days asked about: 1 for one of them, 0 for one that is far off."""
        days = {turn.date: 0.0 for turn in line} if self._moments else {}
        for day in days:
            days[day] = max(_closeness(moment.distance(day)) for moment in self._moments)
        naming = self._naming
        return (
            [max(days[turn.date], NAMED if turn.key in naming else 0.0) for turn in line]
            if days
            else [0.0] * len(line)
        )

    def text(self, day: str) -> str:
        """Return what the question calls the days that are nearest to a turn's."""
        return min(self._moments, key=lambda moment: abs(moment.distance(day) or 0)).text


def _closeness(off: int | None) -> float:
    if off is None:
        return 0.0
    return max(0.0, 1 - off / (DAYS_AFTER + 1) if off >= 0 else 1 + off / (DAYS_BEFORE + 1))
