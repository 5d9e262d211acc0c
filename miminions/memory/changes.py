"""Changes of a memory folder: closed values that turn the texts of its files into new texts."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from miminions.layout import PERSONAL
from miminions.memory.edits import Insert, carry, find, insert, label_bare, remark, remove, reword
from miminions.memory.facts import Fact, read_facts
from miminions.memory.folder import Texts
from miminions.memory.history import Entry, append_entry
from miminions.memory.sections import rename_section
from miminions.memory.tidy import strip, tidy
from miminions.templates import find as find_template

__all__ = [
    "Change",
    "Insert",
    "Label",
    "Lay",
    "Move",
    "Purge",
    "Receive",
    "Record",
    "Remark",
    "Rename",
    "Resolve",
    "Restore",
    "Retire",
    "Revert",
    "Reword",
    "Strip",
    "Tidy",
    "Unite",
    "apply_changes",
    "skeleton",
    "touched",
]

EXPIRED = "expired"
# What an archived line carries besides the marks it had.
ARCHIVE_MARKS = ("until", "why", "by", "had")


@dataclass(frozen=True, slots=True)
class Retire:
    """Move a fact to the archive; `day` is the last it held, `by` what replaced it."""

    id: str
    day: str
    why: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Move a fact back from the archive; one that only another writer's has is given as `fact`, and stays there."""

    id: str
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Reword:
    """Give a fact another text, as its owner does; the id stays."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Give a fact other marks."""

    id: str
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """Put a fact into another section."""

    id: str
    section: str


@dataclass(frozen=True, slots=True)
class Receive:
    """Take a fact of another memory in as it is written there, under an id that is free here."""

    id: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a section another name; its facts move where a section of that name exists."""

    section: str
    to: str


@dataclass(frozen=True, slots=True)
class Purge:
    """Remove a fact from the archive, for good."""

    id: str


@dataclass(frozen=True, slots=True)
class Lay:
    """Write the memory file just so, if that says what it says after the changes before."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """Give every fact an id that has none; any other change of the facts does so too."""


@dataclass(frozen=True, slots=True)
class Tidy:
    """Give every fact an id of its own, and put our comments back behind their texts."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Take our comments out of all three files, for those who leave; ids and the ledger go with them."""


@dataclass(frozen=True, slots=True)
class Resolve:
    """Merge by fact what stands between conflict markers, and settle what is left as somebody chose.

    `answers` say by the name of a dispute which side stands, `taken` are ids that no fact may be given, and `lost` those
    under which the versions that nobody chose come into the archive.
    """

    answers: Mapping[str, Literal["ours", "theirs", "both"]]
    day: str
    taken: frozenset[str] = frozenset()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revert:
    """Write all three files as they were before a run."""

    texts: Texts


@dataclass(frozen=True, slots=True)
class Unite:
    """Take both sides of the conflicts of a ledger: every line of either is true."""


@dataclass(frozen=True, slots=True)
class Record:
    """Add a line to the ledger."""

    entry: Entry


_OfFact = Insert | Receive | Retire | Restore | Reword | Remark | Move | Purge
Change = _OfFact | Rename | Lay | Label | Tidy | Strip | Resolve | Revert | Unite | Record


def touched(changes: Iterable[Change]) -> frozenset[str]:
    """Return the ids of the facts that changes are about."""
    return frozenset(change.id for change in changes if isinstance(change, _OfFact))


def apply_changes(texts: Texts, changes: Iterable[Change]) -> Texts:
    """Return the texts after the changes, in order.

    What belongs together touches one place only, so that two branches seldom touch the same: what replaces a fact of
    its section takes that one's place, and new facts of one section stand together.
    Raises NotFoundError for an id that is not there, MemoryFileError for a file that cannot be changed safely.
    """
    changes = tuple(changes)
    if any(not isinstance(change, Record | Revert | Strip | Purge | Unite) for change in changes):
        # The personal files are the only ones that are made when they are first needed.
        memory = texts.memory or skeleton("MEMORY.md", workspace=PERSONAL, share="insights")
        texts = replace(texts, memory=label_bare(memory))
    replaced = {change.by: change.id for change in changes if isinstance(change, Retire) and change.by}
    # New facts of a section stand by one that replaces another there, if there is one.
    inserts = [change for change in changes if isinstance(change, Insert)]
    latest = {one.section: replaced[one.id] for one in inserts if one.id in replaced}
    for change in _in_turn(changes):
        behind = ""
        if isinstance(change, Insert):
            behind = replaced.get(change.id) or latest.get(change.section, "")
            latest[change.section] = change.id
        texts = _apply(texts, change, behind)
    return texts


def _in_turn(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield changes, a fact that replaces another before the other goes: it needs its place."""
    waiting = deque(changes)
    inserts = {change.id: change for change in waiting if isinstance(change, Insert)}
    while waiting:
        change = waiting.popleft()
        by = inserts.get(change.by or "") if isinstance(change, Retire) else None
        if by is not None and by in waiting:
            waiting.remove(by)
            yield by
        yield change


def _apply(texts: Texts, change: Change, behind: str) -> Texts:
    match change:
        case Insert() | Receive() | Reword() | Remark() | Move() | Rename():
            texts = replace(texts, memory=_rewritten(texts.memory, change, behind))
        case Retire():
            texts = _retire(texts, change)
        case Restore():
            texts = _restore(texts, change)
        case Purge():
            texts = replace(texts, archive=_purged(texts.archive, change.id))
        case Lay():
            texts = replace(texts, memory=_laid(texts.memory, change.text))
        case Label() | Tidy() | Strip():
            texts = _ordered(texts, change)
        case Resolve() | Unite():
            texts = _resolved(texts, change)
        case Revert():
            texts = change.texts
        case Record():
            history = texts.history or skeleton("HISTORY.md")
            texts = replace(texts, history=append_entry(history, change.entry))
        case _:
            assert_never(change)
    return texts


def _rewritten(text: str, change: Insert | Receive | Reword | Remark | Move | Rename, behind: str) -> str:
    """Return the memory file after a change that no other file takes part in."""
    match change:
        case Insert():
            text = insert(text, change, behind=behind)
        case Receive():
            fact = replace(change.fact, id=change.id)
            text = carry(fact, text, section=fact.section, marks=fact.marks)
        case Reword():
            text = reword(text, change.id, change.text)
        case Remark():
            text = remark(text, change.id, change.marks)
        case Move():
            fact = find(read_facts(text), change.id)
            text = carry(fact, remove(text, fact.id), section=change.section, marks=fact.marks)
        case Rename():
            text = rename_section(text, change.section, change.to)
        case _:
            assert_never(change)
    return text


def _laid(text: str, wanted: str) -> str:
    now, then = read_facts(text), read_facts(wanted)
    same_head = text[: now.document.body] == wanted[: then.document.body]
    return wanted if same_head and _said(now.facts) == _said(then.facts) else text


def _said(facts: Iterable[Fact]) -> list[tuple[str, str, str, str, dict[str, str]]]:
    found = [(fact.id, fact.text, fact.section, fact.detail, dict(fact.marks)) for fact in facts]
    return sorted(found, key=lambda one: one[0])


def _purged(archive: str, identity: str) -> str:
    while read_facts(archive).by_id(identity):
        archive = remove(archive, identity)
    return archive


def _ordered(texts: Texts, change: Label | Tidy | Strip) -> Texts:
    if isinstance(change, Strip):
        return Texts(strip(texts.memory), strip(texts.history), strip(texts.archive))
    return replace(texts, memory=tidy(texts.memory)) if isinstance(change, Tidy) else texts


def _resolved(texts: Texts, change: Resolve | Unite) -> Texts:
    # Seldom needed: only when versions met that do not go together.
    from miminions.memory.settle import settle, united

    if isinstance(change, Unite):
        return replace(texts, history=united(texts.history))
    return settle(texts, change.answers, change.day, change.taken).texts


def skeleton(name: str, **values: str) -> str:
    """Return the text that a memory file begins with."""
    return find_template(name).fill(**values)


def _retire(texts: Texts, change: Retire) -> Texts:
    fact = find(read_facts(texts.memory), change.id)
    marks = {**fact.marks, "until": change.day, "why": change.why}
    if change.by:
        marks["by"] = change.by
    if fact.until and change.why != EXPIRED:
        marks["had"] = fact.until
    archive = _purged(texts.archive or skeleton("ARCHIVE.md"), fact.id)
    archive = carry(fact, archive, section=fact.section, marks=marks)
    return replace(texts, memory=remove(texts.memory, fact.id), archive=archive)


def _restore(texts: Texts, change: Restore) -> Texts:
    fact = change.fact or find(read_facts(texts.archive), change.id)
    marks = {key: value for key, value in fact.marks.items() if key not in ARCHIVE_MARKS}
    if "had" in fact.marks:
        marks["until"] = fact.marks["had"]
    memory = carry(fact, texts.memory, section=fact.section, marks=marks)
    return replace(
        texts, memory=memory, archive=texts.archive if change.fact else remove(texts.archive, fact.id)
    )
