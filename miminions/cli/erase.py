"""forget --erase: asks, erases, and says what it could not reach."""

import os
import sys
from dataclasses import asdict

import typer

from miminions.cli.render import dim, say, say_json, styled
from miminions.errors import UsageError
from miminions.workspace import Workspace
from miminions.workspace.erasing import Erased

# A line of a transcript can be pages long.
WIDEST = 160


def erase(  # the options of one command
    ws: Workspace, identity: str | None, key: str | None, *, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Erase a fact for good, once the person said yes."""
    found = ws.erase(identity, key=key, look=True)
    if not dry_run:
        if not yes:
            _ask(found)
        found = ws.erase(found.id)
    if as_json:
        say_json(asdict(found))
        return
    say(f"{'would erase' if dry_run else 'erased'} {found.id} from {len(found.files)} files")
    _show(found)
    if found.beyond:
        styled("beyond reach:", "yellow")
    for one in found.beyond:
        say(f"  {one.where}")
        dim(f"    {one.mend}")
    if not dry_run:
        dim("backups and blocks of the disk that were freed may still have it")


def _show(found: Erased) -> None:
    """Show the words that go, and the lines that go with them, file by file."""
    for text in found.texts:
        say(f"  words: {text}")
    for path in found.files:
        say(f"  {os.path.relpath(path)}")
        for line in found.lines.get(path, ()):
            dim(f"    {' '.join(line.split())[:WIDEST]}")


def _ask(found: Erased) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "erasing cannot be taken back",
            hint="look with --dry-run, then give --yes; `forget` alone keeps a copy",
        )
    _show(found)
    typer.confirm(f"Erase it from {len(found.files)} files? There is no way back.", default=False, abort=True)
