"""Settles what waits in review: accepted candidates are applied with their turn in the ledger, rejected ones dropped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from miminions.distiller.review import inbox
from miminions.distiller.review.inbox import Waiting
from miminions.distiller.run import Distiller
from miminions.distiller.written import last_day, noted
from miminions.errors import UsageError
from miminions.journal import new_run, runs
from miminions.memory.changes import Insert, Record, Retire
from miminions.memory.folder import State
from miminions.memory.history import Added, Entry
from miminions.memory.ids import birth, normalise
from miminions.memory.shown import replaced_by
from miminions.redact import has_secret

ACCEPTED = "Accepted from review."


def accept(distiller: Distiller, chosen: Sequence[Waiting], *, now: datetime) -> dict[str, str]:
    """Remember candidates that waited, one line in the ledger a session, and return the facts' ids by the items'.

    Raises UsageError, FileError.
    """
    for one in chosen:
        if has_secret(one.candidate.text):
            raise UsageError(f"{one.id} looks like a secret", hint="reject it")
    ids: dict[str, str] = {}
    with distiller.keeper.locked(now, person=True):
        for session in dict.fromkeys(one.session for one in chosen):
            items = [one for one in chosen if one.session == session]
            homes = {one.id: _home(distiller, one) for one in items}
            settled = [
                _settled(distiller, state, [one for one in items if homes[one.id].layout == state.layout])
                for state in {state.layout: state for state in homes.values()}.values()
            ]
            told = _told(distiller, items)
            written = [(one.state, one.all_changes(told, distiller)) for one in settled if one.told]
            if written:
                what = items[0].candidate.text if len(items) == 1 else f"{len(items)} facts"
                distiller.keeper.write(new_run(distiller.local, "review", now, what=what), written, now)
            for done in settled:
                ids.update(done.ids)
            for one in items:
                inbox.take(distiller.local, one)
    return ids


def drop_arrived(distiller: Distiller, *, now: datetime) -> None:
    """Take out of the inbox what a live fact says by now, unless a run that was killed put it there. Raises FileError."""
    memories = distiller.memories()
    states = (memories.own, memories.personal)
    found = [
        one
        for one in inbox.waiting(distiller.local)
        if inbox.arrived(one.candidate, states) and not _begun(distiller, one, states)
    ]
    if found:
        with distiller.keeper.locked(now):
            for one in found:
                inbox.take(distiller.local, one)


def reject(distiller: Distiller, one: Waiting, *, now: datetime) -> None:
    """Drop a candidate that waited. Raises FileError."""
    with distiller.keeper.locked(now, person=True):
        inbox.reject(distiller.local, one)


def _home(distiller: Distiller, one: Waiting) -> State:
    """Return the folder a candidate goes to: where the fact it changes lives, else the one of its scope."""
    memories = distiller.memories()
    own, personal = memories.own, memories.personal
    holders = [
        state for state in (own, personal) if one.candidate.target and state.live(one.candidate.target)
    ]
    return holders[0] if holders else personal if one.candidate.scope == "global" else own


@dataclass(frozen=True, slots=True)
class _Settled:
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


def _settled(distiller: Distiller, state: State, items: Sequence[Waiting]) -> _Settled:
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
            if _interrupted(distiller, state, identity):
                old = replaced_by(identity, state)
                added.append(Added(identity, (old,) if old else (), candidate.turn))
            continue
        says[said] = identity
        added.append(Added(identity, (target.id,) if target else (), candidate.turn))
        if target is not None:
            changes.append(Retire(target.id, ends, "replaced", identity))
            gone.add(target.id)
        changes.append(Insert(identity, candidate.text, target.section if target else candidate.section))
    return _Settled(state, items[0], tuple(changes), tuple(added), tuple(retired), ids)


def _told(distiller: Distiller, items: Sequence[Waiting]) -> str:
    """Return the line for the history: the session's own, when all it says is accepted and no line said it before."""
    one, chosen = items[0], {item.id for item in items}
    left = [other for other in inbox.waiting(distiller.local) if other.session == one.session]
    whole = len(items) > 1 or len(left) == 1
    said = any(entry.session == one.session for entry in distiller.memories().own.ledger.entries)
    rejected = one.session in inbox.sessions_rejected(distiller.local)
    refused = any(other.sound and other.id not in chosen for other in left) or rejected
    return one.summary if whole and one.summary and not (said or refused) else ACCEPTED


def _begun(distiller: Distiller, one: Waiting, states: Iterable[State]) -> bool:
    """Say whether accepting a candidate was begun and did not come to its line in the ledger."""
    said = normalise(one.candidate.text)
    facts = ((state, fact) for state in states for fact in state.facts.facts)
    return any(
        _interrupted(distiller, state, fact.id) for state, fact in facts if normalise(fact.text) == said
    )


def _interrupted(distiller: Distiller, state: State, identity: str) -> bool:
    """Say whether a fact was accepted before by a run that did not come to its line in the ledger."""
    if state.ledger.origin(identity):
        return False
    reviews = (run for run in runs(distiller.local) if run.kind == "review")
    steps = (step for run in reviews for held in run.steps.values() for step in held)
    return any(step.op == "retire" and step.id == identity for step in steps)
