"""Three-way merges of memory files: facts by their ids and field by field, other lines as lines, the ledger as a union."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from miminions.markdown import Heading
from miminions.memory.facts import Fact, read_facts
from miminions.memory.lines import newline_of
from miminions.memory.merge.align import Pair, align, merge3
from miminions.memory.merge.decide import decide
from miminions.memory.merge.fields import Winner
from miminions.memory.merge.frame import Clash, Frame
from miminions.memory.merge.ledger import decide_entries, entries_of, ledger_side
from miminions.memory.merge.order import in_order
from miminions.memory.merge.units import Side, Unit, lines_side, paired, side_of

__all__ = ["Conflict", "Merged", "keep_both", "merge", "union"]

_BOM = "\ufeff"
_ENDS = re.compile(r"\r\n|\r|\n")
MARKER = 7
Labels = tuple[str, str, str]
_NAMES: Labels = ("ours", "base", "theirs")


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed differently: the facts' ids, the fields, and each side's lines; base as both had it."""

    ids: tuple[str, ...]
    fields: tuple[str, ...]
    ours: str
    base: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text; each of its conflicts stands in it between markers."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


def merge(base: str, ours: str, theirs: str, *, labels: Labels = _NAMES, marker: int = MARKER) -> Merged:
    """Merge two versions of MEMORY.md or ARCHIVE.md; what no rule decides is marked as git does it.

    `marker` is how many characters a marker line begins with.
    """
    whole = merge3(base, ours, theirs)
    if whole is not None:
        return Merged(whole)
    return _Merge(base, ours, theirs, winner=None).merged(labels, marker)


def keep_both(base: str, ours: str, theirs: str) -> str:
    """Merge what a program wrote (ours) with what a person wrote meanwhile (theirs), without any marker.

    Where both changed one thing the person's version stands; nothing that either added is lost.
    """
    whole = merge3(base, ours, theirs)
    if whole is not None:
        return whole
    return _Merge(base, ours, theirs, winner="theirs").merged(_NAMES, MARKER).text


def union(base: str, ours: str, theirs: str) -> str:
    """Merge two versions of the ledger: every line of both once, by day and time; never a conflict."""
    whole = merge3(base, ours, theirs)
    if whole is not None:
        return whole
    return _Merge(base, ours, theirs, winner="theirs").united()


class _Texts:
    """Three texts without byte order marks, and with one line end where each text keeps to one."""

    def __init__(self, *texts: str) -> None:
        self.mark = merge3(*(text.startswith(_BOM) for text in texts))
        bare = [text.removeprefix(_BOM) for text in texts]
        ends = [set(_ENDS.findall(text)) for text in bare]
        self.newline = ""
        if all(len(found) < 2 for found in ends):
            known = [newline_of(text) if found else "" for text, found in zip(bare, ends, strict=True)]
            self.newline = self._newline(*known)
            bare = [_ENDS.sub("\n", text) for text in bare]
        self.plain = tuple(bare)

    @staticmethod
    def _newline(base: str, ours: str, theirs: str) -> str:
        if not ours or not theirs:
            return ours or theirs or "\n"
        return merge3(base, ours, theirs) or ours

    def ended(self, text: str) -> str:
        """Give a merged text the line ends and the mark that the files have."""
        if self.newline not in ("", "\n"):
            text = text.replace("\n", self.newline)
        return (_BOM if self.mark else "") + text


class _Merge:
    """One merge of three texts, by facts where that is sound, else by lines."""

    def __init__(self, base: str, ours: str, theirs: str, *, winner: Winner) -> None:
        self._texts = _Texts(base, ours, theirs)
        self._winner = winner

    def merged(self, labels: Labels, marker: int) -> Merged:
        sides = [side_of(text) for text in self._texts.plain]
        written = self._by_facts(sides[0], sides[1], sides[2])
        if written is None:
            written = self._by_lines()
        text = self._texts.ended(self._text(written, labels, marker))
        return Merged(text, tuple(_conflict(one) for one in written if isinstance(one, Clash)))

    def united(self) -> str:
        """Return the union of three ledgers."""
        base, ours, theirs = (ledger_side(text) for text in self._texts.plain)
        here, there = align(base.tokens, ours.tokens), align(base.tokens, theirs.tokens)
        frame = Frame(base, ours, theirs, winner=self._winner)
        frame.weave(here, there)
        outcomes = decide_entries(base, ours, theirs, _stayed(base, here, there))
        slots = (frame.slots(0), frame.slots(1))
        written = list(in_order(frame.pieces, (base, ours, theirs), slots, outcomes))
        wanted = Counter(unit.body for unit in written if isinstance(unit, Unit) and unit.key)
        for tried in (written, list(_apart(written, ours, theirs))):
            text = self._text(tried, _NAMES, MARKER)
            if entries_of(ledger_side(text)) == wanted:
                return self._texts.ended(text)
        return self._texts.ended(self._text(self._by_lines(), _NAMES, MARKER))

    def _by_facts(self, base: Side, ours: Side, theirs: Side) -> list[Unit | Clash] | None:
        """Merge by facts; None where the result does not read as it should."""
        if any("<<<<<<<" in text and read_facts(text).hunks for text in self._texts.plain):
            return None
        ours, here = paired(base, ours)
        theirs, there = paired(base, theirs)
        frame = Frame(base, ours, theirs, winner=self._winner)
        frame.weave(here, there)
        sides = (base, ours, theirs)
        outcomes = decide(sides, _stayed(base, here, there), self._winner)
        written = list(in_order(frame.pieces, sides, (frame.slots(0), frame.slots(1)), outcomes))
        tries = (written, list(_apart(written, ours, theirs)))
        return next((tried for tried in tries if self._is_sound(tried, sides)), None)

    def _by_lines(self) -> list[Unit | Clash]:
        base, ours, theirs = (lines_side(text) for text in self._texts.plain)
        frame = Frame(base, ours, theirs, winner=self._winner, strict=True)
        frame.weave(align(base.tokens, ours.tokens), align(base.tokens, theirs.tokens))
        return frame.pieces

    def _text(self, written: Sequence[Unit | Clash], labels: Labels, marker: int) -> str:
        """Write the merged units; the file ends with a line end if its versions do."""
        texts = [text for text in self._texts.plain if text]
        newline = newline_of("".join(texts))
        lines = list(_lines(written, labels, marker, newline))
        if not lines:
            return ""
        keep = self._ends_lines() or isinstance(written[-1], Clash)
        last, end = lines[-1]
        return "".join(
            [*(one + (stop or newline) for one, stop in lines[:-1]), last, (end or newline) if keep else ""]
        )

    def _ends_lines(self) -> bool:
        """Say whether the merged file ends with a line end; an empty version has no say."""
        base, ours, theirs = (text[-1:] in ("\n", "\r") if text else None for text in self._texts.plain)
        if ours is None or theirs is None:
            return bool(ours or theirs)
        return True if base is None and ours != theirs else bool(merge3(base, ours, theirs))

    def _is_sound(self, written: Sequence[Unit | Clash], sides: tuple[Side, Side, Side]) -> bool:
        """Say whether the merged text reads back as what was decided: each fact, its section, each conflict."""
        memory = read_facts(self._text(written, _NAMES, MARKER))
        live = [unit for unit in written if isinstance(unit, Unit) and unit.fact]
        wanted = [unit.fact for unit in live if unit.fact]
        if Counter(map(_said, wanted)) != Counter(map(_said, memory.facts)):
            return False
        if not {fact.id for fact in wanted if fact.labelled} <= {fact.id for fact in memory.facts}:
            return False
        clashes = sum(isinstance(one, Clash) for one in written)
        return clashes == len(memory.hunks) and self._in_their_sections(live, memory.facts, sides)

    @staticmethod
    def _in_their_sections(
        live: Sequence[Unit], facts: Sequence[Fact], sides: tuple[Side, Side, Side]
    ) -> bool:
        """Say whether each fact is in a section that a side gave it, or in one that a side renamed."""
        titles = [{unit.fact.section for unit in side.units if unit.fact} for side in sides[1:]]
        known = [titles[n] | _headings(side) for n, side in enumerate(sides[1:])]
        for unit, fact in zip(live, facts, strict=True):
            given = [side.unit(unit.key) for side in sides[1:]]
            sections = [one.fact.section if one and one.fact else None for one in given]
            renamed = any(own and fact.section not in known[n] for n, own in enumerate(sections))
            if fact.section not in sections and not renamed:
                return False
        return True


def _apart(written: Sequence[Unit | Clash], *sides: Side) -> Iterator[Unit | Clash]:
    """Yield merged units with a blank line where a line follows a fact that it followed on neither side."""
    known = {
        (one.token, other.token)
        for side in sides
        for one, other in pairwise(side.units)
        if one.key and not other.key
    }
    for one, other in pairwise([*written, None]):
        if one is not None:
            yield one
        if not isinstance(one, Unit) or not isinstance(other, Unit) or not one.key or other.key:
            continue
        if not other.blank and (one.token, other.token) not in known:
            yield Unit("", one.end or other.end)


def _stayed(base: Side, *pairs: list[Pair]) -> tuple[set[str], set[str]]:
    """Return the keys that each side left in their order."""
    ours, theirs = ({base.units[n].key for n, _ in found} for found in pairs)
    return ours, theirs


def _headings(side: Side) -> set[str]:
    memory = read_facts("".join(unit.body + "\n" for unit in side.units if unit.heading))
    return {block.title for block in memory.document.blocks if isinstance(block, Heading)}


def _said(fact: Fact) -> tuple[str, str, str]:
    return fact.text, fact.detail, fact.box


def _lines(
    written: Sequence[Unit | Clash], labels: Labels, marker: int, newline: str
) -> Iterator[tuple[str, str]]:
    for one in written:
        if isinstance(one, Unit):
            yield one.body, one.end
            continue
        parts = (("<", labels[0], one.ours), ("|", labels[1], one.base), ("=", "", one.theirs))
        for sign, label, units in parts:
            yield f"{sign * marker} {label}".rstrip(), newline
            yield from ((unit.body, unit.end or newline) for unit in units)
        yield f"{'>' * marker} {labels[2]}".rstrip(), newline


def _conflict(clash: Clash) -> Conflict:
    ours, base, theirs = (
        "".join(unit.body + (unit.end or "\n") for unit in units)
        for units in (clash.ours, clash.base, clash.theirs)
    )
    return Conflict(clash.ids, clash.fields, ours, base, theirs)
