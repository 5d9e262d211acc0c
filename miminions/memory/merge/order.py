"""Where each fact stands in the merged file: behind the line and the fact that it follows on its side."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from miminions.memory.merge.decide import BOTH, Outcome
from miminions.memory.merge.frame import Clash
from miminions.memory.merge.units import Side, Unit

Slots = Mapping[int, list[str]]


def in_order(
    pieces: Sequence[Unit | Clash],
    sides: tuple[Side, Side, Side],
    slots: tuple[list[int], list[int]],
    outcomes: Mapping[str, list[Outcome]],
) -> Iterator[Unit | Clash]:
    """Yield the merged lines with the facts among them."""
    base, *others = sides
    behind = [_facts_behind(side, slot) for side, slot in zip(others, slots, strict=True)]
    stayed = _stayed(base, others, slots, outcomes)
    for place in range(-1, len(pieces)):
        if place >= 0:
            yield pieces[place]
        for key, side in _row(stayed.get(place, []), [one.get(place, []) for one in behind], outcomes):
            for outcome in outcomes[key]:
                if outcome.place == side:
                    yield from outcome.written


def _facts_behind(side: Side, slots: list[int]) -> Slots:
    found: dict[int, list[str]] = defaultdict(list)
    for key, place in side.places.items():
        found[slots[place]].append(key)
    return found


def _stayed(
    base: Side,
    others: Sequence[Side],
    slots: tuple[list[int], list[int]],
    outcomes: Mapping[str, list[Outcome]],
) -> Slots:
    """Return the facts that both sides left in their order; where a side put lines in front of one, behind those."""
    found: dict[int, list[str]] = defaultdict(list)
    for key in base.places:
        if key in outcomes and outcomes[key][0].place == BOTH:
            place = max(slot[side.places[key]] for side, slot in zip(others, slots, strict=True))
            found[place].append(key)
    return found


def _row(
    stayed: Sequence[str], behind: Sequence[Sequence[str]], outcomes: Mapping[str, list[Outcome]]
) -> list[tuple[str, int]]:
    """Put what each side added among what stayed; of two added at one place the smaller id comes first."""
    row = [(key, BOTH) for key in stayed]
    for side, keys in enumerate(behind):
        here = {key for key, _ in row}
        after = 0
        for key in keys:
            if key in here and (key, BOTH) in row[after:]:
                after = row.index((key, BOTH), after) + 1
            elif any(outcome.place == side for outcome in outcomes.get(key, ())):
                while side and after < len(row) and row[after][1] == 0 and row[after][0] < key:
                    after += 1
                row.insert(after, (key, side))
                after += 1
    return row
