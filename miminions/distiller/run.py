"""One session all the way round: read, extract, plan, record, write; what was interrupted is finished from its record."""

from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from miminions.distiller import failures
from miminions.distiller.apply import all_waiting, degraded, held_back
from miminions.distiller.ask.extractor import ModelExtractor
from miminions.distiller.cursors import advance, check_same, covered_by, opening
from miminions.distiller.kept import Replies
from miminions.distiller.masking import masked
from miminions.distiller.place import Place, home_of_session, place_of, source_of
from miminions.distiller.plan import Memories, make_plan
from miminions.distiller.plan_json import from_json
from miminions.distiller.read import read_material
from miminions.distiller.record import extraction_of, texts_of
from miminions.distiller.report import rebased, report_of
from miminions.distiller.review import inbox
from miminions.distiller.rules.extractor import extract as by_rules
from miminions.distiller.values import Extraction, Extractor, Material, Plan, Report
from miminions.distiller.writing import Writer
from miminions.distiller.written import written
from miminions.errors import BudgetError, MiminionsError, ModelError, ModelMissingError, UsageError
from miminions.files import lock
from miminions.journal import open_run, save, waiting_runs
from miminions.keeper import Keeper, again
from miminions.layout import Layout, LocalLayout
from miminions.model import Usage
from miminions.transcripts import Transcript
from miminions.transcripts.own import keep_from_git

REVIEW = "miminions review"


@dataclass(frozen=True, slots=True)
class Distiller:
    """Distils sessions into the memories of a workspace.

    `share` is what the workspace gives away, `mode` where a run may write: into the tree, into the inbox (`review`:
    all of it, also what is the person's), or into the tree and a commit.
    """

    keeper: Keeper
    extractor: Extractor
    share: str = "insights"
    mode: str = "tree"

    @property
    def own(self) -> Layout:
        """The workspace's files."""
        return self.keeper.own

    @property
    def local(self) -> LocalLayout:
        """What this machine keeps of it."""
        return self.keeper.local

    @property
    def _asks(self) -> bool:
        """Whether somebody is asked who may want money for it."""
        return isinstance(self.extractor, ModelExtractor)

    @property
    def writer(self) -> Writer:
        """What writes its plans."""
        return Writer(self.keeper, self.mode)

    def at(self, transcript: Transcript) -> "Distiller":
        """Return the distiller of the worktree that a session ran in."""
        return replace(self, keeper=replace(self.keeper, own=home_of_session(self.own, transcript)))

    def memories(self) -> Memories:
        """Read the memory a session is planned for. Raises FileError."""
        own = self.keeper.read("own")
        personal = own if self.own == self.keeper.personal else self.keeper.read("personal")
        overlay = self.keeper.read("overlay")
        places = (self.local, self.keeper.personal_local)
        deleted = texts_of(places, {one for state in (own, personal) for one in state.deleted()})
        return Memories(own, personal, self.share, overlay, written(self.keeper, (own, personal)), deleted)

    def plan(
        self, transcript: Transcript, *, now: datetime, redo: bool = False
    ) -> tuple[Plan, Extraction] | None:
        """Return what a run would do, or None when all turns were distilled before.

        Writes nothing but the journal: what a model answered is kept, so that it is asked once; a second run of the same
        session waits for that. Raises ModelError, ModelMissingError, BudgetError, ConflictError, FileError.
        """
        with lock(self.local.distil_lock(transcript.session)) if self._asks else nullcontext():
            return self._plan(transcript, now=now, redo=redo)

    def _plan(self, transcript: Transcript, *, now: datetime, redo: bool) -> tuple[Plan, Extraction] | None:
        new = self._new(transcript, redo=redo)
        if new is None:
            return None
        memories, material, held = new
        extraction = held or self._extract(material, memories)
        plan = make_plan(extraction, material, memories, now=now, source=source_of(transcript.path))
        if extraction.usage.calls and held is None:
            with lock(self.local.lock):
                self.writer.save_reply(plan, extraction, now)
        return plan, extraction

    def foresee(self, transcript: Transcript, *, redo: bool = False) -> Usage | None:
        """Return what asking about a session will cost, with no call made; None when there is nothing new.

        No call is foreseen for the rules, nor where a reply is in the journal. Raises ConflictError, FileError.
        """
        new = self._new(transcript, redo=redo)
        if new is None:
            return None
        memories, material, held = new
        if held or not material.new or not isinstance(self.extractor, ModelExtractor):
            return Usage()
        return self._asking(self.extractor, material).foresee(material, memories.facts)

    def _new(
        self, transcript: Transcript, *, redo: bool
    ) -> tuple[Memories, Material, Extraction | None] | None:
        """Return what a run works on, None when all turns were distilled before; with them what a model answered already."""
        if not redo:
            check_same(self.local, transcript)
        memories = self.memories()
        covered = 0 if redo else covered_by(self.local, memories.own, transcript.session)
        if transcript.records <= covered:
            return None
        material = read_material(transcript, workspace=self.own.name, covered=covered)
        held = None if redo else self._held(transcript.session, covered + 1, transcript.records)
        return memories, material, held

    def fall_back(
        self, transcript: Transcript, problem: MiminionsError, *, now: datetime, redo: bool = False
    ) -> Report:
        """Say and remember that a session failed; where a model did, what the rules find waits in review meanwhile.

        Its turns stay uncovered, no file of the memory is changed, and what a model says later takes the place of it.
        Raises FileError.
        """
        failures.note(self.local, transcript.session, source_of(transcript.path), problem, now)
        report = Report(transcript.session, "failed", note=str(problem))
        models = isinstance(problem, ModelError | ModelMissingError | BudgetError)
        if redo or not (models and self._asks):
            return report
        memories = self.memories()
        covered = covered_by(self.local, memories.own, transcript.session)
        material = read_material(transcript, workspace=self.own.name, covered=covered)
        extraction = masked(by_rules(material, memories.facts))
        plan = make_plan(extraction, material, memories, now=now, source=source_of(transcript.path))
        plan = inbox.without_rejected(self.local, degraded(plan, str(problem)))
        with lock(self.local.lock):
            inbox.put(self.local, plan)
        found = report_of(plan, extraction)
        return replace(found, state="failed", degraded=plan.degraded, note=str(problem))

    def distill(self, transcript: Transcript, *, now: datetime, redo: bool = False) -> Report:
        """Learn what a session taught. Raises what `plan` and `finish` raise; no memory is changed then."""
        planned = self.plan(transcript, now=now, redo=redo)
        if planned is None:
            return Report(transcript.session, "unchanged")
        return self.finish(*planned, transcript, now=now)

    def finish(self, plan: Plan, extraction: Extraction, transcript: Transcript, *, now: datetime) -> Report:
        """Write what a plan decides, where the session's run may write now. Raises FileError, MemoryFileError.

        A plan that went stale is made again from the same extraction.
        """
        material = read_material(transcript, workspace=self.own.name, covered=plan.first - 1)
        if transcript.path.absolute().parent == self.own.sessions:
            keep_from_git(self.own)
        with self.keeper.locked(now, person=True):
            place = place_of(self.own, transcript)
            if place.word == "waits":
                run = self.writer.save_reply(plan, extraction, now)
                save(self.local, replace(run, status="waiting", what=place.reason))
                return replace(report_of(plan, extraction), state="waiting", note=place.reason)
            begun = open_run(self.local, plan.session, plan.first, plan.last)
            begun = begun if begun and begun.steps else None

            def work() -> tuple[Plan, str]:
                memories = self.memories()
                fresh = (
                    plan
                    if plan.digests == memories.digests
                    else make_plan(extraction, material, memories, now=now, source=plan.source)
                )
                held = self._held_back(fresh, place, memories)
                return held, self.writer.write(held, extraction, memories, now, begun)

            done, note = again(work)
            advance(self.local, plan.session, plan.last, opening(transcript))
        notes = (note or place.reason, extraction.note, self._left(done, place), rebased(plan, done))
        return replace(report_of(done, extraction), note="; ".join(filter(None, notes)))

    def give_up_waiting(self, *, now: datetime) -> None:
        """Put into the inbox what waits for its branch and whose transcript is gone. Raises FileError."""
        with self.keeper.locked(now, person=True):
            for run in waiting_runs(self.local):
                if not Path(str(run.details.get("source", ""))).is_file():
                    reason = "its transcript was gone before it could be written"
                    with suppress(UsageError):  # a damaged record is lost, like all that is local
                        plan = from_json(run.details, self.memories().facts)
                        inbox.put(self.local, all_waiting(plan, reason, sound=True))
                    save(self.local, replace(run, status="done"))

    def foreseen(self, plan: Plan, transcript: Transcript) -> tuple[Plan, Place]:
        """Return a plan as it would be written now, and where. Raises FileError."""
        place = place_of(self.own, transcript)
        return self._held_back(plan, place, self.memories()), place

    def _held_back(self, plan: Plan, place: Place, memories: Memories) -> Plan:
        """Let what would change the workspace's files wait in the inbox, where a run may not write them.

        What the person rejected there is not offered again.
        """
        reason = place.reason if place.word == "inbox" else ""
        if self.mode == "inbox":
            reason = "sessions do not write here by themselves (distill.write = inbox)"
        if self.mode == "review":
            plan = all_waiting(plan, "you wanted to see it first", sound=True)
        plan = held_back(plan, reason, memories.own, memories.personal) if reason else plan
        return inbox.without_rejected(self.local, plan)

    def _left(self, plan: Plan, place: Place) -> str:
        """Say how much waits where a run writes nothing by itself."""
        count = len(plan.having("review")) if {"inbox", "review"} & {self.mode, place.word} else 0
        return f"{count} {'fact waits' if count == 1 else 'facts wait'} for `{REVIEW}`" if count else ""

    def _extract(self, material: Material, memories: Memories) -> Extraction:
        if not material.new:
            return Extraction((), "", "none")
        if not isinstance(self.extractor, ModelExtractor):
            return masked(self.extractor(material, memories.facts))
        return masked(self._asking(self.extractor, material)(material, memories.facts))

    def _asking(self, extractor: ModelExtractor, material: Material) -> ModelExtractor:
        """Return who is asked, with what was answered about the session before."""
        return replace(extractor, kept=Replies(self.local.replies(material.session)))

    def _held(self, session: str, first: int, last: int) -> Extraction | None:
        """Return what a model answered for these turns before, unless another model is asked now."""
        run = open_run(self.local, session, first, last)
        found = extraction_of(run) if run else None
        wanted = getattr(self.extractor, "name", None)
        return found if found and wanted in {None, found.extractor} else None
