"""distill --all: every transcript of a workspace, oldest first, with what it costs said before and as it goes."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import typer

from miminions.cli.forecast import within, worded
from miminions.cli.learning import Learning, progress
from miminions.cli.render import coloured, talk
from miminions.distiller import Keep, Report
from miminions.distiller.budget import Budget
from miminions.distiller.pending import chatting
from miminions.errors import BudgetError, MiminionsError, UsageError
from miminions.model import Usage
from miminions.transcripts import read_transcript
from miminions.visible import visible
from miminions.workspace import Workspace

# So many failures in a row are no accident: the rest would only fail, too.
IN_A_ROW = 3
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A transcript that holds something new, when it began, and what asking about it will cost."""

    path: Path
    session: str
    started: datetime
    usage: Usage


@dataclass(slots=True)
class Course:
    """How far a back-fill has come."""

    total: int
    budget: Budget
    began: float = field(default_factory=time.monotonic)
    done: int = 0

    @property
    def told(self) -> str:
        """Tokens, money and the time that is left, in words."""
        spent = self.budget.spent
        known = spent.usd is not None or not spent.calls
        money = f"{spent.usd or 0:.4f} USD" if known else "price not known"
        return f"{spent.tokens_in + spent.tokens_out:,} tokens, {money}{self._left()}"

    def _left(self) -> str:
        left = self.total - self.done
        if not (left and self.done):
            return ""
        seconds = (time.monotonic() - self.began) / self.done * left
        return f", about {_span(seconds)} left"


def transcripts_of(ws: Workspace) -> tuple[Path, ...]:
    """Return the workspace's own transcripts, without those that a chat is writing."""
    found = []
    for path in sorted(path for path in ws.layout.sessions.glob("*.jsonl") if path.is_file()):
        found += [path] if not chatting(ws.local, path.stem) else []
    return tuple(found)


def foresee(learning: Learning, paths: Sequence[Path]) -> tuple[Foreseen, ...]:
    """Return what holds something new, the oldest first; what cannot be read comes first, and is told as it fails."""
    found = []
    with progress(f"reading {len(paths)} transcripts"):
        for path in paths:
            try:
                transcript = read_transcript(path)
                usage = learning.foresee(transcript)
                if usage is not None:
                    found.append(Foreseen(path, transcript.session, transcript.started or _EARLIEST, usage))
            except MiminionsError:
                found.append(Foreseen(path, path.stem, _EARLIEST, Usage()))
    return tuple(sorted(found, key=lambda one: (one.started, one.path.name)))


def forecast(found: Sequence[Foreseen], model: str, budget: Budget) -> str:
    """Say what a back-fill will cost."""
    total = sum((one.usage for one in found), Usage())
    count = "1 session" if len(found) == 1 else f"{len(found)} sessions"
    if not total.calls:
        return f"{count}, by what is here already: no model is asked"
    return f"{count}: {worded(total)} ({model}; {within(total, budget)})"


def agree(said: str, *, yes: bool) -> None:
    """Tell what it will cost and ask in a terminal. Raises UsageError without one unless `yes`."""
    talk(said)
    if yes:
        return
    if not (sys.stdin.isatty() and coloured()):
        raise UsageError(
            "nobody can be asked here", hint="--yes does it without asking, --dry-run shows what it costs"
        )
    typer.confirm("Go on?", default=True, abort=True)


def fill(
    learning: Learning, found: Sequence[Foreseen], budget: Budget
) -> tuple[list[Report], list[MiminionsError]]:
    """Distil what was foreseen; a cap, a row of failures or Ctrl-C end it, and the next run goes on from there."""
    reports: list[Report] = []
    problems: list[MiminionsError] = []
    course, row = Course(len(found), budget), 0
    with _shown(course) as show:
        for one in found:
            try:
                report, problem = learning.learn(one.path)
            except KeyboardInterrupt:
                talk(f"stopped: {_left(len(found) - len(reports) + len(problems))}")
                raise
            reports.append(report)
            course.done += 1
            show(report)
            row = row + 1 if problem else 0
            problems += [problem] if problem else []
            if isinstance(problem, BudgetError) or row == IN_A_ROW:
                # What failed is to be done again, too.
                why = "the cap is reached" if isinstance(problem, BudgetError) else f"{row} failed in a row"
                talk(f"{why}: {_left(len(found) - len(reports) + len(problems))}")
                break
    return reports, problems


def _left(count: int) -> str:
    return f"{count} {'session is' if count == 1 else 'sessions are'} left; `miminions distill --all` goes on there"


@contextmanager
def _shown(course: Course) -> Iterator[Callable[[Report], None]]:
    """Show how far it has come: a bar in a terminal, a line a session elsewhere."""
    if not sys.stderr.isatty():
        yield lambda report: talk(
            f"[{course.done}/{course.total}] {report.session}: {_became(report)}; {course.told}"
        )
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=course.total)

        def show(report: Report) -> None:
            bar.console.print(visible(f"{report.session}: {_became(report)}"), markup=False, highlight=False)
            bar.update(task, completed=course.done, description=course.told)

        yield show


def _became(report: Report) -> str:
    """Say in a few words what became of a session."""
    if report.state in {"failed", "waiting"}:
        return f"{report.state}, {report.note}"
    live = [one for one in report.decisions if one.judged.status == "apply" and not isinstance(one, Keep)]
    held = [one for one in report.decisions if one.judged.status == "review"]
    parts = [f"{len(live)} learned"] if live else []
    parts += [f"{len(held)} to review"] if held else []
    return f"{report.state}, {', '.join(parts)}" if parts else report.state


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
