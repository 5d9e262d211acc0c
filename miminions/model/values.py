"""What passes through the door to a model: messages in; replies, streams, usage and prices out."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Message = Mapping[str, str]
"""A message of a conversation: `role` is system, user or assistant, `content` its text."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls cost; `usd` is None while no price is known."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        known = [usd for usd in (self.usd, other.usd) if usd is not None]
        return Usage(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            sum(known) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer; `cut` when it stopped at the limit of its length."""

    text: str
    cut: bool
    usage: Usage


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    usd_in_per_million: float
    usd_out_per_million: float


class Stream(Iterator[str]):
    """Yield an answer piece by piece.

    `text` is what has arrived so far. `cut` and `usage` are known after the last piece. `pieces` may be a
    generator that returns the whole `Reply`.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self.text = ""
        self.cut = False
        self.usage = Usage()

    def __next__(self) -> str:
        try:
            piece = next(self._pieces)
        except StopIteration as end:
            if isinstance(end.value, Reply):
                self.cut, self.usage = end.value.cut, end.value.usage
            raise
        self.text += piece
        return piece

    def close(self) -> None:
        """Let go of the answer before its end; the server is told by the closed connection."""
        if isinstance(self._pieces, Generator):
            self._pieces.close()


class Model(Protocol):
    """Whoever completes a conversation."""

    @property
    def name(self) -> str:
        """The model's name as people write it, `provider/model`."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, as JSON of a schema where the model can; raise ModelError."""

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; the pieces raise ModelError."""
