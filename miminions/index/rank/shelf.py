"""What a ranker may ask of an index, whichever engine it stands on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from miminions.index.analysis import Word
from miminions.index.rows import Row


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it stands in an index: its key there, and the workspace and file it came from."""

    key: int
    row: Row
    workspace: str
    name: str
    file: str


class Turn(NamedTuple):
    """What a turn is besides its text: its session (a number of the index), its length in words, and who said it when.

    `traits` are bits that `analysis.traits` names. `seen` is 0 for a turn that the query rules out: it may lend to others what
    it says, and is no answer. Keys of one session follow each other in the order of the transcript.
    """

    key: int
    session: int
    words: int
    traits: int
    date: str
    role: str
    speaker: str
    seen: int


class Shelf(Protocol):
    """Rows of one sort, with statistics of their own; what a query rules out is never among its answers."""

    def size(self) -> tuple[int, float]:
        """Return how many rows there are, and how many words one has on average."""

    def count(self, word: Word) -> int:
        """Return how many rows have a word."""

    def having(self, word: Word, within: Sequence[int] | None = None) -> list[int]:
        """Return the keys of the rows that have a word; `within` looks at those keys only."""

    def best(self, words: Sequence[Word], limit: int) -> list[tuple[int, float]]:
        """Return the keys of the rows with the best BM25 over the words, each with it, the best first."""

    def some(self, limit: int) -> list[int]:
        """Return the keys of up to that many rows."""

    def of_days(self, first: str, last: str, most: int) -> list[int]:
        """Return the keys of the rows of a span of days (YYYY-MM-DD, both inclusive), the newest, at most so many."""

    def rows(self, keys: Iterable[int]) -> dict[int, Stored]:
        """Return rows by key."""

    def replaced(self, words: Sequence[Word], limit: int) -> list[int]:
        """Return the keys of up to that many retired rows with any of the words that others took the place of.

        They lend to these, and are no answers.
        """

    def named(self, names: Iterable[str], beside: Iterable[int]) -> list[int]:
        """Return the keys of the rows that have an id or a key among some, in the files that some rows are of."""

    def speakers(self) -> list[str]:
        """Return the names of those who speak in transcripts that name them, each once."""

    def holding(self, word: Word, most: int) -> list[int]:
        """Return the keys of the turns that have a word, at most so many."""

    def dated(self, first: str, last: str, most: int) -> list[int]:
        """Return the keys of the turns of a span of days (YYYY-MM-DD, both inclusive), at most so many."""

    def turns(self, keys: Sequence[int]) -> list[Turn]:
        """Return turns by key, in the order of keys; keys that there are not are left out."""
