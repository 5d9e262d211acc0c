"""A memory file as units: each fact is one, with what is nested under it, and every other line is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from miminions.markdown import lines_of
from miminions.memory.facts import Fact, read_facts
from miminions.memory.merge.align import Pair, align

# How alike two lines without ids must be to count as one that was reworded.
_ALIKE = 0.6
# So many lines of one stretch are compared with each other.
_FEW = 50


@dataclass(frozen=True, slots=True)
class Unit:
    """A fact or a line: its text without the last line end, and that line end.

    `key` is a fact's id, by which the sides' versions of it meet; it is empty for a line.
    """

    body: str
    end: str
    key: str = ""
    fact: Fact | None = None

    @property
    def token(self) -> tuple[str, str]:
        """What makes it the same unit in another file."""
        return (self.key, "" if self.key else self.body)

    @property
    def blank(self) -> bool:
        """Whether it is a line without words."""
        return not self.key and not self.body.strip()

    @property
    def heading(self) -> bool:
        """Whether it looks like a heading."""
        return not self.key and self.body.startswith("#")


@dataclass(frozen=True, slots=True)
class Side:
    """One version of the file: its units, its facts by key with their places, and how many units are its head."""

    units: tuple[Unit, ...]
    places: Mapping[str, int]
    head: int

    def unit(self, key: str) -> Unit | None:
        """Return the fact of that key."""
        place = self.places.get(key)
        return None if place is None else self.units[place]

    @property
    def tokens(self) -> list[tuple[str, str]]:
        """The units as what is compared."""
        return [unit.token for unit in self.units]


def side_of(text: str) -> Side:
    """Read one version of the file."""
    memory = read_facts(text)
    facts = list(reversed(memory.facts))
    units: list[Unit] = []
    head = 0
    for start, stop in lines_of(text):
        head += start < memory.document.body
        if facts and start >= facts[-1].end:
            facts.pop()
        if not facts or start < facts[-1].start:
            units.append(_unit(text[start:stop], None))
        elif start == facts[-1].start:
            units.append(_unit(text[start : facts[-1].end], facts[-1]))
    return _side(units, head)


def lines_side(text: str) -> Side:
    """Read one version of the file as lines only."""
    return _side([_unit(text[start:stop], None) for start, stop in lines_of(text)], 0)


def paired(base: Side, side: Side) -> tuple[Side, list[Pair]]:
    """Match a side with its base; a line without an id that a person reworded keeps the key it had in the base."""
    pairs = _aligned(base, side)
    renamed: dict[int, str] = {}
    start = other_start = 0
    for stop, other_stop in [*pairs, (len(base.units), len(side.units))]:
        gone = [unit for unit in base.units[start:stop] if _is_gone(unit, side)]
        new = [
            n
            for n in range(other_start, other_stop)
            if side.units[n].key and side.units[n].key not in base.places
        ]
        renamed.update(_reworded(gone, side, new))
        start, other_start = stop + 1, other_stop + 1
    if not renamed:
        return side, pairs
    units = [Unit(u.body, u.end, renamed[n], u.fact) if n in renamed else u for n, u in enumerate(side.units)]
    side = _side(units, side.head)
    return side, _aligned(base, side)


def _is_gone(unit: Unit, side: Side) -> bool:
    """Say whether a line without an id is not in a side as it stands."""
    return unit.fact is not None and not _labelled(unit) and unit.key not in side.places


def _labelled(unit: Unit) -> bool:
    return unit.fact is not None and unit.fact.labelled


def _aligned(base: Side, side: Side) -> list[Pair]:
    """Match a side with its base; the headings stay, and what passes one has moved."""
    return align(base.tokens, side.tokens, {unit.token for unit in base.units if unit.heading})


def _reworded(gone: list[Unit], side: Side, new: list[int]) -> dict[int, str]:
    """Find what became of lines without ids: a line alike, or the same words with an id."""
    if len(gone) == len(new) == 1 and not _labelled(side.units[new[0]]):
        # One line in the place of one line.
        return {new[0]: gone[0].key}
    found: dict[int, str] = {}
    for unit in gone[:_FEW]:
        alike = [(_likeness(unit, side.units[n]), -n) for n in new[:_FEW] if n not in found]
        best, place = max(alike, default=(0.0, 0))
        if best >= _ALIKE:
            found[-place] = unit.key
    return found


def _likeness(before: Unit, after: Unit) -> float:
    if not before.fact or not after.fact:
        return 0.0
    if before.fact.text == after.fact.text:
        return 1.0
    # What a program wrote is a fact of its own.
    if _labelled(after):
        return 0.0
    return SequenceMatcher(None, before.fact.text, after.fact.text).ratio()


def _unit(text: str, fact: Fact | None) -> Unit:
    body = text.removesuffix("\n").removesuffix("\r")
    return Unit(body, text[len(body) :], fact.id if fact else "", fact)


def _side(units: list[Unit], head: int) -> Side:
    return Side(tuple(units), {unit.key: place for place, unit in enumerate(units) if unit.key}, head)
