"""A dry run: what a change would do to the files of the memories concerned, as a diff, or as JSON with one."""

from collections.abc import Iterable, Iterator

from miminions.cli.render import diff, difference, say_json
from miminions.layout import Layout
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
    for state, texts in pairs:
        yield from edits_in(label(ws, state.layout), state, texts)


def edits_in(folder: str, state: State, texts: Texts) -> Iterator[Edited]:
    """Yield the files of one memory with their texts to be; `folder` is what people call its folder."""
    for old, new in (
        (state.archive, texts.archive),
        (state.memory, texts.memory),
        (state.history, texts.history),
    ):
        yield state.layout.called(old.path, folder), old.text, new


def label(ws: Workspace, layout: Layout) -> str:
    """Return what people call a memory folder, seen from a workspace."""
    if ws.id and layout == ws.local.overlay:
        return "local"
    names = {ws.home.personal: "personal", ws.layout: "personal" if ws.personal else "memory"}
    return names.get(layout, f"{layout.name}/memory")
