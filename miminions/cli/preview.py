"""A dry run: what a change would do to the files of the memories concerned, as a diff."""

from collections.abc import Iterable

from miminions.cli.render import memory_diff
from miminions.layout import Layout
from miminions.memory.folder import State, Texts
from miminions.workspace import Workspace
from miminions.workspace.writing import Ask, AskAll


def preview(ws: Workspace, ask: Ask) -> None:
    """Print the difference that changes of its own memory would make; nothing is written."""
    show_texts(ws, (ws.preview(ask),))


def preview_all(ws: Workspace, ask: AskAll) -> None:
    """Print the difference that changes of several memories would make; nothing is written."""
    show_texts(ws, ws.preview_all(ask))


def show_texts(ws: Workspace, pairs: Iterable[tuple[State, Texts]]) -> None:
    """Print the differences of memories and their texts to be, each under its name."""
    for state, texts in pairs:
        memory_diff(label(ws, state.layout), state, texts)


def label(ws: Workspace, layout: Layout) -> str:
    """Return what people call a memory folder, seen from a workspace."""
    if ws.id and layout == ws.local.overlay:
        return "local"
    names = {ws.home.personal: "personal", ws.layout: "personal" if ws.personal else "memory"}
    return names.get(layout, f"{layout.name}/memory")
