"""doctor and fmt: checks with the command that mends each, and our comments put in order or taken out."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.asking import agreed, counted
from miminions.cli.options import AsJson, DryRun, WorkspaceName, Yes, open_to_write, open_workspace
from miminions.cli.preview import edits_of, label, show_edits
from miminions.cli.render import dim, say, say_json
from miminions.doctor import examine
from miminions.errors import UnhealthyError
from miminions.files import Snapshot
from miminions.memory.changes import Tidy
from miminions.repository import repository_at, text_at
from miminions.workspace import Workspace


def doctor(*, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Check memory, index and settings; each finding names the command that mends it."""
    findings = examine(open_workspace(workspace))
    if as_json:
        say_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{finding.level}: {finding.what}\n  mend: {finding.mend}")
        if not findings:
            say("all is well")
    problems = sum(finding.level == "problem" for finding in findings)
    if problems:
        raise UnhealthyError(
            f"{problems} problem{'s' if problems > 1 else ''} found", hint="each finding says what mends it"
        )


def fmt(
    *,
    out: Annotated[
        bool,
        typer.Option("--strip", help="Take all our comments out of the memory files: ids, ledger and all."),
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Give every fact an id of its own, and put comments that a formatter moved back behind their lines."""
    ws = open_to_write(workspace)
    if out:
        _strip(ws, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    if dry_run:
        show_edits(edits_of(ws, (ws.preview(lambda _: (Tidy(),)),)), as_json=as_json)
        return
    unlabelled = [fact.id for fact in ws.state().facts.facts if not fact.labelled]
    ws.change(lambda _: (Tidy(),))
    if as_json:
        say_json({"labelled": unlabelled})
    else:
        say(f"labelled {counted(unlabelled)}")


def _strip(ws: Workspace, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Take the comments out of all files, those of other writers, too."""
    folder = label(ws, ws.layout)
    found = ws.strip(look=True)
    edits = [(ws.layout.called(old.path, folder), old.text, new) for old, new in found]
    if dry_run:
        show_edits(edits, as_json=as_json)
        return
    back = _committed(ws, [old for old, _ in found])
    if edits and not back and not yes:
        agreed(
            "Strip all ids and the ledger? These files are not committed as they are: nothing brings them back.",
            "that takes out all ids and the ledger, and git does not have these files as they are",
        )
    ws.strip()
    changed = [name for name, _, _ in edits]
    if as_json:
        say_json({"stripped": changed})
    elif changed:
        say(f"stripped {', '.join(changed)}")
        if back:
            dim("`git restore memory` brings them back")
    else:
        say("there was nothing to strip")


def _committed(ws: Workspace, files: Iterable[Snapshot]) -> bool:
    """Say whether the last commit has files as they are, line ends aside."""
    repository = repository_at(ws.layout.root)
    return repository is not None and all(
        _lines(text_at(repository, "HEAD", file.path)) == _lines(file.text) for file in files if file.text
    )


def _lines(text: str | None) -> list[str] | None:
    return None if text is None else text.split("\r\n" if "\r\n" in text else "\n")
