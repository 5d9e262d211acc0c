"""Undo: the steps that take changes back, written down before they are made, and turned into changes again later."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

from miminions.memory.changes import (
    Change,
    Insert,
    Move,
    Receive,
    Remark,
    Rename,
    Resolve,
    Restore,
    Retire,
    Reword,
)
from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.ids import normalise
from miminions.memory.sections import facts_under, headings_of, same_name

UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Step:
    """One step back for the fact `id`, taken only while the fact still is as the change left it.

    `text`, `section` and `marks` are what the step brings back, `left` is what the change left: a text, a section or
    marks. A step that renames a section is about no fact.
    """

    op: Literal["retire", "restore", "reword", "remark", "move", "rename"]
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
    if isinstance(change, Insert | Receive):
        said = change.text if isinstance(change, Insert) else change.fact.text
        yield Step("retire", change.id, left=said)
    elif isinstance(change, Retire):
        yield Step("restore", change.id)
    elif isinstance(change, Resolve):
        # What was merged stays merged; a version that was not chosen comes back beside the other.
        yield from (Step("restore", identity) for identity in change.lost)
    elif isinstance(change, Restore):
        archived = change.fact or state.archived.by_id(change.id)
        yield Step("retire", change.id, left=archived.text if archived else "")
    elif isinstance(change, Reword | Remark | Move) and (fact := state.live(change.id)):
        yield _back(change, fact)
    elif isinstance(change, Rename):
        if headings_of(state.facts, change.section) and (
            same_name(change.section, change.to) or not headings_of(state.facts, change.to)
        ):
            name = headings_of(state.facts, change.section)[0].title
            yield Step("rename", "", section=name, left=change.to)
        else:
            for identity in facts_under(state.facts, change.section):
                yield Step("move", identity, section=change.section, left=change.to)


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
    steps = tuple(steps)
    obstacles = [_obstacle(step, state) for step in steps]
    ends = [(step.id, reason) for step, reason in zip(steps, obstacles, strict=True) if step.op == "retire"]
    retired = {identity for identity, reason in ends if not reason}
    held = {identity for identity, reason in ends if reason}
    changes: list[Change] = []
    left: dict[str, str] = {}
    for step, obstacle in zip(steps, obstacles, strict=True):
        reason = obstacle or _clash(step, state, retired, held)
        if reason:
            left[step.id or step.section] = reason
        elif not _is_back(step, state):
            changes.append(_change(step, state, day))
    return Back(tuple(changes), left)


def _obstacle(step: Step, state: State) -> str:
    """Say why a step cannot be taken any more; empty when it can, or when all is as before already."""
    if step.op == "rename":
        return _renaming(step, state)
    fact = state.live(step.id)
    if step.op == "restore":
        known = fact or state.archived.by_id(step.id)
        return "" if known else "the archive does not have it any more"
    if fact is None:
        gone = step.op == "retire" and state.archived.by_id(step.id) is None
        # What is nowhere is as it was before it came.
        return "" if gone else "it is not there any more"
    if _is_back(step, state):
        return ""
    same = {
        "retire": _says(fact, step.left),
        "reword": _says(fact, step.left),
        "move": isinstance(step.left, str) and same_name(fact.section, step.left),
        "remark": dict(fact.marks) == step.left,
    }
    return "" if same[step.op] else "it was edited since"


def _renaming(step: Step, state: State) -> str:
    if _is_back(step, state):
        return ""
    if not headings_of(state.facts, str(step.left)):
        return f"there is no section {step.left} any more"
    taken = not same_name(step.section, str(step.left)) and headings_of(state.facts, step.section)
    return f"there is a section {step.section} again" if taken else ""


def _is_back(step: Step, state: State) -> bool:
    """Say whether all is as the step would make it, as after a checkout."""
    if step.op == "rename":
        named = headings_of(state.facts, step.section)
        return bool(named) and not headings_of(state.facts, str(step.left))
    fact = state.live(step.id)
    if fact is None:
        return step.op == "retire"
    return {
        "retire": False,
        "restore": True,
        "reword": fact.text == step.text,
        "move": same_name(fact.section, step.section),
        "remark": dict(fact.marks) == dict(step.marks),
    }[step.op]


def _clash(step: Step, state: State, retired: set[str], held: set[str]) -> str:
    """Say which live fact stands where a step would put another; `retired` go with the same run, `held` stay."""
    old = state.archived.by_id(step.id) if step.op == "restore" and not state.live(step.id) else None
    marks = old.marks if old else step.marks if step.op == "remark" else {}
    others = [fact for fact in state.facts.facts if fact.id not in retired and fact.id != step.id]
    for fact in others:
        if old and fact.id in held and old.marks.get("by") == fact.id:
            return f"{fact.id} took its place and was edited since"
        if old and normalise(fact.text) == normalise(old.text):
            return f"{fact.id} says the same"
        if marks.get("key") and fact.key == marks["key"]:
            return f"its key {fact.key} belongs to {fact.id} now"
    return ""


def _says(fact: Fact, left: str | Mapping[str, str]) -> bool:
    return isinstance(left, str) and normalise(fact.text) == normalise(left)


def _change(step: Step, state: State, day: str) -> Change:
    match step.op:
        case "retire":
            return Retire(step.id, day, UNDONE)
        case "restore":
            return Restore(step.id, state.archived_elsewhere(step.id))
        case "reword":
            return Reword(step.id, step.text)
        case "move":
            return Move(step.id, step.section)
        case "rename":
            return Rename(str(step.left), step.section)
        case "remark":
            return Remark(step.id, step.marks)
        case _:
            assert_never(step.op)
