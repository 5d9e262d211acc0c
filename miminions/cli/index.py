"""index: status, rebuild, verify and watch what is derived from the files."""

import time
from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, Embedder, WorkspaceName, open_workspace
from miminions.cli.progress import progress
from miminions.cli.render import say, say_json, table, talk
from miminions.errors import IndexFileError
from miminions.index import SqliteIndex
from miminions.workspace import Workspace
from miminions.workspace.looking import Looked, look, vector_problems
from miminions.workspace.recalling import near_of

# So many files that are not as the index has them are named, and so many seconds a provider has for one answer.
SHOWN, TIMEOUT = 10, 20.0

app = typer.Typer(
    help="Look at the index, or make it anew: it holds nothing that the files do not.", no_args_is_help=True
)


@app.command()
def status(*, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show what the indexes hold, whether they are as the files are, and how many of their texts have vectors."""
    ws = open_workspace(workspace)
    found, embedder = look(ws)
    if as_json:
        say_json({"indexes": [asdict(one) for one in found], "embedder": embedder})
        return
    table(("index", "state", "rows", "size", "vectors", "path"), [_row(one) for one in found])
    for one in found:
        for file in one.changed[:SHOWN]:
            say(f"not as {one.name} has it: {file}")
        if len(one.changed) > SHOWN:
            say(f"not as {one.name} has it: {len(one.changed) - SHOWN} more files")
        if one.problem:
            say(f"{one.name}: {one.problem}")
    prints = f" ({embedder['fingerprint']})" if embedder["fingerprint"] else ""
    say(f"embedder: {embedder['name']}{prints}")
    if embedder["problem"]:
        say(f"embedder: {embedder['problem']}")


@app.command()
def rebuild(*, embedder: Embedder = None, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Delete the workspace's index and the global one, and make them anew from the files."""
    ws = open_workspace(workspace, **{"index.embedder": embedder})
    ws.check_trust()
    begun = time.monotonic()
    indexes = _indexes(ws)
    with progress("reading folders") as told:
        reports = [
            index.rebuild(origins, told)
            for index, origins in zip(indexes, (ws.origins(), ws.global_origins()), strict=True)
        ]
    if ws.settings.text("index.embedder") != "none":
        near = near_of(ws, timeout=TIMEOUT)
        with progress("embedding texts") as told:
            near.sync(indexes, told)
        near.outage.over()
    rows = [sum(index.counts().values()) for index in indexes]
    sizes = [index.path.stat().st_size for index in indexes]
    seconds = round(time.monotonic() - begun, 2)
    if as_json:
        made = [
            {**asdict(report), "rows": count, "bytes": size}
            for report, count, size in zip(reports, rows, sizes, strict=True)
        ]
        say_json({"indexes": made, "seconds": seconds})
    else:
        say(f"rebuilt: {rows[0]:,} rows here, {rows[1]:,} shared; {seconds:.1f} s, {readable(sum(sizes))}")


@app.command()
def verify(*, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Check the index files against themselves and the files they were made from; ends with an error when one is damaged."""
    ws = open_workspace(workspace)
    indexes = zip(_indexes(ws), (ws.origins(), ws.global_origins()), strict=True)
    problems = {
        str(index.path): (*index.problems(origins), *vector_problems(index.path))
        for index, origins in indexes
    }
    damaged = [path for path, found in problems.items() if found]
    if as_json:
        say_json({"problems": problems})
    else:
        for path in damaged:
            for problem in problems[path]:
                say(f"{path}: {problem}")
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


def _row(one: Looked) -> tuple[str, ...]:
    rows = ", ".join(f"{count:,} {_many(kind, count)}" for kind, count in one.rows.items()) or "none"
    vectors = f"{one.vectors:,} of {one.texts:,} texts" if one.vectors is not None else "none"
    return (one.name, one.state, rows, readable(one.bytes), vectors, one.path)


def _many(kind: str, count: int) -> str:
    if count == 1 or kind == "history":
        return (
            "history line" if kind == "history" and count == 1 else kind.replace("history", "history lines")
        )
    return f"{kind}s"


def readable(count: float) -> str:
    """Return a number of bytes as people say it."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"
        count = count / 1000
    return f"{count:.1f} GB"
