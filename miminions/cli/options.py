"""Options that several commands share, and how a command opens its workspace."""

from datetime import date
from typing import Annotated

import typer

from miminions.errors import UsageError
from miminions.workspace import Workspace

WorkspaceName = Annotated[
    str | None,
    typer.Option("--workspace", "-w", help="Use this workspace: a path or a name.", metavar="PATH|NAME"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, as a diff; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Key = Annotated[str | None, typer.Option("--key", "-k", help="The fact's key.")]
Section = Annotated[str | None, typer.Option("--section", "-s", help="The section, such as Decisions.")]
Embedder = Annotated[
    str | None,
    typer.Option("--embedder", metavar="NAME", help="Use this embedder: none, local or litellm:MODEL."),
]

Identity = Annotated[str, typer.Argument(metavar="ID", help="The fact's id, as `show` prints it.")]


# What a command opened: at its end it is seen whether anything there is to be looked at again.
OPENED: list[Workspace] = []


def open_workspace(name: str | None, **flags: object) -> Workspace:
    """Open the workspace that the flags, the environment or the current folder name."""
    opened = Workspace.open(flags={"workspace": name or None, **flags})
    OPENED.append(opened)
    return opened


def open_to_write(name: str | None, **flags: object) -> Workspace:
    """Open a workspace for a command that writes; what an earlier one was killed over is cleaned up first.

    Raises WorkspaceMissingError where there was one whose memory is gone.
    """
    opened = open_workspace(name, **flags)
    opened.check_there()
    if opened.id and opened.trusted and opened.keeper.left_behind():
        opened.settle()
    return opened


def a_day(word: str) -> str:
    """Return a day that somebody typed as it is. Raises UsageError for what is none."""
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError as problem:
        raise UsageError(f"{word!r} is no day", hint="write it as YYYY-MM-DD") from problem


def included(words: str) -> tuple[str, ...]:
    """Return what `--include` adds: "retired", "expired" or both. Raises UsageError for anything else."""
    chosen = tuple(word.strip() for word in words.split(",") if word.strip())
    if set(chosen) - {"retired", "expired"}:
        raise UsageError(
            f"--include {words!r} is not possible", hint="use retired, expired, or both with a comma"
        )
    return chosen
