"""The values that pass through the distiller: candidate, judged, decision, plan, report."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from miminions.memory.facts import Fact
from miminions.model import Usage
from miminions.transcripts import Turn

Scope = Literal["workspace", "global"]
Status = Literal["apply", "review", "rejected"]
Op = Literal["add", "replace", "retire"]
Basis = Literal["", "said", "accepted", "found"]
Outcome = Literal["done", "empty", "failed", "unchanged", "waiting"]


@dataclass(frozen=True, slots=True)
class Material:
    """What an extractor gets to read: the cleaned turns of a session. Those before `first` are only for context."""

    session: str
    workspace: str
    turns: tuple[Turn, ...]
    first: int
    last: int
    started: datetime | None

    @property
    def new(self) -> tuple[Turn, ...]:
        """The turns that were not distilled before."""
        return tuple(turn for turn in self.turns if turn.number >= self.first)

    def turn(self, number: int) -> Turn | None:
        """Return the turn of that number."""
        return next((turn for turn in self.turns if turn.number == number), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something an extractor proposes to remember, with the words it rests on.

    `sure` is whether it may be applied without review, `reason` why not; `target` is the id of the fact it replaces or
    retires; `dropped` is why the extractor itself would leave it out. `basis` is whether the user said it or accepted
    it, or whether its quote was only found for it.
    """

    text: str
    section: str
    scope: Scope
    quote: str
    turn: int
    op: Op = "add"
    target: str | None = None
    sure: bool = True
    reason: str = ""
    dropped: str = ""
    basis: Basis = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor found, who it was, and what it cost.

    `note` says what of an answer could not be used, `prompt` is the digest of the templates that were asked with.
    """

    candidates: tuple[Candidate, ...]
    summary: str
    extractor: str
    usage: Usage = field(default_factory=Usage)
    note: str = ""
    prompt: str = ""


class Extractor(Protocol):
    """Anything that proposes candidates: a model, the rules, a caller's own filter."""

    def __call__(self, material: Material, facts: tuple[Fact, ...]) -> Extraction:
        """Read the material, knowing the live facts. Raises ModelError."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and the verdict on it so far; `reason` says why it is not simply applied.

    `sound` is one that would be applied, were it not for where it would be written.
    """

    candidate: Candidate
    status: Status = "apply"
    reason: str = ""
    sound: bool = False

    def reject(self, reason: str) -> "Judged":
        """Return it as rejected."""
        return replace(self, status="rejected", reason=reason)

    def review(self, reason: str) -> "Judged":
        """Return it as waiting for review, unless it is rejected already."""
        return (
            self
            if self.status == "rejected"
            else replace(self, status="review", reason=self.reason or reason)
        )


@dataclass(frozen=True, slots=True)
class Add:
    """Remember something new under `id`."""

    judged: Judged
    id: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Remember something new under `id` in the place of `target`, which goes to the archive with its `twins`."""

    judged: Judged
    id: str
    target: Fact
    twins: tuple[Fact, ...] = ()

    @property
    def replaced(self) -> tuple[Fact, ...]:
        """All that goes to the archive."""
        return (self.target, *self.twins)


@dataclass(frozen=True, slots=True)
class Retire:
    """Move `target` to the archive."""

    judged: Judged
    target: Fact


@dataclass(frozen=True, slots=True)
class Keep:
    """Change nothing: `target` says it already."""

    judged: Judged
    target: Fact


Decision = Add | Replace | Retire | Keep


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do; applying it is the only way to change a file. `digests` are of the files it was made for.

    `degraded` is why the rules stood in for a model: such a plan covers no turn, and all of it waits for a yes.
    """

    session: str
    source: str
    first: int
    last: int
    day: str
    time: str
    summary: str
    decisions: tuple[Decision, ...]
    extractor: str
    digests: Mapping[str, str]
    degraded: str = ""

    def having(self, status: Status) -> tuple[Decision, ...]:
        """Return the decisions of a status."""
        return tuple(decision for decision in self.decisions if decision.judged.status == status)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one session; `note` says why it waits, or what else the person should know."""

    session: str
    state: Outcome
    extractor: str = ""
    degraded: str | None = None
    summary: str = ""
    decisions: tuple[Decision, ...] = ()
    usage: Usage = field(default_factory=Usage)
    note: str = ""


def op_of(decision: Decision) -> str:
    """Return the word that reports use for a decision."""
    return type(decision).__name__.lower()
