"""One session all the way round: read, extract, plan, record, write; what was interrupted is finished from its record."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from miminions.distiller.apply import changes_of, held_back
from miminions.distiller.cursors import advance, covered_by
from miminions.distiller.place import Place, home_of_session, place_of
from miminions.distiller.plan import Memories, make_plan, masked
from miminions.distiller.read import read_material
from miminions.distiller.record import details_of, extraction_of, joined, planned, texts_of
from miminions.distiller.review import inbox
from miminions.distiller.values import Extraction, Extractor, Keep, Material, Plan, Report
from miminions.distiller.written import written
from miminions.files import lock, try_lock
from miminions.journal import DISTILL, Run, new_run, open_run, runs, save, waiting_runs
from miminions.keeper import Keeper, again
from miminions.layout import Layout, LocalLayout
from miminions.memory.folder import State
from miminions.redact import has_secret
from miminions.registry import saw
from miminions.repository import Refused, commit_paths, repository_at
from miminions.transcripts import Transcript
from miminions.transcripts.own import extent, keep_from_git

REVIEW = "miminions review"


@dataclass(frozen=True, slots=True)
class Distiller:
    """Distils sessions into the memories of a workspace.

    `share` is what the workspace gives away, `mode` where a run may write: into the tree, into the inbox, or into the
    tree and a commit.
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

        Writes nothing but the journal: what a model answered is kept, so that it is asked once. Raises ModelError,
        FileError.
        """
        memories = self.memories()
        covered = 0 if redo else covered_by(self.local, memories.own, transcript.session)
        if transcript.records <= covered:
            return None
        material = read_material(transcript, workspace=self.own.name, covered=covered)
        held = None if redo else self._held(transcript.session, covered + 1, transcript.records)
        extraction = held or self._extract(material, memories)
        plan = make_plan(extraction, material, memories, now=now, source=_source(transcript.path))
        if extraction.usage.calls and held is None:
            with lock(self.local.lock):
                self._save(plan, extraction, now)
        return plan, extraction

    def distill(self, transcript: Transcript, *, now: datetime, redo: bool = False) -> Report:
        """Learn what a session taught. Raises ModelError, FileError; nothing is written then."""
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
                run = self._save(plan, extraction, now)
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
                return held, self._write(held, extraction, memories, now, begun)

            done, note = again(work)
        notes = (note or place.reason, self._left(done, place))
        return replace(report_of(done, extraction), note="; ".join(filter(None, notes)))

    def _write(
        self, plan: Plan, extraction: Extraction, memories: Memories, now: datetime, begun: Run | None
    ) -> str:
        """Write a plan, and return what the person should know of it; `begun` is a run that was killed as it wrote."""
        run = self._run(plan, extraction, now)
        if begun is not None:
            # The line in the history is to say what it would have said.
            plan = replace(plan, summary=begun.what)
            run = replace(run, what=begun.what, details=joined(begun.details, run.details))
        changes = changes_of(plan, memories.own, memories.personal, planned(self.local, plan.session))
        told = bool(changes or plan.decisions or extraction.usage.calls)
        inbox.put(self.local, plan)
        if told:
            run = self.keeper.write(run, changes, now)
        saw(self.local, self.keeper.read("own").digests)
        advance(self.local, plan.session, plan.last)
        note = self._commit(plan, memories.own) if self.mode == "commit" else ""
        if told:
            save(self.local, replace(run, status="done"))
        self._close(plan)
        return note

    def _close(self, plan: Plan) -> None:
        """Mark what was begun earlier over turns that are covered now as done."""
        for run in runs(self.local, plan.session):
            if run.status != "done" and int(run.details.get("last", 0)) <= plan.last:
                save(self.local, replace(run, status="done"))

    def give_up_waiting(self, *, now: datetime) -> None:
        """Put into the inbox what waits for its branch and whose transcript is gone. Raises FileError."""
        with self.keeper.locked(now, person=True):
            for run in waiting_runs(self.local):
                if not Path(str(run.details.get("source", ""))).is_file():
                    inbox.put_left(
                        self.local, run.details, "its transcript was gone before it could be written"
                    )
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
        plan = held_back(plan, reason, memories.own, memories.personal) if reason else plan
        return inbox.without_rejected(self.local, plan)

    def _left(self, plan: Plan, place: Place) -> str:
        """Say how much waits where a run writes nothing by itself."""
        count = len(plan.having("review")) if "inbox" in {self.mode, place.word} else 0
        return f"{count} {'fact waits' if count == 1 else 'facts wait'} for `{REVIEW}`" if count else ""

    def _extract(self, material: Material, memories: Memories) -> Extraction:
        if not material.new:
            return Extraction((), "", "none")
        return masked(self.extractor(material, memories.facts))

    def _held(self, session: str, first: int, last: int) -> Extraction | None:
        """Return what a model answered for these turns before, unless another model is asked now."""
        run = open_run(self.local, session, first, last)
        found = extraction_of(run) if run else None
        wanted = getattr(self.extractor, "name", None)
        return found if found and wanted in {None, found.extractor} else None

    def _save(self, plan: Plan, extraction: Extraction, now: datetime) -> Run:
        run = replace(self._run(plan, extraction, now), place=str(self.own.root.resolve()))
        save(self.local, run)
        return run

    def _run(self, plan: Plan, extraction: Extraction, now: datetime) -> Run:
        """Return the record of a run: the one that was interrupted, else a new one."""
        run = open_run(self.local, plan.session, plan.first, plan.last)
        run = run or new_run(self.local, DISTILL, now, session=plan.session)
        return replace(run, status="open", what=plan.summary, details=details_of(plan, extraction))

    def _commit(self, plan: Plan, before: State) -> str:
        """Commit what was written, and return why that was not possible, empty when it was."""
        repository = repository_at(self.own.root)
        if repository is None:
            return "not committed: there is no repository"
        after = self.keeper.read("own")
        files = (before.memory, before.history, before.archive)
        changed = (file for file in files if after.digests.get(str(file.path)) != file.digest)
        old = {file.path: file.digest if file.exists else None for file in changed}
        if not old:
            return ""
        done = commit_paths(repository, tuple(old), f"memory: {plan.summary or plan.session}", before=old)
        return f"not committed: {done.reason}" if isinstance(done, Refused) else ""


def report_of(plan: Plan, extraction: Extraction) -> Report:
    """Say what became of a session."""
    live = [decision for decision in plan.having("apply") if not isinstance(decision, Keep)]
    empty = not live and not plan.having("review")
    report = Report(
        plan.session, "empty" if empty else "done", plan.extractor, None, plan.summary, plan.decisions
    )
    return replace(report, usage=extraction.usage)


def _source(path: Path) -> str:
    """Return where a transcript lies, nothing where its path holds a secret."""
    path = path.absolute()
    return "" if any(map(has_secret, path.parts)) else str(path)


def _common(place: str) -> Path | None:
    """Return the git folder that a worktree shares with the others of its repository."""
    repository = repository_at(Path(place))
    return repository.common if repository else None


def undistilled(layout: Layout, local: LocalLayout, own: State) -> tuple[Path, ...]:
    """Return the transcripts with turns that were never distilled, that no chat is writing and that wait for no branch.

    They are a workspace's own, and those of other agents whose plan waited for a branch that is checked out now.
    """
    found = []
    here = repository_at(layout.root)
    waits = {
        run.session: Path(str(run.details.get("source", "")))
        for run in waiting_runs(local)
        if run.is_of(layout) or (here and here.common == _common(run.place))
    }
    for path in sorted(p for p in layout.sessions.glob("*.jsonl") if p.is_file()):
        session, records = extent(path)
        waits.pop(session, None)
        if records > covered_by(local, own, session):
            with try_lock(local.session_lock(session)) as free:
                found += [path] if free else []
    return (*found, *(path for path in waits.values() if path.is_file()))
