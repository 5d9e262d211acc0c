"""Finds workspaces by name, and one place of each that this machine trusts."""

from pathlib import Path

from miminions.errors import WorkspaceMissingError
from miminions.layout import Home, Layout, find
from miminions.registry import Place, places

PERSONAL = "personal"


def named_workspace(word: str, home: Home) -> Layout:
    """Find a workspace by path or by name. Raises WorkspaceMissingError."""
    path = Path(word).expanduser()
    if word == PERSONAL:
        return home.personal
    if path.is_dir() and (layout := find(path.absolute(), home)):
        return layout
    named = [place for place in places(home) if word in {place.name, place.id, str(place.root)}]
    if not named:
        raise WorkspaceMissingError(
            f"no workspace is called {word}", hint="`miminions workspaces` lists them"
        )
    if len({place.id for place in named}) > 1:
        raise WorkspaceMissingError(
            f"{len(named)} workspaces are called {word}",
            hint="give its path or its id: `miminions workspaces` lists them",
        )
    return Layout(named[0].root)


def trusted_places(home: Home) -> list[Place]:
    """Return one trusted place of each workspace: two clones of a repository are one workspace."""
    chosen: dict[str, Place] = {}
    for place in places(home):
        if place.trusted:
            chosen.setdefault(place.id, place)
    return list(chosen.values())
