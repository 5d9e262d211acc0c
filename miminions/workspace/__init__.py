"""Wires the rooms, lazily: the public face of a workspace."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from miminions.context import Context, ContextBuilder, ContextSources
from miminions.errors import NotFoundError, WorkspaceMissingError
from miminions.files import lock
from miminions.index import Hit, Query, Source, SqliteIndex, merge
from miminions.layout import Home, Layout, LocalLayout, find, home_of
from miminions.memory.changes import Change, apply_changes
from miminions.memory.folder import State, Texts, read_folder, write_folder
from miminions.memory.shown import Shown, live_facts, retired_facts
from miminions.memory.upsert import Outcome, Wish, edit, forget, remember, restore
from miminions.registry import changed_since, check_trust, is_trusted, saw
from miminions.settings import Settings, current_environment, load, tighter
from miminions.templates import find as find_template
from miminions.workspace.gather import (
    context_sources,
    global_sources,
    own_sources,
    shared_insights,
    with_history,
    with_prompts,
)
from miminions.workspace.places import PERSONAL, named_workspace, sharing_around

if TYPE_CHECKING:
    from miminions.chat.conversation import Minion
    from miminions.distiller import Distiller, Extractor, Report
    from miminions.transcripts import Transcript
    from miminions.why import Why

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time; everything that needs it takes a clock."""
    return datetime.now(UTC)


class Workspace:
    """A folder with memory, or the personal workspace where there is none."""

    def __init__(self, layout: Layout, home: Home, settings: Settings, *, clock: Clock = now) -> None:
        self.layout = layout
        self.home = home
        self.settings = settings
        self._clock = clock
        self._id = PERSONAL if layout == home.personal else ""

    @classmethod
    def open(
        cls,
        path: str | Path = ".",
        *,
        home: str | Path | None = None,
        flags: Mapping[str, object] | None = None,
        clock: Clock = now,
    ) -> "Workspace":
        """Open the workspace at or above `path`; outside any workspace the personal one.

        The setting `workspace` (a path or a name) wins over `path`. Raises WorkspaceMissingError for a name or path
        without one, SettingError.
        """
        environment = current_environment()
        place = Home(Path(home).expanduser().absolute()) if home else home_of(environment)
        settings = load(place.config, environment, flags)
        named = settings.text("workspace")
        layout = named_workspace(named, place) if named else find(Path(path).expanduser(), place)
        return cls(layout or place.personal, place, settings, clock=clock)

    @property
    def personal(self) -> bool:
        """Whether this is the personal workspace."""
        return self.layout == self.home.personal

    @property
    def name(self) -> str:
        """The label people see."""
        return PERSONAL if self.personal else self.layout.name

    @property
    def id(self) -> str:
        """The random id from the front matter; empty before `init`."""
        # It never changes once it is written, and reading it means reading the file.
        self._id = self._id or self.state().identity
        return self._id

    @property
    def local(self) -> LocalLayout:
        """The paths of what this machine keeps of it. Raises WorkspaceMissingError before `init`."""
        if not self.id:
            raise WorkspaceMissingError(
                f"{self.layout.memory} names no workspace", hint="`miminions init` writes the missing line"
            )
        return self.home.local(self.id)

    @property
    def trusted(self) -> bool:
        """Whether its owner trusts it on this machine."""
        return self.personal or bool(self.id and is_trusted(self.home, self.id, self.layout.root))

    @property
    def today(self) -> str:
        """The day in UTC."""
        return f"{self._clock().astimezone(UTC):%Y-%m-%d}"

    def now(self) -> datetime:
        """Return the time by its clock."""
        return self._clock()

    @property
    def share(self) -> str:
        """What it lets others see, the tighter of its own word and the person's."""
        return tighter(self.state().share, self.settings.text("share"))

    def state(self) -> State:
        """Read its memory files. Raises FileError."""
        return read_folder(self.layout)

    def person(self) -> State:
        """Read the personal memory files. Raises FileError."""
        return read_folder(self.home.personal)

    def around(self) -> tuple[Layout, ...]:
        """Return the trusted workspaces around this one that share anything, the nearest first."""
        return () if self.personal else sharing_around(self.layout, self.home)

    # What people ask of it.

    def facts(self, *, own: bool = False, include: Sequence[str] = ()) -> tuple[Shown, ...]:
        """Return its facts and, unless `own`, the personal ones; `include` adds "retired" and "expired" ones."""
        found: list[Shown] = []
        for state, scope in self._folders(own=own):
            found += [
                fact
                for fact in live_facts(state, scope=scope)
                if "expired" in include or not fact.expired(self.today)
            ]
            found += retired_facts(state, scope=scope) if "retired" in include else ()
        return tuple(found)

    def get(self, identity: str | None = None, *, key: str | None = None) -> Shown:
        """Return a live fact by id or key, or by the id that another program gave it. Raises NotFoundError."""
        identity = self._own_id(identity) if identity else None
        for fact in self.facts(include=("expired",)):
            if (identity and fact.id == identity) or (key and fact.key == key):
                return fact
        archived = any(identity and fact.id == identity for fact in self.facts(include=("retired",)))
        raise NotFoundError(
            f"there is no fact {identity or f'with the key {key}'}" + (" any more" if archived else ""),
            hint=f"it is in the archive: `miminions restore {identity}`"
            if archived
            else "`miminions show` lists the facts with their ids",
        )

    def remember(  # noqa: PLR0913  # one argument for each thing a fact can have
        self,
        text: str,
        *,
        section: str | None = None,
        key: str | None = None,
        until: str | None = None,
        since: str | None = None,
        pin: bool = False,
        detail: str = "",
        replaces: str | None = None,
    ) -> Outcome:
        """Upsert a fact by key, by the id it `replaces`, or by what it says.

        Raises NotTrustedError, UsageError, NotFoundError, ConflictError, FileError.
        """
        wish = Wish(text, section, key, until, since, pin, detail, replaces)
        outcome: Outcome | None = None

        def ask(state: State) -> Iterable[Change]:
            nonlocal outcome
            outcome = remember(state, wish, self.today)
            return outcome.changes

        self.change(ask)
        assert outcome is not None  # noqa: S101  # change() always asks
        return outcome

    def edit(self, identity: str, wish: Wish, *, unpin: bool = False) -> Shown:
        """Change a fact as its owner does: its id stays. Raises NotFoundError, UsageError, FileError."""
        target = self._holder(identity)

        def ask(state: State) -> Iterable[Change]:
            fact = state.live(identity)
            return edit(fact, wish, unpin=unpin) if fact else ()

        target.change(ask)
        return target.get(identity)

    def forget(self, identity: str | None = None, *, key: str | None = None) -> Shown:
        """Move a fact to the archive and return it as it was. Raises NotFoundError, FileError."""
        fact = self.get(identity, key=key)
        self._holder(fact.id).change(lambda state: forget(state, fact.id, self.today))
        return fact

    def restore(self, identity: str) -> Shown:
        """Bring a fact back from the archive. Raises NotFoundError, ConflictError, FileError."""
        archives = (ws for ws in (self, self.person_workspace()) if ws.state().archived.by_id(identity))
        target = next(archives, self)
        identity = self._own_id(identity)
        target.change(lambda state: restore(state, identity))
        return target.get(identity)

    def recall(
        self,
        query: str,
        *,
        k: int = 10,
        everywhere: bool = False,
        kinds: tuple[str, ...] = ("fact", "note", "history"),
    ) -> tuple[Hit, ...]:
        """Search its memory and the personal one, with `everywhere` that of all workspaces that share.

        Raises NotTrustedError, IndexFileError.
        """
        self.check_trust()
        self.sync()
        groups = [SqliteIndex(self.local.index).search(Query(query, self.today, kinds, k))]
        if everywhere:
            self.sync_global()
            own = (self.id, PERSONAL, *(read_folder(layout).identity for layout in self.around()))
            groups.append(
                SqliteIndex(self.home.global_index).search(Query(query, self.today, kinds, k, without=own))
            )
        return merge(groups, k)

    def why(self, identity: str) -> "Why":
        """Say where a fact came from, retired ones included. Raises NotFoundError."""
        from miminions.why import chain_of, explain

        for workspace in (self, self.person_workspace()):
            state = workspace.state()
            known = {f.id: f for f in workspace.facts(own=True, include=("retired", "expired"))}
            if identity in known:
                chain = tuple(known[old] for old in chain_of(identity, state) if old in known)
                return explain(known[identity], state, workspace.local, chain)
        raise NotFoundError(
            f"there is no fact {identity}", hint="`miminions show --include retired` lists all"
        )

    # What programs ask of it.

    def context(self, *, budget: int | None = None, prompts: bool = True) -> Context:
        """Build the context of a session. Raises NotTrustedError, TemplateError, FileError."""
        self.check_trust()
        limit = self.settings.number("context.budget") if budget is None else budget
        return ContextBuilder(limit, self.template_folders()).build(self.context_sources(prompts=prompts))

    def context_sources(self, *, prompts: bool = True) -> ContextSources:
        """Gather what a context is made of. Raises FileError."""
        own, outer = self.state(), [read_folder(layout) for layout in self.around()]
        without = frozenset({self.id, PERSONAL, *(state.identity for state in outer)})
        shared = shared_insights(self.global_sources(), without)
        day = self._clock().astimezone(UTC).date()
        personal = None if self.personal else self.person()
        found = context_sources(own, self.name, day, around=outer, personal=personal, shared=shared)
        found = with_history(found, own, self.settings.number("context.history"))
        return with_prompts(found, self.layout) if prompts else found

    def distiller(self, extractor: "Extractor | None" = None) -> "Distiller":
        """Return the distiller of this workspace; without an extractor the model in effect, else the rules.

        Raises WorkspaceMissingError, NotTrustedError.
        """
        from miminions.distiller import open_distiller
        from miminions.distiller.api import built_in

        chosen = extractor or built_in(self.settings, self.template_folders())
        return open_distiller(self.layout, self.home, self.settings, chosen)

    def distill(
        self, transcript: "Transcript", *, extractor: "Extractor | None" = None, redo: bool = False
    ) -> "Report":
        """Learn what a session taught, and bring the index up to date. Raises ModelError, FileError."""
        report = self.distiller(extractor).distill(transcript, now=self._clock(), redo=redo)
        self.sync()
        return report

    def pending(self) -> tuple[Path, ...]:
        """Return its own transcripts with turns that were never distilled and that no chat is writing."""
        from miminions.distiller.run import undistilled

        return undistilled(self.layout, self.local, self.state())

    def minion(self, *, model: str | None = None, resume: str | None = None) -> "Minion":
        """Begin or resume a conversation with this workspace's memory in it.

        Raises NotTrustedError, and NotFoundError for a session that is not there.
        """
        from miminions.chat.conversation import Minion
        from miminions.model import LiteLLM
        from miminions.transcripts.own import new_session

        context = self.context()
        system = find_template("chat-system.md", self.template_folders()).fill(
            workspace=self.name, context=context.text
        )
        name = self.settings.text("model") if model is None else model
        session = resume or new_session(self._clock())
        path = self.layout.sessions / f"{session}.jsonl"
        if resume and (Path(resume).name != resume or not path.is_file()):
            raise NotFoundError(
                f"there is no session {resume}", hint=f"transcripts lie in {self.layout.sessions}"
            )
        return Minion(
            session=session,
            transcript=path,
            system=system,
            model=LiteLLM(name, timeout=self.settings.number("model.timeout")) if name else None,
            recall=lambda text: self.recall(text, k=5),
            clock=self._clock,
        )

    # What keeps it in order.

    def check_trust(self) -> None:
        """Raise NotTrustedError for memory that came with a clone, WorkspaceMissingError before `init`."""
        if not self.personal:
            check_trust(self.home, self.id, self.layout.root)

    def change(self, ask: Callable[[State], Iterable[Change]]) -> State:
        """Write changes that `ask` makes of the files as they are now. Raises NotTrustedError, FileError."""
        self.check_trust()
        with lock(self.local.lock):
            state = self.state()
            changes = tuple(ask(state))
            if changes:
                state = write_folder(state, apply_changes(state.texts, changes))
                saw(self.local, state.digests)
        return state

    def changed_by_others(self) -> tuple[str, ...]:
        """Return the names of its memory files that are not as we left them."""
        return (
            tuple(Path(path).name for path in changed_since(self.local, self.state().digests))
            if self.id
            else ()
        )

    def preview(self, ask: Callable[[State], Iterable[Change]]) -> tuple[State, Texts]:
        """Return the files and their texts after changes; nothing is written."""
        state = self.state()
        return state, apply_changes(state.texts, tuple(ask(state)))

    def person_workspace(self) -> "Workspace":
        """Return the personal workspace."""
        return (
            self
            if self.personal
            else Workspace(self.home.personal, self.home, self.settings, clock=self._clock)
        )

    def template_folders(self) -> tuple[Path, ...]:
        """Return where templates are looked for before the shipped ones: the workspace's, then the person's."""
        mine = (self.home.root / "templates",)
        return (self.layout.templates, *mine) if self.trusted and not self.personal else mine

    def sources(self) -> list[Source]:
        """Return everything that its own index holds."""
        outer = [read_folder(layout) for layout in self.around()]
        return own_sources(self.state(), self.id, outer, None if self.personal else self.person())

    def global_sources(self) -> list[Source]:
        """Return what every trusted workspace of this machine shares."""
        return global_sources(self.home, self.settings.text("share"))

    def sync(self) -> bool:
        """Bring its own index up to date with the files, and say whether that changed it. Raises IndexFileError."""
        report = SqliteIndex(self.local.index).sync(self.sources())
        return bool(report.read or report.dropped)

    def sync_global(self) -> None:
        """Bring the global index up to date with what every trusted workspace shares. Raises IndexFileError."""
        SqliteIndex(self.home.global_index).sync(self.global_sources())

    def _folders(self, *, own: bool) -> list[tuple[State, str]]:
        mine = [(self.state(), "global" if self.personal else "workspace")]
        return mine if own or self.personal else [*mine, (self.person(), "global")]

    def _own_id(self, identity: str) -> str:
        """Return our id of a fact that another program's id was given for; any other word as it is."""
        states = [state for state, _ in self._folders(own=False)]
        texts = [state.facts for state in states] + [state.archived for state in states]
        found = next((fact for text in texts if (fact := text.by_id(identity))), None)
        return found.id if found else identity

    def _holder(self, identity: str) -> "Workspace":
        """Return the workspace that holds a live fact: this one, else the personal one. Raises NotFoundError."""
        for workspace in (self, self.person_workspace()):
            if workspace.state().live(identity):
                return workspace
        raise NotFoundError(
            f"there is no fact {identity}", hint="`miminions show` lists the facts with their ids"
        )
