"""A conversation with memory: `Minion` asks the model, and every turn is on disk before the next."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from miminions.index import Hit
from miminions.layout import PRIVATE
from miminions.model import Message, Model, Usage
from miminions.redact import redact
from miminions.transcripts import read_transcript
from miminions.transcripts.own import write_turn

NO_MODEL = "No model answers here (none is chosen), so this is what memory knows:"
NOTHING = "No model answers here (none is chosen), and memory knows nothing about that."


class Minion:
    """A conversation with a workspace's memory in its system prompt.

    Made by `Workspace.minion()`. `ask` streams an answer; the transcript holds each turn as soon as it is complete.
    Without a model the answer is what memory knows.
    """

    def __init__(  # noqa: PLR0913  # a conversation is exactly these parts
        self,
        *,
        session: str,
        transcript: Path,
        system: str,
        model: Model | None,
        recall: Callable[[str], Sequence[Hit]],
        clock: Callable[[], datetime],
        branch: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.session = session
        self.transcript = transcript
        self.system = system
        self.model = model
        self.usage = Usage()
        self._recall = recall
        self._clock = clock
        self._branch = branch
        self._messages: list[Message] | None = None

    @property
    def messages(self) -> list[Message]:
        """The conversation so far without the system prompt, read from the transcript when it is resumed."""
        if self._messages is None:
            self._messages = _earlier(self.transcript) if self.transcript.is_file() else []
        return self._messages

    def ask(self, text: str) -> Iterator[str]:
        """Say something and yield the answer piece by piece. Raises ModelError, ModelMissingError, FileError.

        Secrets in it reach neither the transcript nor the model.
        When the model fails, what was said stays in the transcript and can be asked again.
        """
        text = redact(text)
        messages = self.messages
        branch = self._branch()
        # What a chat teaches is written on its branch only.
        meta = {"branch": branch} if branch else None
        write_turn(self.transcript, self.session, "user", text, now=self._clock(), meta=meta)
        messages.append({"role": "user", "content": text})
        if self.model is None:
            yield from self._remembered(text)
            return
        stream = self.model.stream([{"role": "system", "content": self.system}, *messages])
        pieces: list[str] = []
        for piece in stream:
            pieces.append(piece)
            yield piece
        self.usage += stream.usage
        self._answered("".join(pieces), None)

    def _remembered(self, text: str) -> Iterator[str]:
        hits = self._recall(text)
        yield _told(hits)
        # Memory that was shown is marked as such, so that it is never learned again; what is private is only shown.
        public = [hit for hit in hits if PRIVATE not in hit.workspaces]
        self._answered(_told(public), "recall")

    def _answered(self, answer: str, source: str | None) -> None:
        meta = {"source": source} if source else {"model": self.model.name} if self.model else None
        write_turn(self.transcript, self.session, "assistant", answer, now=self._clock(), meta=meta)
        self.messages.append({"role": "assistant", "content": redact(answer)})


def _told(hits: Sequence[Hit]) -> str:
    lines = [f"- {hit.text} ({', '.join(hit.workspaces)}, {hit.section})" for hit in hits]
    return "\n".join([NO_MODEL, *lines]) if lines else NOTHING


def _earlier(path: Path) -> list[Message]:
    """Read a transcript as messages; a model gets no two turns of one speaker in a row."""
    messages: list[Message] = []
    for turn in read_transcript(path).turns:
        if turn.role not in {"user", "assistant"}:
            continue
        if messages and messages[-1]["role"] == turn.role:
            messages[-1] = {
                "role": turn.role,
                "content": f"{messages[-1]['content']}\n\n{redact(turn.text)}",
            }
        else:
            messages.append({"role": turn.role, "content": redact(turn.text)})
    return messages
