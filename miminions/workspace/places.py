"""Finds workspaces: by name, around another, and one place of each that this machine trusts."""

import os
from pathlib import Path

from miminions.errors import WorkspaceMissingError
from miminions.layout import PERSONAL, Home, Layout, ancestors, find, repository
from miminions.memory.folder import read_folder
from miminions.registry import Place, is_trusted, known_at, places


def named_workspace(word: str, home: Home) -> Layout:
    """Find a workspace by path or by name; a folder inside a workspace gives way to a workspace of that name.

    Raises WorkspaceMissingError.
    """
    if word == PERSONAL:
        return home.personal
    path = _folder(word)
    if path and Layout(path).memory.is_file() and (layout := find(path, home)):
        return layout
    named = [place for place in places(home) if word in {place.name, place.id, str(place.root)}]
    if len({place.id for place in named}) > 1:
        raise WorkspaceMissingError(
            f"{len(named)} workspaces are called {word}",
            hint="give its path or its id: `miminions workspaces` lists them",
        )
    if named:
        return Layout(min(named, key=lambda place: not place.trusted).root)
    if path and (layout := find(path, home)):
        return layout
    raise WorkspaceMissingError(f"no workspace is called {word}", hint="`miminions workspaces` lists them")


def gone_workspace(start: Path, home: Home) -> Path | None:
    """Return the folder at or above `start`, nearer than any workspace, that was one and whose memory is gone."""
    start = Path(os.path.abspath(start))  # noqa: PTH100  # as `find` does
    top, nearest = repository(start), find(start, home)
    for folder in (start, *start.parents):
        if (nearest and folder == nearest.root) or folder == home.root:
            return None
        if known_at(home, folder) and not Layout(folder).memory.exists():
            return folder
        if folder == top:
            return None
    return None


def _folder(word: str) -> Path | None:
    """Return the folder that a word is the path of, if it is one."""
    try:
        path = Path(word).expanduser().absolute()
        return path if path.is_dir() else None
    except (OSError, RuntimeError):
        return None


def trusted_places(home: Home) -> list[Place]:
    """Return one trusted place of each workspace: two clones of a repository are one workspace."""
    chosen: dict[str, Place] = {}
    for place in places(home):
        if place.trusted:
            chosen.setdefault(place.id, place)
    return list(chosen.values())


def sharing_around(layout: Layout, home: Home) -> tuple[Layout, ...]:
    """Return the workspaces around one, up to its repository's root, that are trusted and share anything at all."""
    outer = ((other, read_folder(other)) for other in ancestors(layout.root, home)[1:])
    return tuple(
        other
        for other, state in outer
        if state.share != "none" and is_trusted(home, state.identity, other.root)
    )
