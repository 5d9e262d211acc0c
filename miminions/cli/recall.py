"""recall: what memory knows, the best first."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, open_workspace
from miminions.cli.render import dim, say_json, table
from miminions.errors import UsageError
from miminions.index import Hit
from miminions.workspace.serving import note_hits

KINDS = {"facts": ("fact", "note"), "history": ("history",), "sessions": ("turn",), "sources": ("source",)}


def recall(
    query: Annotated[str, typer.Argument(help="Any words.")],
    *,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", "-e", help="All workspaces that share, too.")
    ] = False,
    within: Annotated[
        str, typer.Option("--in", help="facts, history, sessions, sources, with commas.")
    ] = "facts,history",
    limit: Annotated[int, typer.Option("-k", min=1, help="How many hits.")] = 10,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Find what memory knows, the best first, one line a hit."""
    ws = open_workspace(workspace)
    hits = ws.recall(query, k=limit, everywhere=everywhere, kinds=_kinds(within))
    note_hits(ws, "recall", query, hits)
    if as_json:
        say_json({"hits": [_hit(hit) for hit in hits], "degraded": None})
        return
    if not hits:
        dim("nothing found")
        return
    rows = [(f"{h.score:.1f}", h.date, ", ".join(h.workspaces), h.section, h.text, h.id) for h in hits]
    table(("score", "date", "workspace", "section", "text", "id"), rows, wide=4)


def _kinds(within: str) -> tuple[str, ...]:
    words = [word.strip() for word in within.split(",") if word.strip()]
    unknown = [word for word in words if word not in KINDS]
    if unknown or not words:
        raise UsageError(f"--in {within!r} is not possible", hint=f"use {', '.join(KINDS)}, with commas")
    return tuple(kind for word in words for kind in KINDS[word])


def _hit(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "workspace": hit.workspaces[0]}
