"""What people change in a workspace: each change is written under the lock, and can be taken back."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from miminions.errors import ChangedError, NotFoundError
from miminions.journal import new_run
from miminions.keeper import ATTEMPTS, Keeper, Which
from miminions.layout import PERSONAL
from miminions.memory.changes import Change
from miminions.memory.folder import State, Texts
from miminions.memory.shown import Shown
from miminions.memory.upsert import Outcome, Wish, edit, forget, remember, restore
from miminions.workspace.reading import ReadableWorkspace

if TYPE_CHECKING:
    from miminions.memory.disputes import Dispute
    from miminions.memory.resolve import Resolution
    from miminions.memory.settle import Answers
    from miminions.workspace.undoing import Undone

Ask = Callable[[State], Iterable[Change]]


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

        Raises NotTrustedError, UsageError, NotFoundError, ConflictError, FileError.
        """
        wish = Wish(text, section, key, until, since, pin, detail, replaces)
        outcome: Outcome | None = None

        def ask(state: State) -> Iterable[Change]:
            nonlocal outcome
            outcome = remember(state, wish, self.today)
            return outcome.changes

        self.change(ask, kind="remember", what=text, which="overlay" if private else "own")
        assert outcome is not None  # noqa: S101  # change() always asks
        return outcome

    def edit(self, identity: str, wish: Wish, *, unpin: bool = False) -> Shown:
        """Change a fact as its owner does: its id stays. Raises NotFoundError, UsageError, FileError."""
        identity = self.own_id(identity)

        def ask(state: State) -> Iterable[Change]:
            fact = state.live(identity)
            return edit(fact, wish, unpin=unpin) if fact else ()

        self.change(ask, kind="edit", what=wish.text, which=self.holder(identity))
        return self.get(identity)

    def forget(self, identity: str | None = None, *, key: str | None = None) -> Shown:
        """Move a fact to the archive and return it as it was. Raises NotFoundError, FileError."""
        fact = self.get(identity, key=key)
        self.change(
            lambda state: forget(state, fact.id, self.today),
            kind="forget",
            what=fact.text,
            which=self.holder(fact.id),
        )
        return fact

    def restore(self, identity: str) -> Shown:
        """Bring a fact back from the archive. Raises NotFoundError, ConflictError, FileError."""
        archives: tuple[Which, ...] = ("own", "overlay", "personal")
        identity = self.own_id(identity)
        holding = (one for one in archives if self.keeper.read(one).archived.by_id(identity))
        which = next(holding, archives[0])
        self.change(lambda state: restore(state, identity), kind="restore", what=identity, which=which)
        return self.get(identity)

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

    def change(self, ask: Ask, *, kind: str = "change", what: str = "", which: Which = "own") -> State:
        """Write changes that `ask` makes of a memory as it is now, and return it as it is then.

        A hand edit that comes between is read, and `ask` is asked again. Raises NotTrustedError, ChangedError,
        FileError, MemoryFileError.
        """
        if which == "personal" and not self.personal:
            return self.person_workspace().change(ask, kind=kind, what=what)
        self.check_trust()
        keeper, now = self.keeper, self.now()
        with keeper.locked(now):
            for _ in range(ATTEMPTS):
                state = keeper.read(which)
                asked = tuple(ask(state))
                if not asked:
                    return state
                try:
                    keeper.write(new_run(self.local, kind, now, what=what), ((state, asked),), now)
                except ChangedError:
                    continue
                return keeper.read(which)
        raise ChangedError(
            "the memory files change faster than they can be read", hint="nothing was written; run it again"
        )

    def preview(self, ask: Ask, *, which: Which = "own") -> tuple[State, Texts]:
        """Return a memory and its texts after changes; nothing is written."""
        state = self.keeper.read(which)
        return state, self.keeper.preview(state, tuple(ask(state)), self.now())

    def settle(self) -> None:
        """Look once more at files that were displaced while somebody may have written them. Raises FileError."""
        self.keeper.settle(self.now())

    def holder(self, identity: str) -> Which:
        """Return which memory holds a live fact. Raises NotFoundError."""
        places: tuple[Which, ...] = ("own", "overlay", "personal")
        for which in places:
            if self.keeper.read(which).live(identity):
                return which
        raise NotFoundError(
            f"there is no fact {identity}", hint="`miminions show` lists the facts with their ids"
        )
