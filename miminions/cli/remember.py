"""remember: a fact is added, or takes the place of what it says anew; many at once from stdin."""

import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from miminions.cli.once import note_once
from miminions.cli.options import AsJson, DryRun, Key, Section, WorkspaceName, open_to_write
from miminions.cli.preview import preview_all
from miminions.cli.render import dim, say, say_json, talk
from miminions.errors import UsageError
from miminions.memory.upsert import NEVER, Outcome, Wish, check
from miminions.redact import find as find_secrets
from miminions.redact import without_private
from miminions.workspace import Workspace
from miminions.workspace.asks import remembering

BULLETS = ("- ", "* ", "+ ")
ELSEWHERE = {
    "own": "the workspace's memory",
    "overlay": "the private memory",
    "personal": "the personal memory",
}


def remember(  # one argument for each thing a fact can have
    text: Annotated[str, typer.Argument(help="One sentence; `-` reads one fact a line from stdin.")],
    *,
    section: Section = None,
    key: Key = None,
    until: Annotated[
        str | None, typer.Option(help="The last day it holds, YYYY-MM-DD; `none`: without an end.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="The first day it holds, YYYY-MM-DD.")] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="ID", help="The fact that it takes the place of.")
    ] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Always first in the context.")] = False,
    everywhere: Annotated[
        bool, typer.Option("--global", help="True of you in every project: the personal memory.")
    ] = False,
    private: Annotated[
        bool, typer.Option("--local", help="For this workspace on this machine only: the private memory.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="A note for the next session only.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Remember a fact; the same key or the same words update what is there."""
    if everywhere and private:
        raise UsageError("--global and --local exclude each other", hint="leave out one of them")
    ws = open_to_write("personal" if everywhere else workspace)
    if ws.astray:
        talk("no workspace here (`miminions init` makes one): this goes to the personal memory")
    wish = Wish(text, section, key, until, since, pin=pin, replaces=replaces)
    if once:
        if wish != Wish(text) or private:
            raise UsageError(
                "a note --once is no fact: it has no key, section or days",
                hint="give --once with the text alone",
            )
        note_once(ws, text, dry_run=dry_run, as_json=as_json)
        return
    wishes = tuple(_lines(sys.stdin.read(), wish)) if text == "-" else (wish,)
    if not wishes:
        dim("there was nothing to remember")
        return
    if dry_run:
        preview_all(ws, lambda read: remembering(read, wishes, ws.today, private=private)[1], as_json=as_json)
        return
    outcomes = ws.remember_all(wishes, private=private)
    if as_json:
        say_json({"facts": [{"id": o.id, "what": o.what, "replaced": o.replaced} for o in outcomes]})
        return
    for one, outcome in zip(wishes, outcomes, strict=True):
        _say(ws, one.text, outcome, private=private)
    if until and until != NEVER and until < ws.today:
        dim(f"it expired {until}: `show --include expired` lists it")


def _lines(text: str, wish: Wish) -> Iterator[Wish]:
    """Yield a wish for each line with public words; none at all when one of them must not become a fact."""
    text = without_private(text)
    # A secret may reach over several lines, of which none is one by itself.
    for secret in find_secrets(text):
        number = text.count("\n", 0, secret.start) + 1
        raise UsageError(
            f"line {number}: that looks like a secret ({secret.kind})",
            hint="keep secrets in a password manager; nothing was written",
        )
    for number, line in enumerate(text.split("\n"), 1):
        said = line.strip()
        if said.startswith(BULLETS):
            said = said[2:].strip()
        if not said or said in {"-", "*", "+"}:
            continue
        one = replace(wish, text=said)
        try:
            check(one)
        except UsageError as problem:
            raise UsageError(f"line {number}: {problem}", hint=problem.hint) from problem
        yield one


def _say(ws: Workspace, text: str, outcome: Outcome, *, private: bool) -> None:
    was = f"  (was {outcome.replaced})" if outcome.replaced else ""
    where = "  (personal memory)" if ws.personal else "  (private memory)" if private else ""
    if outcome.memory:
        where = f"  ({ELSEWHERE[outcome.memory]} says it; `{_taking(ws, outcome, private=private)}` takes it here)"
    say(f"{outcome.what} {outcome.id}  {text}{was}{where}")


def _taking(ws: Workspace, outcome: Outcome, *, private: bool) -> str:
    """Return the command that takes a fact of another memory where it was to be remembered."""
    away = "personal" if ws.personal else "local" if private else shlex.quote(ws.name)
    return f"miminions move {outcome.id} --to {away}"
