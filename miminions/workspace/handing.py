"""Hands facts over to another memory: the workspace's own, its private one, the person's, or another workspace's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miminions.keeper import Which
from miminions.layout import PERSONAL
from miminions.memory.folder import State, Texts
from miminions.memory.ids import normalise
from miminions.workspace.asks import PLACES, Changed, Held, Read, elsewhere, handing, held, left, received

if TYPE_CHECKING:
    from miminions.workspace.keeping import WritableWorkspace

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Handed:
    """A fact that was handed over: its id here, its id there, what it says, and which memory held it."""

    old: str
    id: str
    text: str
    out_of: Which


@dataclass(frozen=True, slots=True)
class Handing:
    """Facts of a workspace that are to go to another memory: of the same workspace, or `other`'s own."""

    ws: "WritableWorkspace"
    ids: tuple[str, ...]
    to: Which
    other: "WritableWorkspace | None" = None

    def go(self) -> tuple[Handed, ...]:
        """Write them there, then retire them here. Raises NotFoundError, UsageError, ConflictError, FileError."""
        found = [self._find(identity) for identity in self.ids]
        facts = [one.fact for one in found]
        what = facts[0].text if len(facts) == 1 else f"{len(facts)} facts"
        if self.other:
            self.other.change(lambda state: received(state, facts), kind="move", what=what)
        self.ws.change_all(self._here, kind="move", what=what)
        there = self._state()
        ids = {normalise(fact.text): fact.id for fact in reversed(there.facts.facts)}
        return tuple(
            Handed(one.fact.id, ids.get(normalise(one.fact.text), one.fact.id), one.fact.text, one.which)
            for one in found
        )

    def preview(self) -> tuple[tuple[State, Texts], ...]:
        """Return the memories with their texts after it; nothing is written."""
        pairs = self.ws.preview_all(self._here)
        if self.other is None:
            return pairs
        facts = [self._find(identity).fact for identity in self.ids]
        return (self.other.preview(lambda state: received(state, facts)), *pairs)

    def private(self) -> tuple[str, ...]:
        """Return the facts that would leave the private memory of this machine."""
        found = (self._find(identity) for identity in self.ids)
        return tuple(one.fact.id for one in found if one.which == "overlay")

    def _here(self, read: Read) -> Changed:
        if self.other is None:
            return handing(read, self.ids, self.to, self.ws.now())
        found = [held(read, identity) for identity in self.ids]
        pairs = [(which, [one.fact.id for one in found if one.which == which]) for which in PLACES]
        return [(read(which), left(read(which), ids, self.ws.now())) for which, ids in pairs if ids]

    def _find(self, identity: str) -> Held:
        read = self.ws.keeper.read
        return held(read, identity) if self.other else elsewhere(read, identity, self.to)

    def _state(self) -> State:
        return self.other.state() if self.other else self.ws.keeper.read(self.to)


def handing_over(ws: "WritableWorkspace", ids: Iterable[str], to: str) -> Handing:
    """Say where facts are to go: `personal`, `local` for the private memory, or a workspace by path or name.

    Raises WorkspaceMissingError.
    """
    wanted = tuple(dict.fromkeys(ws.own_id(identity) for identity in ids))
    if to == LOCAL:
        return Handing(ws, wanted, "overlay")
    if to == PERSONAL:
        return Handing(ws, wanted, "own" if ws.personal else "personal")
    other = type(ws).open(flags={"workspace": to}, home=ws.home.root, clock=ws.now)
    if other.layout == ws.layout or other.id == ws.id:
        return Handing(ws, wanted, "own")
    if other.personal:
        return Handing(ws, wanted, "personal")
    return Handing(ws, wanted, "own", other)
