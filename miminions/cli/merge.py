"""merge-driver: what git calls to merge two versions of a memory file."""

from pathlib import Path

import typer

from miminions.cli.render import talk
from miminions.files import read, write
from miminions.memory.merge import MARKER, merge, union


def merge_driver(
    base: Path = typer.Argument(help="The version both sides came from: git's %O."),
    ours: Path = typer.Argument(help="Our version, which becomes the merged one: git's %A."),
    theirs: Path = typer.Argument(help="The other version: git's %B."),
    marker: int = typer.Argument(MARKER, help="How long the lines that mark a conflict are: git's %L."),
    path: str = typer.Argument("MEMORY.md", help="The name the file has in the repository: git's %P."),
) -> None:
    """Merge two versions of a memory file for git; ends with 1 where a conflict is left between markers.

    The ledger takes every line of both sides; memory and archive merge fact by fact, each field on its own.
    """
    texts = [read(file).text for file in (base, ours, theirs)]
    if _is_ledger(path):
        write(ours, union(*texts))
        return
    merged = merge(*texts, marker=marker)
    write(ours, merged.text)
    if merged.conflicts:
        talk(f"{path}: {len(merged.conflicts)} in conflict")
        raise typer.Exit(1)


def _is_ledger(path: str) -> bool:
    file = Path(path)
    return file.name == "HISTORY.md" or (file.suffix == ".md" and file.parent.name == "history")
