"""What people change in a workspace: each change is written under the lock, and can be taken back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from miminions.errors import UsageError
from miminions.workspace.reading import ReadableWorkspace

# Most commands only read: what writes is imported by the method that needs it.
if TYPE_CHECKING:
    from miminions.files import Snapshot
    from miminions.journal import Run
    from miminions.keeper import Keeper, Which
    from miminions.memory.disputes import Dispute
    from miminions.memory.folder import State, Texts
    from miminions.memory.resolve import Resolution
    from miminions.memory.settle import Answers
    from miminions.memory.shown import Shown
    from miminions.memory.upsert import Outcome, Wish
    from miminions.workspace.asks import Read
    from miminions.workspace.erasing import Erased
    from miminions.workspace.undoing import Undone
    from miminions.workspace.writing import Ask, AskAll, Pairs


class WritableWorkspace(ReadableWorkspace):
    """A workspace that can be changed."""

    @property
    def keeper(self) -> "Keeper":
        """Whoever writes its memories. Raises WorkspaceMissingError."""
        from miminions.workspace.writing import keeper_of

        return keeper_of(self)

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
    ) -> "Outcome":
        """Upsert a fact by key, by the id it `replaces`, or by what it says; a `private` one never leaves this machine.

        What one of the other memories says already is not said twice. Raises NotTrustedError, UsageError,
        NotFoundError, ConflictError, FileError.
        """
        if private and self.personal:
            raise UsageError(
                "the personal memory is yours alone already",
                hint="leave --local out; it is for the memory of a project",
            )
        from miminions.memory.upsert import Wish

        wish = Wish(text, section, key, until, since, pin, detail, replaces)
        return self.remember_all((wish,), private=private)[0]

    def remember_all(self, wishes: "Sequence[Wish]", *, private: bool = False) -> "tuple[Outcome, ...]":
        """Remember several facts in one write, or none of them. Raises what `remember` raises."""
        from miminions.workspace.writing import remember_all

        return remember_all(self, wishes, private=private)

    def note_once(self, text: str) -> None:
        """Keep a note for the next session, which no other gets. Raises NotTrustedError, UsageError, FileError."""
        from miminions.workspace.once import note

        self.check_trust()
        note(self.local, text)

    def edit(self, identity: str, wish: "Wish", *, unpin: bool = False) -> "Shown":
        """Change a fact as its owner does: its id stays. Raises NotFoundError, UsageError, FileError."""
        from miminions.workspace.writing import edit

        identity = self.own_id(identity)
        edit(self, identity, wish, unpin=unpin)
        return self.get(identity)

    def forget(self, identity: str | None = None, *, key: str | None = None, force: bool = False) -> "Shown":
        """Move a fact to the archive and return it as it was.

        Raises NotFoundError, FileError, and ConflictError, unless `force`, for the last word on what it replaced.
        """
        fact = self.get(identity, key=key)
        self.forget_all((fact.id,), force=force)
        return fact

    def forget_all(self, ids: Sequence[str], *, force: bool = False) -> "tuple[Shown, ...]":
        """Move facts to the archives in one run and return them as they were. Raises what `forget` raises."""
        from miminions.workspace.writing import forget_all

        return forget_all(self, ids, force=force)

    def erase(self, identity: str | None = None, *, key: str | None = None, look: bool = False) -> "Erased":
        """Take a fact's words out of every file of this machine; there is no way back. With `look` only say where they are.

        Raises NotTrustedError, NotFoundError, NotErasedError, FileError.
        """
        from miminions.workspace import erasing

        self.check_trust()
        identity = self.own_id(identity) if identity else self.get(key=key).id
        return erasing.look(self, identity) if look else erasing.erase(self, identity)

    def restore(self, identity: str) -> "Shown":
        """Bring a fact back from the archive, without its last day if that has passed.

        Raises NotFoundError, ConflictError, FileError.
        """
        from miminions.workspace.writing import restore

        identity = self.own_id(identity)
        restore(self, identity)
        return self.get(identity)

    def passed(self, identity: str) -> str:
        """Return the last day of an archived fact that has passed, empty for one without."""
        from miminions.workspace.writing import last_day_passed

        return last_day_passed(self, self.own_id(identity))

    def disputes(self) -> tuple["Dispute", ...]:
        """Return what stands in two versions in its files and in its private overlay. Raises FileError."""
        from miminions.memory.disputes import disputes

        overlay = disputes(self.overlay()) if self.id else ()
        return (*disputes(self.state()), *overlay)

    def resolve(self, answers: "Answers", *, which: "Which" = "own") -> "Resolution":
        """Settle what needs no answer and what `answers` names by a dispute's name, and return what is left.

        Raises NotTrustedError, ChangedError, FileError, MemoryFileError.
        """
        from miminions.workspace.resolving import resolve

        self.check_trust()
        return resolve(self.keeper, which, answers, self.now())

    def undo(self, run: str | None = None) -> "Undone":
        """Take back a run, without an id the latest; what a person changed since stays as it is.

        Where nothing of it can be taken back the run stays, too, and the result has no id.
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

    def undoable(self) -> "tuple[Run, ...]":
        """Return the runs that can be taken back, the latest first."""
        from miminions.journal import undoable

        return tuple(undoable(self.local, self.now(), self.layout))

    def change(self, ask: "Ask", *, kind: str = "change", what: str = "", which: "Which" = "own") -> "State":
        """Write changes that `ask` makes of a memory as it is now, and return it as it is then.

        A hand edit that comes between is read, and `ask` is asked again. Raises NotTrustedError, ChangedError,
        FileError, MemoryFileError.
        """
        from miminions.workspace.writing import change

        return change(self, ask, kind=kind, what=what, which=which)

    def change_all(self, ask: "AskAll", *, kind: str = "change", what: str = "") -> "Read":
        """Write changes of several memories in one run, and return how to read them. Raises what `change` raises."""
        from miminions.workspace.writing import change_all

        return change_all(self, ask, kind=kind, what=what)

    def strip(self, *, look: bool = False) -> "tuple[tuple[Snapshot, str], ...]":
        """Take our comments out of every file in memory/, whoever wrote it, and return the files with their new texts.

        With `look` nothing is written. Raises NotTrustedError, ChangedError, FileError.
        """
        from miminions.workspace.writing import strip_all

        return strip_all(self, look=look)

    def preview(self, ask: "Ask", *, which: "Which" = "own") -> "tuple[State, Texts]":
        """Return a memory and its texts after changes; nothing is written."""
        from miminions.workspace.writing import preview

        return preview(self, ask, which=which)

    def preview_all(self, ask: "AskAll") -> "Pairs":
        """Return the memories that changes are about, with their texts after them; nothing is written."""
        from miminions.workspace.writing import preview_all

        return preview_all(self, ask)

    def settle(self) -> None:
        """Look once more at files that were displaced while somebody may have written them. Raises FileError."""
        self.keeper.settle(self.now())
