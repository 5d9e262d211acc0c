"""How a workspace is changed: asks become changes of its memories, written under the lock as one run."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from miminions.files import Snapshot
from miminions.journal import new_run
from miminions.keeper import Keeper, Which, again
from miminions.layout import PERSONAL
from miminions.memory.changes import Change, Strip
from miminions.memory.folder import State, Texts
from miminions.memory.shown import Shown
from miminions.memory.tidy import strip
from miminions.memory.upsert import Outcome, Wish, fields, passed
from miminions.workspace.asks import (
    Changed,
    Read,
    archive_of,
    editing,
    forgetting,
    once,
    remembering,
    restoring,
)

if TYPE_CHECKING:
    from miminions.workspace.keeping import WritableWorkspace

Ask = Callable[[State], Iterable[Change]]
AskAll = Callable[[Read], Changed]
Pairs = tuple[tuple[State, Texts], ...]


def keeper_of(ws: "WritableWorkspace") -> Keeper:
    """Return whoever writes a workspace's memories. Raises WorkspaceMissingError."""
    return Keeper(ws.layout, ws.home.personal, ws.local, ws.home.local(PERSONAL))


def remember_all(ws: "WritableWorkspace", wishes: Sequence[Wish], *, private: bool) -> tuple[Outcome, ...]:
    """Remember several facts in one write, or none of them."""
    outcomes: tuple[Outcome, ...] = ()

    def ask(read: Read) -> Changed:
        nonlocal outcomes
        outcomes, changed = remembering(read, wishes, ws.today, private=private)
        return changed

    what = wishes[0].text if len(wishes) == 1 else f"{len(wishes)} facts"
    change_all(ws, ask, kind="remember", what=what)
    return outcomes


def edit(ws: "WritableWorkspace", identity: str, wish: Wish, *, unpin: bool) -> None:
    """Change a fact as its owner does."""
    given = fields(wish, unpin=unpin)
    what = f"{wish.text} ({given})" if given else wish.text
    change_all(ws, lambda read: editing(read, identity, wish, unpin=unpin), kind="edit", what=what)


def forget_all(ws: "WritableWorkspace", ids: Sequence[str], *, force: bool) -> tuple[Shown, ...]:
    """Move facts to the archives in one run and return them as they were."""
    facts = tuple(ws.get(identity) for identity in ids)
    what = facts[0].text if len(facts) == 1 else f"{len(facts)} facts"
    found = [fact.id for fact in facts]
    change_all(ws, lambda read: forgetting(read, found, ws.today, force=force), kind="forget", what=what)
    return facts


def restore(ws: "WritableWorkspace", identity: str) -> None:
    """Bring a fact back from the archive."""
    fact = archive_of(ws.keeper.read, identity).archived.by_id(identity)
    what = fact.text if fact else identity
    change_all(ws, lambda read: restoring(read, identity, ws.today), kind="restore", what=what)


def last_day_passed(ws: "WritableWorkspace", identity: str) -> str:
    """Return the last day of an archived fact that has passed, empty for one without."""
    fact = archive_of(ws.keeper.read, identity).archived.by_id(identity)
    return passed(fact, ws.today) if fact else ""


def change(ws: "WritableWorkspace", ask: Ask, *, kind: str, what: str, which: Which) -> State:
    """Write changes that `ask` makes of a memory as it is now, and return it as it is then."""
    if which == "personal" and not ws.trusted:
        return change(ws.person_workspace(), ask, kind=kind, what=what, which="own")

    def one(read: Read) -> Changed:
        state = read(which)
        return ((state, tuple(ask(state))),)

    return change_all(ws, one, kind=kind, what=what)(which)


def change_all(ws: "WritableWorkspace", ask: AskAll, *, kind: str, what: str) -> Read:
    """Write changes of several memories in one run, and return how to read them."""
    ws.check_trust()
    # The person's lock is taken only by those who write there.
    for person in (False, True):
        with ws.keeper.locked(ws.now(), person=person):
            if again(partial(_written, ws, ask, kind, what, person=person)):
                break
    return ws.keeper.read


def strip_all(ws: "WritableWorkspace", *, look: bool) -> tuple[tuple[Snapshot, str], ...]:
    """Take our comments out of every file of a workspace's memory folder, and return the files with their new texts.

    With `look` nothing is written. Raises what `change` raises.
    """
    ws.check_trust()
    if look:
        return _stripped(ws, ws.keeper.read("own"))
    with ws.keeper.locked(ws.now()):
        keeper, run = ws.keeper, new_run(ws.local, "fmt", ws.now())
        state = keeper.read("own")
        found = _stripped(ws, state)
        keeper.write(run, ((state, (Strip(),)),), ws.now())
        for other in state.others:
            # A run writes one archive and one history: what others wrote takes the place of the own one.
            now = keeper.read("own")
            archived = other.path == now.layout.archive or other.path.parent == now.layout.archives
            theirs = replace(now, archive=other) if archived else replace(now, history=other)
            keeper.write(run, ((theirs, (Strip(),)),), ws.now())
    return found


def _stripped(ws: "WritableWorkspace", state: State) -> tuple[tuple[Snapshot, str], ...]:
    texts = ws.keeper.preview(state, (Strip(),), ws.now())
    own = ((state.archive, texts.archive), (state.memory, texts.memory), (state.history, texts.history))
    others = ((file, strip(file.text)) for file in state.others)
    return tuple((file, text) for file, text in (*own, *others) if text != file.text)


def preview(ws: "WritableWorkspace", ask: Ask, *, which: Which) -> tuple[State, Texts]:
    """Return a memory and its texts after changes; nothing is written."""
    state = ws.keeper.read(which)
    return state, ws.keeper.preview(state, tuple(ask(state)), ws.now())


def preview_all(ws: "WritableWorkspace", ask: AskAll) -> Pairs:
    """Return the memories that changes are about, with their texts after them; nothing is written."""
    keeper = ws.keeper
    return tuple((state, keeper.preview(state, asked, ws.now())) for state, asked in ask(once(keeper.read)))


def _written(ws: "WritableWorkspace", ask: AskAll, kind: str, what: str, *, person: bool) -> bool:
    """Write changes under the lock, and say whether that was possible without the person's."""
    keeper, now = ws.keeper, ws.now()
    asked_for = [(state, asked) for state, asked in ask(once(keeper.read)) if asked]
    if not person and any(keeper.is_person(state) for state, _ in asked_for):
        return False
    # Records are read by people and copied by programs: what is private stands in its steps only.
    private = any(state.layout == ws.local.overlay for state, _ in asked_for)
    told = "a private fact" if private else what
    if asked_for:
        keeper.write(new_run(ws.local, kind, now, what=told), asked_for, now)
    return True
