"""One fact in three versions: its words, marks, box, detail and other people's comments merge each on its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from miminions.memory.comments import comment
from miminions.memory.facts import Fact, read_facts
from miminions.memory.merge.align import merge3
from miminions.memory.merge.units import Unit

Winner = Literal["theirs"] | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a fact: its unit, or the fields that both sides changed differently."""

    unit: Unit | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """An item as slices that follow one another: marker and box, words, gap, our comment, the line's rest, detail."""

    prefix: str
    words: str
    gap: str
    mark: str
    rest: str
    detail: str

    @property
    def whole(self) -> str:
        return self.prefix + self.words + self.gap + self.mark + self.rest + self.detail


_NONE = _Parts("", "", "", "", "", "")
# No mark can have this value: a space ends it.
_ABSENT = " "


def edited(before: Unit, after: Unit) -> bool:
    """Say whether a fact says something else than before; an id it was given, and other white space, do not count."""
    return _meaning(before.fact) != _meaning(after.fact)


def merge_fact(base: Unit | None, ours: Unit, theirs: Unit, winner: Winner) -> Merged:
    """Merge two versions of one fact; where both changed one field differently, the winner's stands, if there is one.

    `base` is None for a fact that both added.
    """
    body = merge3(base.body if base else None, ours.body, theirs.body)
    end = merge3(base.end if base else "", ours.end, theirs.end) or ours.end or theirs.end
    if body is not None:
        return Merged(Unit(body, end, ours.key, (ours if body == ours.body else theirs).fact))
    parts, clashes = _merged(base, ours, theirs, winner)
    fact = _read(parts.whole) if parts else None
    if parts and fact and not clashes:
        return Merged(Unit(parts.whole, end, ours.key, fact))
    return Merged(theirs) if winner else Merged(None, clashes or ("text",))


def _merged(
    base: Unit | None, ours: Unit, theirs: Unit, winner: Winner
) -> tuple[_Parts | None, tuple[str, ...]]:
    before, one, other = _parts(base) if base else _NONE, _parts(ours), _parts(theirs)
    if before is None or one is None or other is None:
        # With a comment within the words an item is one field.
        return None, ()
    clashes: list[str] = []

    def field(name: str, said: str) -> str:
        slices = (getattr(before, said), getattr(one, said), getattr(other, said))
        told = tuple(getattr(unit.fact, name) if unit else "" for unit in (base, ours, theirs))
        picked = _picked(slices, told)
        if picked is None and not winner:
            clashes.append(name)
        return slices[2] if picked is None else picked

    marks, clashing = _marks(base, ours, theirs)
    mark = _mark(marks, (ours, one.mark), (theirs, other.mark))
    gap = merge3(before.gap, one.gap, other.gap)
    parts = _Parts(
        prefix=field("box", "prefix"),
        words=field("text", "words"),
        gap=(gap or one.gap or other.gap or " ") if mark else "",
        mark=mark,
        rest=field("others", "rest"),
        detail=field("detail", "detail"),
    )
    return parts, (*clashes, *(() if winner else clashing))


def _picked(slices: tuple[str, str, str], told: tuple[str, ...]) -> str | None:
    """Pick a slice by its bytes, else by what it says; None where the sides say different things."""
    picked = merge3(*slices)
    if picked is not None:
        return picked
    said = merge3(*told)
    if said is None:
        return None
    return slices[1] if told[1] == said else slices[2]


def _marks(base: Unit | None, ours: Unit, theirs: Unit) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Merge the marks one by one; return them, theirs where the sides differ, and the names of those."""
    before, one, other = (unit.fact.marks if unit and unit.fact else {} for unit in (base, ours, theirs))
    merged, clashes = {}, []
    for key in dict.fromkeys([*one, *other]):
        versions = [marks.get(key, _ABSENT) for marks in (before, one, other)]
        value = merge3(*versions)
        if value is None:
            clashes.append(key)
            value = versions[2]
        if value != _ABSENT:
            merged[key] = value
    return merged, tuple(clashes)


def _mark(marks: Mapping[str, str], *versions: tuple[Unit, str]) -> str:
    """Return the comment of the version that says just this, else a new one."""
    labelled = any(unit.fact and unit.fact.labelled for unit, _ in versions)
    for unit, mark in versions:
        if unit.fact and unit.fact.marks == marks and unit.fact.labelled == labelled:
            return mark
    ids = [unit.fact.id for unit, _ in versions if unit.fact and unit.fact.labelled]
    return comment(ids[0] if ids else versions[0][0].key, marks)


def _parts(unit: Unit) -> _Parts | None:
    fact = unit.fact
    if fact is None or fact.mark_start < fact.text_end:
        return None
    places = (fact.start, fact.text_start, fact.text_end, fact.mark_start, fact.mark_end)
    prefix, words, gap, mark = (place - fact.start for place in places[1:])
    tail = unit.body[mark:]
    line = min((tail.find(end) for end in "\r\n" if end in tail), default=len(tail))
    return _Parts(
        unit.body[:prefix],
        unit.body[prefix:words],
        unit.body[words:gap],
        unit.body[gap:mark],
        tail[:line],
        tail[line:],
    )


def _read(body: str) -> Fact | None:
    """Read a merged item by itself; None when it is not exactly one fact."""
    facts = read_facts(body).facts
    return facts[0] if len(facts) == 1 and facts[0].end == len(body) else None


def _meaning(fact: Fact | None) -> tuple[object, ...]:
    return (fact.text, dict(fact.marks), fact.detail, fact.box, fact.others) if fact else ()
