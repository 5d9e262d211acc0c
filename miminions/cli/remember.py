"""remember: a fact is added, or takes the place of what it says anew."""

import sys
from collections.abc import Iterable
from functools import partial
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, Key, Section, WorkspaceName, open_workspace
from miminions.cli.preview import preview
from miminions.cli.render import dim, say, say_json
from miminions.memory.changes import Change
from miminions.memory.folder import State
from miminions.memory.upsert import Wish
from miminions.memory.upsert import remember as plan_remember


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
            preview(ws, partial(_remembered, wish=wish, day=ws.today))
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


def _remembered(state: State, wish: Wish, day: str) -> Iterable[Change]:
    return plan_remember(state, wish, day).changes
