"""edit and restore: one fact is changed, or brought back."""

import os
import shlex
import subprocess
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, Identity, Key, Section, WorkspaceName, open_to_write
from miminions.cli.preview import preview_all
from miminions.cli.render import dim, say, say_json, talk
from miminions.errors import ChangedError, UsageError
from miminions.files import read, write
from miminions.memory.shown import Shown
from miminions.memory.upsert import Wish, fields
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
    if text is not None and not text.strip():
        raise UsageError("there is no new text", hint="give the new text; `forget` takes a fact away")
    ws = open_to_write(workspace)
    fact = ws.get(identity)
    if text is None and section is None and key is None and until is None and since is None and pin is None:
        if dry_run:
            raise UsageError("what should change?", hint="a dry run needs the new text, or an option")
        _edited(fact, _open_editor(ws, fact), "", as_json=as_json)
        return
    wish = Wish(text or fact.text, section, key, until, since, pin=bool(pin))
    if dry_run:
        preview_all(ws, lambda read: editing(read, fact.id, wish, unpin=pin is False), as_json=as_json)
        return
    changed = ws.edit(identity, wish, unpin=pin is False)
    _edited(fact, changed, fields(wish, unpin=pin is False), as_json=as_json)


def _edited(fact: Shown, now: Shown | None, given: str, *, as_json: bool) -> None:
    """Say what became of a fact; None when it is no more."""
    if as_json:
        say_json({"facts": [asdict(now)] if now else []})
    elif now is None:
        say(f"deleted {fact.id}  {fact.text}")
    elif now == replace(fact, line=now.line):
        say(f"unchanged {now.id}  {now.text}")
    else:
        say(f"edited {now.id}{f': {given}' if given else ''}  {now.text}")


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


def _open_editor(ws: Workspace, fact: Shown) -> Shown | None:
    """Open the person's editor at the fact's line, and return the fact as it is then, None when it is no more."""
    name = next((name for name in ("VISUAL", "EDITOR") if os.environ.get(name)), "")
    if not name:
        raise UsageError("what should change?", hint="give the new text or an option, or set $EDITOR")
    path = Path(fact.file)
    before = read(path)
    try:
        command = shlex.split(os.environ[name])
        line = [f"+{fact.line}"] if Path(command[0]).name in LINE_EDITORS else []
        ended = subprocess.run([*command, *line, fact.file], check=False).returncode
    except (OSError, ValueError, IndexError) as problem:
        raise UsageError(
            f"${name} is {os.environ[name]!r}, which cannot be started",
            hint=f"set ${name} to an editor that is here, or give the new text: miminions edit {fact.id} TEXT",
        ) from problem
    if before.text.strip() and not read(path).text.strip():
        # That is what a crash of an editor leaves, and nobody's wish.
        write(path, before.text, expected=read(path).digest)
        raise ChangedError(
            "the file came back empty; it is as before", hint="look whether the editor is well"
        )
    if ended:
        talk(f"the editor ended with {ended}")
    return next((other for other in ws.facts(include=("expired",)) if other.id == fact.id), None)
