"""undo: what was done last, or in one session, is taken back."""

from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, WorkspaceName, open_to_write
from miminions.cli.preview import changes, edits_of, show_edits
from miminions.cli.render import dim, say, say_json, table
from miminions.journal import Run
from miminions.workspace.undoing import Undone

# A run is named by its time of day, to the second where that is enough.
SHORT = len("140233")


def undo(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|SESSION]", help="A run's id from --list, or a session; without it the latest run."
        ),
    ] = None,
    *,
    listed: Annotated[
        bool, typer.Option("--list", help="List what can be taken back, the latest first.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Take a whole run back: a command or a session, for 30 days; what was edited since stays as it is."""
    ws = open_to_write(workspace)
    if listed:
        _list(ws.undoable(), as_json=as_json)
        return
    more = {}
    if dry_run:
        found, pairs = ws.preview_undo(run)
        if not as_json:
            show_edits(edits_of(ws, pairs))
            _say_rest(found)
            return
        more = {"changes": changes(edits_of(ws, pairs))}
    else:
        found = ws.undo(run)
    if as_json:
        held = {
            "run": found.run.id,
            "kind": found.run.kind,
            "what": found.run.what,
            "session": found.run.session or None,
            "back": found.back,
            "left": found.left,
            "review": found.review,
            "undo": found.id or None,
        }
        say_json(held | more)
        return
    say(
        f"took back: {named(found.run)}"
        if found.back or found.review
        else f"nothing to take back of: {named(found.run)}"
    )
    for one in found.back:
        say(f"  {one}  {found.said.get(one, '')}".rstrip())
    _say_rest(found)
    if found.back or found.review:
        dim(f"`miminions undo {found.id}` brings it back")


def named(run: Run) -> str:
    """Return what a run was, in a few words."""
    return run.what if run.kind == "undo" else f"{run.kind} {run.what or run.session}".strip()


def concerned(run: Run) -> tuple[str, ...]:
    """Return the facts that a run changed."""
    return tuple(dict.fromkeys(step.id for steps in run.steps.values() for step in steps if step.id))


def _say_rest(found: Undone) -> None:
    for one in found.review:
        say(f"out of review: {one}")
    for name, reason in found.left.items():
        say(f"left alone: {name}  {found.said.get(name, '')}  ({reason})")


def _list(runs: tuple[Run, ...], *, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "runs": [
                    {
                        "id": run.id,
                        "when": run.made.isoformat(),
                        "kind": run.kind,
                        "what": run.what,
                        "session": run.session or None,
                        "facts": concerned(run),
                    }
                    for run in runs
                ]
            }
        )
        return
    if not runs:
        dim("there is nothing to undo")
        return
    rows = [
        (f"{run.made:%m-%d %H:%M}", run.kind, run.what or run.session, _facts(run), _short(run, runs))
        for run in runs
    ]
    table(("when", "kind", "what", "facts", "run"), rows, wide=2)


def _short(run: Run, runs: tuple[Run, ...]) -> str:
    """Return the least of a run's time that `undo` knows it by."""
    for length in range(SHORT, len(run.time)):
        word = run.time[:length]
        if [other for other in runs if other.time.startswith(word) or other.id.startswith(word)] == [run]:
            return word
    return run.id


def _facts(run: Run) -> str:
    ids = concerned(run)
    return " ".join(ids[:1]) + (f" +{len(ids) - 1}" if len(ids) > 1 else "")
