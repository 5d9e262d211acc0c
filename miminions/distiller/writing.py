"""Writes a plan: the journal first, then inbox, files, cursor and, where asked for, a commit."""

from dataclasses import dataclass, replace
from datetime import datetime

from miminions.distiller import failures
from miminions.distiller.apply import changes_of
from miminions.distiller.cursors import advance
from miminions.distiller.plan import Memories
from miminions.distiller.record import details_of, joined, planned
from miminions.distiller.review import inbox
from miminions.distiller.values import Extraction, Plan
from miminions.files import remove
from miminions.journal import DISTILL, Run, new_run, open_run, runs, save
from miminions.keeper import Keeper
from miminions.layout import LocalLayout
from miminions.memory.folder import State
from miminions.registry import saw
from miminions.repository import Refused, commit_paths, repository_at


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes what a session's plan decides; `mode` is what a run may do: write the tree, and maybe commit it."""

    keeper: Keeper
    mode: str

    @property
    def local(self) -> LocalLayout:
        """What this machine keeps of the workspace."""
        return self.keeper.local

    def save_reply(self, plan: Plan, extraction: Extraction, now: datetime) -> Run:
        """Keep what was answered before anything is done with it, so that nobody is asked twice. Raises FileError."""
        run = replace(self.record(plan, extraction, now), place=str(self.keeper.own.root.resolve()))
        save(self.local, run)
        remove(self.local.replies(plan.session))
        return run

    def record(self, plan: Plan, extraction: Extraction, now: datetime) -> Run:
        """Return the record of a run: the one that was interrupted, else a new one."""
        run = open_run(self.local, plan.session, plan.first, plan.last)
        run = run or new_run(self.local, DISTILL, now, session=plan.session)
        return replace(run, status="open", what=plan.summary, details=details_of(plan, extraction))

    def write(
        self, plan: Plan, extraction: Extraction, memories: Memories, now: datetime, begun: Run | None
    ) -> str:
        """Write a plan, and return what the person should know of it; `begun` is a run that was killed as it wrote."""
        run = self.record(plan, extraction, now)
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
        failures.forget(self.local, plan.session)
        remove(self.local.replies(plan.session))
        note = self.commit(plan.summary or plan.session, memories.own)
        if told:
            save(self.local, replace(run, status="done"))
        self._close(plan)
        return note

    def _close(self, plan: Plan) -> None:
        """Mark what was begun earlier over turns that are covered now as done."""
        for run in runs(self.local, plan.session):
            if run.status != "done" and int(run.details.get("last", 0)) <= plan.last:
                save(self.local, replace(run, status="done"))

    def commit(self, what: str, before: State) -> str:
        """Commit what was written, where that is asked for, and return why that was not possible, empty when it was."""
        if self.mode != "commit":
            return ""
        repository = repository_at(self.keeper.own.root)
        if repository is None:
            return "not committed: there is no repository"
        after = self.keeper.read("own")
        files = (before.memory, before.history, before.archive)
        changed = (file for file in files if after.digests.get(str(file.path)) != file.digest)
        old = {file.path: file.digest if file.exists else None for file in changed}
        if not old:
            return ""
        done = commit_paths(repository, tuple(old), f"memory: {what}", before=old)
        return f"not committed: {done.reason}" if isinstance(done, Refused) else ""
