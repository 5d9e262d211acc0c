"""A model's answers about one session, kept until all of them are there: what was paid once is not asked again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from miminions.model import Message, Model, Reply, Stream, Usage
from miminions.records import load, store
from miminions.redact import redact


@dataclass(slots=True)
class Kept:
    """A model that answers a question it has answered before from the file at `path`.

    An answer that was asked to be mended, or that nobody could use, is forgotten: it would only fail again.
    """

    model: Model
    path: Path
    _last: tuple[str, int] = field(default=("", 0))

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, from the file where it was answered before. Raises what the model raises, FileError."""
        question = _digest(self.name, messages, schema)
        if self._last[0] == _digest(self.name, messages[: self._last[1]], schema) != question:
            self.forget()
        self._last = ("", 0)
        held = load(self.path)
        reply = _reply(held.get(question))
        if reply is None:
            reply = self.model.complete(messages, schema=schema, max_tokens=max_tokens)
            if not reply.cut:
                told = {"text": redact(reply.text), "usage": asdict(reply.usage)}
                store(self.path, {**held, question: told})
        self._last = (question, len(messages))
        return reply

    def forget(self) -> None:
        """Forget the last answer: it was of no use. Raises FileError."""
        held = load(self.path)
        if held.pop(self._last[0], None) is not None:
            store(self.path, held)

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; nothing is kept."""
        return self.model.stream(messages)


def _digest(name: str, messages: Sequence[Message], schema: Mapping[str, object] | None) -> str:
    said = json.dumps([name, [dict(message) for message in messages], schema], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _reply(held: object) -> Reply | None:
    if not isinstance(held, dict):
        return None
    try:
        return Reply(str(held["text"]), cut=False, usage=Usage(**held["usage"]))
    except (KeyError, TypeError):
        return None
