"""The lines of a file that are no facts, merged three ways, with the place each side's facts have among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from miminions.memory.merge.align import Pair, align, merge3, regions
from miminions.memory.merge.fields import Winner
from miminions.memory.merge.units import Side, Unit

Places = Sequence[int]


@dataclass(frozen=True, slots=True)
class Clash:
    """What cannot be merged: each side's units, the ids of the facts among them, and what differs."""

    ours: tuple[Unit, ...]
    base: tuple[Unit, ...]
    theirs: tuple[Unit, ...]
    ids: tuple[str, ...] = ()
    fields: tuple[str, ...] = ("lines",)


class Frame:
    """The merged lines as pieces; facts are left out, and find their place by the line in front of them.

    With `strict` a file is lines only: changes that touch are one conflict, and headings mean nothing.
    """

    def __init__(self, base: Side, ours: Side, theirs: Side, *, winner: Winner, strict: bool = False) -> None:
        self.pieces: list[Unit | Clash] = []
        self._base, self._sides = base, (ours, theirs)
        self._slots: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._winner, self._strict = winner, strict

    def weave(self, ours: list[Pair], theirs: list[Pair]) -> None:
        """Merge the lines, given what matches between the base and each side."""
        everything = [range(len(side.units)) for side in (self._base, *self._sides)]
        self._weave(everything, ours, theirs, lines_only=False)

    def slots(self, side: int) -> list[int]:
        """Return for each unit of a side the piece it stands behind, -1 for the start."""
        found, now = [], -1
        for place in range(len(self._sides[side].units)):
            now = max(now, self._slots[side].get(place, -1))
            found.append(now)
        return found

    def _weave(
        self, places: Sequence[Places], ours: list[Pair], theirs: list[Pair], *, lines_only: bool
    ) -> None:
        base, one, other = places
        joins = [self._joins(base, n) for n in range(len(base) + 1)]
        for region in regions(len(base), (ours, len(one)), (theirs, len(other)), joins.__getitem__):
            parts = [base[slice(*region.base)], one[slice(*region.ours)], other[slice(*region.theirs)]]
            if region.changed == "none":
                self._same(*parts)
            elif region.changed == "ours":
                self._take(0, parts[1], parts[2])
            elif region.changed == "theirs":
                self._take(1, parts[2], parts[1])
            elif lines_only:
                self._settle(*parts)
            else:
                lines = [self._lines(side, part) for side, part in zip(self._all, parts, strict=True)]
                tokens = [
                    [side.units[n].body for n in part] for side, part in zip(self._all, lines, strict=True)
                ]
                self._weave(lines, align(tokens[0], tokens[1]), align(tokens[0], tokens[2]), lines_only=True)

    @property
    def _all(self) -> tuple[Side, Side, Side]:
        return self._base, *self._sides

    def _joins(self, base: Places, place: int) -> bool:
        """Say whether changes before and behind a place of the base are one: within a paragraph they are."""
        if self._strict:
            return True
        if not 0 < place < len(base) or base[place] != base[place - 1] + 1 or base[place] <= self._base.head:
            return False
        around = [self._base.units[base[place - 1]], self._base.units[base[place]]]
        return not any(unit.key or unit.blank or unit.heading for unit in around)

    def _lines(self, side: Side, places: Places) -> list[int]:
        return [n for n in places if not side.units[n].key]

    def _same(self, base: Places, ours: Places, theirs: Places) -> None:
        for b, o, t in zip(base, ours, theirs, strict=True):
            units = self._base.units[b], self._sides[0].units[o], self._sides[1].units[t]
            if not units[0].key:
                end = merge3(*(unit.end for unit in units))
                self._add(Unit(units[1].body, units[1].end if end is None else end), [o], [t])

    def _add(self, piece: Unit | Clash, ours: Places = (), theirs: Places = ()) -> None:
        for slots, places in zip(self._slots, (ours, theirs), strict=True):
            slots.update(dict.fromkeys(places, len(self.pieces)))
        self.pieces.append(piece)

    def _take(self, side: int, places: Places, others: Places) -> None:
        """Put in what one side has; the other side's facts in this place go behind it."""
        for n in self._lines(self._sides[side], places):
            self._add(self._sides[side].units[n])
            self._slots[side][n] = len(self.pieces) - 1
        last = len(self.pieces) - 1
        self._slots[1 - side].update(dict.fromkeys(self._lines(self._sides[1 - side], others), last))

    def _take_matching(self, side: int, places: Places, others: Places) -> None:
        """Put in what one side has, where the other has the same lines but for blank ones."""
        first = len(self.pieces)
        one, other = self._sides[side].units, self._sides[1 - side].units
        self._take(side, places, ())
        for n, m in align([one[n].body for n in places], [other[m].body for m in others]):
            self._slots[1 - side][others[m]] = first + n

    def _settle(self, base: Places, ours: Places, theirs: Places) -> None:
        """Merge lines that both sides changed."""
        said = [self._words(side, part) for side, part in zip(self._all, (base, ours, theirs), strict=True)]
        if said[1] == said[2]:
            self._take_matching(0, ours, theirs)
        elif said[1] == said[0]:
            self._take(1, theirs, ours)
        elif said[2] == said[0]:
            self._take(0, ours, theirs)
        elif said[0] or self._strict or not self._interleaved(ours, theirs):
            self._clash(base, ours, theirs)

    def _words(self, side: Side, places: Places) -> list[str]:
        return [side.units[n].body for n in places if self._strict or not side.units[n].blank]

    def _interleaved(self, ours: Places, theirs: Places) -> bool:
        """Put in the sections that both sides added at one place; False, and nothing done, where there are none."""
        one, other = self._segments(0, ours), self._segments(1, theirs)
        if len(one) + len(other) < 3 and not (one.keys() | other.keys()) - {""}:
            return False
        order = list(one)
        place = 0
        for name in other:
            if name in one:
                place = order.index(name) + 1
                continue
            while place < len(order) and order[place] not in other and order[place] < name:
                place += 1
            order.insert(place, name)
            place += 1
        for name in order:
            self._segment(name, one.get(name, []), other.get(name, []))
        return True

    def _segment(self, name: str, ours: Places, theirs: Places) -> None:
        if not theirs or not ours:
            self._take(0 if ours else 1, ours or theirs, ())
            return
        units = self._sides[0].units, self._sides[1].units
        said = [self._words(side, part) for side, part in zip(self._sides, (ours, theirs), strict=True)]
        head = [name] if name else []
        said = [words[len(head) :] for words in said]
        if said[0] == said[1] or not said[1]:
            self._take_matching(0, ours, theirs)
        elif not said[0]:
            self._take_matching(1, theirs, ours)
        else:
            starts = [
                next((n for n, m in enumerate(part) if name and side[m].heading), -1) + 1
                for side, part in zip(units, (ours, theirs), strict=True)
            ]
            self._take_matching(0, ours[: starts[0]], theirs[: starts[1]])
            self._clash((), ours[starts[0] :], theirs[starts[1] :])

    def _segments(self, side: int, places: Places) -> dict[str, list[int]]:
        """Cut lines at their headings, each with the blank lines in front of it."""
        units = self._sides[side].units
        found: dict[str, list[int]] = {}
        name, waiting = "", list[int]()
        for n in places:
            if units[n].blank:
                waiting.append(n)
                continue
            if units[n].heading and units[n].body not in found:
                name = units[n].body
            found.setdefault(name, []).extend([*waiting, n])
            waiting = []
        if waiting:
            found.setdefault(name, []).extend(waiting)
        return found

    def _clash(self, base: Places, ours: Places, theirs: Places) -> None:
        """Put in what cannot be merged, without the lines on which the sides agree at its edges."""
        units = self._sides[0].units, self._sides[1].units
        if self._winner:
            known = {self._base.units[n].body for n in base} | {units[1][n].body for n in theirs}
            self._take(1, theirs, ours)
            self._take(0, [n for n in ours if units[0][n].body not in known], ())
            return
        start = 0
        while (
            start < min(len(ours), len(theirs)) and units[0][ours[start]].body == units[1][theirs[start]].body
        ):
            start += 1
        stop = 0
        while (
            stop < min(len(ours), len(theirs)) - start
            and units[0][ours[-1 - stop]].body == units[1][theirs[-1 - stop]].body
        ):
            stop += 1
        inner = [part[start : len(part) - stop] for part in (ours, theirs)]
        self._take_matching(0, ours[:start], theirs[:start])
        one, before, other = (
            tuple(side.units[n] for n in part)
            for side, part in zip(
                (self._sides[0], self._base, self._sides[1]), (inner[0], base, inner[1]), strict=True
            )
        )
        self._add(Clash(one, before, other), *inner)
        self._take_matching(0, ours[len(ours) - stop :], theirs[len(theirs) - stop :])
