"""doctor and fmt: checks with the command that mends each, and ids for lines that have none."""

from dataclasses import asdict

from miminions.cli.options import AsJson, DryRun, WorkspaceName, open_workspace
from miminions.cli.render import diff, say, say_json
from miminions.doctor import examine
from miminions.errors import UnhealthyError
from miminions.memory.changes import Label


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


def fmt(*, dry_run: DryRun = False, as_json: AsJson = False, workspace: WorkspaceName = None) -> None:
    """Give every fact an id that has none yet; nothing else changes."""
    ws = open_workspace(workspace)
    unlabelled = [fact.id for fact in ws.state().facts.facts if not fact.labelled]
    if dry_run:
        state, texts = ws.preview(lambda _: (Label(),))
        diff("memory/MEMORY.md", state.memory.text, texts.memory)
        return
    ws.change(lambda _: (Label(),))
    if as_json:
        say_json({"labelled": unlabelled})
    else:
        say(f"labelled {len(unlabelled)} facts")
