"""edit, forget, restore: one fact is changed, put away, or brought back."""

import os
import shlex
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, Identity, Key, Section, WorkspaceName, open_workspace
from miminions.cli.preview import preview
from miminions.cli.render import dim, say, say_json
from miminions.errors import UsageError
from miminions.memory.facts import Fact
from miminions.memory.shown import Shown
from miminions.memory.upsert import Wish
from miminions.memory.upsert import forget as plan_forget
from miminions.workspace import Workspace

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
    until: Annotated[str | None, typer.Option(help="The last day it holds, YYYY-MM-DD.")] = None,
    pin: Annotated[bool | None, typer.Option("--pin/--unpin", help="Always first in the context.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Change a fact; its id stays. Editing the file by hand does the same."""
    ws = open_workspace(workspace)
    fact = ws.get(identity)
    if text is None and section is None and key is None and until is None and pin is None:
        _open_editor(ws, fact)
        return
    wish = Wish(text or fact.text, section, key, until, pin=bool(pin))
    if dry_run:
        from miminions.memory.upsert import edit as plan_edit

        preview(ws, lambda state: plan_edit(_live(state.live(identity)), wish, unpin=pin is False))
        return
    changed = ws.edit(identity, wish, unpin=pin is False)
    if as_json:
        say_json({"facts": [asdict(changed)]})
    else:
        say(f"edited {changed.id}  {changed.text}")


def forget(
    identity: Annotated[str | None, typer.Argument(metavar="ID", help="The fact's id.")] = None,
    *,
    key: Key = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Move a fact to memory/ARCHIVE.md; `restore` brings it back."""
    if not identity and not key:
        raise UsageError("which fact?", hint="give its id, or --key")
    ws = open_workspace(workspace)
    if dry_run:
        target = ws.get(identity, key=key)
        preview(ws, lambda state: plan_forget(state, target.id, ws.today))
        return
    fact = ws.forget(identity, key=key)
    if as_json:
        say_json({"facts": [asdict(fact)]})
    else:
        say(f"forgot {fact.id}  {fact.text}")
        dim(f"it is in memory/ARCHIVE.md; `miminions restore {fact.id}` brings it back")


def restore(identity: Identity, *, as_json: AsJson = False, workspace: WorkspaceName = None) -> None:
    """Bring a forgotten or replaced fact back from the archive."""
    fact = open_workspace(workspace).restore(identity)
    if as_json:
        say_json({"facts": [asdict(fact)]})
    else:
        say(f"restored {fact.id}  {fact.text}")


def _live(fact: Fact | None) -> Fact:
    if fact is None:
        raise UsageError("that fact is a personal one", hint="use `-w personal`")
    return replace(fact)


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
