"""recall: what memory knows, the best first."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, a_day, included, open_workspace
from miminions.cli.render import dim, say_json, talk
from miminions.errors import UsageError
from miminions.index import Hit, Query
from miminions.workspace.serving import note_hits

KINDS = {"facts": ("fact", "note"), "history": ("history",), "sessions": ("turn",), "sources": ("source",)}
Within = Annotated[str, typer.Option("--in", help="facts, history, sessions, sources, with commas.")]


def recall(
    query: Annotated[
        list[str],
        typer.Argument(help="Any words, in quotes or not; after `--` also those that begin with a dash."),
    ],
    *,
    within: Within = "facts,history",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", "-e", help="All workspaces that share, too.")
    ] = False,
    limit: Annotated[int, typer.Option("-k", min=1, help="How many hits.")] = 10,
    sections: Annotated[
        list[str] | None, typer.Option("--section", "-s", help="Only of this section; may be repeated.")
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", "-t", help="Only with this #tag, or one below it; may be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only of that day or later, YYYY-MM-DD.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="What held on that day, YYYY-MM-DD.")
    ] = None,
    include: Annotated[str, typer.Option(help="retired, expired, with a comma.")] = "",
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Find what memory knows, the best first, one line a hit."""
    if as_of and include:
        raise UsageError(
            "--as-of and --include exclude each other",
            hint="--as-of finds what held that day, retired since or not",
        )
    ws = open_workspace(workspace)
    asked = Query(
        " ".join(query),
        ws.today,
        kinds_of(within),
        limit,
        as_of=a_day(as_of) if as_of is not None else "",
        since=a_day(since) if since is not None else "",
        sections=tuple(sections or ()),
        tags=tuple(tags or ()),
        include=included(include),
    )
    answer = ws.answer(asked, everywhere=everywhere)
    if answer.degraded:
        talk(f"degraded: {answer.degraded}")
    note_hits(ws, "recall", asked.text, answer.hits)
    if as_json:
        say_json({"hits": [_hit(hit) for hit in answer.hits], "degraded": answer.degraded})
    elif answer.hits:
        # What makes lines of hits takes its time to load.
        from miminions.cli.hits import print_hits

        print_hits(answer.hits, asked.text)
    else:
        dim("nothing found")


def kinds_of(within: str) -> tuple[str, ...]:
    """Return the kinds of rows that `--in` names. Raises UsageError."""
    words = [word.strip() for word in within.split(",") if word.strip()]
    unknown = [word for word in words if word not in KINDS]
    if unknown or not words:
        raise UsageError(f"--in {within!r} is not possible", hint=f"use {', '.join(KINDS)}, with commas")
    return tuple(kind for word in dict.fromkeys(words) for kind in KINDS[word])


def _hit(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "workspace": hit.workspaces[0]}
