"""Applies a plan: decisions become changes of the workspace's and the person's memory, each written once."""

from collections.abc import Iterable
from dataclasses import replace

from miminions.distiller.values import Add, Decision, Keep, Plan, Replace, Retire
from miminions.memory.changes import Change, Insert, Record, apply_changes
from miminions.memory.changes import Retire as Archive
from miminions.memory.facts import Fact
from miminions.memory.folder import State, Texts, write_folder
from miminions.memory.history import Added, Entry
from miminions.memory.shown import replaced_by


def preview(
    plan: Plan, own: State, personal: State, planned: frozenset[str] = frozenset()
) -> tuple[tuple[State, Texts], ...]:
    """Return the folders that the plan would change, with their new texts; nothing is written.

    The person's comes first: the line in the workspace's own history says that all is done. `planned` are facts that
    a run of this session meant to add before: where one is there without its line in the ledger, that run was
    interrupted, and the line is written now.
    """
    folders = (own,) if own.layout == personal.layout else (personal, own)
    pairs = []
    for state in folders:
        decisions = tuple(
            decision
            for decision in plan.having("apply")
            if home_of(decision, own, personal) is state and _counts(decision, state, planned)
        )
        if decisions:
            entry = _entry(plan, decisions, state)
            if state is not own:
                entry = replace(entry, summary=f"Learned in {own.layout.name}.", review=0)
            changes = (*_changes(plan, decisions), Record(entry))
            pairs.append((state, apply_changes(state.texts, changes)))
    return tuple(pairs)


def apply_plan(plan: Plan, own: State, personal: State, planned: frozenset[str]) -> None:
    """Write what the plan decides. Raises ChangedError when a file changed since it was read, and FileError."""
    for state, texts in preview(plan, own, personal, planned):
        write_folder(state, texts)


def home_of(decision: Decision, own: State, personal: State) -> State:
    """Return the folder a decision changes: where its target lives, or for a new fact the one of its scope."""
    if isinstance(decision, Replace | Retire | Keep):
        return own if own.live(decision.target.id) == decision.target else personal
    return personal if decision.judged.candidate.scope == "global" else own


def _counts(decision: Decision, state: State, planned: frozenset[str]) -> bool:
    """Say whether a decision changes a file: what is kept does only where its line in the ledger is missing."""
    if not isinstance(decision, Keep):
        return True
    return decision.target.id in planned and state.ledger.origin(decision.target.id) is None


def _changes(plan: Plan, decisions: Iterable[Decision]) -> Iterable[Change]:
    for decision in decisions:
        candidate = decision.judged.candidate
        if isinstance(decision, Replace):
            target = decision.target
            yield Archive(target.id, plan.day, "replaced", decision.id)
            yield Insert(decision.id, candidate.text, target.section, _inherited(target))
        elif isinstance(decision, Retire):
            yield Archive(decision.target.id, plan.day, "retracted")
        elif isinstance(decision, Add):
            yield Insert(decision.id, candidate.text, candidate.section)


def _inherited(target: Fact) -> dict[str, str]:
    """Let a replacement keep the name and the pin of what it replaces."""
    return {key: value for key, value in target.marks.items() if key in {"key", "pin"}}


def _entry(plan: Plan, decisions: Iterable[Decision], state: State) -> Entry:
    added, retired = [], []
    for decision in decisions:
        turn = decision.judged.candidate.turn
        if isinstance(decision, Retire):
            retired.append(decision.target.id)
        elif isinstance(decision, Replace):
            added.append(Added(decision.id, (decision.target.id,), turn))
        elif isinstance(decision, Add):
            added.append(Added(decision.id, (), turn))
        else:
            old = replaced_by(decision.target.id, state)
            added.append(Added(decision.target.id, (old,) if old else (), turn))
    return Entry(
        plan.day, plan.time,
        plan.summary, plan.session, plan.first, plan.last, tuple(added), tuple(retired),
        len(plan.having("review")),
    )  # fmt: skip
