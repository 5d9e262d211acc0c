"""context: what the next session gets."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, open_workspace
from miminions.cli.render import dim, say, say_json, table
from miminions.workspace.serving import note_context


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
    ws = open_workspace(workspace)
    built = ws.context(budget=budget, prompts=prompts)
    if not explain:
        note_context(ws, built)
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
