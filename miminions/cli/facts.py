"""remember, recall, show, edit, forget, restore, why: one fact at a time."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, Key, Section, WorkspaceName, open_workspace
from miminions.cli.render import diff, dim, say, say_json, styled, table
from miminions.errors import UsageError
from miminions.index import Hit
from miminions.memory.changes import Change
from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.shown import Shown
from miminions.memory.upsert import Wish
from miminions.memory.upsert import forget as plan_forget
from miminions.memory.upsert import remember as plan_remember
from miminions.workspace import Workspace

# Editors that take the line to open at as `+LINE`.
LINE_EDITORS = {"vi", "vim", "nvim", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "ne"}
KINDS = {"facts": ("fact", "note"), "history": ("history",), "sessions": ("turn",)}
Identity = Annotated[str, typer.Argument(metavar="ID", help="The fact's id, as `show` prints it.")]


def remember(
    text: Annotated[str, typer.Argument(help="One sentence; `-` reads one fact a line from stdin.")],
    *,
    section: Section = None,
    key: Key = None,
    until: Annotated[str | None, typer.Option(help="The last day it holds, YYYY-MM-DD.")] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="ID", help="The fact that it takes the place of.")
    ] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Always first in the context.")] = False,
    everywhere: Annotated[
        bool, typer.Option("--global", help="True of you in every project: the personal memory.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Remember a fact; the same key or the same words update what is there."""
    ws = open_workspace("personal" if everywhere else workspace)
    texts = [line.strip() for line in sys.stdin if line.strip()] if text == "-" else [text]
    wishes = [Wish(line, section, key, until, pin=pin, replaces=replaces) for line in texts]
    if dry_run:
        for wish in wishes:
            _preview(ws, partial(_remembered, wish=wish, day=ws.today))
        return
    outcomes = [
        ws.remember(w.text, section=section, key=key, until=until, pin=pin, replaces=replaces) for w in wishes
    ]
    if as_json:
        say_json({"facts": [{"id": o.id, "what": o.what, "replaced": o.replaced} for o in outcomes]})
        return
    where = "  (personal memory)" if ws.personal else ""
    for wish, outcome in zip(wishes, outcomes, strict=True):
        was = f"  (was {outcome.replaced})" if outcome.replaced else ""
        say(f"{outcome.what} {outcome.id}  {wish.text}{was}{where}")
    if until and until < ws.today:
        dim(f"it expired {until}: `show --include expired` lists it")


def recall(
    query: Annotated[str, typer.Argument(help="Any words.")],
    *,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", "-e", help="All workspaces that share, too.")
    ] = False,
    within: Annotated[
        str, typer.Option("--in", help="facts, history, sessions, with commas.")
    ] = "facts,history",
    limit: Annotated[int, typer.Option("-k", min=1, help="How many hits.")] = 10,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Find what memory knows, the best first, one line a hit."""
    hits = open_workspace(workspace).recall(query, k=limit, everywhere=everywhere, kinds=_kinds(within))
    if as_json:
        say_json({"hits": [_hit(hit) for hit in hits], "degraded": None})
        return
    if not hits:
        dim("nothing found")
        return
    rows = [(f"{h.score:.1f}", h.date, ", ".join(h.workspaces), h.section, h.text, h.id) for h in hits]
    table(("score", "date", "workspace", "section", "text", "id"), rows, wide=4)


def show(
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One fact, with all that is known.")
    ] = None,
    *,
    key: Key = None,
    section: Section = None,
    own: Annotated[bool, typer.Option("--own", help="Without the personal facts.")] = False,
    include: Annotated[str, typer.Option(help="retired, expired, with a comma.")] = "",
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Show the facts of the workspace and the personal ones."""
    ws = open_workspace(workspace)
    facts = ws.facts(own=own, include=(*_include(include), "disputed"))
    if identity or key:
        facts = (ws.get(identity, key=key),)
    if section:
        facts = tuple(fact for fact in facts if fact.section.casefold() == section.casefold())
    if as_json:
        say_json({"facts": [asdict(fact) for fact in facts]})
    elif identity or key:
        table(
            ("", ""),
            [
                (name, _cell(value))
                for name, value in asdict(facts[0]).items()
                if value not in (None, "", (), [])
            ],
        )
    else:
        _list(facts)


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

        _preview(ws, lambda state: plan_edit(_live(state.live(identity)), wish, unpin=pin is False))
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
        _preview(ws, lambda state: plan_forget(state, target.id, ws.today))
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


def why(identity: Identity, *, as_json: AsJson = False, workspace: WorkspaceName = None) -> None:
    """Say where a fact came from: session, turn and quote, or the hand that wrote it."""
    answer = open_workspace(workspace).why(identity)
    if as_json:
        say_json(asdict(answer))
        return
    styled(answer.fact.text, "bold")
    where = f"{_near(answer.fact.file)}:{answer.fact.line}"
    if answer.origin == "hand":
        say(f"written by hand or by `remember`, in {where}")
    else:
        say(f"learned from session {answer.session}, turn {answer.turn}; {where}")
        say(f"  {answer.fact.since}  {answer.summary}")
    if answer.quote:
        mark = {
            True: "found in the transcript",
            False: "not in the transcript any more",
            None: "the transcript is gone",
        }
        say(f'  "{answer.quote}"  ({mark[answer.checked]})')
    if answer.edited:
        say("  edited by hand since")
    if answer.commit:
        say(f"  commit {answer.commit}")
    for old in answer.replaced:
        say(f"  replaced {old.id}  {old.text}")


def _near(file: str) -> str:
    """Name a file from the current folder when it lies below it."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if here in path.parents else file


def _kinds(within: str) -> tuple[str, ...]:
    words = [word.strip() for word in within.split(",") if word.strip()]
    unknown = [word for word in words if word not in KINDS]
    if unknown or not words:
        raise UsageError(f"--in {within!r} is not possible", hint=f"use {', '.join(KINDS)}, with commas")
    return tuple(kind for word in words for kind in KINDS[word])


def _include(words: str) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in words.split(",") if word.strip())
    if set(chosen) - {"retired", "expired"}:
        raise UsageError(
            f"--include {words!r} is not possible", hint="use retired, expired, or both with a comma"
        )
    return chosen


def _hit(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "workspace": hit.workspaces[0]}


def _list(facts: tuple[Shown, ...]) -> None:
    if not facts:
        dim("no facts yet: `miminions remember 'a sentence'`, or write a line into memory/MEMORY.md")
        return
    table(
        ("id", "section", "text", "where"),
        [(f.id, f.section, _marked(f), f.workspace) for f in facts],
        wide=2,
    )


def _marked(fact: Shown) -> str:
    retired = Path(fact.file).name == "ARCHIVE.md"
    marks = [
        "in conflict" if fact.disputed else "",
        "retired" if retired else "",
        f"until {fact.until}" if fact.until else "",
        f"key {fact.key}" if fact.key else "",
        "pinned" if fact.pin else "",
    ]
    return fact.text + "".join(f" [{mark}]" for mark in marks if mark)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _live(fact: Fact | None) -> Fact:
    if fact is None:
        raise UsageError("that fact is a personal one", hint="use `-w personal`")
    return replace(fact)


def _remembered(state: State, wish: Wish, day: str) -> Iterable[Change]:
    return plan_remember(state, wish, day).changes


def _preview(ws: Workspace, ask: Callable[[State], Iterable[Change]]) -> None:
    state, texts = ws.preview(ask)
    for old, new in (
        (state.archive, texts.archive),
        (state.memory, texts.memory),
        (state.history, texts.history),
    ):
        diff(f"{'personal' if ws.personal else 'memory'}/{old.path.name}", old.text, new)


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
