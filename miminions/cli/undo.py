"""undo: what was done last, or in one session, is taken back."""

from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, WorkspaceName, open_to_write
from miminions.cli.preview import changes, edits_of, show_edits
from miminions.cli.render import dim, say, say_json, table
from miminions.errors import NotFoundError
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
        theirs = ws.person_workspace().undoable()
        _list(() if ws.personal else ws.undoable(), theirs, as_json=as_json, here=ws.personal)
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
        if not found.anything:
            raise _nothing(found)
    if as_json:
        held = {
            "run": found.run.id,
            "kind": found.run.kind,
            "what": found.run.what,
            "session": found.run.session or None,
            "back": found.back,
            "left": found.left,
            "review": found.review,
            "waits": found.waits,
            "undo": found.id or None,
        }
        held["scope"] = _scope(personal=found.personal or ws.personal)
        say_json(held | more)
        return
    where = ", personal memory" if found.personal else ""
    say(f"took back: {named(found.run)} ({_when(found.run, ws.today)}{where})")
    for one in found.back:
        say(f"  {one}  {found.said.get(one, '')}".rstrip())
    _say_rest(found)
    if found.id:
        dim(f"`miminions undo {found.id}` brings it back")


def _nothing(found: Undone) -> NotFoundError:
    reasons = (
        "; ".join(f"{name}: {reason}" for name, reason in found.left.items()) or "all is as it was before"
    )
    return NotFoundError(
        f"nothing to take back of: {named(found.run)} ({reasons})",
        hint="nothing was changed; `miminions undo --list` shows what else can be taken back",
    )


def named(run: Run) -> str:
    """Return what a run was, in a few words."""
    return run.what if run.kind == "undo" else f"{run.kind} {run.what or run.session}".strip()


def concerned(run: Run) -> tuple[str, ...]:
    """Return the facts that a run changed."""
    return tuple(dict.fromkeys(step.id for steps in run.steps.values() for step in steps if step.id))


def _say_rest(found: Undone) -> None:
    for one in found.review:
        say(f"out of review: {one}")
    for one in found.waits:
        say(f"waits for review again: {one}")
    for name, reason in found.left.items():
        say(f"left alone: {name}  {found.said.get(name, '')}  ({reason})")


def _when(run: Run, today: str) -> str:
    """Return when a run was made, in UTC; of today's the time is enough."""
    return f"{run.made:%H:%M}" if f"{run.made:%Y-%m-%d}" == today else f"{run.made:%Y-%m-%d %H:%M}"


def _scope(*, personal: bool) -> str:
    return "global" if personal else "workspace"


def _list(own: tuple[Run, ...], theirs: tuple[Run, ...], *, as_json: bool, here: bool) -> None:
    runs = tuple(sorted((*own, *theirs), key=lambda run: run.id, reverse=True))
    personal = {run.id for run in theirs}
    if as_json:
        say_json(
            {
                "runs": [
                    {
                        "id": run.id,
                        "when": run.made.isoformat(),
                        "kind": run.kind,
                        "what": run.what,
                        "scope": _scope(personal=run.id in personal),
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
        (
            f"{run.made:%m-%d %H:%M}",
            run.kind,
            (run.what or run.session) + ("  (personal memory)" if run.id in personal and not here else ""),
            _facts(run),
            _short(run, runs),
        )
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
