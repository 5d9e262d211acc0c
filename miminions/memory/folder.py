"""A memory folder: its three files read as one state, and written in the order that loses nothing."""

from dataclasses import dataclass

from miminions.files import Snapshot, make_folder, read, unchanged, write
from miminions.layout import Layout
from miminions.markdown import front_matter
from miminions.memory.facts import Fact, MemoryText, read_facts
from miminions.memory.history import Ledger, read_history
from miminions.settings import SHARES


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of the three files."""

    memory: str
    history: str
    archive: str


@dataclass(frozen=True, slots=True)
class State:
    """The three files of a memory folder as they were read, and what they say."""

    layout: Layout
    memory: Snapshot
    history: Snapshot
    archive: Snapshot
    facts: MemoryText
    ledger: Ledger
    archived: MemoryText

    @property
    def texts(self) -> Texts:
        """The texts that the next change starts from."""
        return Texts(self.memory.text, self.history.text, self.archive.text)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each file, by path."""
        return {str(file.path): file.digest for file in (self.memory, self.history, self.archive)}

    @property
    def identity(self) -> str:
        """The workspace's id from the front matter, empty where none was given. Raises MemoryFileError."""
        return str(front_matter(self.facts.document).get("workspace") or "")

    @property
    def share(self) -> str:
        """What the workspace lets others see; a word nobody knows shares nothing. Raises MemoryFileError."""
        word = str(front_matter(self.facts.document).get("share", "insights"))
        return word if word in SHARES else "none"

    @property
    def ids(self) -> frozenset[str]:
        """Every id that is or was in use here."""
        live = {fact.id for fact in (*self.facts.facts, *self.archived.facts)}
        return frozenset(live) | self.ledger.known()

    def deleted(self) -> frozenset[str]:
        """Return the ids that a session added and that are nowhere any more: a person deleted those lines."""
        present = {fact.id for fact in (*self.facts.facts, *self.archived.facts)}
        retired = {old for entry in self.ledger.entries for old in entry.retired}
        return self.ledger.known() - present - retired

    def live(self, identity: str) -> Fact | None:
        """Return the live fact of that id."""
        return self.facts.by_id(identity)


def read_folder(layout: Layout) -> State:
    """Read the files of a memory folder; missing ones are empty. Raises FileError."""
    return _state(layout, read(layout.memory), read(layout.history), read(layout.archive))


def write_folder(state: State, texts: Texts) -> State:
    """Write what changed: archive, memory, history, in this order, so that a fact is in one place too many at worst.

    Raises ChangedError when one of them is not the file that was read, before anything is written.
    """
    wanted = ((state.archive, texts.archive), (state.memory, texts.memory), (state.history, texts.history))
    changed = [(old, new) for old, new in wanted if old.text != new]
    for old, _ in changed:
        unchanged(old)
    if changed:
        make_folder(state.layout.folder)
    written = {old.path: write(old.path, new, expected=old.digest) for old, new in changed}
    files = (written.get(old.path, old) for old in (state.memory, state.history, state.archive))
    return _state(state.layout, *files)


def _state(layout: Layout, memory: Snapshot, history: Snapshot, archive: Snapshot) -> State:
    ledger = read_history(history.text)
    return State(layout, memory, history, archive, read_facts(memory.text), ledger, read_facts(archive.text))
