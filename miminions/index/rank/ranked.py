"""What a ranker returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row's key in its shelf, its score, and why it has it: short phrases, the weightiest first.

    Scores of different rankers are compared: 1 is a row that has all that a question asks for.
    """

    key: int
    score: float
    why: tuple[str, ...]
