"""init: makes a folder a workspace; only memory/, what keeps transcripts from git, and the clone's own settings are touched."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from miminions.errors import MemoryFileError, UsageError
from miminions.files import lock, make_folder, read, write
from miminions.layout import Home, Layout, LocalLayout, slug
from miminions.markdown import front_matter, head_of, lines_of
from miminions.memory.facts import read_facts
from miminions.memory.folder import State, identity_of, read_folder
from miminions.memory.front import with_key
from miminions.memory.lines import newline_of
from miminions.redact import redact
from miminions.registry import known_at, saw, trust
from miminions.repository import committers, install_driver, remotes, repository_at, texts_before
from miminions.templates import find
from miminions.transcripts.own import keep_from_git

# What sessions may write, and how many histories there are, where the front matter does not say.
DEFAULTS = {"write": "tree", "history": "one"}
ATTRIBUTES = (
    "MEMORY.md merge=miminions",
    "ARCHIVE.md merge=miminions",
    "archive/*.md merge=miminions",
    "HISTORY.md merge=union",
    "history/*.md merge=union",
)


def make_workspace(
    root: Path,
    *,
    home: Home,
    share: str = "insights",
    write_mode: str | None = None,
    history: str | None = None,
) -> tuple[Path, ...]:
    """Make a folder a workspace, trust it, and return the files that were written; none when it was one already.

    `write_mode` (tree or inbox) and `history` (one or per-writer) are set in the front matter, None leaves it alone.
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
    identity = state.identity or lost_name(root, home) or f"{secrets.token_hex(4)}-{slug(redact(root.name))}"
    written = _write_skeletons(layout, state, identity, share)
    settled = set_front(layout, home.local(identity), {"write": write_mode, "history": history})
    ignore = keep_from_git(layout)
    written = tuple(dict.fromkeys((*written, *settled, *([ignore] if ignore else ()))))
    trust(home, identity, root)
    merge_with_us(root)
    saw(home.local(identity), read_folder(layout).digests)
    return written


def lost_name(root: Path, home: Home) -> str:
    """Return the id of a workspace whose memory file does not name it: this machine knows it, or git does; else empty.

    Raises MemoryFileError for front matter that cannot be read.
    """
    root = root.expanduser().absolute()
    layout = Layout(root)
    if identity_of(read(layout.memory).text):
        return ""
    repo = repository_at(root)
    earlier = (_named(text) for text in texts_before(repo, layout.memory)) if repo else iter(())
    return known_at(home, root) or next(filter(None, earlier), "")


def _named(text: str) -> str:
    try:
        return identity_of(text)
    except MemoryFileError:
        return ""


def merge_with_us(root: Path) -> bool:
    """Let git merge the memory files around `root` with us in this clone, and say whether it does."""
    repo = repository_at(root)
    return repo is not None and install_driver(repo)


def _write_skeletons(layout: Layout, state: State, identity: str, share: str) -> tuple[Path, ...]:
    make_folder(layout.folder)
    texts = {}
    # An emptied file gets back all that a new one begins with.
    if not state.memory.text.strip("\ufeff \t\r\n"):
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


def is_shared(root: Path) -> bool:
    """Say whether several people seem to write in the repository around a folder: it has a remote, and committers."""
    repo = repository_at(root)
    return repo is not None and bool(remotes(repo)) and committers(repo) > 1


def set_front(layout: Layout, local: LocalLayout, wanted: Mapping[str, str | None]) -> tuple[Path, ...]:
    """Set keys of the front matter by line, and return the file if that changed it. Raises MemoryFileError, FileError."""
    with lock(local.lock):
        before = read(layout.memory)
        text, front = before.text, front_matter(read_facts(before.text).document)
        for name, value in wanted.items():
            # What is the default anyway is not written down.
            if value and str(front.get(name) or DEFAULTS[name]) != value:
                text = with_key(text, name, value)
        if text == before.text:
            return ()
        write(layout.memory, text, expected=before.digest)
        return (layout.memory,)


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
    # A line of hyphens alone is no front matter.
    if head_of(text).body > len(mark):
        return f"{mark}---{newline}{line}{body[next(lines_of(body))[1] :]}"
    return f"{mark}---{newline}{line}---{newline}{body}"
