"""edit and restore: one fact is changed, or brought back."""

import os
import shlex
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, Identity, Key, Section, WorkspaceName, open_to_write
from miminions.cli.preview import preview_all
from miminions.cli.render import dim, say, say_json
from miminions.errors import UsageError
from miminions.memory.shown import Shown
from miminions.memory.upsert import Wish
from miminions.workspace import Workspace
from miminions.workspace.asks import editing, restoring

# Editors that take the line to open at as `+LINE`.
LINE_EDITORS = {"vi", "vim", "nvim", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "ne"}


def edit(
    identity: Identity,
    text: Annotated[
        str | None, typer.Argument(help="The new text; without any option $EDITOR opens.")
    ] = None,
    *,
    section: Section = None,
    key: Key = None,
    until: Annotated[
        str | None, typer.Option(help="The last day it holds, YYYY-MM-DD; `none` takes it away.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="The first day it holds, YYYY-MM-DD.")] = None,
    pin: Annotated[bool | None, typer.Option("--pin/--unpin", help="Always first in the context.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Change a fact; its id stays. Editing the file by hand does the same."""
    ws = open_to_write(workspace)
    fact = ws.get(identity)
    if text is None and section is None and key is None and until is None and since is None and pin is None:
        _open_editor(ws, fact)
        return
    wish = Wish(text or fact.text, section, key, until, since, pin=bool(pin))
    if dry_run:
        preview_all(ws, lambda read: editing(read, fact.id, wish, unpin=pin is False), as_json=as_json)
        return
    changed = ws.edit(identity, wish, unpin=pin is False)
    if as_json:
        say_json({"facts": [asdict(changed)]})
    else:
        say(f"edited {changed.id}  {changed.text}")


def restore(
    identity: Identity, *, dry_run: DryRun = False, as_json: AsJson = False, workspace: WorkspaceName = None
) -> None:
    """Bring a forgotten, replaced or expired fact back from the archive."""
    ws = open_to_write(workspace)
    if dry_run:
        preview_all(ws, lambda read: restoring(read, ws.own_id(identity), ws.today), as_json=as_json)
        return
    ended = ws.passed(identity)
    fact = ws.restore(identity)
    if as_json:
        say_json({"facts": [asdict(fact)]})
        return
    say(f"restored {fact.id}  {fact.text}")
    if ended:
        dim(
            f"its last day was {ended}; it holds without an end now, `edit {fact.id} --until DATE` gives it one"
        )


def _open_editor(ws: Workspace, fact: Shown) -> None:
    """Open the person's editor at the fact's line, and say what became of the fact."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageError("what should change?", hint="give the new text or an option, or set $EDITOR")
    if not sys.stdin.isatty():
        raise UsageError(
            "an editor needs a terminal", hint="give the new text, or an option such as --section"
        )
    line = [f"+{fact.line}"] if Path(command[0]).name in LINE_EDITORS else []
    subprocess.run([*command, *line, fact.file], check=False)
    now = next((other for other in ws.facts(include=("expired",)) if other.id == fact.id), None)
    say(
        "deleted"
        if now is None
        else f"{'unchanged' if now.text == fact.text else 'edited'} {now.id}  {now.text}"
    )
