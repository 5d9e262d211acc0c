"""distill: what sessions taught, applied, shown or foreseen."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.backfill import agree, fill, forecast, foresee, transcripts_of
from miminions.cli.forecast import as_json_forecast, show_forecast
from miminions.cli.learning import FORETOLD, WAITS, Learning, progress, tell_held
from miminions.cli.options import AsJson, WorkspaceName, Yes, open_to_write
from miminions.cli.render import dim, say, say_json, talk
from miminions.cli.reports import as_json_report
from miminions.distiller import Keep, Report, by_rules
from miminions.distiller.budget import Budget
from miminions.distiller.run import REVIEW
from miminions.errors import BudgetError, MiminionsError, UsageError, WorkspaceMissingError
from miminions.layout import PERSONAL
from miminions.workspace import Workspace


def distill(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Transcripts (.jsonl).", show_default=False)
    ] = None,
    *,
    pending: Annotated[
        bool, typer.Option("--pending", help="This workspace's own chats that were never distilled.")
    ] = False,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="All of this workspace's chats, oldest first: what it costs is said and asked."
        ),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="By the built-in rules, whatever model is set.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="Use this model, this time.")] = None,
    redo: Annotated[bool, typer.Option("--redo", help="Also what was distilled before.")] = False,
    review: Annotated[
        bool,
        typer.Option(
            "--review", help="Write only what you accept, item by item; what is left waits in review."
        ),
    ] = False,
    yes: Yes = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Write nothing: show the diff by the rules, or of a model's reply that is there; else what asking costs.",
        ),
    ] = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Learn what sessions taught: apply what is clear, put the rest into review."""
    ws = open_to_write(workspace, model=model)
    if ws.personal and workspace != PERSONAL:
        raise WorkspaceMissingError(
            "there is no workspace here for what a session teaches",
            hint="`miminions init` makes one; `-w personal` takes the personal memory",
        )
    if not (files or pending or everything):
        raise UsageError("which session?", hint="give transcript files, --pending or --all")
    if everything and (files or pending):
        raise UsageError("--all stands alone", hint="it takes all transcripts of this workspace")
    budget = ws.budget()
    distiller = ws.distiller(by_rules if offline else None, budget=budget)
    if review:
        _check_review(yes=yes, everything=everything, dry_run=dry_run)
        distiller = replace(distiller, mode="review")
    learning = Learning(ws, distiller, redo=redo, yes=yes, dry_run=dry_run, quiet=as_json, review=review)
    if everything:
        _all(learning, budget, as_json=as_json)
        return
    paths = [*(files or []), *(_pending(ws, dry_run=dry_run) if pending else ())]
    reports, problems = _learn(replace(learning, several=len(paths) > 1), paths)
    foretold = [report for report in reports if report.note == FORETOLD]
    if as_json:
        more = {"foreseen": as_json_forecast(foretold, budget)} if dry_run else {}
        say_json({"sessions": [as_json_report(report) for report in reports], **more})
    elif foretold:
        show_forecast(foretold, ws.settings.text("model"), budget)
    elif not paths:
        dim("nothing waits")
    if problems:
        raise problems[0]


def _check_review(*, yes: bool, everything: bool, dry_run: bool) -> None:
    """Refuse what does not go together with --review."""
    for given, name in ((yes, "--yes"), (everything, "--all"), (dry_run, "--dry-run")):
        if given:
            raise UsageError(f"--review and {name} exclude each other", hint="give one of them")


def _all(learning: Learning, budget: Budget, *, as_json: bool) -> None:
    """Distil every transcript of the workspace, once it was said what that costs."""
    found = foresee(learning, transcripts_of(learning.ws))
    model = getattr(learning.distiller.extractor, "name", "")
    reports: list[Report] = []
    problems: list[MiminionsError] = []
    if learning.dry_run:
        reports = [Report(one.session, "waiting", usage=one.usage, note=FORETOLD) for one in found]
        if not as_json:
            say(forecast(found, model, budget))
    elif found:
        agree(forecast(found, model, budget), yes=learning.yes)
        reports, problems = fill(replace(learning, yes=True, quiet=True), found, budget)
        if not as_json:
            tell_held(reports)
    elif not as_json:
        dim("nothing waits")
    if as_json:
        more = {"foreseen": as_json_forecast(reports, budget)} if learning.dry_run else {}
        say_json({"sessions": [as_json_report(report) for report in reports], **more})
    if problems:
        raise problems[-1]


def _pending(ws: Workspace, *, dry_run: bool) -> Sequence[Path]:
    """Return what waits and is due, and say how much is not."""
    if not dry_run:
        ws.settle_waiting()
    due = ws.pending(due=True)
    resting = len(ws.pending()) - len(due)
    if resting:
        talk(
            f"{resting} failed lately and {'rests' if resting == 1 else 'rest'} for a while; --all, or the file's name, tries at once"
        )
    return due


def _learn(learning: Learning, paths: Sequence[Path]) -> tuple[list[Report], list[MiminionsError]]:
    """Distil transcripts one after the other: a bad one keeps no other from being read, a reached cap does."""
    reports: list[Report] = []
    problems: list[MiminionsError] = []
    for number, path in enumerate(paths, 1):
        report, problem = learning.learn(path)
        reports.append(report)
        if problem is None:
            continue
        problems.append(problem)
        if len(paths) > 1:
            # A single one is simply the error.
            talk(f"{path.name}: {problem} ({problem.hint})")
        if isinstance(problem, BudgetError) and number < len(paths):
            left = len(paths) - number
            each = "1 more was not read and waits" if left == 1 else f"{left} more were not read and wait"
            talk(f"{each}: the cap is reached")
            break
    return reports, problems


def distill_quietly(ws: Workspace, path: Path) -> None:
    """Distil a transcript at the end of a chat; when the model fails the session waits for a later start."""
    learning = Learning(ws, ws.distiller(), yes=True, quiet=True)
    with progress("learning from the chat"):
        report, problem = learning.learn(path)
    if problem is not None:
        talk(f"not distilled yet ({problem}); it is tried again later, or by `miminions distill {path}`")
        return
    live = [d for d in report.decisions if d.judged.status == "apply" and not isinstance(d, Keep)]
    if report.state == "waiting":
        talk(f"learned {len(live)}, not written yet: {report.session} waits, since {report.note}")
        talk(WAITS)
        return
    if report.note:
        talk(report.note)
    held = [d for d in report.decisions if d.judged.status == "review"]
    for decision in live:
        talk(f"learned: {decision.judged.candidate.text}")
    if held and REVIEW not in report.note:
        talk(f"{len(held)} more wait for a yes: miminions review")
