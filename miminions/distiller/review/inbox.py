"""The inbox: what waits for a person's yes, one file a session, and what they said no to."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from miminions.distiller.plan_json import HEADER, as_decided, candidate_of, fitting
from miminions.distiller.values import Candidate, Decision, Plan
from miminions.files import remove
from miminions.layout import LocalLayout, file_name
from miminions.memory.folder import State
from miminions.memory.ids import birth, normalise
from miminions.records import load, store


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate in the inbox: why it waits, and which transcript it came from.

    `sound` is one that waits only because sessions may not write there, and that already counts for the person.
    `degraded` is why the rules stood in for a model: accepting it covers no turn, since the model is still to read them.
    """

    id: str
    session: str
    candidate: Candidate
    reason: str
    sound: bool
    first: int
    last: int
    day: str
    time: str
    source: str
    summary: str = ""
    degraded: str = ""


def put(local: LocalLayout, plan: Plan) -> None:
    """Put what waits for review into the inbox, in the place of what the session left there before."""
    path = _path(local, plan.session)
    earlier = [
        _item(one.candidate, one.reason, sound=one.sound) for one in waiting(local) if _before(one, plan)
    ]
    held = plan.having("review")
    items = [_item(as_decided(one), one.judged.reason, sound=one.judged.sound) for one in held]
    if earlier or items:
        store(path, {**{name: getattr(plan, name) for name in HEADER}, "items": [*earlier, *items]})
    else:
        remove(path)


def without_rejected(local: LocalLayout, plan: Plan) -> Plan:
    """Return a plan in which nothing waits that the person rejected before."""
    gone = rejected(local)
    if not gone:
        return plan

    def told(decision: Decision) -> Decision:
        again = decision.judged.status == "review" and birth(decision.judged.candidate.text) in gone
        judged = decision.judged.reject("it was rejected in review") if again else decision.judged
        return replace(decision, judged=judged)

    return replace(plan, decisions=tuple(map(told, plan.decisions)))


def arrived(candidate: Candidate, states: Iterable[State]) -> bool:
    """Say whether a live fact says what waits: it came another way, with a pull or by hand."""
    said = normalise(candidate.text)
    facts = (fact for state in states for fact in state.facts.facts)
    return candidate.op != "retire" and any(normalise(fact.text) == said for fact in facts)


def waiting(local: LocalLayout) -> Iterator[Waiting]:
    """Yield what waits for review, the oldest session first."""
    for path in sorted(local.inbox.glob("*.json")):
        held = load(path)
        items = held.get("items")
        for item in items if isinstance(items, list) else ():
            with suppress(KeyError, TypeError):  # a damaged item is lost, like all that is local
                yield _waiting(held, item)


def rejected(local: LocalLayout) -> frozenset[str]:
    """Return the ids of candidates that the person rejected; they are not offered again."""
    return frozenset(load(local.rejected))


def sessions_rejected(local: LocalLayout) -> frozenset[str]:
    """Return the sessions of which the person rejected something."""
    return frozenset(str(session) for session in load(local.rejected).values())


def reject(local: LocalLayout, one: Waiting) -> None:
    """Take a candidate out of the inbox and never offer it again. Raises FileError."""
    store(local.rejected, {**load(local.rejected), one.id: one.session})
    take(local, one)


def take(local: LocalLayout, one: Waiting) -> None:
    """Take a candidate out of the inbox. Raises FileError."""
    path = _path(local, one.session)
    held = load(path)
    left = [item for item in held.get("items", []) if isinstance(item, dict) and item.get("id") != one.id]
    if left:
        store(path, {**held, "items": left})
    else:
        remove(path)


def entry(local: LocalLayout, one: Waiting) -> dict[str, Any]:
    """Return all that the inbox has of a candidate, so that it can be put back."""
    held = load(_path(local, one.session))
    items = (item for item in held.get("items", []) if isinstance(item, dict) and item.get("id") == one.id)
    return {"header": {name: held.get(name, "") for name in HEADER}, "item": next(items, {})}


def unsettle(local: LocalLayout, details: Mapping[str, Any]) -> None:
    """Put back what a review settled, by its record; a no is forgotten. Raises FileError."""
    entries = settled(details)
    gone = {str(one["item"]["id"]) for one in entries}
    store(local.rejected, {name: said for name, said in load(local.rejected).items() if name not in gone})
    here = {one.id for one in waiting(local)}
    for one in entries:
        if one["item"]["id"] not in here:
            path = _path(local, str(one["header"]["session"]))
            store(path, {**one["header"], "items": [*load(path).get("items", []), one["item"]]})


def settle_again(local: LocalLayout, details: Mapping[str, Any]) -> None:
    """Take out once more what a review settled, by its record. Raises FileError."""
    words = {str(one["item"]["id"]): one.get("word") for one in settled(details)}
    for one in list(waiting(local)):
        if one.id in words:
            (reject if words[one.id] == "reject" else take)(local, one)


def settled(details: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a review settled, by its record: header and item of each, and the word that was said."""
    held = details.get("settled")
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def drop(local: LocalLayout, details: Mapping[str, Any]) -> None:
    """Take what a run put into the inbox out again, by the run's record. Raises FileError."""
    for one in of_run(local, details):
        take(local, one)


def put_back(local: LocalLayout, details: Mapping[str, Any]) -> None:
    """Put what a run left for review into the inbox once more, by the run's record. Raises FileError."""
    held = details.get("decisions")
    decisions = [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    wanted = [one for one in decisions if one.get("status") == "review"]
    items = [_item(candidate_of(one), str(one.get("reason")), sound=False) for one in wanted]
    here = {one.id for one in waiting(local)} | rejected(local)
    items = [item for item in items if item["id"] not in here]
    if items:
        path = _path(local, str(details["session"]))
        earlier = load(path).get("items", [])
        store(path, {**{name: details[name] for name in HEADER}, "items": [*earlier, *items]})


def of_run(local: LocalLayout, details: Mapping[str, Any]) -> list[Waiting]:
    """Return what waits from a run, by the run's record."""
    session, first, last = (details.get(name) for name in ("session", "first", "last"))
    if not isinstance(first, int) or not isinstance(last, int):
        return []
    return [one for one in waiting(local) if one.session == session and first <= one.candidate.turn <= last]


def _path(local: LocalLayout, session: str) -> Path:
    return local.inbox / f"{file_name(session)}.json"


def _before(one: Waiting, plan: Plan) -> bool:
    return one.session == plan.session and one.candidate.turn < plan.first


def _item(candidate: Candidate, reason: str, *, sound: bool) -> dict[str, Any]:
    return {**asdict(candidate), "id": birth(candidate.text), "waits_for": reason, "sound": sound}


def _waiting(held: dict[str, Any], item: dict[str, Any]) -> Waiting:
    given = {**{name: held[name] for name in HEADER}, **item, "reason": item.get("waits_for", "")}
    names = [name for name in Waiting.__dataclass_fields__ if name != "candidate"]
    return Waiting(candidate=candidate_of(item), **fitting(Waiting, given, names))
