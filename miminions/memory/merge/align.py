"""What two sides made of one base: matches between sequences, and the regions where either side changed it."""

from bisect import bisect
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

Pair = tuple[int, int]
Stretch = tuple[int, int, int, int]
Value = TypeVar("Value")
# Beyond this many comparisons a stretch without one unique line counts as replaced.
_LIMIT = 4_000_000


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of all three sequences, each as start and stop, and who changed it."""

    changed: Literal["none", "ours", "theirs", "both"]
    base: Pair
    ours: Pair
    theirs: Pair


@dataclass(frozen=True, slots=True)
class _Change:
    """What one side changed: a stretch of the base, and where the side's own stretch stops."""

    start: int
    stop: int
    side: int
    side_stop: int


def merge3(base: Value, ours: Value, theirs: Value) -> Value | None:
    """Return the value that both sides agree on or only one changed, None where they disagree."""
    if theirs in (ours, base):
        return ours
    return theirs if ours == base else None


def align(one: Sequence[Hashable], other: Sequence[Hashable], first: Collection[Hashable] = ()) -> list[Pair]:
    """Return matching places of two sequences, in order; values that occur once in both decide, `first` ones first."""
    pairs: list[Pair] = []
    whole = (0, len(one), 0, len(other))
    todo = [whole]
    if first:
        chosen = [value if value in first else None for value in one]
        pairs = _anchors(chosen, (0, len(one)), other, (0, len(other)))
        todo = list(_between(pairs, whole))
    while todo:
        a, a_stop, b, b_stop = todo.pop()
        while a < a_stop and b < b_stop and one[a] == other[b]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        while a < a_stop and b < b_stop and one[a_stop - 1] == other[b_stop - 1]:
            a_stop, b_stop = a_stop - 1, b_stop - 1
            pairs.append((a_stop, b_stop))
        if a == a_stop or b == b_stop:
            continue
        anchors = _anchors(one, (a, a_stop), other, (b, b_stop))
        pairs += anchors or _matched(one[a:a_stop], other[b:b_stop], a, b)
        if anchors:
            todo += _between(anchors, (a, a_stop, b, b_stop))
    return sorted(pairs)


def _between(anchors: list[Pair], whole: Stretch) -> Iterator[Stretch]:
    """Yield the stretches of both sequences that matches leave between them."""
    a, a_stop, b, b_stop = whole
    for stop, other_stop in [*anchors, (a_stop, b_stop)]:
        yield a, stop, b, other_stop
        a, b = stop + 1, other_stop + 1


def _anchors(one: Sequence[Hashable], a: Pair, other: Sequence[Hashable], b: Pair) -> list[Pair]:
    """Match what occurs once in both stretches, as far as it stands in the same order in both."""
    here, there = Counter(one[slice(*a)]), Counter(other[slice(*b)])
    places = {other[n]: n for n in range(*b) if there[other[n]] == 1}
    common = [(n, places[one[n]]) for n in range(*a) if here[one[n]] == 1 and one[n] in places]
    return _rising(common)


def _rising(pairs: list[Pair]) -> list[Pair]:
    """Return a longest run whose second numbers rise."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (_, second) in enumerate(pairs):
        rank = bisect(tops, second)
        before.append(ends[rank - 1] if rank else -1)
        tops[rank : rank + 1] = [second]
        ends[rank : rank + 1] = [place]
    run = []
    place = ends[-1] if ends else -1
    while place >= 0:
        run.append(pairs[place])
        place = before[place]
    return run[::-1]


def _matched(one: Sequence[Hashable], other: Sequence[Hashable], a: int, b: int) -> list[Pair]:
    if len(one) * len(other) > _LIMIT:
        return []
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(a + block.a + n, b + block.b + n) for block in blocks for n in range(block.size)]


def regions(
    size: int, ours: tuple[list[Pair], int], theirs: tuple[list[Pair], int], joins: Callable[[int], bool]
) -> Iterator[Region]:
    """Cut a base of that size, and two sides given as their matches with it and their sizes, into regions.

    Changes of both sides are one region where they overlap, or insert at one place; those that only touch are where
    `joins` says so of the base place between them.
    """
    both = [*_changes(size, *ours, 0), *_changes(size, *theirs, 1)]
    changes = deque(sorted(both, key=lambda one: (one.start, one.stop, one.side)))
    place, shifts = 0, [0, 0]
    while changes:
        group = [changes.popleft()]
        start, stop = group[0].start, group[0].stop
        while changes and _touches(start, stop, group, changes[0], joins):
            stop = max(stop, changes[0].stop)
            group.append(changes.popleft())
        if place < start:
            yield _region("none", (place, start), shifts, shifts)
        after = list(shifts)
        for change in group:
            after[change.side] = change.side_stop - change.stop
        sides = {change.side for change in group}
        who: Literal["ours", "theirs", "both"] = (
            "both" if len(sides) > 1 else "theirs" if sides == {1} else "ours"
        )
        yield _region(who, (start, stop), shifts, after)
        place, shifts = stop, after
    if place < size:
        yield _region("none", (place, size), shifts, shifts)


def _touches(
    start: int, stop: int, group: list[_Change], change: _Change, joins: Callable[[int], bool]
) -> bool:
    if change.start < stop:
        return True
    both_insert = start == stop == change.start == change.stop
    other = any(one.side != change.side for one in group)
    return change.start == stop and other and (both_insert or joins(stop))


def _changes(size: int, pairs: list[Pair], side_size: int, side: int) -> Iterator[_Change]:
    start = side_start = 0
    for stop, side_stop in [*pairs, (size, side_size)]:
        if start < stop or side_start < side_stop:
            yield _Change(start, stop, side, side_stop)
        start, side_start = stop + 1, side_stop + 1


def _region(
    who: Literal["none", "ours", "theirs", "both"], base: Pair, before: list[int], after: list[int]
) -> Region:
    (start, stop) = base
    return Region(
        who,
        base,
        (start + before[0], stop + after[0]),
        (start + before[1], stop + after[1]),
    )
