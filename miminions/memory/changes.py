"""Changes of a memory folder: closed values that turn the texts of its files into new texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from miminions.memory.edits import find, insert, label, remark, remove, reword
from miminions.memory.facts import Fact, read_facts
from miminions.memory.folder import Texts
from miminions.memory.history import Entry, append_entry
from miminions.templates import find as find_template

# The only workspace whose files are made when they are first needed.
PERSONAL = "personal"
# What an archived line carries besides the marks it had.
ARCHIVE_MARKS = ("until", "why", "by")


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a fact."""

    id: str
    text: str
    section: str
    marks: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retire:
    """Move a fact to the archive; `day` is the last it held, `by` what replaced it."""

    id: str
    day: str
    why: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Move a fact back from the archive."""

    id: str


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
class Label:
    """Give every fact an id that has none; any other change of the facts does so too."""


@dataclass(frozen=True, slots=True)
class Record:
    """Add a line to the ledger."""

    entry: Entry


Change = Insert | Retire | Restore | Reword | Remark | Move | Label | Record


def apply_changes(texts: Texts, changes: Iterable[Change]) -> Texts:
    """Return the texts after the changes, in order. Raises NotFoundError for an id that is not there."""
    changes = tuple(changes)
    memory, archive, history = texts.memory, texts.archive, texts.history
    if any(not isinstance(change, Record) for change in changes):
        memory = label(memory or skeleton("MEMORY.md", workspace=PERSONAL, share="insights"))
    for change in changes:
        match change:
            case Insert():
                memory = _insert(memory, change)
            case Retire():
                archive = _archive(archive or skeleton("ARCHIVE.md"), find(read_facts(memory), change.id), change)
                memory = remove(memory, change.id)
            case Restore():
                memory = _insert(memory, _restored(find(read_facts(archive), change.id)))
                archive = remove(archive, change.id)
            case Reword():
                memory = reword(memory, change.id, change.text)
            case Remark():
                memory = remark(memory, change.id, change.marks)
            case Move():
                memory = _move(memory, change)
            case Label():
                pass
            case Record():
                history = append_entry(history or skeleton("HISTORY.md"), change.entry)
            case _:
                assert_never(change)
    return Texts(memory, history, archive)


def skeleton(name: str, **values: str) -> str:
    """Return the text that a memory file begins with."""
    return find_template(name).fill(**values)


def _insert(text: str, new: Insert) -> str:
    return insert(text, new.text, identity=new.id, section=new.section, marks=new.marks, detail=new.detail)


def _archive(archive: str, fact: Fact, change: Retire) -> str:
    marks = {**fact.marks, "until": change.day, "why": change.why}
    if change.by:
        marks["by"] = change.by
    if read_facts(archive).by_id(fact.id):
        archive = remove(archive, fact.id)
    return _insert(archive, Insert(fact.id, fact.text, fact.section, marks, fact.detail))


def _restored(fact: Fact) -> Insert:
    marks = {key: value for key, value in fact.marks.items() if key not in ARCHIVE_MARKS}
    return Insert(fact.id, fact.text, fact.section, marks, fact.detail)


def _move(text: str, change: Move) -> str:
    fact = find(read_facts(text), change.id)
    moved = Insert(fact.id, fact.text, change.section, fact.marks, fact.detail)
    return _insert(remove(text, change.id), moved)
