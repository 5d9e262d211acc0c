"""What of a workspace this machine can reach when words are to go: its files, and the indexes made from them."""

from pathlib import Path
from typing import TYPE_CHECKING

from miminions.errors import FileError
from miminions.files import leftovers
from miminions.layout import LocalLayout
from miminions.workspace.needle import Needle

if TYPE_CHECKING:
    from miminions.workspace.keeping import WritableWorkspace

_SWAP = (".sw[a-p]", "~", "#")
_DERIVED = ("index.db", "index.vec", "index-", "global_memory.", "vectors.db")


def begun_file(local: LocalLayout) -> Path:
    """Return the file that says what is being erased, until nothing else does."""
    return local.folder / "erasing.json"


def locals_of(ws: "WritableWorkspace") -> list[LocalLayout]:
    """Return what this machine keeps of all workspaces: what is true of the person was learned in any of them."""
    return [LocalLayout(path) for path in sorted(ws.home.workspaces.glob("*")) if path.is_dir()]


def indexes_of(ws: "WritableWorkspace") -> tuple[Path, ...]:
    """Return every index of this machine, there or not."""
    return (ws.home.global_index, *(path for local in locals_of(ws) for path in local.indexes))


def files_within(ws: "WritableWorkspace") -> list[Path]:
    """Return every file within reach: memory/, sessions/ and MIMINIONS_HOME, without what editors and others own."""
    found = (
        path
        for folder in dict.fromkeys((ws.layout.folder, ws.layout.sessions, ws.home.root))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    )
    own = begun_file(ws.local)
    # With what a run beside this one is just writing there.
    parts = (own, *leftovers(own.parent))
    return [
        path
        for path in dict.fromkeys(found)
        if not (path in parts and own.name in path.name) and not is_swap(path) and not _is_foreign(ws, path)
    ]


def is_swap(path: Path) -> bool:
    """Say whether a file is an editor's copy of another."""
    return path.name.startswith((".#", "#")) or any(path.match(f"*{end}") for end in _SWAP)


def is_derived(path: Path) -> bool:
    """Say whether a file is made anew from the others."""
    return path.name.startswith(_DERIVED)


def _is_foreign(ws: "WritableWorkspace", path: Path) -> bool:
    """Say whether a file is the private overlay of another workspace."""
    parts = path.relative_to(ws.home.workspaces).parts if path.is_relative_to(ws.home.workspaces) else ()
    return len(parts) > 2 and parts[1] == "local" and parts[0] != ws.local.folder.name


def holding(ws: "WritableWorkspace", needle: Needle) -> list[Path]:
    """Return the files within reach that say it. Raises FileError."""
    found = []
    for path in files_within(ws):
        try:
            if needle.stands_in_file(path):
                found.append(path)
        except FileNotFoundError:
            continue
        except OSError as problem:
            raise FileError(
                f"cannot read {path}: {problem.strerror}", hint="look at its permissions, and run it again"
            ) from problem
    return found
