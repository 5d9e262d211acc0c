"""What passes through the door to a model: messages in; replies, streams, usage and prices out."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Shape = Literal["json_schema", "json_object", "text"]
"""How an answer is asked for: as JSON of a schema, as JSON of any kind, in words alone."""
SHAPES: tuple[Shape, ...] = ("json_schema", "json_object", "text")

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

    def __sub__(self, other: "Usage") -> "Usage":
        """Return what came to it since it was `other`."""
        return Usage(
            self.calls - other.calls,
            self.tokens_in - other.tokens_in,
            self.tokens_out - other.tokens_out,
            None if self.usd is None else self.usd - (other.usd or 0.0),
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer; `cut` when it stopped at the limit of its length, `thought` what it wrote to itself before."""

    text: str
    cut: bool
    usage: Usage
    thought: str = ""


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
        """The model's name as people write it: `provider/model`, or `agent`."""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """How it can be asked, the best way first; ways that are known to fail are left out."""

    def settle(self, shape: Shape) -> None:
        """Remember that it is best asked in that shape."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        shape: Shape = "json_schema",
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, as JSON where a schema is given.

        Raises ModelError, ModelMissingError; ShapeRefusedError when another shape may do, ContextTooLongError when less
        text may.
        """

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; the pieces raise ModelError."""


class Around:
    """Another model's name, shapes and memory of them, for a model that stands before it."""

    __slots__ = ()
    model: Model

    @property
    def name(self) -> str:
        """The other's name."""
        return self.model.name

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """How the other can be asked."""
        return self.model.shapes

    def settle(self, shape: Shape) -> None:
        """Have the other remember how it is best asked."""
        self.model.settle(shape)
