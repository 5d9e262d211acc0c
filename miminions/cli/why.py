"""why: where a fact came from, what it replaced, and what became of it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from miminions.cli.options import AsJson, Identity, WorkspaceName, open_workspace
from miminions.cli.render import dim, say, say_json, styled

if TYPE_CHECKING:
    from miminions.memory.shown import Shown
    from miminions.why import Why


def why(identity: Identity, *, as_json: AsJson = False, workspace: WorkspaceName = None) -> None:
    """Say where a fact came from: session, turn and quote, or the hand that wrote it."""
    answer = open_workspace(workspace).why(identity)
    if as_json:
        say_json(asdict(answer))
        return
    styled(answer.fact.text, "bold")
    where = f"{_near(answer.fact.file)}:{answer.fact.line}"
    if answer.origin == "hand":
        say(f"written by hand or by `remember`, in {where}")
    else:
        say(f"learned from session {answer.session}, turn {answer.turn}; {where}")
        say(f"  {answer.fact.since}  {answer.summary}")
    if answer.quote:
        mark = {
            True: "found in the transcript",
            False: "not in the transcript any more",
            None: "the transcript is gone",
        }
        say(f'  "{answer.quote}"  ({mark[answer.checked]})')
    if answer.origin != "hand":
        say(f"  confidence {answer.fact.confidence:g}")
    if answer.edited:
        say("  edited by hand since")
    if answer.commit:
        say(f"  commit {answer.commit}")
    _kin(answer)


def _kin(answer: "Why") -> None:
    """Print what a fact replaced, what became of it, and what it is in conflict with."""
    for old in answer.replaced:
        say(f"  replaced {old.id}  {old.text}")
    for new in answer.replaced_by:
        say(f"  replaced by {new.id}  {new.text}")
    for event in answer.events:
        if event.what != "learned":
            dim(f"  {event.day}  {event.what}".rstrip())
    for other in answer.conflict:
        say(f"  in conflict with {other.id}  {other.text}: two versions of one fact; {_settled(other)}")
    if answer.fact.disputed and not answer.conflict:
        say("  in conflict: `miminions resolve` settles it")


def _settled(other: "Shown") -> str:
    return "`miminions resolve` settles it" if other.disputed else "forget one of them"


def _near(file: str) -> str:
    """Name a file from the current folder when it lies below it."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if here in path.parents else file
