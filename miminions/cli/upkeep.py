"""doctor and fmt: checks with the command that mends each, and our comments put in order or taken out."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, WorkspaceName, open_to_write, open_workspace
from miminions.cli.preview import label, preview
from miminions.cli.render import diff, dim, say, say_json
from miminions.doctor import examine
from miminions.errors import UnhealthyError
from miminions.memory.changes import Tidy
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
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Give every fact an id of its own, and put comments that a formatter moved back behind their lines."""
    ws = open_to_write(workspace)
    if out:
        _strip(ws, dry_run=dry_run, as_json=as_json)
        return
    if dry_run:
        preview(ws, lambda _: (Tidy(),))
        return
    unlabelled = [fact.id for fact in ws.state().facts.facts if not fact.labelled]
    ws.change(lambda _: (Tidy(),))
    if as_json:
        say_json({"labelled": unlabelled})
    else:
        say(f"labelled {len(unlabelled)} facts")


def _strip(ws: Workspace, *, dry_run: bool, as_json: bool) -> None:
    """Take the comments out of all files, those of other writers, too."""
    folder = label(ws, ws.layout)
    found = [(ws.layout.called(old.path, folder), old.text, new) for old, new in ws.strip(look=dry_run)]
    changed = [name for name, _, _ in found]
    if dry_run:
        for name, old, new in found:
            diff(name, old, new)
    elif as_json:
        say_json({"stripped": changed})
    elif changed:
        say(f"stripped {', '.join(changed)}")
        dim("undo: `git restore memory` brings back what was committed")
    else:
        say("there was nothing to strip")
