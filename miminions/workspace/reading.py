"""What people and programs ask of a workspace; none of it writes a file of memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from miminions.context import Context, ContextBuilder, ContextSources
from miminions.errors import ConflictError, NotFoundError
from miminions.index import Answer, Hit, Origin, Query, SqliteIndex
from miminions.layout import PERSONAL, PRIVATE
from miminions.memory.folder import State, read_folder
from miminions.memory.shown import Scope, Shown, live_facts, marked_facts, retired_facts
from miminions.workspace.base import OpenWorkspace
from miminions.workspace.gather import (
    context_sources,
    global_origins,
    own_origins,
    shared_insights,
    with_history,
    with_prompts,
    with_waiting,
)
from miminions.workspace.once import notes
from miminions.workspace.places import forget_gone_places

if TYPE_CHECKING:
    from miminions.why import Why
    from miminions.workspace.recalling import Asker


class ReadableWorkspace(OpenWorkspace):
    """An open workspace that answers."""

    def facts(
        self, *, own: bool = False, include: Sequence[str] = (), as_of: str | None = None
    ) -> tuple[Shown, ...]:
        """Return its facts and, unless `own`, the personal ones; `include` adds "retired" and "expired" ones.

        "disputed" adds those between conflict markers; of the others the field `disputed` says it. With `as_of`
        (YYYY-MM-DD) they are those that held on that day, whatever became of them.
        """
        found: list[Shown] = []
        if as_of is not None:
            from miminions.memory.validity import facts_on

            for state, name, scope in self._folders(own=own):
                # What went to another memory and came back lies in that one's archive, too.
                told = {(fact.id, fact.text) for fact in found}
                held = facts_on(state, as_of, workspace=name, scope=scope)
                found += [fact for fact in held if (fact.id, fact.text) not in told]
            return tuple(found)
        for state, name, scope in self._folders(own=own):
            found += [
                fact
                for fact in live_facts(state, workspace=name, scope=scope)
                if "expired" in include or not fact.expired(self.today)
            ]
            found += marked_facts(state, workspace=name, scope=scope) if "disputed" in include else ()
            found += retired_facts(state, workspace=name, scope=scope) if "retired" in include else ()
        return tuple(found)

    def assured(self, facts: Sequence[Shown]) -> tuple[Shown, ...]:
        """Return facts with the confidence that this machine's records give them."""
        from miminions.distiller.confidence import assured

        places = (self.home.local(PERSONAL), *([self.local] if self.id else ()))
        return assured(facts, dict.fromkeys(places))

    def get(self, identity: str | None = None, *, key: str | None = None) -> Shown:
        """Return a live fact by id or key, or by the id that another program gave it.

        Raises NotFoundError, and ConflictError for one that stands between conflict markers.
        """
        identity = self.own_id(identity) if identity else None
        for fact in self.facts(include=("expired",)):
            if (identity and fact.id == identity) or (key and fact.key == key):
                return fact
        self._check_markers(identity, key)
        archived = any(identity and fact.id == identity for fact in self.facts(include=("retired",)))
        raise NotFoundError(
            f"there is no fact {identity or f'with the key {key}'}" + (" any more" if archived else ""),
            hint=f"it is in the archive: `miminions restore {identity}`"
            if archived
            else "`miminions show` lists the facts with their ids",
        )

    def _check_markers(self, identity: str | None, key: str | None) -> None:
        for state, name, scope in self._folders(own=False):
            for fact in marked_facts(state, workspace=name, scope=scope):
                if (identity and fact.id == identity) or (key and fact.key == key):
                    raise ConflictError(
                        f"{fact.id} is in conflict ({fact.file}:{fact.line})", hint="miminions resolve"
                    )

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
        return self.answer(Query(query, self.today, kinds, k), everywhere=everywhere).hits

    def answer(self, query: Query, *, everywhere: bool = False) -> Answer:
        """Search as `recall` does, for all that a query can ask. Raises NotTrustedError, IndexFileError."""
        return self.asker(everywhere=everywhere).ask(query)

    def asker(self, *, everywhere: bool = False) -> "Asker":
        """Bring its index up to date, and return who answers any number of questions from it as it is now.

        Raises NotTrustedError, IndexFileError.
        """
        from miminions.workspace.recalling import asker_of

        self.check_trust()
        return asker_of(self, everywhere=everywhere)

    def why(self, identity: str) -> "Why":
        """Say where a fact came from and what became of it, retired ones included. Raises NotFoundError."""
        from miminions.memory.chain import newer, older, rivals
        from miminions.why import Kin, events_of, explain

        identity = self.own_id(identity)
        folders = self._folders(own=False)
        known: dict[str, tuple[Shown, State]] = {}
        # What is live in any memory comes before what another keeps in its archive, as when it was moved.
        versions: list[Shown] = []
        for listed in (live_facts, marked_facts, retired_facts):
            for state, name, scope in folders:
                for fact in listed(state, workspace=name, scope=scope):
                    known.setdefault(fact.id, (fact, state))
                    versions += [fact] if fact.id == identity and fact.disputed else []
        if identity not in known:
            raise NotFoundError(
                f"there is no fact {identity}", hint="`miminions show --include retired` lists all"
            )
        fact, state = known[identity]
        (fact,) = self.assured((fact,))
        local = self.home.local(PERSONAL) if state.layout == self.home.personal else self.local
        before, after, same = (
            tuple(known[one][0] for one in find(identity, state) if one in known)
            for find in (older, newer, rivals)
        )
        # Between conflict markers, or after a merge without us, several lines have one id.
        said = [one for one in versions if one.text != fact.text]
        places = dict.fromkeys((local, *([self.local] if self.id else ())))
        told = events_of(identity, [one for one, _, _ in folders], places)
        return explain(fact, state, local, Kin(before, after, (*same, *said), told))

    def context(self, *, budget: int | None = None, prompts: bool = True) -> Context:
        """Build the context of a session. Raises NotTrustedError, TemplateError, FileError."""
        self.check_trust()
        limit = self.settings.number("context.budget") if budget is None else budget
        return ContextBuilder(limit, self.template_folders()).build(self.context_sources(prompts=prompts))

    def context_sources(self, *, prompts: bool = True) -> ContextSources:
        """Gather what a context is made of. Raises FileError."""
        own, outer = self.state(), [read_folder(layout) for layout in self.around()]
        without = frozenset({self.id, PERSONAL, *(state.identity for state in outer)})
        shared = shared_insights(self.global_origins(), without)
        day = self._clock().astimezone(UTC).date()
        personal = None if self.personal else self.person()
        overlay = None if self.personal else self.overlay()
        found = context_sources(
            own, self.name, day, around=outer, personal=personal, shared=shared, overlay=overlay
        )
        found = with_history(found, own, self.settings.number("context.history"))
        found = replace(with_waiting(found, self.local, own, personal), once=notes(self.local))
        return with_prompts(found, self.layout) if prompts else found

    def origins(self) -> list[Origin]:
        """Return where everything comes from that its own index holds. Raises FileError, WorkspaceMissingError."""
        return own_origins(self.layout, self.id, self.around(), self.home)

    def global_origins(self) -> list[Origin]:
        """Return where comes from what every trusted workspace of this machine shares."""
        return global_origins(self.home, self.settings.text("share"))

    def sync(self) -> bool:
        """Bring its own index up to date with the files, and say whether that changed it. Raises IndexFileError."""
        report = SqliteIndex(self.local.index).sync(self.origins())
        if report.rebuilt and not self.personal:
            forget_gone_places(self.local, self.id, self.home)
        return bool(report.read or report.dropped)

    def sync_global(self) -> bool:
        """Bring the global index up to date with what every trusted workspace shares, and say whether that changed it.

        Raises IndexFileError.
        """
        report = SqliteIndex(self.home.global_index).sync(self.global_origins())
        return bool(report.read or report.dropped)

    def own_id(self, identity: str) -> str:
        """Return our id of a fact that another program's id was given for; any other word as it is."""
        states = [state for state, _, _ in self._folders(own=False)]
        texts = [text for state in states for text in (state.facts, state.archived)]
        found = next((fact for text in texts if (fact := text.by_id(identity))), None)
        return found.id if found else identity

    def _folders(self, *, own: bool) -> list[tuple[State, str, Scope]]:
        """Return the memories that are shown, with label and scope: its own, the private overlay, the person's."""
        scope: Scope = "global" if self.personal else "workspace"
        mine = [(self.state(), self.name, scope)]
        if self.id and not self.personal:
            mine.append((self.overlay(), PRIVATE, scope))
        return mine if own or self.personal else [*mine, (self.person(), PERSONAL, "global")]
