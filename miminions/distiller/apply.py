"""Turns a plan into changes of the workspace's and the person's memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from miminions.distiller.record import Planned
from miminions.distiller.values import Add, Decision, Keep, Plan, Replace, Retire
from miminions.distiller.written import last_day
from miminions.memory.changes import Change, Insert, Record, apply_changes
from miminions.memory.changes import Retire as Archive
from miminions.memory.expiry import default_until
from miminions.memory.facts import Fact
from miminions.memory.folder import State, Texts
from miminions.memory.history import Added, Entry
from miminions.memory.shown import replaced_by
from miminions.redact import redact

NOTHING = Planned()


def changes_of(
    plan: Plan, own: State, personal: State, planned: Planned = NOTHING
) -> tuple[tuple[State, tuple[Change, ...]], ...]:
    """Return the folders that the plan changes, with the changes; nothing is written.

    The person's comes first: the line in the workspace's own history says that all is done. `planned` is what runs of
    this session meant to do before: where it is done and the ledger does not say so, a run was interrupted, and the
    line is written now.
    """
    folders = (own,) if own.layout == personal.layout else (personal, own)
    pairs = []
    for state in folders:
        decisions = tuple(
            decision
            for decision in plan.having("apply")
            if home_of(decision, own, personal) is state and _counts(decision, state, planned)
        )
        retired = tuple(one for one in planned.retired if _untold(one, state))
        if decisions or retired:
            entry = _entry(plan, decisions, state, retired)
            if state is not own:
                entry = replace(entry, summary=f"Learned in {redact(own.layout.name)}.", review=0)
            pairs.append((state, (*_changes(plan, decisions, state), Record(entry))))
    return tuple(pairs)


def preview(plan: Plan, own: State, personal: State) -> tuple[tuple[State, Texts], ...]:
    """Return the folders that the plan changes, with their new texts; nothing is written."""
    return tuple(
        (state, apply_changes(state.texts, changes)) for state, changes in changes_of(plan, own, personal)
    )


def held_back(plan: Plan, reason: str, own: State, personal: State) -> Plan:
    """Return the plan with everything waiting for a yes that would change the workspace's own files."""

    def waits(decision: Decision) -> bool:
        applied = decision.judged.status == "apply" and not isinstance(decision, Keep)
        return applied and home_of(decision, own, personal) is own

    decisions = tuple(
        replace(decision, judged=replace(decision.judged.review(reason), sound=True))
        if waits(decision)
        else decision
        for decision in plan.decisions
    )
    return replace(plan, decisions=decisions)


def degraded(plan: Plan, reason: str) -> Plan:
    """Return the plan of the rules that stood in for a model: all it would do waits for a yes."""
    return replace(
        all_waiting(plan, "the rules found it while no model could be asked", sound=False), degraded=reason
    )


def all_waiting(plan: Plan, reason: str, *, sound: bool) -> Plan:
    """Return a plan in which nothing is done without a yes."""

    def waits(decision: Decision) -> Decision:
        if decision.judged.status != "apply" or isinstance(decision, Keep):
            return decision
        return replace(decision, judged=replace(decision.judged.review(reason), sound=sound))

    return replace(plan, decisions=tuple(map(waits, plan.decisions)))


def home_of(decision: Decision, own: State, personal: State) -> State:
    """Return the folder a decision changes: where its target lives, or for a new fact the one of its scope."""
    if isinstance(decision, Replace | Retire | Keep):
        return own if own.live(decision.target.id) == decision.target else personal
    return personal if decision.judged.candidate.scope == "global" else own


def _counts(decision: Decision, state: State, planned: Planned) -> bool:
    """Say whether a decision changes a file: what is kept does only where its line in the ledger is missing."""
    if not isinstance(decision, Keep):
        return True
    here = state.live(decision.target.id) is not None
    return here and decision.target.id in planned.added and state.ledger.origin(decision.target.id) is None


def _untold(identity: str, state: State) -> bool:
    """Say whether a fact was retired and the ledger does not know."""
    told = any(identity in entry.retired for entry in state.ledger.entries)
    return not told and state.live(identity) is None and state.archived.by_id(identity) is not None


def _changes(plan: Plan, decisions: Iterable[Decision], state: State) -> Iterable[Change]:
    for decision in decisions:
        candidate = decision.judged.candidate
        if isinstance(decision, Replace):
            target = decision.target
            for fact in decision.replaced:
                yield Archive(fact.id, last_day(plan.day, fact, state, {}), "replaced", decision.id)
            marks = {**_inherited(target), **_default(state, target.section, plan.day)}
            yield Insert(decision.id, candidate.text, target.section, marks)
        elif isinstance(decision, Retire):
            target = decision.target
            yield Archive(target.id, last_day(plan.day, target, state, {}), "retracted")
        elif isinstance(decision, Add):
            marks = _default(state, candidate.section, plan.day)
            yield Insert(decision.id, candidate.text, candidate.section, marks)


def _inherited(target: Fact) -> dict[str, str]:
    """Let a replacement keep the name and the pin of what it replaces."""
    return {key: value for key, value in target.marks.items() if key in {"key", "pin"}}


def _default(state: State, section: str, day: str) -> dict[str, str]:
    until = default_until(state, section, day)
    return {"until": until} if until else {}


def _entry(plan: Plan, decisions: Iterable[Decision], state: State, retired: Sequence[str]) -> Entry:
    added, retired = [], list(retired)
    for decision in decisions:
        turn = decision.judged.candidate.turn
        if isinstance(decision, Retire):
            retired.append(decision.target.id)
        elif isinstance(decision, Replace):
            added.append(Added(decision.id, tuple(fact.id for fact in decision.replaced), turn))
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
