"""Settles what waits in review: accepted candidates are applied with their turn in the ledger, rejected ones dropped."""

from collections.abc import Mapping
from datetime import datetime

from miminions.distiller import inbox
from miminions.distiller.inbox import Waiting
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


def accept(distiller: Distiller, one: Waiting, *, now: datetime) -> str:
    """Remember a candidate that waited, and return the fact's id. Raises UsageError, FileError."""
    if has_secret(one.candidate.text):
        raise UsageError("that looks like a secret", hint="reject it")
    with distiller.keeper.locked(now, person=True):
        state = _home(distiller, one)
        known = next(
            (f for f in state.facts.facts if normalise(f.text) == normalise(one.candidate.text)), None
        )
        identity = known.id if known else birth(one.candidate.text, state.ids)
        if known is None or one.candidate.op == "retire":
            run = new_run(distiller.local, "review", now, what=one.candidate.text)
            written = noted((distiller.local, distiller.keeper.personal_local))
            distiller.keeper.write(run, ((state, tuple(_changes(state, one, identity, written))),), now)
        elif _interrupted(distiller, state, identity):
            old = replaced_by(identity, state)
            added = Added(identity, (old,) if old else (), one.candidate.turn)
            distiller.keeper.write(
                new_run(distiller.local, "review", now), ((state, (Record(_entry(one, (added,))),)),), now
            )
        inbox.take(distiller.local, one)
    return identity


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


def _changes(
    state: State, one: Waiting, identity: str, known: Mapping[str, str]
) -> list[Insert | Record | Retire]:
    candidate = one.candidate
    target = state.live(candidate.target) if candidate.target else None
    ends = last_day(one.day, target, state, known) if target else ""
    if target is not None and candidate.op == "retire":
        return [Retire(target.id, ends, "retracted"), Record(_entry(one, (), (target.id,)))]
    added = Added(identity, (target.id,) if target else (), candidate.turn)
    section = target.section if target else candidate.section
    retired = [Retire(target.id, ends, "replaced", identity)] if target else []
    return [*retired, Insert(identity, candidate.text, section), Record(_entry(one, (added,)))]


def _entry(one: Waiting, added: tuple[Added, ...], retired: tuple[str, ...] = ()) -> Entry:
    return Entry(one.day, one.time, "Accepted from review.", one.session, one.first, one.last, added, retired)


def _interrupted(distiller: Distiller, state: State, identity: str) -> bool:
    """Say whether a fact was accepted before by a run that did not come to its line in the ledger."""
    if state.ledger.origin(identity):
        return False
    reviews = (run for run in runs(distiller.local) if run.kind == "review")
    steps = (step for run in reviews for held in run.steps.values() for step in held)
    return any(step.op == "retire" and step.id == identity for step in steps)
