"""What becomes of each fact: it stands once, is gone, or is in conflict; and which side says where it stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from miminions.memory.merge.fields import Winner, edited, merge_fact
from miminions.memory.merge.frame import Clash
from miminions.memory.merge.units import Side, Unit

OURS, THEIRS, BOTH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is written of a fact, and the side whose place it has; a fact that stayed in place has both's."""

    written: tuple[Unit | Clash, ...]
    place: int


def decide(
    sides: tuple[Side, Side, Side], stayed: tuple[set[str], set[str]], winner: Winner
) -> dict[str, list[Outcome]]:
    """Decide each fact; `stayed` are the keys that each side left in their order. Facts that are gone are left out."""
    base, ours, theirs = sides
    found = {}
    for key in dict.fromkeys([*ours.places, *theirs.places]):
        versions = base.unit(key), ours.unit(key), theirs.unit(key)
        written = _written(key, *versions, winner)
        if written:
            found[key] = _placed(key, written, versions, stayed, winner)
    if not winner:
        _one_key_each(found, sides)
    return found


def _written(
    key: str, base: Unit | None, ours: Unit | None, theirs: Unit | None, winner: Winner
) -> tuple[Unit | Clash, ...]:
    if ours and theirs:
        merged = merge_fact(base, ours, theirs, winner if base else None)
        if merged.unit:
            return (merged.unit,)
        return (theirs, ours) if winner else (_clash(key, ours, base, theirs, merged.fields),)
    one = ours or theirs
    if one and base:
        # One side took it out: it is gone, unless the other side wrote on in it.
        if winner:
            return (theirs,) if theirs and theirs.body != base.body else ()
        return (_clash(key, ours, base, theirs, ("deleted",)),) if edited(base, one) else ()
    return (one,) if one else ()


def _clash(
    key: str, ours: Unit | None, base: Unit | None, theirs: Unit | None, fields: tuple[str, ...]
) -> Clash:
    one, before, other = ((unit,) if unit else () for unit in (ours, base, theirs))
    return Clash(one, before, other, (key,), fields)


def _placed(
    key: str,
    written: tuple[Unit | Clash, ...],
    versions: tuple[Unit | None, Unit | None, Unit | None],
    stayed: tuple[set[str], set[str]],
    winner: Winner,
) -> list[Outcome]:
    base, ours, theirs = versions
    if not ours or not theirs:
        return [Outcome(written, OURS if ours else THEIRS)]
    here, there = key in stayed[0], key in stayed[1]
    if here or there:
        return [Outcome(written, BOTH if here and there else THEIRS if here else OURS)]
    if winner:
        return [Outcome(written, THEIRS)]
    if base and len({unit.fact.section for unit in (base, ours, theirs) if unit.fact}) == 3:
        # Each side moved it to another section: neither line may stand alone.
        return [
            Outcome((_clash(key, ours, base, None, ("section",)),), OURS),
            Outcome((_clash(key, None, None, theirs, ("section",)),), THEIRS),
        ]
    return [Outcome(written, OURS)]


def _one_key_each(found: dict[str, list[Outcome]], sides: tuple[Side, Side, Side]) -> None:
    """Put facts of both sides that bear one mark `key` into one conflict, unless they did so before."""
    for key, group in _bearers(found).items():
        before = [{one for one in group if _bears(side.unit(one), key)} for side in sides]
        if len(group) < 2 or any(len(held) > 1 for held in before):
            continue
        units = [tuple(unit for one in group if (unit := side.unit(one))) for side in sides]
        clash = Clash(units[1], units[0], units[2], tuple(group), ("key",))
        found[group[0]] = [Outcome((clash,), found[group[0]][0].place)]
        for one in group[1:]:
            del found[one]


def _bearers(found: dict[str, list[Outcome]]) -> dict[str, list[str]]:
    bearers: dict[str, list[str]] = defaultdict(list)
    for one, outcomes in found.items():
        units = [unit for outcome in outcomes for written in outcome.written for unit in _units(written)]
        for key in dict.fromkeys(unit.fact.key for unit in units if unit.fact and unit.fact.key):
            bearers[key].append(one)
    # A fact that is in one conflict already is in no second one.
    taken: set[str] = set()
    groups = {}
    for key, group in bearers.items():
        rest = [one for one in group if one not in taken]
        if len(rest) > 1:
            groups[key] = rest
            taken.update(rest)
    return groups


def _units(written: Unit | Clash) -> Iterable[Unit]:
    return (written,) if isinstance(written, Unit) else (*written.ours, *written.theirs)


def _bears(unit: Unit | None, key: str) -> bool:
    return unit is not None and unit.fact is not None and unit.fact.key == key
