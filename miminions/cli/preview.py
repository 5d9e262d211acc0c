"""A dry run: what a change would do to the files of a memory, as a diff."""

from collections.abc import Callable, Iterable

from miminions.cli.render import memory_diff
from miminions.memory.changes import Change
from miminions.memory.folder import State
from miminions.workspace import Workspace


def preview(ws: Workspace, ask: Callable[[State], Iterable[Change]]) -> None:
    """Print the difference that changes would make; nothing is written."""
    state, texts = ws.preview(ask)
    memory_diff("personal" if ws.personal else "memory", state, texts)
