"""sources: documents whose text can be found like memory."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, open_to_write, open_workspace
from miminions.cli.render import dim, say, say_json, table, talk
from miminions.documents.adding import Added, Adding, Source
from miminions.documents.adding import add as add_documents
from miminions.documents.adding import remove as remove_documents
from miminions.documents.adding import sources as stored
from miminions.errors import SourceError
from miminions.workspace import Workspace

app = typer.Typer(help="Documents whose text is found like memory.", no_args_is_help=True)
STATES = {"same": "", "changed": "changed since", "gone": "the file is gone"}


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files (.md, .txt, .pdf), or folders of them.")],
    *,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="The encoding of text that is not UTF-8.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be added; write nothing.")
    ] = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Keep the text of documents on this machine, without secrets; a changed file takes the place of what was kept."""
    ws = open_to_write(workspace)
    ws.check_trust()
    apart = frozenset(folder.resolve() for folder in (ws.layout.folder, ws.layout.sessions, ws.home.root))
    done = add_documents(ws.local, paths, Adding(ws.now(), encoding, apart, dry_run))
    if as_json:
        say_json({"sources": [asdict(one) for one in done]})
    else:
        _show(done, ws, dry_run=dry_run)
    _check(done)


@app.command("list")
def list_(*, as_json: AsJson = False, workspace: WorkspaceName = None) -> None:
    """List the documents that were added."""
    ws = open_workspace(workspace)
    found = stored(ws.local) if ws.id else ()
    if as_json:
        say_json({"sources": [_source(one) for one in found]})
    elif found:
        rows = [
            (one.id, str(one.head.passages), str(one.head.pages or ""), one.head.added[:10], STATES[one.state],
             one.head.source)
            for one in found
        ]  # fmt: skip
        table(("id", "passages", "pages", "added", "state", "path"), rows, wide=5)
    else:
        dim("none yet: `miminions sources add FILE` adds one")


@app.command()
def remove(
    name: Annotated[
        str, typer.Argument(metavar="NAME|ID", help="A document's name, path or id, or a folder.")
    ],
    *,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Remove what was kept of a document; the file itself stays."""
    ws = open_to_write(workspace)
    ws.check_trust()
    gone = remove_documents(ws.local, name)
    if as_json:
        say_json({"removed": [_source(one) for one in gone]})
        return
    for one in gone:
        say(f"removed {one.id}  {one.head.source}")


def _show(done: tuple[Added, ...], ws: Workspace, *, dry_run: bool) -> None:
    if not done:
        dim("there was no document in that: .md, .txt and .pdf are read")
    for one in done:
        if one.what == "refused":
            # Of one file alone the error says it.
            if len(done) > 1:
                talk(f"left out: {one.reason} ({one.hint})")
            continue
        masked = f", {_count(one.masked, 'secret')} masked" if one.masked else ""
        what = f"would be {one.what}" if dry_run and one.what != "unchanged" else one.what
        say(f"{what} {one.id}  {one.path}  ({_count(one.passages, 'passage')}{masked})")
    if ws.astray:
        talk("no workspace here (`miminions init` makes one): these belong to the personal memory")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _check(done: tuple[Added, ...]) -> None:
    """Raise SourceError when a file was refused; the others are kept."""
    refused = [one for one in done if one.what == "refused"]
    if not refused:
        return
    if len(done) == 1:
        raise SourceError(refused[0].reason, hint=refused[0].hint)
    raise SourceError(
        f"{len(refused)} of {len(done)} files were left out: {', '.join(one.path for one in refused[:3])}"
        + (", ..." if len(refused) > 3 else ""),
        hint="see above for each; all others were kept",
    )


def _source(one: Source) -> dict[str, object]:
    return {"id": one.id, "name": one.head.name, "state": one.state, **asdict(one.head)}
