"""Finds a workspace and names every path of it; opens nothing but git's own pointer files."""

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

# The label, and the id, of the memory that belongs to the person and to no repository.
PERSONAL = "personal"
# The label of what the private overlay of a workspace holds.
PRIVATE = "private"
PROMPT_FILES = ("IDENTITY.md", "AGENTS.md", "USER.md", "TOOLS.md")
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]|[a-z0-9]")
# Names that Windows keeps for devices, whatever their suffix.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
# What `file_name` makes of other words; a word of that shape must not take such a name.
MADE_NAME = re.compile(r".*-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one workspace, of the personal one, or of a private overlay."""

    root: Path
    folder_name: str = "memory"

    @property
    def name(self) -> str:
        """The label people see: the folder's name."""
        return self.root.name or str(self.root)

    @property
    def folder(self) -> Path:
        """The folder that holds the memory files."""
        return self.root / self.folder_name

    @property
    def memory(self) -> Path:
        """Tier 2: what is true now."""
        return self.folder / "MEMORY.md"

    @property
    def history(self) -> Path:
        """Tier 1: what happened."""
        return self.folder / "HISTORY.md"

    @property
    def histories(self) -> Path:
        """Where each of several writers has a history of his own."""
        return self.folder / "history"

    @property
    def archive(self) -> Path:
        """Facts that were retired."""
        return self.folder / "ARCHIVE.md"

    @property
    def archives(self) -> Path:
        """Where each of several writers has an archive of his own."""
        return self.folder / "archive"

    @property
    def templates(self) -> Path:
        """The workspace's own templates, used once it is trusted."""
        return self.folder / "templates"

    @property
    def attributes(self) -> Path:
        """Git's attributes of the memory files."""
        return self.folder / ".gitattributes"

    @property
    def sessions(self) -> Path:
        """Our own transcripts."""
        return self.root / "sessions"

    @property
    def skills(self) -> Path:
        """Folders with a SKILL.md each."""
        return self.root / "skills"

    def called(self, file: Path, label: str = "") -> str:
        """Return what people call one of its memory files: the path below its folder, behind that one's name or a label."""
        return f"{label or self.folder_name}/{file.relative_to(self.folder).as_posix()}"

    def prompt_file(self, name: str) -> Path | None:
        """Return where a prompt file lies, in prompt/ or in the root, or None."""
        return next((p for p in (self.root / "prompt" / name, self.root / name) if p.is_file()), None)


@dataclass(frozen=True, slots=True)
class LocalLayout:
    """The paths of what this machine keeps of one workspace; all worktrees and clones of a repository share it.

    What is derived from the files is of the place `root`, since they may say something else in each: asking in two of them
    by turns must not make it anew each time.
    """

    folder: Path
    root: Path | None = field(default=None, compare=False)

    @property
    def index(self) -> Path:
        """The index of everything of this workspace, as its files are at this place."""
        return self.folder / f"{self._derived}.db"

    @property
    def indexes(self) -> tuple[Path, ...]:
        """The indexes of all places that are there, each with what was left beside it by a writer that was killed."""
        found = {part.name.removeprefix(".").partition(".db")[0] for part in self.folder.glob("*index*.db*")}
        return tuple(self.folder / f"{name}.db" for name in sorted(found))

    @property
    def _derived(self) -> str:
        if self.root is None:
            return "index"
        said = str(self.root).encode("utf-8", "surrogatepass")
        return f"index-{hashlib.blake2b(said, digest_size=4).hexdigest()}"

    @property
    def seen(self) -> Path:
        """The digests of the memory files as we left them."""
        return self.folder / "seen.json"

    @property
    def cursors(self) -> Path:
        """Which sessions were distilled, how far."""
        return self.folder / "cursors.json"

    @property
    def journal(self) -> Path:
        """A record of each run, with its quotes."""
        return self.folder / "journal"

    @property
    def inbox(self) -> Path:
        """What waits for review."""
        return self.folder / "inbox"

    @property
    def rejected(self) -> Path:
        """What the person rejected in review."""
        return self.folder / "rejected.json"

    @property
    def kept(self) -> Path:
        """Files that a write displaced, until no editor can write into them any more."""
        return self.folder / "kept"

    @property
    def overlay(self) -> Layout:
        """The private overlay: memory files that never leave this machine."""
        return Layout(self.folder, "local")

    @property
    def once(self) -> Path:
        """Notes for the next session only."""
        return self.folder / "once.json"

    @property
    def sources(self) -> Path:
        """The text of documents that the person added."""
        return self.folder / "sources"

    @property
    def usage(self) -> Path:
        """What was served, when and for which prompt; it can be lost."""
        return self.folder / "usage.jsonl"

    @property
    def lock(self) -> Path:
        """The lock that a write holds."""
        return self.folder / "lock"

    @property
    def failures(self) -> Path:
        """Which sessions could not be distilled, why, and when they are tried again."""
        return self.folder / "failures.json"

    def replies(self, session: str) -> Path:
        """Return where a model's answers about a session are kept until all of them are there."""
        return self.folder / "replies" / f"{file_name(session)}.json"

    def distil_lock(self, session: str) -> Path:
        """Return the lock of the run that asks a model about a session."""
        return self.folder / "running" / f"{file_name(session)}.distill.lock"

    def session_lock(self, session: str) -> Path:
        """Return the lock that a running chat holds."""
        return self.folder / "running" / f"{file_name(session)}.lock"


@dataclass(frozen=True, slots=True)
class Home:
    """The paths below MIMINIONS_HOME."""

    root: Path

    @property
    def personal(self) -> Layout:
        """The personal workspace: what is true of the person and of all projects."""
        return Layout(self.root)

    @property
    def config(self) -> Path:
        """The person's settings."""
        return self.root / "config.toml"

    @property
    def places(self) -> Path:
        """Where workspaces lie on this machine, and whether their owner trusts them there; not derived from anything."""
        return self.root / "places.json"

    @property
    def places_lock(self) -> Path:
        """The lock of that file."""
        return self.root / "places.lock"

    @property
    def spending(self) -> Path:
        """What calls of models cost, a file a day."""
        return self.root / "spending"

    @property
    def global_index(self) -> Path:
        """Tier 3: what every trusted workspace shares."""
        return self.root / "global_memory.db"

    @property
    def vectors(self) -> Path:
        """The vectors that texts once got, by digest; it can be lost and holds no text."""
        return self.root / "vectors.db"

    @property
    def outage(self) -> Path:
        """The embedder that let us wait in vain a moment ago; it can be lost."""
        return self.root / "embedder.json"

    @property
    def models(self) -> Path:
        """What was found out about how models want to be asked; it can be lost."""
        return self.root / "models.json"

    @property
    def log(self) -> Path:
        """Our own log: what went wrong where nobody could be told."""
        return self.root / "log"

    @property
    def workspaces(self) -> Path:
        """One folder a workspace."""
        return self.root / "workspaces"

    def local(self, workspace: str, root: Path | None = None) -> LocalLayout:
        """Return the local paths of the workspace with that id, as it lies at `root`."""
        return LocalLayout(self.workspaces / file_name(workspace), root)


def home_of(environment: dict[str, str]) -> Home:
    """Return the home that the environment names, ~/.miminions by default."""
    named = environment.get("MIMINIONS_HOME")
    return Home(Path(named).expanduser().absolute() if named else Path.home() / ".miminions")


def find(start: Path, home: Home) -> Layout | None:
    """Return the nearest workspace upwards from `start`: never past the repository's root, never $HOME itself."""
    inside = ancestors(start, home)
    return inside[0] if inside else None


def ancestors(start: Path, home: Home) -> tuple[Layout, ...]:
    """Return the workspaces from `start` up to the repository's root, the nearest first."""
    start = Path(os.path.abspath(start))  # noqa: PTH100  # keeps symbolic links, so that a person sees the path typed
    top = repository(start)
    never = {os.path.realpath(folder) for folder in (Path.home(), home.root)}
    found = []
    for folder in [start, *start.parents]:
        # Unlike Path.is_file, this is False for every path that cannot be a file.
        if os.path.isfile(Layout(folder).memory) and os.path.realpath(folder) not in never:  # noqa: PTH113
            found.append(Layout(folder))
        if folder == top or (found and top is None):
            break
    return tuple(found)


def repository(start: Path) -> Path | None:
    """Return the root of the git work tree around `start`, or None."""
    return next((folder for folder in [start, *start.parents] if os.path.exists(folder / ".git")), None)  # noqa: PTH110


def place(root: Path) -> str:
    """Return what trust is given to: the repository shared by all worktrees, else the folder itself."""
    root = root.resolve()
    top = repository(root)
    if top is None:
        return root.as_posix()
    return (common_folder(top) / root.relative_to(top)).as_posix()


def common_folder(top: Path) -> Path:
    """Return the git folder that the worktrees of a repository have in common."""
    pointer = top / ".git"
    try:
        own = (top / _pointed(pointer).removeprefix("gitdir:").strip()).resolve()
        common = (own / _pointed(own / "commondir")).resolve()
        known = (own / _pointed(own / "gitdir")).resolve() == pointer.resolve()
    except (OSError, ValueError, RuntimeError):
        return pointer
    # Only a worktree that its repository keeps itself is one: a copy must not claim another's folder.
    return common if known and own.parent == common / "worktrees" else pointer


def _pointed(file: Path) -> str:
    """Read one of git's pointer files. Raises OSError for what is no file, ValueError for what is no text."""
    if not file.is_file():
        raise FileNotFoundError(file)
    return file.read_text("utf-8").strip()


def file_name(word: str) -> str:
    """Return a name for files that no word can use to leave its folder; a plain word is its own name."""
    plain = SAFE_NAME.fullmatch(word) and ".." not in word
    if plain and not RESERVED.fullmatch(word) and not MADE_NAME.fullmatch(word):
        return word
    return f"{slug(word)}-{hashlib.sha256(word.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def slug(name: str) -> str:
    """Return a readable short form of a name in a-z, 0-9 and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "workspace"


def vectors_of(index: Path) -> Path:
    """Return where the vectors of what an index holds are, where there is an embedder."""
    return index.with_suffix(".vec")
