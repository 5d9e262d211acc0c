"""distill: what a session taught, applied or shown."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.options import AsJson, DryRun, WorkspaceName, Yes, open_to_write
from miminions.cli.preview import edits_in, show_edits
from miminions.cli.render import coloured, dim, say, say_json, styled, talk
from miminions.cli.reports import as_json_report
from miminions.distiller import (
    Distiller,
    Extractor,
    Keep,
    Plan,
    Report,
    by_rules,
    preview,
)
from miminions.distiller.place import Place
from miminions.distiller.run import REVIEW
from miminions.errors import MiminionsError, UsageError, WorkspaceMissingError
from miminions.layout import PERSONAL
from miminions.transcripts import read_transcript
from miminions.workspace import Workspace

WAITS = "your next context has it already; `miminions distill --pending` writes it when that is over"
STATUS_STYLE = {"apply": "green", "review": "yellow", "rejected": "dim"}


def distill(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Transcripts (.jsonl).", show_default=False)
    ] = None,
    *,
    pending: Annotated[
        bool, typer.Option("--pending", help="This workspace's own chats that were never distilled.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="By the built-in rules, whatever model is set.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="Use this model, this time.")] = None,
    redo: Annotated[bool, typer.Option("--redo", help="Also what was distilled before.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Learn what sessions taught: apply what is clear, put the rest into review."""
    ws = open_to_write(workspace, model=model)
    extractor = by_rules if offline else None
    if ws.personal and workspace != PERSONAL:
        raise WorkspaceMissingError(
            "there is no workspace here for what a session teaches",
            hint="`miminions init` makes one; `-w personal` takes the personal memory",
        )
    if pending and not dry_run:
        ws.settle_waiting()
    paths = [*(files or []), *(ws.pending() if pending else ())]
    if not paths and not pending:
        raise UsageError("which session?", hint="give transcript files, or --pending")
    reports, problems = [], []
    for path in paths:
        try:
            reports.append(_one(ws, path, extractor, redo=redo, yes=yes, dry_run=dry_run, quiet=as_json))
        except MiminionsError as problem:
            # One bad transcript keeps no other from being read; a single one is simply the error.
            problems.append(problem)
            if len(paths) > 1:
                talk(f"{path.name}: {problem} ({problem.hint})")
    if as_json and (reports or not problems):
        say_json({"sessions": [as_json_report(report) for report in reports]})
    elif not paths:
        dim("nothing waits")
    if problems:
        raise problems[0]


def _one(
    ws: Workspace,
    path: Path,
    extractor: Extractor | None,
    *,
    redo: bool,
    yes: bool,
    dry_run: bool,
    quiet: bool,
) -> Report:
    """Distil one transcript as the options say, showing it unless `quiet`."""
    from miminions.distiller import report_of

    transcript = read_transcript(path)
    if transcript.skipped:
        talk(
            f"{path.name}: {transcript.skipped} of {transcript.records} records could not be read and were skipped"
        )
    distiller = ws.distiller(extractor).at(transcript)
    with _progress(f"reading {path.name}"):
        planned = distiller.plan(transcript, now=ws.now(), redo=redo)
    if planned is None:
        if not quiet:
            dim(f"{path.name}: nothing new since it was distilled")
        return Report(transcript.session, "unchanged")
    plan, extraction = planned
    shown, place = distiller.foreseen(plan, transcript)
    report = report_of(shown, extraction)
    if not quiet:
        show_plan(distiller, shown)
    if dry_run:
        return _foretold(report, place, quiet=quiet)
    if not (yes or _agreed(shown, quiet=quiet)):
        dim("nothing was written")
        return report
    report = distiller.finish(plan, extraction, transcript, now=ws.now())
    ws.sync()
    if not quiet:
        _told(report)
    return report


def _foretold(report: Report, place: Place, *, quiet: bool) -> Report:
    """Say of a dry run that the session would wait, and for what."""
    if place.word != "waits":
        return report
    if not quiet:
        styled(f"not written now: {report.session} would wait, since {place.reason}", "yellow")
    return replace(report, note=f"it would wait: {place.reason}")


def _told(report: Report) -> None:
    """Say what became of a session, and of one that waits for what, and what ends that."""
    if report.state != "waiting":
        dim(f"{report.state}: {report.session}" + (f" ({report.note})" if report.note else ""))
        return
    styled(f"not written yet: {report.session} waits, since {report.note}", "yellow")
    dim(WAITS)


def _agreed(plan: Plan, *, quiet: bool) -> bool:
    """Ask in a terminal; without one nothing asks and what is clear applies."""
    import sys

    changes = any(not isinstance(decision, Keep) for decision in plan.having("apply"))
    if quiet or not changes or not (sys.stdin.isatty() and coloured()):
        return True
    return typer.confirm("Write this?", default=True)


def show_plan(distiller: Distiller, plan: Plan) -> None:
    """Print a plan: the diff of the files, then what waits and what was left out."""
    memories, personal = distiller.memories(), distiller.keeper.personal
    pairs = preview(plan, memories.own, memories.personal)
    for folder, texts in sorted(pairs, key=lambda pair: pair[0].layout == personal):
        where = "personal" if folder.layout == personal else "memory"
        show_edits(edits_in(where, folder, texts))
    for status, title in (("review", "waits for review"), ("rejected", "left out")):
        decisions = plan.having(status)  # type: ignore[arg-type]
        if decisions:
            styled(f"{title}:", STATUS_STYLE[status])
            for decision in decisions:
                say(f"  {decision.judged.candidate.text}  ({decision.judged.reason})")
    if not plan.decisions:
        dim(f"{plan.session}: nothing to remember")


def _progress(message: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Show that work goes on, in a terminal."""
    import sys
    from contextlib import nullcontext

    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(message)


def distill_quietly(ws: Workspace, path: Path) -> None:
    """Distil a transcript at the end of a chat; when the model fails the session waits for the next start."""
    try:
        with _progress("learning from the chat"):
            report = ws.distill(read_transcript(path))
    except MiminionsError as problem:
        talk(
            f"not distilled yet ({problem}); it is tried again at the next start, or by `miminions distill --pending`"
        )
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
