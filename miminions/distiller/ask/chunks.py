"""Cuts a session into chunks that a model reads at once: between turns, and within a turn only where it alone is too long."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from miminions.distiller.read.render import OPEN, SLICE, header, slices
from miminions.distiller.values import Material
from miminions.transcripts import Turn

# So many turns before a chunk go with it for context, as far as they take no more than this share of its room.
OVERLAP, OVERLAP_SHARE = 6, 0.15
# A chunk of fewer characters is not cut again.
FLOOR = 600
# A slice takes no more than this share of a chunk's room, so that a chunk of them is full but not too full; where
# characters take many tokens (Chinese, emoji) it is cut shorter, down to so many characters.
SLICE_SHARE, SHORTEST = 0.25, 100


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of a turn and the tokens it takes; `opens` is whether the turn begins with it."""

    turn: Turn
    text: str
    size: int
    opens: bool


@dataclass(frozen=True)
class Session:
    """The slices of a session; the turns before `first` were distilled before. `room` is what a chunk may take, in tokens."""

    material: Material
    room: int
    count: Callable[[str], int]

    @cached_property
    def slices(self) -> tuple[Slice, ...]:
        """The slices of the new turns and of a few turns before them."""
        earlier = [t for t in self.material.turns if t.number < self.material.first and t.role != "tool"]
        return tuple(
            Slice(turn, text, self.count(text if place else f"{header(turn)}{text}"), opens=not place)
            for turn in (*earlier[-OVERLAP:], *self.material.new)
            for place, text in enumerate(self._cut(turn))
        )

    def _cut(self, turn: Turn) -> list[str]:
        """Return a turn in slices that are short in tokens, too."""
        length, most = SLICE, int(self.room * SLICE_SHARE)
        cut = slices(turn, length)
        while length > SHORTEST and any(self.count(text) > most for text in cut if not text.startswith(OPEN)):
            length //= 2
            cut = slices(turn, length)
        return cut

    @property
    def whole(self) -> "Chunk":
        """All that is new, as one chunk."""
        new = (n for n, one in enumerate(self.slices) if one.turn.number >= self.material.first)
        return Chunk(self, next(new, len(self.slices)), len(self.slices))

    @property
    def chunks(self) -> list["Chunk"]:
        """All that is new, in chunks that leave room for their context.

        Those in which the user says nothing are left out: nobody else can teach anything.
        """
        whole, room = self.whole, int(self.room * (1 - OVERLAP_SHARE))
        cuts = [whole.start, *_cuts(self.slices, whole.start, room), whole.stop]
        chunks = (Chunk(self, start, stop) for start, stop in pairwise(cuts))
        return [chunk for chunk in chunks if chunk.spoken]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The slices from `start` to `stop` of a session, as one request has them."""

    session: Session
    start: int
    stop: int

    @property
    def first(self) -> int:
        """The first turn that may be quoted."""
        return self.session.slices[self.start].turn.number

    @property
    def size(self) -> int:
        """What it takes with its context, in tokens."""
        return sum(one.size for one in (*self._context(), *self.session.slices[self.start : self.stop]))

    @property
    def spoken(self) -> bool:
        """Whether the user says something in it."""
        return any(one.turn.role == "user" for one in self.session.slices[self.start : self.stop])

    @property
    def own(self) -> str:
        """The text of its slices, without context."""
        return "\n".join(one.text for one in self.session.slices[self.start : self.stop])

    @property
    def text(self) -> str:
        """What a model reads: its turns, each with its header, behind those that are there for context."""
        own = self.session.slices[self.start : self.stop]
        return "\n\n".join((*_written(self._context(), "context"), *_written(own)))

    def halves(self) -> tuple["Chunk", ...]:
        """Return it in two, cut between turns where there are several; nothing where it is too small for that.

        A half in which the user says nothing is left out.
        """
        places = range(self.start + 1, self.stop)
        if not places or len(self.own) < FLOOR:
            return ()
        between = [place for place in places if self.session.slices[place].opens] or list(places)
        middle = between[len(between) // 2]
        halves = Chunk(self.session, self.start, middle), Chunk(self.session, middle, self.stop)
        return tuple(half for half in halves if half.spoken)

    def _context(self) -> tuple[Slice, ...]:
        """Return what was said right before it: a few turns, or the end of one, without tools."""
        left, found = int(self.session.room * OVERLAP_SHARE), list[Slice]()
        for place in reversed(range(self.start)):
            one = self.session.slices[place]
            if one.turn.role == "tool":
                continue
            left -= one.size
            if left < 0 or len({s.turn.number for s in (*found, one)}) > OVERLAP:
                break
            found.append(one)
        return tuple(reversed(found))


def _cuts(shown: tuple[Slice, ...], start: int, room: int) -> Iterator[int]:
    """Yield the places at which a new chunk begins."""
    used, stop = 0, start
    while stop < len(shown):
        begin, stop = stop, _end_of_turn(shown, stop)
        size = sum(one.size for one in shown[begin:stop])
        if size <= room:
            if used + size > room:
                yield begin
                used = 0
            used += size
            continue
        # It will be cut anyway, so it may begin where there is still room.
        for place in range(begin, stop):
            if used and used + shown[place].size > room:
                yield place
                used = 0
            used += shown[place].size


def _end_of_turn(shown: tuple[Slice, ...], place: int) -> int:
    place += 1
    while place < len(shown) and not shown[place].opens:
        place += 1
    return place


def _written(shown: tuple[Slice, ...], note: str = "") -> Iterator[str]:
    """Yield the turns of slices with their headers, and say what they are there for."""
    for _, group in groupby(shown, key=lambda one: one.turn.number):
        several = list(group)
        notes = [note, "" if several[0].opens else "continued"]
        said = f"({', '.join(filter(None, notes))})" if any(notes) else ""
        yield header(several[0].turn, said) + "".join(one.text for one in several)
