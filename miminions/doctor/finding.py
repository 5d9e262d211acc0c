"""What every check shares: a finding with what mends it, and the memories that are looked at."""

from dataclasses import dataclass
from typing import Literal

from miminions.layout import LocalLayout
from miminions.memory.folder import State
from miminions.workspace import Workspace

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or worth knowing, and the command or the edit that mends it."""

    level: Literal["problem", "notice"]
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Case:
    """A workspace under examination: its memories as they were read, its own first, and where its local files lie."""

    ws: Workspace
    states: tuple[State, ...]
    local: LocalLayout | None

    @property
    def own(self) -> State | None:
        """Its own memory, None when that could not be read."""
        return next((state for state in self.states if state.layout == self.ws.layout), None)


def quoted(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"
