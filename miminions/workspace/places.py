"""Finds workspaces: by name, around another, and one place of each that this machine trusts."""

import os
from collections.abc import Iterable
from pathlib import Path

from miminions.errors import MiminionsError, WorkspaceMissingError
from miminions.files import read, remove
from miminions.layout import PERSONAL, Home, Layout, LocalLayout, ancestors, find, repository
from miminions.memory.folder import named_and_shared
from miminions.registry import is_trusted, known_at, places, recorded
from miminions.settings import tighter


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


def trusted_roots(home: Home) -> dict[str, str]:
    """Return one trusted place of each workspace, by id: two clones of a repository are one workspace.

    The only place of a workspace is not asked whether the files still lie there.
    """
    return {
        identity: roots[0] if len(roots) == 1 else next(filter(_is_there, roots), roots[0])
        for identity, roots in _trusted(home).items()
    }


def shared_at(home: Home, most: str) -> dict[str, tuple[str, str]]:
    """Return a trusted place of each workspace by id, with how much it shares at the most.

    Where it lies at several places, what one of them does not share no other may give.
    """
    roots = _trusted(home)
    return {
        identity: (root, most if len(roots[identity]) == 1 else _tightest(roots[identity], identity, most))
        for identity, root in trusted_roots(home).items()
    }


def _trusted(home: Home) -> dict[str, list[str]]:
    trusted: dict[str, list[str]] = {}
    for place in recorded(home):
        if place.trusted:
            trusted.setdefault(place.id, []).append(place.root)
    return trusted


def _tightest(roots: Iterable[str], identity: str, most: str) -> str:
    for root in roots:
        try:
            there, share = named_and_shared(read(Layout(Path(root)).memory).text)
        except MiminionsError:
            # Who cannot be asked allows nothing.
            return "none"
        if there == identity:
            most = tighter(share, most)
    return most


def _is_there(root: str) -> bool:
    return Layout(Path(root)).memory.is_file()


def forget_gone_places(local: LocalLayout, identity: str, home: Home) -> None:
    """Remove what was derived of places where the workspace does not lie any more. Raises FileError."""
    there = [Path(one.root) for one in recorded(home) if one.id == identity]
    kept = {home.local(identity, root).index for root in there if Layout(root).memory.is_file()}
    for path in local.indexes:
        if path not in {*kept, local.index}:
            for part in local.folder.glob(f"*{path.stem}.*"):
                remove(part)


def sharing_around(layout: Layout, home: Home, most: str) -> tuple[Layout, ...]:
    """Return the workspaces around one, up to its repository's root, that are trusted and share anything at all.

    Where the person's own word is that they share `most`, none of them is more open than that.
    """
    outer = (
        (other, *named_and_shared(read(other.memory).text)) for other in ancestors(layout.root, home)[1:]
    )
    return tuple(
        other
        for other, identity, share in outer
        if tighter(share, most) != "none" and is_trusted(home, identity, other.root)
    )
