"""init: makes a folder a workspace; only memory/ is touched."""

import secrets
from pathlib import Path

from miminions.errors import UsageError
from miminions.files import make_folder, write
from miminions.layout import Home, Layout, slug
from miminions.memory.folder import State, read_folder
from miminions.memory.lines import newline_of
from miminions.registry import saw, trust
from miminions.templates import find


def make_workspace(root: Path, *, home: Home, share: str = "insights") -> tuple[Path, ...]:
    """Make a folder a workspace, trust it, and return the files that were written; none when it was one already.

    Raises UsageError for $HOME and for MIMINIONS_HOME, FileError.
    """
    root = root.expanduser().absolute()
    if root in {Path.home(), home.root}:
        raise UsageError(
            f"{root} cannot be a workspace",
            hint="what holds everywhere goes to the personal workspace, which needs no init",
        )
    layout = Layout(root)
    state = read_folder(layout)
    identity = state.identity or f"{secrets.token_hex(4)}-{slug(root.name)}"
    written = _write_skeletons(layout, state, identity, share)
    trust(home, identity, root)
    saw(home.local(identity), read_folder(layout).digests)
    return written


def _write_skeletons(layout: Layout, state: State, identity: str, share: str) -> tuple[Path, ...]:
    make_folder(layout.folder)
    texts = {}
    if not state.memory.exists:
        texts[layout.memory] = find("MEMORY.md").fill(workspace=identity, share=share)
    elif not state.identity:
        texts[layout.memory] = _with_identity(state.memory.text, identity)
    if not state.history.exists:
        texts[layout.history] = find("HISTORY.md").text
    if not layout.attributes.exists():
        texts[layout.attributes] = "HISTORY.md merge=union\n"
    for path, text in texts.items():
        write(path, text)
    return tuple(texts)


def _with_identity(text: str, identity: str) -> str:
    """Put the workspace's id into a file that people wrote, as the first key of its front matter."""
    newline = newline_of(text)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    line = f"workspace: {identity}{newline}"
    if body.startswith(f"---{newline}"):
        return f"{mark}---{newline}{line}{body.removeprefix(f'---{newline}')}"
    return f"{mark}---{newline}{line}---{newline}{body}"
