"""What people change in a workspace: each change is written under the lock, and can be taken back."""

from collections.abc import Callable, Iterable, Sequence
from time import sleep
from typing import TYPE_CHECKING

from miminions.errors import ChangedError, UsageError
from miminions.journal import Run, new_run, undoable
from miminions.keeper import ATTEMPTS, PAUSE, Keeper, Which
from miminions.layout import PERSONAL
from miminions.memory.changes import Change
from miminions.memory.folder import State, Texts
from miminions.memory.shown import Shown
from miminions.memory.upsert import Outcome, Wish, passed
from miminions.workspace.asks import (
    Changed,
    Read,
    archive_of,
    editing,
    forgetting,
    held,
    once,
    remembering,
    restoring,
)
from miminions.workspace.reading import ReadableWorkspace

if TYPE_CHECKING:
    from miminions.memory.disputes import Dispute
    from miminions.memory.resolve import Resolution
    from miminions.memory.settle import Answers
    from miminions.workspace.erasing import Erased
    from miminions.workspace.undoing import Undone

Ask = Callable[[State], Iterable[Change]]
AskAll = Callable[[Read], Changed]
Pairs = tuple[tuple[State, Texts], ...]


class WritableWorkspace(ReadableWorkspace):
    """A workspace that can be changed."""

    @property
    def keeper(self) -> Keeper:
        """Whoever writes its memories. Raises WorkspaceMissingError."""
        return Keeper(self.layout, self.home.personal, self.local, self.home.local(PERSONAL))

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
        private: bool = False,
    ) -> Outcome:
        """Upsert a fact by key, by the id it `replaces`, or by what it says; a `private` one never leaves this machine.

        What one of the other memories says already is not said twice. Raises NotTrustedError, UsageError,
        NotFoundError, ConflictError, FileError.
        """
        if private and self.personal:
            raise UsageError(
                "the personal memory is yours alone already",
                hint="leave --local out; it is for the memory of a project",
            )
        wish = Wish(text, section, key, until, since, pin, detail, replaces)
        return self.remember_all((wish,), private=private)[0]

    def remember_all(self, wishes: Sequence[Wish], *, private: bool = False) -> tuple[Outcome, ...]:
        """Remember several facts in one write, or none of them. Raises what `remember` raises."""
        outcomes: tuple[Outcome, ...] = ()

        def ask(read: Read) -> Changed:
            nonlocal outcomes
            outcomes, changed = remembering(read, wishes, self.today, private=private)
            return changed

        what = wishes[0].text if len(wishes) == 1 else f"{len(wishes)} facts"
        self.change_all(ask, kind="remember", what=what)
        return outcomes

    def note_once(self, text: str) -> None:
        """Keep a note for the next session, which no other gets. Raises NotTrustedError, UsageError, FileError."""
        from miminions.workspace.once import note

        self.check_trust()
        note(self.local, text)

    def edit(self, identity: str, wish: Wish, *, unpin: bool = False) -> Shown:
        """Change a fact as its owner does: its id stays. Raises NotFoundError, UsageError, FileError."""
        identity = self.own_id(identity)
        self.change_all(lambda read: editing(read, identity, wish, unpin=unpin), kind="edit", what=wish.text)
        return self.get(identity)

    def forget(self, identity: str | None = None, *, key: str | None = None, force: bool = False) -> Shown:
        """Move a fact to the archive and return it as it was.

        Raises NotFoundError, FileError, and ConflictError, unless `force`, for the last word on what it replaced.
        """
        fact = self.get(identity, key=key)
        self.forget_all((fact.id,), force=force)
        return fact

    def forget_all(self, ids: Sequence[str], *, force: bool = False) -> tuple[Shown, ...]:
        """Move facts to the archives in one run and return them as they were. Raises what `forget` raises."""
        facts = tuple(self.get(identity) for identity in ids)
        what = facts[0].text if len(facts) == 1 else f"{len(facts)} facts"
        found = [fact.id for fact in facts]
        self.change_all(
            lambda read: forgetting(read, found, self.today, force=force), kind="forget", what=what
        )
        return facts

    def erase(self, identity: str | None = None, *, key: str | None = None, look: bool = False) -> "Erased":
        """Take a fact's words out of every file of this machine; there is no way back. With `look` only say where they are.

        Raises NotTrustedError, NotFoundError, NotErasedError, FileError.
        """
        from miminions.workspace import erasing

        self.check_trust()
        identity = self.own_id(identity) if identity else self.get(key=key).id
        return erasing.look(self, identity) if look else erasing.erase(self, identity)

    def restore(self, identity: str) -> Shown:
        """Bring a fact back from the archive, without its last day if that has passed.

        Raises NotFoundError, ConflictError, FileError.
        """
        identity = self.own_id(identity)
        fact = archive_of(self.keeper.read, identity).archived.by_id(identity)
        self.change_all(
            lambda read: restoring(read, identity, self.today),
            kind="restore",
            what=fact.text if fact else identity,
        )
        return self.get(identity)

    def passed(self, identity: str) -> str:
        """Return the last day of an archived fact that has passed, empty for one without."""
        identity = self.own_id(identity)
        fact = archive_of(self.keeper.read, identity).archived.by_id(identity)
        return passed(fact, self.today) if fact else ""

    def disputes(self) -> tuple["Dispute", ...]:
        """Return what stands in two versions in its files and in its private overlay. Raises FileError."""
        from miminions.memory.disputes import disputes

        overlay = disputes(self.overlay()) if self.id else ()
        return (*disputes(self.state()), *overlay)

    def resolve(self, answers: "Answers", *, which: Which = "own") -> "Resolution":
        """Settle what needs no answer and what `answers` names by a dispute's name, and return what is left.

        Raises NotTrustedError, ChangedError, FileError, MemoryFileError.
        """
        from miminions.workspace.resolving import resolve

        self.check_trust()
        return resolve(self.keeper, which, answers, self.now())

    def undo(self, run: str | None = None) -> "Undone":
        """Take back a run, without an id the latest; what a person changed since stays as it is.

        Raises NotTrustedError, NotFoundError, FileError.
        """
        from miminions.workspace.undoing import undo

        self.check_trust()
        return undo(self.keeper, run, self.now())

    def preview_undo(self, run: str | None = None) -> "tuple[Undone, Pairs]":
        """Return what `undo` would come to, and the memories with their texts then; nothing is written."""
        from miminions.workspace.undoing import preview_undo

        self.check_trust()
        return preview_undo(self.keeper, run, self.now())

    def undoable(self) -> tuple[Run, ...]:
        """Return the runs that can be taken back, the latest first."""
        return tuple(undoable(self.local, self.now(), self.layout))

    def change(self, ask: Ask, *, kind: str = "change", what: str = "", which: Which = "own") -> State:
        """Write changes that `ask` makes of a memory as it is now, and return it as it is then.

        A hand edit that comes between is read, and `ask` is asked again. Raises NotTrustedError, ChangedError,
        FileError, MemoryFileError.
        """
        if which == "personal" and not self.trusted:
            return self.person_workspace().change(ask, kind=kind, what=what)

        def one(read: Read) -> Changed:
            state = read(which)
            return ((state, tuple(ask(state))),)

        return self.change_all(one, kind=kind, what=what)(which)

    def change_all(self, ask: AskAll, *, kind: str = "change", what: str = "") -> Read:
        """Write changes of several memories in one run, and return how to read them. Raises what `change` raises."""
        self.check_trust()
        # The person's lock is taken only by those who write there.
        for person in (False, True):
            with self.keeper.locked(self.now(), person=person):
                if self._written(ask, kind, what, person=person):
                    break
        return self.keeper.read

    def _written(self, ask: AskAll, kind: str, what: str, *, person: bool) -> bool:
        """Write changes under the lock, and say whether that was possible without the person's."""
        keeper, now = self.keeper, self.now()
        for attempt in range(ATTEMPTS):
            asked_for = [(state, asked) for state, asked in ask(once(keeper.read)) if asked]
            if not person and any(keeper.is_person(state) for state, _ in asked_for):
                return False
            # Records are read by people and copied by programs: what is private stands in its steps only.
            private = any(state.layout == self.local.overlay for state, _ in asked_for)
            told = "a private fact" if private else what
            try:
                if asked_for:
                    keeper.write(new_run(self.local, kind, now, what=told), asked_for, now)
            except ChangedError as problem:
                changed = problem
                sleep(PAUSE * attempt)
                continue
            return True
        raise changed

    def preview(self, ask: Ask, *, which: Which = "own") -> tuple[State, Texts]:
        """Return a memory and its texts after changes; nothing is written."""
        state = self.keeper.read(which)
        return state, self.keeper.preview(state, tuple(ask(state)), self.now())

    def preview_all(self, ask: AskAll) -> Pairs:
        """Return the memories that changes are about, with their texts after them; nothing is written."""
        changed = ask(once(self.keeper.read))
        return tuple((state, self.keeper.preview(state, asked, self.now())) for state, asked in changed)

    def settle(self) -> None:
        """Look once more at files that were displaced while somebody may have written them. Raises FileError."""
        if self.keeper.unsettled():
            self.keeper.settle(self.now())

    def holder(self, identity: str) -> Which:
        """Return which memory holds a live fact. Raises NotFoundError."""
        return held(self.keeper.read, identity).which
