"""Wires the rooms, lazily: the public face of a workspace."""

from pathlib import Path
from typing import TYPE_CHECKING

from miminions.errors import NotFoundError
from miminions.templates import find as find_template
from miminions.workspace.base import Clock, now
from miminions.workspace.keeping import WritableWorkspace
from miminions.workspace.once import take
from miminions.workspace.serving import note_context, note_hits

if TYPE_CHECKING:
    from miminions.chat.conversation import Minion
    from miminions.distiller import Distiller, Extractor, Report
    from miminions.distiller.budget import Budget
    from miminions.index import Hit
    from miminions.transcripts import Transcript

__all__ = ["Clock", "Workspace", "now"]


class Workspace(WritableWorkspace):
    """A folder with memory, or the personal workspace where there is none: it answers, keeps, learns and converses."""

    def budget(self) -> "Budget":
        """Return what one command may spend, given what the day has cost on this machine."""
        from miminions.distiller.api import budget_of

        return budget_of(self.settings, self.home, self._clock)

    def distiller(
        self, extractor: "Extractor | None" = None, *, budget: "Budget | None" = None
    ) -> "Distiller":
        """Return the distiller of this workspace; without an extractor the model in effect, else the rules.

        Raises WorkspaceMissingError, NotTrustedError.
        """
        from miminions.distiller import open_distiller
        from miminions.distiller.api import built_in

        chosen = extractor or built_in(
            self.settings, self.home, budget or self.budget(), self.template_folders()
        )
        return open_distiller(self.layout, self.home, self.settings, chosen)

    def distill(
        self, transcript: "Transcript", *, extractor: "Extractor | None" = None, redo: bool = False
    ) -> "Report":
        """Learn what a session taught, and bring the index up to date. Raises ModelError, FileError."""
        distiller = self.distiller(extractor).at(transcript)
        report = distiller.distill(transcript, now=self._clock(), redo=redo)
        self.sync()
        return report

    def settle_waiting(self) -> None:
        """Put into the inbox what waits for its branch and can never be written by itself. Raises FileError."""
        from miminions.journal import waiting_runs

        if waiting_runs(self.local):
            self.distiller().give_up_waiting(now=self._clock())

    def pending(self, *, due: bool = False) -> tuple[Path, ...]:
        """Return the transcripts that wait: its own with turns that were never distilled, and those that wait for a branch.

        `due` leaves out what failed so lately that it is not tried again yet.
        """
        from miminions.distiller.pending import undistilled

        return undistilled(self.layout, self.local, self.state(), self._clock() if due else None)

    def minion(self, *, model: str | None = None, resume: str | None = None) -> "Minion":
        """Begin or resume a conversation with this workspace's memory in it.

        Raises NotTrustedError, and NotFoundError for a session that is not there.
        """
        from miminions.chat.conversation import Minion
        from miminions.distiller.budget import Metered
        from miminions.model import open_model
        from miminions.transcripts.own import new_session

        context = self.context()
        note_context(self, context)
        if resume is None:
            take(self.local)
        system = find_template("chat-system.md", self.template_folders()).fill(
            workspace=self.name, context=context.text
        )
        name = self.settings.text("model") if model is None else model
        timeout = self.settings.number("model.timeout")
        session = resume or new_session(self._clock())
        path = self.layout.sessions / f"{session}.jsonl"
        if resume and (Path(resume).name != resume or not path.is_file()):
            raise NotFoundError(
                f"there is no session {resume}", hint=f"transcripts lie in {self.layout.sessions}"
            )
        return Minion(
            session=session,
            transcript=path,
            system=system,
            model=Metered(open_model(name, timeout, self.home.models), self.budget()) if name else None,
            recall=self._recalled,
            clock=self._clock,
            branch=self.branch,
        )

    def _recalled(self, text: str) -> "tuple[Hit, ...]":
        hits = self.recall(text, k=5)
        note_hits(self, "chat", text, hits)
        return hits

    def branch(self) -> str | None:
        """Return the branch that is checked out, HEAD for none, None outside a repository."""
        from miminions.distiller.place import DETACHED
        from miminions.repository import branch, repository_at

        repository = repository_at(self.layout.root)
        return branch(repository) or DETACHED if repository else None
