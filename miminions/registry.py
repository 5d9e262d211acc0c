"""Which workspaces this machine knows, where they lie, and which of them their owner trusts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from miminions.files import lock, make_folder, read, write
from miminions.layout import Home, LocalLayout, place


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace at one place of this machine; `trusted` is what the owner said there."""

    id: str
    root: Path
    trusted: bool

    @property
    def name(self) -> str:
        """The label people see."""
        return self.root.name


def trust(home: Home, identity: str, root: Path, *, trusted: bool = True) -> None:
    """Remember a workspace at a place, and whether it is trusted there. Raises FileError."""
    local = home.local(identity)
    make_folder(local.folder, mode=0o700)
    with lock(local.lock):
        snapshot = read(local.places)
        known = _parse(snapshot.text)
        known[str(root)] = {"place": place(root), "trusted": trusted}
        text = json.dumps({"id": identity, "places": known}, indent=1, ensure_ascii=False) + "\n"
        write(local.places, text, expected=snapshot.digest, mode=0o600)


def is_trusted(home: Home, identity: str, root: Path) -> bool:
    """Say whether the workspace is trusted here: at this very folder, or as a worktree of a trusted repository."""
    known = _parse(read(home.local(identity).places).text)
    here = place(root)
    return any(entry.get("trusted") and entry.get("place") == here for entry in known.values())


def places(home: Home) -> Iterator[Place]:
    """Yield every known workspace whose files still lie where they were, sorted by id and path."""
    if not home.workspaces.is_dir():
        return
    for folder in sorted(home.workspaces.iterdir()):
        text = read(LocalLayout(folder).places).text if folder.is_dir() else ""
        identity = _identity(text)
        for root, entry in sorted(_parse(text).items()):
            if identity and (Path(root) / "memory" / "MEMORY.md").is_file():
                same = entry.get("place") == place(Path(root))
                yield Place(identity, Path(root), bool(entry.get("trusted")) and same)


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
    except (ValueError, AttributeError):
        return {}


def _parse(text: str) -> dict[str, dict[str, object]]:
    """Read a places file; one that is damaged trusts nothing."""
    try:
        entries = json.loads(text)["places"]
        return {str(root): dict(entry) for root, entry in entries.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _identity(text: str) -> str:
    try:
        return str(json.loads(text)["id"])
    except (ValueError, KeyError, TypeError):
        return ""
