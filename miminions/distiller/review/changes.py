"""What accepting candidates of a session does to a memory: its changes, and the line in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from miminions.distiller.review.inbox import Waiting
from miminions.distiller.run import Distiller
from miminions.distiller.written import last_day, noted
from miminions.journal import REVIEW, runs
from miminions.memory.changes import Insert, Record, Retire
from miminions.memory.folder import State
from miminions.memory.history import Added, Entry
from miminions.memory.ids import birth, normalise
from miminions.memory.shown import replaced_by

ACCEPTED = "Accepted from review."


def home_of_item(distiller: Distiller, one: Waiting) -> State:
    """Return the folder a candidate goes to: where the fact it changes lives, else the one of its scope.

    What waits in a workspace that shares nothing by now stays there.
    """
    memories = distiller.memories()
    own, personal = memories.own, memories.personal
    if distiller.share == "none":
        return own
    holders = [
        state for state in (own, personal) if one.candidate.target and state.live(one.candidate.target)
    ]
    return holders[0] if holders else personal if one.candidate.scope == "global" else own


@dataclass(frozen=True, slots=True)
class Settled:
    """What accepting items of a session does to one memory: changes, what the ledger's line says, ids by the items'."""

    state: State
    first: Waiting
    changes: tuple[Insert | Retire, ...]
    added: tuple[Added, ...]
    retired: tuple[str, ...]
    ids: Mapping[str, str]

    @property
    def told(self) -> bool:
        """Whether there is anything for the ledger to tell."""
        return bool(self.changes or self.added)

    def all_changes(self, told: str, distiller: Distiller) -> tuple[Insert | Retire | Record, ...]:
        """Return the changes with the line for the ledger; the session's own words stay in the workspace."""
        one, own = self.first, self.state.layout == distiller.own
        entry = Entry(
            one.day,
            one.time,
            told if own else ACCEPTED,
            one.session,
            one.first,
            one.first - 1 if one.degraded else one.last,
            self.added,
            self.retired,
        )
        return (*self.changes, Record(entry))


def settled_of(distiller: Distiller, state: State, items: Sequence[Waiting]) -> Settled:
    """Turn items of a session into changes of one memory; a second change of one fact only adds what it says."""
    known = noted((distiller.local, distiller.keeper.personal_local))
    says = {normalise(fact.text): fact.id for fact in reversed(state.facts.facts)}
    changes: list[Insert | Retire] = []
    added: list[Added] = []
    retired: list[str] = []
    ids: dict[str, str] = {}
    gone: set[str] = set()
    for one in items:
        candidate = one.candidate
        said = normalise(candidate.text)
        identity = says.get(said) or birth(candidate.text, state.ids | frozenset(says.values()))
        ids[one.id] = (candidate.target or identity) if candidate.op == "retire" else identity
        target = state.live(candidate.target) if candidate.target and candidate.target not in gone else None
        ends = last_day(one.day, target, state, known) if target else ""
        if candidate.op == "retire":
            if target is not None:
                changes.append(Retire(target.id, ends, "retracted"))
                retired.append(target.id)
                gone.add(target.id)
            continue
        if said in says:
            if interrupted(distiller, state, identity):
                old = replaced_by(identity, state)
                added.append(Added(identity, (old,) if old else (), candidate.turn))
            continue
        says[said] = identity
        added.append(Added(identity, (target.id,) if target else (), candidate.turn))
        if target is not None:
            changes.append(Retire(target.id, ends, "replaced", identity))
            gone.add(target.id)
        changes.append(Insert(identity, candidate.text, target.section if target else candidate.section))
    return Settled(state, items[0], tuple(changes), tuple(added), tuple(retired), ids)


def interrupted(distiller: Distiller, state: State, identity: str) -> bool:
    """Say whether a fact was accepted before by a run that did not come to its line in the ledger."""
    if state.ledger.origin(identity):
        return False
    reviews = (run for run in runs(distiller.local) if run.kind == REVIEW)
    steps = (step for run in reviews for held in run.steps.values() for step in held)
    return any(step.op == "retire" and step.id == identity for step in steps)
