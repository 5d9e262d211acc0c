"""init: makes a folder a workspace; only memory/ and, in a repository, the clone's own settings are touched."""

import re
import secrets
from pathlib import Path

from miminions.errors import UsageError
from miminions.files import make_folder, read, write
from miminions.layout import Home, Layout, slug
from miminions.memory.folder import State, read_folder
from miminions.memory.lines import newline_of
from miminions.registry import saw, trust
from miminions.repository import install_driver, repository_at
from miminions.templates import find

ATTRIBUTES = (
    "MEMORY.md merge=miminions",
    "ARCHIVE.md merge=miminions",
    "HISTORY.md merge=union",
    "history/*.md merge=union",
)


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
    merge_with_us(root)
    saw(home.local(identity), read_folder(layout).digests)
    return written


def merge_with_us(root: Path) -> bool:
    """Let git merge the memory files around `root` with us in this clone, and say whether it does."""
    repo = repository_at(root)
    return repo is not None and install_driver(repo)


def _write_skeletons(layout: Layout, state: State, identity: str, share: str) -> tuple[Path, ...]:
    make_folder(layout.folder)
    texts = {}
    if not state.memory.exists:
        texts[layout.memory] = find("MEMORY.md").fill(workspace=identity, share=share)
    elif not state.identity:
        texts[layout.memory] = _with_identity(state.memory.text, identity)
    if not state.history.exists:
        texts[layout.history] = find("HISTORY.md").text
    attributes = read(layout.attributes).text
    if lines := missing_attributes(attributes):
        texts[layout.attributes] = attributes + lines
    for path, text in texts.items():
        write(path, text)
    return tuple(texts)


def missing_attributes(text: str) -> str:
    """Return the lines that tell git how to merge memory files, without those that people decided otherwise."""
    newline = newline_of(text)
    decided = {
        line.split()[0] for line in text.split("\n") if re.search(r"\s[-!]?merge(=|\s|$)", line.strip())
    }
    missing = [line for line in ATTRIBUTES if line.split()[0] not in decided]
    start = newline if missing and text and not text.endswith(("\n", "\r")) else ""
    return start + "".join(line + newline for line in missing)


def _with_identity(text: str, identity: str) -> str:
    """Put the workspace's id into a file that people wrote, as the first key of its front matter."""
    newline = newline_of(text)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    line = f"workspace: {identity}{newline}"
    if body.startswith(f"---{newline}"):
        return f"{mark}---{newline}{line}{body.removeprefix(f'---{newline}')}"
    return f"{mark}---{newline}{line}---{newline}{body}"
