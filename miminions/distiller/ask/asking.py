"""Asks a model and reads its answer: one call, one repair at most, nothing from a reply that was cut."""

from pathlib import Path
from typing import Any

from miminions.distiller.ask.answers import SCHEMA, parse
from miminions.errors import ModelError
from miminions.model import Message, Model, Usage
from miminions.templates import find


def ask(model: Model, messages: list[Message], folders: tuple[Path, ...]) -> tuple[dict[str, Any], Usage]:
    """Return a model's answer of the right shape and what it cost. Raises ModelError when it answers nonsense twice."""
    reply = model.complete(messages, schema=SCHEMA)
    usage = reply.usage
    answer = None if reply.cut else parse(reply.text)
    if answer is None:
        repair = [
            *messages,
            {"role": "assistant", "content": reply.text[:2000]},
            {"role": "user", "content": find("distill-repair.md", folders).text},
        ]
        reply = model.complete(repair, schema=SCHEMA)
        usage += reply.usage
        answer = None if reply.cut else parse(reply.text)
    if answer is None:
        raise ModelError(
            f"{model.name} answered something that is not the JSON it was asked for",
            hint="run it again, choose another model, or use --offline to work by the rules",
        )
    return answer, usage
