"""Asks a model and reads its answer: by schema, as JSON, at last in lines; nothing from a reply that was cut."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from miminions.distiller.ask.answers import MOST_ITEMS, SCHEMA, Answer, read_answer
from miminions.errors import ModelError, ReplyCutError, ShapeRefusedError
from miminions.files import digest_of
from miminions.model import Message, Model, Reply, Shape
from miminions.templates import SHIPPED, find

# Tokens for a reply that was cut when nobody had set a limit; more when it was longer than half of that.
LEAST_ROOM = 8192
# What of a reply that could not be read is shown to the model again, in characters.
SHOWN = 2000


def ask(model: Model, messages: list[Message], folders: tuple[Path, ...]) -> Answer:
    """Return a model's answer.

    Raises ModelError when it answers nonsense in every shape, ReplyCutError when its replies end too early or list more
    than an answer holds, ContextTooLongError when it cannot read all that it is asked.
    """
    answer = _asked(model, messages, folders)
    if len(answer.items) > MOST_ITEMS:
        raise ReplyCutError(
            f"{model.name} listed {len(answer.items)} items; more than {MOST_ITEMS} are no answer",
            hint="Run it again, or choose another model.",
        )
    return answer


def _asked(model: Model, messages: list[Message], folders: tuple[Path, ...]) -> Answer:
    asked = _Asked(model, folders)
    first = _first(asked, messages)
    if first is None:
        # What it writes is no JSON, whatever it is asked for; lines are easier.
        answer = asked.once(messages, "text") if asked.shape != "text" else None
        if answer is None:
            raise ModelError(
                f"{model.name} answered something that is not the JSON it was asked for",
                hint="run it again, choose another model, or use --offline to work by the rules",
            )
        model.settle("text")
        return answer
    model.settle(asked.shape)
    return first


def _first(asked: "_Asked", messages: list[Message]) -> Answer | None:
    """Return the answer in the best shape that the server takes, mended once by the model; None when it is unreadable.

    Raises ShapeRefusedError when the server takes none.
    """
    refusal: ShapeRefusedError | None = None
    for shape in asked.model.shapes:
        try:
            return asked.twice(messages, shape)
        except ShapeRefusedError as error:
            # When the plainest way is refused, too, what the server said first is what is wrong.
            refusal = refusal or error
    if refusal is not None:
        raise refusal
    return None


class _Asked:
    """One question to a model, and in which shape it was asked last."""

    def __init__(self, model: Model, folders: tuple[Path, ...]) -> None:
        self.model = model
        self.folders = folders
        self.shape: Shape = "json_schema"

    def twice(self, messages: Sequence[Message], shape: Shape) -> Answer | None:
        """Ask, and once more with what was wrong when the reply cannot be read."""
        self.shape = shape
        asked = self._worded(messages, shape)
        reply = self._reply(asked, shape)
        answer = _answer(reply, shape)
        if answer is not None:
            return answer
        repair = "distill-repair-lines.md" if shape == "text" else "distill-repair.md"
        said = {"role": "assistant", "content": (reply.text or reply.thought)[:SHOWN] or "(nothing)"}
        again = [*asked, said, {"role": "user", "content": find(repair, self.folders).text}]
        return _answer(self._reply(again, shape), shape)

    def once(self, messages: Sequence[Message], shape: Shape) -> Answer | None:
        """Ask in another shape."""
        self.shape = shape
        return _answer(self._reply(self._worded(messages, shape), shape), shape)

    def _reply(self, messages: Sequence[Message], shape: Shape) -> Reply:
        """Return a whole reply, asked for with more room when it was cut. Raises ReplyCutError.

        One that is cut and mostly white space is returned as it is: another shape helps, less to read would not.
        """
        reply = self.model.complete(messages, schema=SCHEMA, shape=shape)
        if reply.cut:
            room = max(LEAST_ROOM, 2 * reply.usage.tokens_out)
            reply = self.model.complete(messages, schema=SCHEMA, shape=shape, max_tokens=room)
        if reply.cut and not _idle(reply):
            raise ReplyCutError(
                f"the answer of {self.model.name} is longer than it may be: it was cut",
                hint="Distill less at once, or choose a model that may write more.",
            )
        return reply

    def _worded(self, messages: Sequence[Message], shape: Shape) -> list[Message]:
        """Say in words what the shape does not say by itself, behind all else, where small models look."""
        if shape == "json_schema":
            return list(messages)
        if shape == "json_object":
            form = find("distill-json.md", self.folders).fill(schema=json.dumps(SCHEMA))
        else:
            form = find("distill-lines.md", self.folders).text
        last = messages[-1]
        return [*messages[:-1], {**last, "content": f"{last['content']}\n\n{form}"}]


def _idle(reply: Reply) -> bool:
    """Tell whether a model only wrote white space in the end; some that are held to JSON never find out of it."""
    return len(reply.text.rstrip()) < len(reply.text) // 2


def _answer(reply: Reply, shape: Shape) -> Answer | None:
    """Read a reply; where it is empty, what the model thought counts if it is an answer itself."""
    if reply.cut:
        return None
    return read_answer(reply.text if reply.text.strip() else reply.thought, shape)


def prompt_digest(folders: tuple[Path, ...]) -> str:
    """Return the digest of all that shapes a question: the templates in effect, and the schema."""
    names = _names()
    texts = [find(name, folders).digest for name in names]
    return digest_of("\n".join([json.dumps(SCHEMA), *texts]).encode())[:12]


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.name for path in SHIPPED.glob("distill-*.md")))
