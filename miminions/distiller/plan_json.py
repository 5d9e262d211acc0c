"""A plan as JSON and back: what the journal keeps, what reports print, and what a program may hand back to be applied."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from miminions.distiller.values import Add, Candidate, Decision, Judged, Keep, Plan, Replace, Retire, op_of
from miminions.errors import UsageError
from miminions.memory.facts import Fact

HEADER = ("session", "source", "first", "last", "day", "time", "summary", "extractor", "degraded")


def as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON; `digest` is one for all the files that it was made for."""
    return {
        **{name: getattr(plan, name) for name in HEADER},
        "digests": dict(plan.digests),
        "digest": digest_of(plan.digests),
        "decisions": [decision_json(decision) for decision in plan.decisions],
    }


def from_json(held: Mapping[str, Any], facts: Iterable[Fact]) -> Plan:
    """Return the plan that JSON describes, about facts as they are; a change of one that is gone is left out, and says so.

    Raises UsageError for what is no plan.
    """
    live = {fact.id: fact for fact in facts}
    try:
        decisions = tuple(_decision(one, live) for one in held["decisions"])
        digests = {str(path): str(digest) for path, digest in held["digests"].items()}
        return Plan(**fitting(Plan, held, HEADER), digests=digests, decisions=decisions)
    except (KeyError, TypeError, AttributeError) as problem:
        raise UsageError("this is no plan", hint="give what `distill --json` printed, whole") from problem


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON: what is done to which fact, with the candidate it was made of."""
    judged = decision.judged
    target = None if isinstance(decision, Add) else decision.target.id
    return {
        **asdict(judged.candidate),
        "op": op_of(decision),
        "target": target,
        "id": decision.id if isinstance(decision, Add | Replace) else target,
        "status": judged.status,
        "reason": judged.reason,
        "why_unsure": judged.candidate.reason,
        "sound": judged.sound,
        "twins": [twin.id for twin in decision.twins] if isinstance(decision, Replace) else [],
        "proposed": {"op": judged.candidate.op, "target": judged.candidate.target},
    }


def candidate_of(item: Mapping[str, Any]) -> Candidate:
    """Read a candidate back. Raises TypeError for what is none."""
    names = [name for name in Candidate.__dataclass_fields__ if name in item]
    return Candidate(**fitting(Candidate, item, names))


def fitting(kind: Any, held: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return values of a dataclass's fields by name. Raises KeyError, and TypeError for one of another type."""
    hints = get_type_hints(kind)
    found = {name: held[name] for name in names}
    for name, value in found.items():
        hint = hints[name]
        choices = get_args(hint) if get_origin(hint) is Literal else None
        fits = isinstance(value, hint) if choices is None else isinstance(value, str) and value in choices
        if not fits or (hint is int and isinstance(value, bool)):
            raise TypeError(name)
    return found


def as_decided(decision: Decision) -> Candidate:
    """Return the candidate with what was decided to do, whatever it proposed itself."""
    op = "add" if isinstance(decision, Keep) else op_of(decision)
    target = None if isinstance(decision, Add) else decision.target.id
    return replace(decision.judged.candidate, op=op, target=target)  # type: ignore[arg-type]


def digest_of(digests: Mapping[str, str]) -> str:
    """Return one digest of the digests of files."""
    said = json.dumps(dict(digests), sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _decision(held: Mapping[str, Any], live: Mapping[str, Fact]) -> Decision:
    proposed = held["proposed"]
    candidate = candidate_of(
        {**held, "op": proposed["op"], "target": proposed["target"], "reason": held["why_unsure"]}
    )
    judged = Judged(candidate, **fitting(Judged, held, ("status", "reason", "sound")))
    identity = held["id"]
    if held["op"] not in {"add", "replace", "retire", "keep"} or not isinstance(identity, str):
        raise TypeError("op")
    if held["op"] == "add":
        return Add(judged, identity)
    target = live.get(held["target"])
    if target is None:
        return Add(judged.reject("the fact it is about is gone"), identity)
    twins = tuple(live[one] for one in held["twins"] if one in live)
    made: dict[str, Decision] = {
        "replace": Replace(judged, identity, target, twins),
        "retire": Retire(judged, target),
    }
    return made.get(held["op"], Keep(judged, target))
