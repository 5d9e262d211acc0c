"""Learning from one transcript as a command does it: foreseen, planned, shown, asked about, written, or failed and said so."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from miminions.cli.dialogue import possible
from miminions.cli.preview import edits_in, show_edits
from miminions.cli.render import coloured, dim, say, styled, talk
from miminions.cli.review import ask
from miminions.distiller import Distiller, Extraction, Keep, Plan, Report, by_rules, preview, report_of
from miminions.distiller.budget import Metered
from miminions.distiller.failures import forget, note
from miminions.distiller.place import Place, source_of
from miminions.distiller.review.inbox import waiting
from miminions.errors import MiminionsError
from miminions.model import Usage
from miminions.redact import redact
from miminions.transcripts import Transcript, read_transcript
from miminions.workspace import Workspace

WAITS = "your next context has it already; `miminions distill --pending` writes it when that is over"
STATUS_STYLE = {"apply": "green", "review": "yellow", "rejected": "dim"}
FORETOLD = "dry run: no model was asked"


@dataclass(frozen=True, slots=True)
class Learning:
    """One command's way of distilling.

    `quiet` prints no plan, `yes` asks nothing, `dry_run` writes nothing, `review` nothing but what the person accepts;
    one of `several` says whose plan is shown.
    """

    ws: Workspace
    distiller: Distiller
    redo: bool = False
    yes: bool = False
    dry_run: bool = False
    quiet: bool = False
    review: bool = False
    several: bool = False

    def learn(self, path: Path) -> tuple[Report, MiminionsError | None]:
        """Distil a transcript and return what became of it, with the error where it failed."""
        transcript, before = None, self._spent()
        try:
            transcript = self._read(path)
            return self._learned(transcript), None
        except MiminionsError as problem:
            report = self._failed(path, transcript, problem)
            return replace(report, usage=self._spent() - before), problem

    def foresee(self, transcript: Transcript) -> Usage | None:
        """Return what asking about a session will cost; None where it holds nothing new."""
        return self.distiller.at(transcript).foresee(transcript, redo=self.redo)

    def _spent(self) -> Usage:
        """Return what this command's calls have come to, also those that failed."""
        model = getattr(self.distiller.extractor, "model", None)
        return model.budget.spent if isinstance(model, Metered) else Usage()

    def _read(self, path: Path) -> Transcript:
        transcript = read_transcript(path)
        if transcript.skipped:
            talk(
                f"{path.name}: {transcript.skipped} of {transcript.records} records could not be read and were skipped"
            )
        return transcript

    def _learned(self, transcript: Transcript) -> Report:
        distiller = self.distiller.at(transcript)
        if self.dry_run and (usage := distiller.foresee(transcript, redo=self.redo)) and usage.calls:
            return Report(transcript.session, "waiting", usage=usage, note=FORETOLD)
        with nullcontext() if self.quiet else progress(f"reading {transcript.path.name}"):
            planned = distiller.plan(transcript, now=self.ws.now(), redo=self.redo)
        if planned is None:
            if not self.dry_run:
                forget(self.ws.local, transcript.session)
            self._dim(f"{transcript.path.name}: nothing new since it was distilled")
            return Report(transcript.session, "unchanged")
        plan, extraction = planned
        shown, place = distiller.foreseen(plan, transcript)
        report = report_of(shown, extraction)
        if not (self.quiet or self.review):
            if self.several:
                styled(f"{transcript.path.name}:", "bold")
            show_plan(distiller, shown)
        if self.dry_run:
            return self._foretold(report, place)
        if self.review:
            return self._reviewed(distiller, plan, extraction, transcript)
        if not (self.yes or _agreed(shown, quiet=self.quiet)):
            dim("nothing was written")
            return report
        report = distiller.finish(plan, extraction, transcript, now=self.ws.now())
        self.ws.sync()
        if not self.quiet:
            told(report)
        return report

    def _reviewed(
        self, distiller: Distiller, plan: Plan, extraction: Extraction, transcript: Transcript
    ) -> Report:
        """Let all that a plan would do wait, and go through it with the person where somebody can be asked."""
        report = distiller.finish(plan, extraction, transcript, now=self.ws.now())
        if not self.quiet:
            told(report)
        items = tuple(one for one in waiting(self.ws.local) if one.session == report.session)
        if items and not self.quiet and report.state != "waiting" and possible():
            # What is accepted is written as any review is: committed, where the person set that.
            ask(self.ws, self.ws.distiller(by_rules).at(transcript), items)
        self.ws.sync()
        return report

    def _failed(self, path: Path, transcript: Transcript | None, problem: MiminionsError) -> Report:
        """Remember why a session failed, unless nothing is to be written; a model's failure leaves what the rules find."""
        name = transcript.session if transcript else redact(path.stem)
        if self.dry_run:
            return Report(name, "failed", note=str(problem))
        try:
            if transcript is None and path.is_file():
                note(self.ws.local, name, source_of(path), problem, self.ws.now())
            if transcript is None:
                return Report(name, "failed", note=str(problem))
            distiller = self.distiller.at(transcript)
            report = distiller.fall_back(transcript, problem, now=self.ws.now(), redo=self.redo)
        except MiminionsError:
            # What failed first is what the person has to know.
            return Report(name, "failed", note=str(problem))
        held = len([one for one in report.decisions if one.judged.status == "review"])
        if held and not self.quiet:
            talk(
                f"{name}: meanwhile the rules found {held} for `miminions review`; the model is asked again later"
            )
        return report

    def _foretold(self, report: Report, place: Place) -> Report:
        """Say of a dry run that the session would wait, and for what."""
        if place.word != "waits":
            return report
        if not self.quiet:
            styled(f"not written now: {report.session} would wait, since {place.reason}", "yellow")
        return replace(report, note=f"it would wait: {place.reason}")

    def _dim(self, text: str) -> None:
        if not self.quiet:
            dim(text)


def told(report: Report) -> None:
    """Say what became of a session, and of one that waits for what, and what ends that."""
    if report.state != "waiting":
        dim(f"{report.state}: {report.session}" + (f" ({report.note})" if report.note else ""))
        if not report.note:
            tell_held((report,))
        return
    styled(f"not written yet: {report.session} waits, since {report.note}", "yellow")
    dim(WAITS)


def tell_held(reports: Sequence[Report]) -> None:
    """Say how much of what sessions taught waits for a yes."""
    held = sum(one.judged.status == "review" for report in reports for one in report.decisions)
    if held:
        dim(f"{held} {'waits' if held == 1 else 'wait'} for your yes: miminions review")


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


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show that work goes on, in a terminal."""
    import sys

    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield


def _agreed(plan: Plan, *, quiet: bool) -> bool:
    """Ask in a terminal; without one nothing asks and what is clear applies."""
    import sys

    changes = any(not isinstance(decision, Keep) for decision in plan.having("apply"))
    if quiet or not changes or not (sys.stdin.isatty() and coloured()):
        return True
    return typer.confirm("Write this?", default=True)
