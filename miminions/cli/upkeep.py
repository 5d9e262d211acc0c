"""doctor and fmt: checks with the command that mends each, and our comments put in order or taken out."""

from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.forget import agreed, counted
from miminions.cli.options import AsJson, DryRun, WorkspaceName, Yes, open_to_write, open_workspace
from miminions.cli.preview import edits_of, show_edits
from miminions.cli.render import dim, say, say_json
from miminions.doctor import examine
from miminions.errors import UnhealthyError
from miminions.memory.changes import Strip, Tidy
from miminions.memory.folder import State
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
    state, texts = ws.preview(lambda _: (Strip() if out else Tidy(),))
    edits = tuple(edits_of(ws, ((state, texts),)))
    if dry_run:
        show_edits(edits, as_json=as_json)
        return
    changed = [name for name, old, new in edits if old != new]
    back = not changed or _committed(ws, state)
    if out and not back and not yes:
        agreed(
            "Strip all ids and the ledger? These files are not committed as they are: nothing brings them back.",
            "that takes out all ids and the ledger, and git does not have these files as they are",
        )
    unlabelled = [] if out else [fact.id for fact in state.facts.facts if not fact.labelled]
    ws.change(lambda _: (Strip() if out else Tidy(),))
    if as_json:
        say_json({"stripped": changed} if out else {"labelled": unlabelled})
    elif not out:
        say(f"labelled {counted(unlabelled)}")
    elif changed:
        say(f"stripped {', '.join(changed)}")
        if back:
            dim("`git restore memory` brings them back")
    else:
        say("there was nothing to strip")


def _committed(ws: Workspace, state: State) -> bool:
    """Say whether the last commit has a memory's files as they are, line ends aside."""
    repository = repository_at(ws.layout.root)
    files = (state.memory, state.history, state.archive)
    return repository is not None and all(
        _lines(text_at(repository, "HEAD", file.path)) == _lines(file.text) for file in files if file.text
    )


def _lines(text: str | None) -> list[str] | None:
    return None if text is None else text.split("\r\n" if "\r\n" in text else "\n")
