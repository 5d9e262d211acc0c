"""Disputes: what a memory folder says in two ways at once, so that neither is true until somebody settles it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from miminions.markdown import Heading, Hunk, Lines, find_hunks
from miminions.memory.facts import Fact, MemoryText, claimed, read_facts
from miminions.memory.ids import births, normalise

if TYPE_CHECKING:
    from miminions.memory.folder import State
    from miminions.memory.history import Ledger

Kind = Literal["hunk", "id", "key", "replaced", "archive"]
REASON = "in conflict: miminions resolve"
# An id in the comment of a fact, or one that a line of the ledger added.
_ID = re.compile(r"(?:<!--[ \t]*mm:|[ \t]\+)([0-9a-z]{6})\b")


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two versions of one thing.

    `name` stays the same while the dispute does. `ids` are all facts it is about, `sides` the ids of each version's facts
    and `versions` their words: ours, then theirs; where no marker says which is which, the one that stands first is ours.
    """

    name: str
    kind: Kind
    file: str
    line: int
    why: str
    ids: tuple[str, ...]
    sides: tuple[tuple[str, ...], ...]
    versions: tuple[str, ...]
    labels: tuple[str, ...] = ()


def disputes(state: "State") -> tuple[Dispute, ...]:
    """Find everything that stands in two versions in the files of a memory folder, file by file."""
    found = [
        *_hunks(state),
        *_double_ids(state.facts, "id"),
        *_double_keys(state.facts),
        *_double_replacements(state),
    ]
    settled_with = {one.name.removeprefix("replaced ") for one in found if one.kind == "replaced"}
    found += (
        one
        for one in _double_ids(state.own_archive, "archive")
        if one.name.removeprefix("archive ") not in settled_with
    )
    return tuple(found)


def disputed(state: "State") -> frozenset[str]:
    """Return the ids of the live facts that are in dispute."""
    names = {
        identity
        for one in disputes(state)
        if one.kind in {"id", "key", "replaced"} or (one.kind == "hunk" and one.file == "MEMORY.md")
        for identity in one.ids
    }
    return frozenset(fact.id for fact in state.facts.facts if fact.id in names)


def hunk_facts(memory: MemoryText) -> tuple[Fact, ...]:
    """Return the facts of both sides of all conflicts of a file, with their lines in the file; each version once."""
    text = memory.document.text
    lines = Lines(text) if memory.hunks else None
    found: dict[tuple[object, ...], Fact] = {}
    for hunk in memory.hunks:
        for start, side in sides_of(text, hunk):
            headed = any(isinstance(block, Heading) for block in read_facts(side).document.blocks)
            section = "" if headed else _section_before(memory, hunk)
            for fact in _facts_in(side):
                line = lines.of(start + fact.start) if lines else 0
                named = replace(fact, line=line, section=section or fact.section)
                found.setdefault((fact.id, fact.text, *fact.marks.items()), named)
    return tuple(found.values())


def _section_before(memory: MemoryText, hunk: Hunk) -> str:
    """Return the section that a conflict stands in."""
    headings = (block for block in memory.document.blocks if isinstance(block, Heading))
    above = [block for block in headings if block.end <= hunk.start]
    return above[-1].title if above and above[-1].level > 1 else ""


def sides_of(text: str, hunk: Hunk) -> tuple[tuple[int, str], tuple[int, str]]:
    """Return both sides of a conflict, each with its offset in the text."""
    first = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)").match(text, hunk.start)
    closing = text[hunk.start : hunk.end].rstrip("\r\n")
    last = hunk.start + max(closing.rfind("\n"), closing.rfind("\r")) + 1
    return (first.end() if first else hunk.start, hunk.ours), (last - len(hunk.theirs), hunk.theirs)


def with_sides(text: str, hunks: Iterable[Hunk], side: Literal["ours", "theirs"]) -> str:
    """Return a text with one side in the place of each of its conflicts."""
    pieces, place = [], 0
    for hunk in hunks:
        pieces += [text[place : hunk.start], getattr(hunk, side)]
        place = hunk.end
    return "".join([*pieces, text[place:]])


def marked_ids(texts: Iterable[str], *, base: bool = True) -> frozenset[str]:
    """Return the ids that stand between the conflict markers of texts; `base` counts what both sides came from."""
    found: set[str] = set()
    for text in texts:
        for hunk in find_hunks(text):
            parts = (hunk.ours, hunk.theirs, (hunk.base or "") if base else "")
            found.update(identity for part in parts for identity in _ID.findall(part))
    return frozenset(found)


def same_words(one: Fact, other: Fact) -> bool:
    """Say whether two facts say the same, detail included."""
    return normalise(one.text) == normalise(other.text) and one.detail.split() == other.detail.split()


def harmless(one: Fact, other: Fact) -> bool:
    """Say whether one of two copies of a fact can go: the words are the same, and no mark contradicts another."""
    shared = one.marks.keys() & other.marks.keys()
    return same_words(one, other) and all(one.marks[name] == other.marks[name] for name in shared)


def claims_of(
    archives: Iterable[MemoryText], ledger: "Ledger | None" = None
) -> Mapping[str, tuple[str, ...]]:
    """Return for each fact that was replaced what claims its place: the archives' word first, then the ledger's last."""
    claims: dict[str, dict[str, None]] = defaultdict(dict)
    for archived in archives:
        for fact in (*archived.facts, *hunk_facts(archived)):
            if by := fact.marks.get("by"):
                claims[claimed(archived.document.text, fact) or fact.id][by] = None
    last = {added.id: added.replaces for entry in (ledger.entries if ledger else ()) for added in entry.added}
    for identity, replaced in last.items():
        for old in replaced:
            claims[old][identity] = None
    return {old: tuple(news) for old, news in claims.items()}


def heirs(
    identity: str,
    claims: Mapping[str, tuple[str, ...]],
    live: Collection[str],
    seen: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Yield the live facts that a fact has become, itself if it is live."""
    if identity in live:
        yield identity
    elif identity not in seen:
        for new in claims.get(identity, ()):
            yield from heirs(new, claims, live, seen | {identity})


def _facts_in(side: str) -> Iterator[Fact]:
    memory = read_facts(side)
    for fact in memory.facts:
        # Of two lines with one id within a side both are meant.
        identity = claimed(side, fact) or fact.id
        yield fact if identity == fact.id else replace(fact, id=identity)
    for hunk in memory.hunks:
        yield from (*_facts_in(hunk.ours), *_facts_in(hunk.theirs))


def _hunks(state: "State") -> Iterator[Dispute]:
    memory, archive = state.facts.document.text, state.own_archive.document.text
    histories = ((file.path, file.text) for file in (state.history, *state.others))
    for path, text in ((state.memory.path, memory), (state.archive.path, archive), *histories):
        hunks = find_hunks(text)
        lines = Lines(text) if hunks else None
        for hunk in hunks:
            yield _hunk(path, hunk, lines.of(hunk.start) if lines else 0)


def _hunk(path: Path, hunk: Hunk, line: int) -> Dispute:
    sides = [tuple(dict.fromkeys(fact.id for fact in _facts_in(side))) for side in (hunk.ours, hunk.theirs)]
    ids = tuple(dict.fromkeys([*sides[0], *sides[1]]))
    about = ", ".join(ids) or "its lines"
    return Dispute(
        hunk_name(hunk),
        "hunk",
        path.name,
        line,
        f"a merge left {about} in two versions",
        ids,
        tuple(sides),
        (hunk.ours, hunk.theirs),
        (hunk.labels[0], hunk.labels[2]),
    )


def hunk_name(hunk: Hunk) -> str:
    """Return the name of a conflict: it follows from what both sides say."""
    return f"hunk {next(births(f'{hunk.ours}|{hunk.theirs}'))}"


def _double_ids(memory: MemoryText, kind: Kind) -> Iterator[Dispute]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in memory.facts:
        identity = "" if fact.labelled else claimed(memory.document.text, fact)
        if identity:
            groups[identity].append(fact)
    for identity, copies in groups.items():
        owner = memory.by_id(identity)
        others = [fact for fact in copies if owner is not None and not harmless(owner, fact)]
        if owner is not None and others:
            why = f"{len(others) + 1} lines have the id {identity} and say different things"
            yield _of_facts(f"{kind} {identity}", kind, why, (owner, *others), (identity,))


def _double_keys(memory: MemoryText) -> Iterator[Dispute]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in memory.facts:
        if fact.key:
            groups[fact.key].append(fact)
    for key, facts in groups.items():
        # Two lines of one id are one dispute, not two.
        owners = {claimed(memory.document.text, fact) or fact.id: fact for fact in reversed(facts)}
        if len(owners) > 1:
            why = f"{len(owners)} facts have the key {key}"
            yield _of_facts(f"key {key}", "key", why, tuple(reversed(owners.values())))


def _double_replacements(state: "State") -> Iterator[Dispute]:
    live = {fact.id: fact for fact in state.facts.facts}
    claims = claims_of(state.archives, state.ledger)
    for old, news in claims.items():
        if len(news) < 2:
            continue
        ends = dict.fromkeys(end for new in news for end in heirs(new, claims, live, frozenset({old})))
        if len(ends) > 1:
            facts = tuple(live[end] for end in ends)
            why = f"{len(facts)} facts took the place of {old}"
            yield _of_facts(f"replaced {old}", "replaced", why, facts, (old,))


def _of_facts(
    name: str, kind: Kind, why: str, facts: tuple[Fact, ...], more: tuple[str, ...] = ()
) -> Dispute:
    ids = tuple(fact.id for fact in facts)
    return Dispute(
        name,
        kind,
        "ARCHIVE.md" if kind == "archive" else "MEMORY.md",
        facts[0].line,
        why,
        tuple(dict.fromkeys([*ids, *more])),
        tuple((one,) for one in ids),
        tuple(fact.text for fact in facts),
    )
