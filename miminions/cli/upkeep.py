"""doctor and fmt: checks with the command that mends each, and our comments put in order or taken out."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, WorkspaceName, open_to_write, open_workspace
from miminions.cli.render import diff, dim, say, say_json
from miminions.doctor import examine
from miminions.errors import UnhealthyError
from miminions.memory.changes import Strip, Tidy


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
    state, texts = ws.preview(lambda _: (Strip() if out else Tidy(),))
    files = (
        ("MEMORY.md", state.texts.memory, texts.memory),
        ("HISTORY.md", state.texts.history, texts.history),
        ("ARCHIVE.md", state.texts.archive, texts.archive),
    )
    changed = [f"memory/{name}" for name, old, new in files if old != new]
    if dry_run:
        for name, old, new in files:
            diff(f"memory/{name}", old, new)
        return
    unlabelled = [] if out else [fact.id for fact in state.facts.facts if not fact.labelled]
    ws.change(lambda _: (Strip() if out else Tidy(),))
    if as_json:
        say_json({"stripped": changed} if out else {"labelled": unlabelled})
    elif not out:
        say(f"labelled {len(unlabelled)} facts")
    elif changed:
        say(f"stripped {', '.join(changed)}")
        dim("undo: `git restore memory` brings back what was committed")
    else:
        say("there was nothing to strip")
