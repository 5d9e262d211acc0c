"""show: the facts, those of a day, or one with all that is known of it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, Key, Section, WorkspaceName, a_day, included, open_workspace
from miminions.cli.render import dim, say_json, table
from miminions.errors import NotFoundError, UsageError
from miminions.memory.shown import Shown
from miminions.workspace import Workspace


def show(
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One fact, with all that is known.")
    ] = None,
    *,
    key: Key = None,
    section: Section = None,
    own: Annotated[bool, typer.Option("--own", help="Without the personal facts.")] = False,
    include: Annotated[str, typer.Option(help="retired, expired, with a comma.")] = "",
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="What held on that day, YYYY-MM-DD.")
    ] = None,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Show the facts of the workspace and the personal ones."""
    ws = open_workspace(workspace)
    if as_of is not None:
        facts = _then(ws, a_day(as_of), identity, key, own=own, include=include)
    elif identity or key:
        facts = (ws.get(identity, key=key),)
    else:
        facts = ws.facts(own=own, include=(*included(include), "disputed"))
    if section:
        facts = tuple(fact for fact in facts if fact.section.casefold() == section.casefold())
    if as_json:
        say_json({"facts": [asdict(fact) for fact in ws.assured(facts)]})
    elif facts and (identity or key):
        table(
            ("", ""),
            [(name, _cell(value)) for name, value in asdict(ws.assured(facts)[0]).items() if value],
        )
    elif section and not facts:
        dim(f"no fact is in the section {section}")
    else:
        _list(facts, ws.today)


def _then(
    ws: Workspace, day: str, identity: str | None, key: str | None, *, own: bool, include: str
) -> tuple[Shown, ...]:
    """Return the facts that held on a day, or the one of them that was asked for."""
    if include:
        raise UsageError(
            "--as-of and --include exclude each other",
            hint="--as-of lists what held that day, retired since or not",
        )
    facts = ws.facts(own=own, as_of=day)
    if not identity and not key:
        return facts
    wanted = ws.own_id(identity) if identity else None
    found = tuple(fact for fact in facts if (fact.id == wanted if wanted else fact.key == key))
    if not found:
        raise NotFoundError(
            f"no fact {identity or f'with the key {key}'} held on {day}",
            hint="`miminions show --as-of DATE` lists what did",
        )
    return found[:1]


def _list(facts: tuple[Shown, ...], day: str) -> None:
    if not facts:
        dim("no facts yet: `miminions remember 'a sentence'`, or write a line into memory/MEMORY.md")
        return
    table(
        ("id", "section", "text", "where"),
        [(f.id, f.section, _marked(f, day), f.workspace) for f in facts],
        wide=2,
    )


def _marked(fact: Shown, day: str) -> str:
    retired = Path(fact.file).name != "MEMORY.md"
    marks = [
        "in conflict" if fact.disputed else "",
        "retired" if retired else "",
        f"since {fact.since}" if fact.since and fact.since > day else "",
        f"until {fact.until}" if fact.until else "",
        f"key {fact.key}" if fact.key else "",
        "pinned" if fact.pin else "",
    ]
    return fact.text + "".join(f" [{mark}]" for mark in marks if mark)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
