"""A memory file as units: each fact is one, with what is nested under it, and every other line is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from miminions.markdown import lines_of
from miminions.memory.facts import Fact, read_facts
from miminions.memory.merge.align import Pair, align

# How alike two lines without ids must be to count as one that was reworded.
_ALIKE = 0.6


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
    pairs = align(base.tokens, side.tokens)
    renamed: dict[int, str] = {}
    start = other_start = 0
    for stop, other_stop in [*pairs, (len(base.units), len(side.units))]:
        gone = [u for u in base.units[start:stop] if u.fact and u.key not in side.places]
        new = [n for n in range(other_start, other_stop) if _is_new(side.units[n], base)]
        renamed.update(_reworded([unit for unit in gone if unit.fact and not unit.fact.labelled], side, new))
        start, other_start = stop + 1, other_stop + 1
    if not renamed:
        return side, pairs
    units = [Unit(u.body, u.end, renamed[n], u.fact) if n in renamed else u for n, u in enumerate(side.units)]
    side = _side(units, side.head)
    return side, align(base.tokens, side.tokens)


def _is_new(unit: Unit, base: Side) -> bool:
    """Say whether a fact is not in the base, and not one that a program wrote."""
    fact = unit.fact
    return fact is not None and unit.key not in base.places and not fact.labelled


def _reworded(gone: list[Unit], side: Side, new: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for unit in gone[:50]:
        rest = [n for n in new[:50] if n not in found]
        ratios = [(SequenceMatcher(None, unit.body, side.units[n].body).ratio(), -n) for n in rest]
        best, place = max(ratios, default=(0.0, 0))
        if best >= _ALIKE:
            found[-place] = unit.key
    return found


def _unit(text: str, fact: Fact | None) -> Unit:
    body = text.removesuffix("\n").removesuffix("\r")
    return Unit(body, text[len(body) :], fact.id if fact else "", fact)


def _side(units: list[Unit], head: int) -> Side:
    return Side(tuple(units), {unit.key: place for place, unit in enumerate(units) if unit.key}, head)
