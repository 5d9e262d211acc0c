"""Settles what waits in review: accepted candidates are applied with their turn in the ledger, rejected ones dropped."""

from dataclasses import replace

from miminions.distiller import local as machine
from miminions.distiller.local import Waiting
from miminions.distiller.run import Distiller
from miminions.errors import UsageError
from miminions.memory.changes import Insert, Record, Retire, apply_changes
from miminions.memory.folder import State, read_folder, write_folder
from miminions.memory.history import Added, Entry
from miminions.memory.ids import birth, normalise
from miminions.redact import has_secret
from miminions.registry import saw


def accept(distiller: Distiller, one: Waiting) -> str:
    """Remember a candidate that waited, and return the fact's id. Raises UsageError, FileError."""
    if has_secret(one.candidate.text):
        raise UsageError("that looks like a secret", hint="reject it")
    with distiller.locked():
        state = _home(distiller, one)
        known = next(
            (f for f in state.facts.facts if normalise(f.text) == normalise(one.candidate.text)), None
        )
        identity = known.id if known else birth(one.candidate.text, state.ids)
        if known is None or one.candidate.op == "retire":
            written = write_folder(state, apply_changes(state.texts, _changes(state, one, identity)))
            saw(distiller.local, written.digests)
        machine.settle(distiller.local, one)
    return identity


def reject(distiller: Distiller, one: Waiting) -> None:
    """Drop a candidate that waited. Raises FileError."""
    with distiller.locked():
        machine.reject(distiller.local, one)


def _home(distiller: Distiller, one: Waiting) -> State:
    """Return the folder a candidate goes to: where the fact it changes lives, else the one of its scope."""
    own, personal = read_folder(distiller.own), read_folder(distiller.personal)
    holders = [
        state for state in (own, personal) if one.candidate.target and state.live(one.candidate.target)
    ]
    return holders[0] if holders else personal if one.candidate.scope == "global" else own


def _changes(state: State, one: Waiting, identity: str) -> list[Insert | Record | Retire]:
    candidate = one.candidate
    target = state.live(candidate.target) if candidate.target else None
    entry = Entry(one.day, one.time, "Accepted from review.", one.session, one.first, one.last)
    if target is not None and candidate.op == "retire":
        return [Retire(target.id, one.day, "retracted"), Record(_with(entry, (), (target.id,)))]
    added = Added(identity, (target.id,) if target else (), candidate.turn)
    section = target.section if target else candidate.section
    retired = [Retire(target.id, one.day, "replaced", identity)] if target else []
    return [*retired, Insert(identity, candidate.text, section), Record(_with(entry, (added,), ()))]


def _with(entry: Entry, added: tuple[Added, ...], retired: tuple[str, ...]) -> Entry:
    return replace(entry, added=added, retired=retired)
