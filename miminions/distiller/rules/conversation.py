"""Cuts a session into exchanges: what the assistant had said, what the person says, what the assistant answers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from miminions.distiller.language.sentences import sentences
from miminions.distiller.read import own_words
from miminions.distiller.rules.statements import Statement, statements
from miminions.distiller.rules.wording import NAME, heading_of, stems, topic_of
from miminions.distiller.values import Material
from miminions.transcripts import Turn

# So many turns back is still what is talked about.
RECENT = 6


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn of the person's between what the assistant said `before`, in the turn `asker`, and its `answers`.

    `known` tells which words, as stems, other turns have, too, `recent` which the last turns had; `first` whether the turn opens the session, `looked` whether the assistant had used a tool before it said so.
    """

    turn: Turn
    words: str
    before: str
    asker: int
    answers: tuple[str, ...]
    known: frozenset[str]
    recent: frozenset[str]
    first: bool
    looked: bool = False

    @property
    def day(self) -> date | None:
        """The day it was said, if that is known."""
        return self.turn.time.date() if self.turn.time else None

    def statements(self, *, noted: bool) -> list[Statement]:
        """Return what a cue marks in the turn; `noted` is whether the assistant takes it down."""
        return statements(self.words, first=self.first, noted=noted)

    def topics(self) -> list[tuple[int, str]]:
        """Return where in the turn which topic begins: that of its opening, or of a short sentence that changes the subject."""
        found, place = [(0, topic_of(self.words, self.known))], 0
        for said in sentences(self.words):
            place = self.words.index(said, place)
            if len(said) <= NAME and (topic := heading_of(said, self.known)):
                found.append((place + len(said), topic))
        return found


def exchanges(material: Material, facts: Iterable[str] = ()) -> Iterator[Exchange]:
    """Return the exchanges of the turns that were not distilled before; the words of known `facts` count as said."""
    remembered = frozenset[str]().union(*map(stems, facts))
    looks = frozenset(turn.number + 1 for turn in material.turns if turn.role == "tool")
    spoken = [turn for turn in material.turns if turn.role in {"user", "assistant"}]
    words = [own_words(turn.text) if turn.role == "user" else turn.text for turn in spoken]
    stated = [stems(text) for text in words]
    spread = Counter(stem for each in stated for stem in each)
    opened = False
    for place, turn in enumerate(spoken):
        if turn.role == "user" and turn.number >= material.first:
            led = place > 0 and spoken[place - 1].role == "assistant"
            before = words[place - 1] if led else ""
            asker = spoken[place - 1].number if led else turn.number
            known = frozenset(stem for stem in stated[place] if spread[stem] > 1)
            recent = remembered.union(*stated[max(0, place - RECENT) : place])
            looked = led and asker in looks
            answers = _answers(spoken, place)
            yield Exchange(turn, words[place], before, asker, answers, known, recent, not opened, looked)
        opened = opened or turn.role == "user"


def _answers(spoken: list[Turn], place: int) -> tuple[str, ...]:
    """Return what the assistant says until the person speaks again."""
    after = (spoken[later] for later in range(place + 1, len(spoken)))
    return tuple(turn.text for turn in takewhile(lambda turn: turn.role == "assistant", after))
