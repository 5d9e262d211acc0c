"""A memory folder: its files read as one state."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from miminions.files import Snapshot, read
from miminions.layout import Layout, slug
from miminions.markdown import Document, front_matter, head_of, parse
from miminions.memory.disputes import disputed, marked_ids, with_sides
from miminions.memory.facts import Fact, MemoryText, read_facts
from miminions.memory.history import Ledger, joined, read_history
from miminions.settings import SHARES

PER_WRITER = "per-writer"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of the three files that a change may touch."""

    memory: str
    history: str
    archive: str


@dataclass(frozen=True, slots=True)
class State:
    """The files of a memory folder as they were read, and what they say.

    `history` and `archive` are those that this machine writes, `others` are those of other writers, `elsewhere` what
    the archives among these say; the ledger and what is archived are of them all.
    """

    layout: Layout
    memory: Snapshot
    history: Snapshot
    archive: Snapshot
    others: tuple[Snapshot, ...]
    facts: MemoryText
    ledger: Ledger
    own_archive: MemoryText
    elsewhere: tuple[tuple[Path, MemoryText], ...] = ()

    @property
    def texts(self) -> Texts:
        """The texts that the next change starts from."""
        return Texts(self.memory.text, self.history.text, self.archive.text)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each file, by path."""
        files = (self.memory, self.history, self.archive, *self.others)
        return {str(file.path): file.digest for file in files}

    @property
    def archived(self) -> MemoryText:
        """The facts of all archives, its own first."""
        others = (fact for _, text in self.elsewhere for fact in text.facts)
        return replace(self.own_archive, facts=(*self.own_archive.facts, *others))

    @property
    def other_histories(self) -> tuple[Snapshot, ...]:
        """The histories of other writers."""
        archives = {path for path, _ in self.elsewhere}
        return tuple(file for file in self.others if file.path not in archives)

    @property
    def archives(self) -> tuple[MemoryText, ...]:
        """All archives, its own first."""
        return (self.own_archive, *(text for _, text in self.elsewhere))

    def archived_elsewhere(self, identity: str) -> Fact | None:
        """Return an archived fact that only another writer's archive has."""
        if self.own_archive.by_id(identity):
            return None
        return next((fact for _, text in self.elsewhere if (fact := text.by_id(identity))), None)

    def archive_of(self, fact: Fact) -> Path:
        """Return the archive that a fact is in."""
        return next((path for path, text in self.elsewhere if fact in text.facts), self.archive.path)

    @property
    def identity(self) -> str:
        """The workspace's id from the front matter, empty where none was given. Raises MemoryFileError."""
        return _named(self.facts.document)

    @property
    def share(self) -> str:
        """What the workspace lets others see; a word nobody knows shares nothing. Raises MemoryFileError."""
        return _shared(self.facts.document)

    @property
    def expiry(self) -> Mapping[str, str]:
        """How long a new fact of a section holds by default, such as `90d`, by section. Raises MemoryFileError."""
        spans = front_matter(self.facts.document).get("expire")
        return {str(name): str(span) for name, span in spans.items()} if isinstance(spans, dict) else {}

    @property
    def write_mode(self) -> str:
        """How the owner lets sessions write here, empty where nothing is said. Raises MemoryFileError."""
        return str(front_matter(self.facts.document).get("write") or "")

    @property
    def ids(self) -> frozenset[str]:
        """Every id that is or was in use here."""
        live = {fact.id for fact in (*self.facts.facts, *self.archived.facts)}
        texts = (self.memory, self.archive, self.history, *self.others)
        return frozenset(live) | self.ledger.known() | marked_ids(file.text for file in texts)

    @property
    def disputed(self) -> frozenset[str]:
        """The ids of the live facts that stand in two versions: none of them is true until somebody settles it."""
        return disputed(self)

    def deleted(self) -> frozenset[str]:
        """Return the ids that a session added and that are nowhere any more: a person deleted those lines."""
        present = {fact.id for fact in (*self.facts.facts, *self.archived.facts)}
        return self.ledger.present() - present - marked_ids((self.memory.text, self.archive.text), base=False)

    def live(self, identity: str) -> Fact | None:
        """Return the live fact of that id."""
        return self.facts.by_id(identity)


def read_folder(layout: Layout) -> State:
    """Read the files of a memory folder; missing ones are empty. Raises FileError."""
    memory = read(layout.memory)
    facts = read_facts(memory.text)
    mine, archive = _own_files(layout, facts)
    history, histories = _own_and_others(mine, layout.history, layout.histories)
    archived, archives = _own_and_others(archive, layout.archive, layout.archives)
    ledger = joined(read_history(file.text) for file in (*histories, history))
    elsewhere = tuple((file.path, read_facts(file.text)) for file in archives)
    return State(
        layout, memory, history, archived, (*histories, *archives), facts, ledger, read_facts(archived.text), elsewhere
    )  # fmt: skip


def identity_of(text: str) -> str:
    """Return the workspace's id from the text of a memory file, without reading its facts. Raises MemoryFileError."""
    return _named(head_of(text))


def named_and_shared(text: str) -> tuple[str, str]:
    """Return the workspace's id and what it lets others see, from its memory file's text, without reading its facts.

    Raises MemoryFileError.
    """
    head = head_of(text)
    return _named(head), _shared(head)


def _shared(document: Document) -> str:
    word = str(front_matter(document).get("share", "insights"))
    return word if word in SHARES else "none"


def _named(document: Document) -> str:
    names = {str(front_matter(head).get("workspace") or "") for head in _heads(document)}
    # A conflict about another key leaves no doubt about the workspace's name.
    return names.pop() if len(names) == 1 else str(front_matter(document).get("workspace"))


def _heads(document: Document) -> tuple[Document, ...]:
    """Return the file as it is, or where its front matter is in conflict, each side's."""
    text, hunks = document.text[: document.body], [h for h in document.hunks if h.start < document.body]
    if not hunks:
        return (document,)
    return tuple(parse(with_sides(text, hunks, side)) for side in ("ours", "theirs"))


def _own_and_others(mine: Path, common: Path, folder: Path) -> tuple[Snapshot, tuple[Snapshot, ...]]:
    """Read the file that this machine writes, and those of other writers."""
    paths = dict.fromkeys((common, *sorted(folder.glob("*.md"))))
    return read(mine), tuple(read(path) for path in paths if path != mine)


def _own_files(layout: Layout, facts: MemoryText) -> tuple[Path, Path]:
    """Return the history and the archive that this machine writes: the only ones, or those of its person."""
    head = facts.document.text[: facts.document.body]
    # A glance saves most workspaces from reading YAML here.
    if PER_WRITER not in head or front_matter(facts.document).get("history") != PER_WRITER:
        return layout.history, layout.archive
    from miminions.repository import repository_at, writer

    name = slug(os.environ.get("MIMINIONS_WRITER") or writer(repository_at(layout.root)))
    return layout.histories / f"{name}.md", layout.archives / f"{name}.md"
