"""Counts what asking comes to, also the calls that end in an error and the answers that are not used."""

from collections.abc import Mapping, Sequence

from miminions.errors import ModelError
from miminions.model import Around, Message, Model, Reply, Shape, Stream, Usage


class Tally(Around):
    """A model whose calls are added up in `usage`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.usage = Usage()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        shape: Shape = "json_schema",
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation. Raises ModelError, ModelMissingError, BudgetError: without a model there is no call."""
        try:
            reply = self.model.complete(messages, schema=schema, shape=shape, max_tokens=max_tokens)
        except ModelError:
            # What it took nobody says.
            self.usage += Usage(1)
            raise
        self.usage += reply.usage
        return reply

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; it is not counted."""
        return self.model.stream(messages)
