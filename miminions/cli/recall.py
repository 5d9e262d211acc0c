"""recall, show, why: what memory knows, and where it comes from."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, Identity, Key, Section, WorkspaceName, open_workspace
from miminions.cli.render import dim, say, say_json, styled, table
from miminions.errors import UsageError
from miminions.index import Hit
from miminions.memory.shown import Shown

KINDS = {"facts": ("fact", "note"), "history": ("history",), "sessions": ("turn",)}


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
    facts = ws.facts(own=own, include=_include(include))
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
        "retired" if retired else "",
        f"until {fact.until}" if fact.until else "",
        f"key {fact.key}" if fact.key else "",
        "pinned" if fact.pin else "",
    ]
    return fact.text + "".join(f" [{mark}]" for mark in marks if mark)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
