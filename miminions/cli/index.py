"""index: status, rebuild, verify and watch what is derived from the files."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, Embedder, WorkspaceName, open_workspace
from miminions.cli.render import say, say_json, table, talk
from miminions.errors import IndexFileError
from miminions.index import SqliteIndex
from miminions.workspace import Workspace
from miminions.workspace.recalling import meaning_of

app = typer.Typer(
    help="Look at the index, or make it anew: it holds nothing that the files do not.", no_args_is_help=True
)


@app.command()
def status(*, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show what the indexes hold and where they lie."""
    found = [
        {"path": str(i.path), "rows": i.counts(), "problems": list(i.problems())}
        for i in _indexes(open_workspace(workspace))
    ]
    if as_json:
        say_json({"indexes": found})
    else:
        table(("rows", "path"), [(str(sum(one["rows"].values())), str(one["path"])) for one in found])  # type: ignore[attr-defined]


@app.command()
def rebuild(*, embedder: Embedder = None, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Delete the workspace's index and the global one, and make them anew from the files."""
    ws = open_workspace(workspace, **{"index.embedder": embedder})
    ws.check_trust()
    own, everywhere = _indexes(ws)
    reports = [own.rebuild(ws.origins()), everywhere.rebuild(ws.global_origins())]
    if (chosen := ws.settings.text("index.embedder")) != "none":
        talk("embedding what has no vector yet")
        meaning_of(ws, chosen, (own, everywhere))
    if as_json:
        say_json({"indexes": [asdict(report) for report in reports]})
    else:
        say(f"rebuilt from {reports[0].read} files here and {reports[1].read} shared ones")


@app.command()
def verify(*, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Check the index files against themselves and the files they were made from; ends with an error when one is damaged."""
    ws = open_workspace(workspace)
    indexes = zip(_indexes(ws), (ws.origins(), ws.global_origins()), strict=True)
    problems = {str(index.path): index.problems(origins) for index, origins in indexes}
    if as_json:
        say_json({"problems": problems})
    damaged = [path for path, found in problems.items() if found]
    if damaged:
        raise IndexFileError(f"damaged: {', '.join(damaged)}", hint="`miminions index rebuild` makes it anew")
    if not as_json:
        say("sound")


@app.command()
def watch(
    *,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", "-e", help="The indexes of all trusted workspaces.")
    ] = False,
    workspace: WorkspaceName = None,
) -> None:
    """Keep the workspace's index and the global one fresh while files change, until Ctrl-C."""
    from miminions.watch import watch as follow
    from miminions.workspace.following import Following

    ws = open_workspace(workspace)
    ws.check_trust()
    following = Following(ws, everywhere=everywhere)
    talk(f"watching {len(following.folders())} folders; Ctrl-C ends")
    follow(following.folders, lambda saved: following.sync(saved, talk))


def _indexes(ws: Workspace) -> tuple[SqliteIndex, SqliteIndex]:
    return SqliteIndex(ws.local.index), SqliteIndex(ws.home.global_index)
