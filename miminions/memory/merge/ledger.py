"""The ledger's merge: every line of both sides once, by day and time; what else stands in the file merges by lines."""

from collections import Counter
from collections.abc import Mapping

from miminions.markdown import Item, lines_of, parse
from miminions.memory.history import Entry, read_history
from miminions.memory.merge.decide import BOTH, OURS, THEIRS, Outcome
from miminions.memory.merge.units import Side, Unit


def ledger_side(text: str) -> Side:
    """Read one version of the ledger; a line's key is its day, its time and its bytes, so that keys sort by time."""
    entries = read_history(text).entries
    # The ledger has one entry for each item with words.
    items = [b for b in parse(text).blocks if isinstance(b, Item) and b.text_start < b.text_end]
    waiting = list(reversed(list(zip(items, entries, strict=True))))
    seen: Counter[str] = Counter()
    units, place = [], 0
    for start, stop in lines_of(text):
        if start < place:
            continue
        key, place = "", stop
        if waiting and start == waiting[-1][0].start:
            item, entry = waiting.pop()
            place = item.end
            key = _key(entry, text[start:place].rstrip("\r\n"), seen)
        body = (
            text[start:place].rstrip("\r\n")
            if key
            else text[start:place].removesuffix("\n").removesuffix("\r")
        )
        units.append(Unit(body, text[start + len(body) : place], key))
    return Side(tuple(units), {unit.key: n for n, unit in enumerate(units) if unit.key}, 0)


def decide_entries(
    base: Side, ours: Side, theirs: Side, stayed: tuple[set[str], set[str]]
) -> Mapping[str, list[Outcome]]:
    """Keep each line of either side, but what one side took out of the base."""
    found = {}
    for key in dict.fromkeys([*ours.places, *theirs.places]):
        one, other = ours.unit(key), theirs.unit(key)
        unit = one or other
        if unit is None or (base.unit(key) and not (one and other)):
            continue
        place = OURS if one else THEIRS
        if one and other and (key in stayed[0] or key in stayed[1]):
            place = BOTH if key in stayed[0] and key in stayed[1] else THEIRS if key in stayed[0] else OURS
        found[key] = [Outcome((unit,), place)]
    return found


def entries_of(side: Side) -> Counter[str]:
    """Count the lines of a ledger."""
    return Counter(unit.body for unit in side.units if unit.key)


def _key(entry: Entry, body: str, seen: Counter[str]) -> str:
    key = f"{entry.day} {entry.time} {body}"
    seen[key] += 1
    return f"{key} {seen[key]}"
