"""What asking may cost: each call is reckoned before it is made, refused beyond a cap, and noted whatever becomes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from miminions.distiller.spending import Spending
from miminions.errors import BudgetError, ModelError, ModelMissingError
from miminions.model import Message, Model, Reply, Shape, Stream, Usage, price, tokens

# What an answer takes, in tokens, as far as one can know before.
ANSWER = 900


@dataclass(slots=True)
class Budget:
    """What one command and one day may cost in US dollars; `spent` is what this command's calls came to.

    Calls without a known price cost nothing here: they are counted, and cannot be capped.
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

    def begin(self, model: str, foreseen: Usage) -> str:
        """Note a call that is about to be made, and return its id. Raises BudgetError, FileError."""
        with self.spending.locked():
            now = self.clock()
            if foreseen.usd:
                self._check(foreseen.usd, self.spending.of(now).usd or 0.0)
            return self.spending.begin(now, model, foreseen)

    def end(self, identity: str, model: str, usage: Usage, state: str) -> None:
        """Note what a call came to. Raises FileError."""
        self.spent += usage
        self.spending.note(self.clock(), identity, model, usage, state)

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
class Metered:
    """A model whose every call passes the budget first."""

    model: Model
    budget: Budget

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """How it can be asked."""
        return self.model.shapes

    def settle(self, shape: Shape) -> None:
        """Remember that it is best asked in that shape."""
        self.model.settle(shape)

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
        try:
            reply = self.model.complete(messages, schema=schema, shape=shape, max_tokens=max_tokens)
        except (ModelError, ModelMissingError) as problem:
            self.budget.end(call, self.name, _of_failure(problem, foreseen), "failed")
            raise
        self.budget.end(call, self.name, reply.usage, "done")
        return reply

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Answer a conversation piece by piece; a conversation is the person's own and has no cap."""
        return self.model.stream(messages)


def foresee(name: str, messages: Sequence[Message], answer: int = ANSWER) -> Usage:
    """Return what asking will cost, estimated without a call; `usd` is None where no price is known."""
    into = sum(tokens(name, message["content"]) for message in messages)
    return Usage(1, into, answer, usd_of(name, into, answer))


def usd_of(name: str, into: int, out: int) -> float | None:
    """Return what so many tokens cost in US dollars, None where no price is known."""
    cost = price(name)
    return (into * cost.usd_in_per_million + out * cost.usd_out_per_million) / 1e6 if cost else None


def _of_failure(problem: ModelError | ModelMissingError, foreseen: Usage) -> Usage:
    """Return what a failed call may have cost: what was sent, if somebody may have read it, and else nothing.

    A server that refuses bills nothing; one that answered too late, or nothing of use, may.
    """
    cause = problem.__cause__
    late = cause is not None and "Timeout" in type(cause).__name__
    read = isinstance(problem, ModelError) and (cause is None or late)
    usd = foreseen.usd if read else 0.0
    return Usage(1, foreseen.tokens_in if read else 0, 0, usd)
