"""context and log: what the next session gets, and what the last ones taught."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, open_workspace
from miminions.cli.render import dim, say, say_json, styled, table
from miminions.memory.history import Entry


def context(
    *,
    budget: Annotated[int | None, typer.Option(min=1, help="Tokens it may take.")] = None,
    prompts: Annotated[
        bool, typer.Option("--prompts/--no-prompts", help="With the prompt files and the skills.")
    ] = True,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each part took and what was left out.")
    ] = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Print the context that the next session gets."""
    built = open_workspace(workspace).context(budget=budget, prompts=prompts)
    if as_json:
        say_json(asdict(built))
        return
    if not explain:
        say(built.text.rstrip("\n"))
        return
    table(
        ("part", "tokens", "items"),
        [(part.name, str(part.tokens), str(len(part.ids))) for part in built.parts],
    )
    say(f"{built.tokens} of {built.budget} tokens")
    for dropped in built.dropped:
        dim(f"left out {dropped.id}: {dropped.reason}")


def log(
    *,
    limit: Annotated[int, typer.Option("-n", min=1, help="How many sessions.")] = 20,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Show the last sessions and what each of them changed."""
    entries = open_workspace(workspace).state().ledger.entries[-limit:]
    if as_json:
        say_json({"sessions": [_session(entry) for entry in entries]})
        return
    if not entries:
        dim("no session was distilled here yet")
    for entry in entries:
        styled(f"{entry.day} {entry.time}  {entry.summary}", "bold")
        changes = [
            f"+{added.id}" + "".join(f" (was {old})" for old in added.replaces) for added in entry.added
        ]
        changes += [f"-{identity}" for identity in entry.retired]
        if entry.session:
            dim(f"  {entry.session}, turns {entry.first}-{entry.last}  {'  '.join(changes)}")


def _session(entry: Entry) -> dict[str, object]:
    return {
        "session": entry.session or None,
        "date": entry.day,
        "summary": entry.summary,
        "turns": [entry.first, entry.last] if entry.session else None,
        "added": [added.id for added in entry.added],
        "replaced": [old for added in entry.added for old in added.replaces],
        "retired": list(entry.retired),
    }
