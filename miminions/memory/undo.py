"""Undo: the steps that take changes back, written down before they are made, and turned into changes again later."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from miminions.memory.changes import Change, Insert, Move, Remark, Resolve, Restore, Retire, Reword
from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.ids import normalise

UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Step:
    """One step back for the fact `id`, taken only while the fact still is as the change left it.

    `text`, `section` and `marks` are what the step brings back, `left` is what the change left: a text, a section or
    marks.
    """

    op: Literal["retire", "restore", "reword", "remark", "move"]
    id: str
    text: str = ""
    section: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    left: str | Mapping[str, str] = ""


def steps_back(changes: Iterable[Change], state: State) -> tuple[Step, ...]:
    """Return the steps that take changes of a folder back, the last change first; `state` is from before them."""
    steps = [step for change in changes for step in _inverse(change, state)]
    return tuple(reversed(steps))


def _inverse(change: Change, state: State) -> Iterator[Step]:
    if isinstance(change, Insert):
        yield Step("retire", change.id, left=change.text)
    elif isinstance(change, Retire):
        yield Step("restore", change.id)
    elif isinstance(change, Resolve):
        # What was merged stays merged; a version that was not chosen comes back beside the other.
        yield from (Step("restore", identity) for identity in change.lost)
    elif isinstance(change, Restore):
        archived = state.archived.by_id(change.id)
        yield Step("retire", change.id, left=archived.text if archived else "")
    elif isinstance(change, Reword | Remark | Move) and (fact := state.live(change.id)):
        yield _back(change, fact)


def _back(change: Reword | Remark | Move, fact: Fact) -> Step:
    if isinstance(change, Reword):
        return Step("reword", fact.id, text=fact.text, left=change.text)
    if isinstance(change, Move):
        return Step("move", fact.id, section=fact.section, left=change.section)
    return Step("remark", fact.id, marks=dict(fact.marks), left=dict(change.marks))


@dataclass(frozen=True, slots=True)
class Back:
    """What steps come to now: the changes to make, and for each fact left alone the reason."""

    changes: tuple[Change, ...]
    left: Mapping[str, str]


def take_back(steps: Iterable[Step], state: State, day: str) -> Back:
    """Turn steps into changes of the folder as it is now; what a person changed since stays."""
    changes: list[Change] = []
    left: dict[str, str] = {}
    for step in steps:
        fact = state.live(step.id)
        reason = _obstacle(step, fact, state)
        if reason:
            left[step.id] = reason
        else:
            changes.append(_change(step, day))
    return Back(tuple(changes), left)


def _obstacle(step: Step, fact: Fact | None, state: State) -> str:
    """Say why a step cannot be taken any more; empty when it can."""
    if step.op == "restore":
        if fact is not None:
            return "it is live already"
        return "" if state.archived.by_id(step.id) else "the archive does not have it any more"
    if fact is None:
        return "it is not there any more"
    changed = {
        "retire": isinstance(step.left, str) and normalise(fact.text) != normalise(step.left),
        "reword": isinstance(step.left, str) and normalise(fact.text) != normalise(step.left),
        "move": isinstance(step.left, str) and fact.section.casefold() != step.left.casefold(),
        "remark": dict(fact.marks) != step.left,
    }
    return "it was edited since" if changed[step.op] else ""


def _change(step: Step, day: str) -> Change:
    if step.op == "retire":
        return Retire(step.id, day, UNDONE)
    if step.op == "restore":
        return Restore(step.id)
    if step.op == "reword":
        return Reword(step.id, step.text)
    if step.op == "move":
        return Move(step.id, step.section)
    return Remark(step.id, step.marks)
