"""What asking may cost: each call is reckoned before it is made, refused beyond a cap, and noted whatever becomes of it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from miminions.distiller.ask.window import ANSWER
from miminions.distiller.spending import Spending
from miminions.errors import BudgetError, MiminionsError, ModelError, ModelMissingError
from miminions.model import (
    Around,
    Message,
    Model,
    Reply,
    Shape,
    Stream,
    Usage,
    is_agent,
    longest,
    price,
    tokens,
    usd_of,
)

# What it takes at most where nobody has published that.
MOST = 32_768


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may be made: its id in the notes, when it began, and the US dollars that are left for it."""

    id: str
    began: datetime
    left: float


@dataclass(slots=True)
class Budget:
    """What one command and one day may cost in US dollars; `spent` is what this command's calls came to.

    Calls without a known price cost nothing here: they are counted, and cannot be capped. What an agent client costs
    is known when it says so: it is asked no more once that is beyond a cap.
    """

    spending: Spending
    usd_per_run: float
    usd_per_day: float
    clock: Callable[[], datetime]
    spent: Usage = field(default_factory=Usage)

    @property
    def left(self) -> float:
        """What may be spent now, in US dollars."""
        today = self.spending.of(self.clock()).usd or 0.0
        return max(0.0, min(self.usd_per_run - (self.spent.usd or 0.0), self.usd_per_day - today))

    def begin(self, model: str, foreseen: Usage) -> Call:
        """Note a call that is about to be made, and return it. Raises BudgetError, FileError.

        Two runs at once may each be given what is left beyond what is foreseen of the other's calls.
        """
        with self.spending.locked():
            now = self.clock()
            if foreseen.usd or is_agent(model):
                self._check(foreseen.usd or 0.0, self.spending.of(now).usd or 0.0)
            left = self.left
            return Call(self.spending.begin(now, model, foreseen), now, left)

    def end(self, call: Call, model: str, usage: Usage, state: str) -> None:
        """Note what a call came to, on the day that it began. Raises FileError."""
        self.spent += usage
        self.spending.note(call.began, call.id, model, usage, state)

    def chatted(self, model: str, usage: Usage) -> None:
        """Note what an answer of a chat came to, which no cap counts; where that cannot be noted the chat goes on."""
        with suppress(MiminionsError):
            self.spending.chatted(self.clock(), model, usage)

    def _check(self, usd: float, today: float) -> None:
        run = self.spent.usd or 0.0
        for word, name, used, cap in (
            ("day", "model.usd_per_day", today, self.usd_per_day),
            ("run", "model.usd_per_run", run, self.usd_per_run),
        ):
            if used + usd > cap:
                later = "tomorrow" if word == "day" else "in the next run"
                raise BudgetError(
                    f"the cap of {cap:g} USD a {word} is reached: {used:.4f} are spent, and the next call may cost {usd:.4f}",
                    hint=f"it goes on {later}, or after `miminions config set {name} AMOUNT`; --offline works by the rules",
                )


@dataclass(frozen=True, slots=True)
class Metered(Around):
    """A model whose every call passes the budget first."""

    model: Model
    budget: Budget

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        shape: Shape = "json_schema",
        max_tokens: int | None = None,
    ) -> Reply:
        """Answer a conversation, unless a cap forbids it. Raises BudgetError, ModelError, ModelMissingError, FileError."""
        foreseen = foresee(self.name, messages, ANSWER if max_tokens is None else max_tokens)
        call = self.budget.begin(self.name, foreseen)
        room = max_tokens if max_tokens is not None else _room(self.name, foreseen.tokens_in, call.left)
        try:
            reply = self.model.complete(messages, schema=schema, shape=shape, max_tokens=room)
        except (ModelError, ModelMissingError) as problem:
            self.budget.end(call, self.name, _of_failure(problem, foreseen), "failed")
            raise
        self.budget.end(call, self.name, reply.usage, "done")
        return reply

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; it is the person's own: counted, and not capped."""
        return Stream(self._chatted(messages))

    def _chatted(self, messages: Sequence[Message]) -> Generator[str, None, Reply]:
        stream = self.model.stream(messages)
        try:
            yield from stream
        finally:
            # What was stopped, or is not counted by the server, is reckoned.
            if stream.usage.tokens_in:
                self.budget.chatted(self.name, stream.usage)
            elif stream.text:
                self.budget.chatted(self.name, foresee(self.name, messages, tokens(self.name, stream.text)))
        return Reply(stream.text, stream.cut, stream.usage)


def foresee(name: str, messages: Sequence[Message], answer: int = ANSWER) -> Usage:
    """Return what asking will cost, estimated without a call; `usd` is None where no price is known."""
    into = sum(tokens(name, message["content"]) for message in messages)
    return Usage(1, into, answer, usd_of(name, into, answer))


def _room(name: str, into: int, left: float) -> int | None:
    """Return how long an answer may be in tokens so that its call stays within what is left; None where any may."""
    cost = price(name)
    if cost is None or not cost.usd_out_per_million:
        return None
    room = max(ANSWER, int((left * 1e6 - into * cost.usd_in_per_million) / cost.usd_out_per_million))
    return room if room < (longest(name) or MOST) else None


def _of_failure(problem: ModelError | ModelMissingError, foreseen: Usage) -> Usage:
    """Return what a failed call may have cost: what was sent, if somebody may have read it, and else nothing.

    A server that refuses bills nothing; one that answered too late, or nothing of use, may.
    """
    cause = problem.__cause__
    late = cause is not None and "Timeout" in type(cause).__name__
    read = isinstance(problem, ModelError) and (cause is None or late)
    usd = foreseen.usd if read else 0.0
    return Usage(1, foreseen.tokens_in if read else 0, 0, usd)
