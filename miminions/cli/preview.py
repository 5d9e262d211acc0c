"""A dry run: what a change would do to the files of the memories concerned, as a diff, or as JSON with one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from miminions.cli.render import diff, difference, say_json
from miminions.memory.folder import State, Texts
from miminions.workspace import Workspace
from miminions.workspace.writing import Ask, AskAll

# A file as it is named to people, its text as it is, and as it would be.
Edited = tuple[str, str, str]


def preview(ws: Workspace, ask: Ask, *, as_json: bool = False) -> None:
    """Print the difference that changes of its own memory would make; nothing is written."""
    show_edits(edits_of(ws, (ws.preview(ask),)), as_json=as_json)


def preview_all(ws: Workspace, ask: AskAll, *, as_json: bool = False) -> None:
    """Print the difference that changes of several memories would make; nothing is written."""
    show_edits(edits_of(ws, ws.preview_all(ask)), as_json=as_json)


def show_edits(edits: Iterable[Edited], *, as_json: bool = False) -> None:
    """Print what would change in each file."""
    if as_json:
        say_json({"changes": changes(edits)})
        return
    for name, old, new in edits:
        diff(name, old, new)


def changes(edits: Iterable[Edited]) -> list[dict[str, str]]:
    """Return the files that would change, each with its diff, as `--dry-run --json` prints them."""
    found = ((name, difference(name, old, new)) for name, old, new in edits)
    return [{"file": name, "diff": "\n".join(lines) + "\n"} for name, lines in found if lines]


def edits_of(ws: Workspace, pairs: Iterable[tuple[State, Texts]]) -> Iterator[Edited]:
    """Yield the files of memories with their texts to be, in the order they are written."""
    names = {ws.home.personal: "personal", ws.layout: "personal" if ws.personal else "memory"}
    for state, texts in pairs:
        local = ws.id and state.layout == ws.local.overlay
        folder = "local" if local else names.get(state.layout, f"{state.layout.name}/memory")
        for old, new in (
            (state.archive, texts.archive),
            (state.memory, texts.memory),
            (state.history, texts.history),
        ):
            yield f"{folder}/{_below(state, old.path)}", old.text, new


def _below(state: State, path: Path) -> str:
    """Return how a file is called within its memory: one of several writers has a folder above it."""
    folder = state.layout.folder
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
