"""One session all the way round: read, extract, plan, record, apply; a plan that went stale is made again without the model."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from miminions.distiller import local as machine
from miminions.distiller.apply import apply_plan
from miminions.distiller.plan import Memories, make_plan
from miminions.distiller.read import read_material
from miminions.distiller.values import Extraction, Extractor, Keep, Plan, Report
from miminions.files import lock, try_lock
from miminions.layout import Layout, LocalLayout
from miminions.memory.folder import State, read_folder
from miminions.registry import saw
from miminions.transcripts import Transcript
from miminions.transcripts.own import extent


@dataclass(frozen=True, slots=True)
class Distiller:
    """Distils sessions into one workspace and the person's memory; `share` is what the workspace gives away."""

    own: Layout
    personal: Layout
    local: LocalLayout
    personal_local: LocalLayout
    extractor: Extractor
    share: str = "insights"

    def plan(
        self, transcript: Transcript, *, now: datetime, redo: bool = False
    ) -> tuple[Plan, Extraction] | None:
        """Return what a run would do, or None when all turns were distilled before. Writes nothing.

        Raises ModelError, FileError.
        """
        memories = self._memories()
        covered = 0 if redo else covered_by(self.local, memories.own, transcript.session)
        if transcript.records <= covered:
            return None
        material = read_material(transcript, workspace=self.own.name, covered=covered)
        extraction = self.extractor(material, memories.facts) if material.new else Extraction((), "", "none")
        return make_plan(
            extraction, material, memories, now=now, source=str(transcript.path.absolute())
        ), extraction

    def distill(self, transcript: Transcript, *, now: datetime, redo: bool = False) -> Report:
        """Learn what a session taught. Raises ModelError, FileError; nothing is written then."""
        planned = self.plan(transcript, now=now, redo=redo)
        if planned is None:
            return Report(transcript.session, "unchanged")
        return self.finish(*planned, transcript, now=now)

    def finish(self, plan: Plan, extraction: Extraction, transcript: Transcript, *, now: datetime) -> Report:
        """Write what a plan decides; one that went stale is made again from the same extraction. Raises FileError."""
        material = read_material(transcript, workspace=self.own.name, covered=plan.first - 1)
        with self.locked():
            memories = self._memories()
            if plan.digests != memories.digests:
                plan = make_plan(extraction, material, memories, now=now, source=plan.source)
            planned = machine.planned(self.local, plan.session)
            if plan.decisions or extraction.usage.calls:
                machine.record(self.local, plan, now=now, usd=extraction.usage.usd)
            machine.put(self.local, plan)
            apply_plan(plan, memories.own, memories.personal, planned)
            saw(self.local, read_folder(self.own).digests)
            machine.advance(self.local, plan.session, plan.last)
        return report_of(plan, extraction)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the locks of both memories; the person's last, so that two workspaces never wait for each other."""
        with ExitStack() as held:
            for path in dict.fromkeys((self.local.lock, self.personal_local.lock)):
                held.enter_context(lock(path))
            yield

    def _memories(self) -> Memories:
        own = read_folder(self.own)
        return Memories(own, own if self.own == self.personal else read_folder(self.personal), self.share)


def report_of(plan: Plan, extraction: Extraction) -> Report:
    """Say what became of a session."""
    live = [decision for decision in plan.having("apply") if not isinstance(decision, Keep)]
    empty = not live and not plan.having("review")
    report = Report(
        plan.session, "empty" if empty else "done", plan.extractor, None, plan.summary, plan.decisions
    )
    return replace(report, usage=extraction.usage)


def covered_by(local: LocalLayout, own: State, session: str) -> int:
    """Return the last turn of a session that is distilled, by the workspace's history or this machine's cursor."""
    return max(machine.covered(local, session), own.ledger.covered(session))


def undistilled(layout: Layout, local: LocalLayout, own: State) -> tuple[Path, ...]:
    """Return a workspace's own transcripts with turns that were never distilled and that no chat is writing."""
    found = []
    for path in sorted(p for p in layout.sessions.glob("*.jsonl") if p.is_file()):
        session, records = extent(path)
        if records > covered_by(local, own, session):
            with try_lock(local.session_lock(session)) as free:
                found += [path] if free else []
    return tuple(found)
