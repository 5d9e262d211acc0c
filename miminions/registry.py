"""Which workspaces this machine knows, where they lie, which of them their owner trusts, and how we left their files."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from miminions.errors import NotTrustedError, WorkspaceMissingError
from miminions.files import lock, make_folder, read, write
from miminions.layout import Home, Layout, LocalLayout, place
from miminions.redact import redact


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace at one place of this machine; `trusted` is what the owner said there."""

    id: str
    root: Path
    trusted: bool

    @property
    def name(self) -> str:
        """The label people see."""
        return redact(self.root.name)


def trust(home: Home, identity: str, root: Path, *, trusted: bool = True) -> None:
    """Remember a workspace at a place, and whether it is trusted there. Raises FileError."""
    make_folder(home.root, mode=0o700)
    with lock(home.places_lock):
        snapshot = read(home.places)
        here = place(root)
        entries = _parse(snapshot.text)
        if snapshot.text.strip() and not entries:
            # What cannot be read is made anew; the owner may want to look at what stood there.
            write(home.places.with_suffix(".damaged"), snapshot.text, mode=0o600)
        entries[str(root)] = {"id": identity, "place": here}
        # What is said of one worktree holds for all of them: otherwise trust could not be taken back.
        for entry in entries.values():
            if entry.get("id") == identity and entry.get("place") == here:
                entry["trusted"] = trusted
        text = json.dumps(entries, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        write(home.places, text, expected=snapshot.digest, mode=0o600)


def is_trusted(home: Home, identity: str, root: Path) -> bool:
    """Say whether the workspace is trusted here: at this very folder, or as a worktree of a trusted repository."""
    here = place(root)
    return any(
        entry.get("id") == identity
        and entry.get("trusted") is True
        and (name == str(root) or entry.get("place") == here)
        for name, entry in _parse(read(home.places).text).items()
    )


def check_trust(home: Home, identity: str, root: Path) -> None:
    """Raise WorkspaceMissingError where no workspace is, and NotTrustedError for one that came with a clone."""
    if not identity:
        raise WorkspaceMissingError(f"{root} is no workspace", hint="`miminions init` makes it one")
    if not is_trusted(home, identity, root):
        raise NotTrustedError(
            f"the memory in {root} is not trusted on this machine",
            hint="read memory/MEMORY.md, then run `miminions trust`",
        )


def places(home: Home) -> Iterator[Place]:
    """Yield every known workspace whose files still lie where they were, by path."""
    for one in recorded(home):
        place = Place(one.id, Path(one.root), one.trusted)
        if Layout(place.root).memory.is_file():
            yield place


class Recorded(NamedTuple):
    """A workspace as the list of places has it, whether or not its files still lie there."""

    id: str
    root: str
    trusted: bool


def recorded(home: Home) -> list[Recorded]:
    """Return every workspace that was ever known here, by path; the disk is not asked."""
    entries = _parse(read(home.places).text)
    return [
        Recorded(str(entry.get("id")), root, entry.get("trusted") is True)
        for root, entry in sorted(entries.items(), key=itemgetter(0))
    ]


def known_at(home: Home, root: Path) -> str:
    """Return the id of the workspace that was known at this very folder, its files there or not; empty for none."""
    return str(_parse(read(home.places).text).get(str(root), {}).get("id") or "")


def saw(local: LocalLayout, digests: Mapping[str, str]) -> None:
    """Remember the digests of memory files as we left them, so that changes by others can be shown. Raises FileError."""
    make_folder(local.folder, mode=0o700)
    write(local.seen, json.dumps({**_seen(local), **digests}, indent=1) + "\n", mode=0o600)


def changed_since(local: LocalLayout, digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paths whose digest is not the one we left; paths we never saw are not among them."""
    seen = _seen(local)
    return tuple(path for path, digest in digests.items() if seen.get(path, digest) != digest)


def _seen(local: LocalLayout) -> dict[str, str]:
    try:
        return {str(path): str(digest) for path, digest in json.loads(read(local.seen).text or "{}").items()}
    except (ValueError, AttributeError, RecursionError):
        return {}


def _parse(text: str) -> dict[str, dict[str, object]]:
    """Read the places; a damaged file knows no workspace and trusts none."""
    try:
        return {str(root): dict(entry) for root, entry in json.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
