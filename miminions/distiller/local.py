"""What this machine keeps of distilling: cursors, the journal of runs, the inbox of what waits for review."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from miminions.distiller.values import Candidate, Decision, Plan, Replace, Retire, op_of
from miminions.files import make_folder, read, remove, write
from miminions.layout import LocalLayout, file_name
from miminions.memory.ids import birth


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate in the inbox: why it waits, and which transcript it came from."""

    id: str
    session: str
    candidate: Candidate
    reason: str
    first: int
    last: int
    day: str
    time: str
    source: str


def covered(local: LocalLayout, session: str) -> int:
    """Return the last turn of a session that this machine has distilled."""
    last = _load(local.cursors).get(session, 0)
    return last if isinstance(last, int) else 0


def advance(local: LocalLayout, session: str, last: int) -> None:
    """Remember that a session is distilled up to a turn. Raises FileError."""
    cursors = {**_load(local.cursors), session: max(last, covered(local, session))}
    _store(local.cursors, cursors)


def record(local: LocalLayout, plan: Plan, *, now: datetime, usd: float | None = None) -> Path:
    """Write a run and what it cost into the journal, before it changes anything. Returns the record.

    Raises FileError.
    """
    stem = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}_{file_name(plan.session)}"
    path = local.journal / f"{stem}.json"
    _store(
        path, {**_header(plan), "usd": usd, "decisions": [_decision(decision) for decision in plan.decisions]}
    )
    return path


def spent(local: LocalLayout, day: str) -> float:
    """Return what the runs of a day (YYYY-MM-DD) cost in USD, as far as prices are known."""
    runs = (_load(path) for path in local.journal.glob(f"{day.replace('-', '')}T*.json"))
    return sum(usd for usd in (run.get("usd") for run in runs) if isinstance(usd, int | float))


def planned(local: LocalLayout, session: str) -> frozenset[str]:
    """Return the ids of the facts that the journal's runs of a session meant to add."""
    runs = [_load(path) for path in local.journal.glob(f"*_{file_name(session)}.json")]
    decisions = (decision for run in runs for decision in run.get("decisions", []))
    return frozenset(
        d["id"] for d in decisions if d.get("status") == "apply" and d.get("op") in {"add", "replace"}
    )


def put(local: LocalLayout, plan: Plan) -> None:
    """Put what waits for review into the inbox, in the place of what the session left there before."""
    path = local.inbox / f"{file_name(plan.session)}.json"
    earlier = [
        asdict(one.candidate) | {"id": one.id, "waits_for": one.reason}
        for one in waiting(local)
        if _before(one, plan)
    ]
    items = [_item(decision) for decision in plan.having("review")]
    items = [item for item in items if item["id"] not in rejected(local)]
    if earlier or items:
        _store(path, {**_header(plan), "items": [*earlier, *items]})
    else:
        remove(path)


def waiting(local: LocalLayout) -> Iterator[Waiting]:
    """Yield what waits for review, the oldest session first."""
    for path in sorted(local.inbox.glob("*.json")):
        held = _load(path)
        items = held.get("items")
        for item in items if isinstance(items, list) else ():
            with suppress(KeyError, TypeError):  # a damaged item is lost, like all that is local
                yield _waiting(held, item)


def _before(one: Waiting, plan: Plan) -> bool:
    return one.session == plan.session and one.candidate.turn < plan.first


def rejected(local: LocalLayout) -> frozenset[str]:
    """Return the ids of candidates that the person rejected; they are not offered again."""
    return frozenset(_load(local.rejected))


def reject(local: LocalLayout, one: Waiting) -> None:
    """Take a candidate out of the inbox and never offer it again. Raises FileError."""
    _store(local.rejected, {**_load(local.rejected), one.id: one.session})
    settle(local, one)


def settle(local: LocalLayout, one: Waiting) -> None:
    """Take a candidate out of the inbox. Raises FileError."""
    path = local.inbox / f"{file_name(one.session)}.json"
    held = _load(path)
    left = [item for item in held.get("items", []) if isinstance(item, dict) and item.get("id") != one.id]
    if left:
        _store(path, {**held, "items": left})
    else:
        remove(path)


def _header(plan: Plan) -> dict[str, Any]:
    return {
        "session": plan.session,
        "source": plan.source,
        "first": plan.first,
        "last": plan.last,
        "day": plan.day,
        "time": plan.time,
        "summary": plan.summary,
        "extractor": plan.extractor,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    target = (
        decision.target.id if not hasattr(decision, "id") or isinstance(decision, Replace | Retire) else None
    )
    return {
        **asdict(decision.judged.candidate),
        "op": op_of(decision),
        "status": decision.judged.status,
        "reason": decision.judged.reason,
        "id": getattr(decision, "id", target),
        "target": target,
    }


def _item(decision: Decision) -> dict[str, Any]:
    candidate = decision.judged.candidate
    return {
        **asdict(candidate),
        "id": birth(candidate.text),
        "waits_for": decision.judged.reason,
    }


def _waiting(held: dict[str, Any], item: dict[str, Any]) -> Waiting:
    fields = {key: item[key] for key in Candidate.__dataclass_fields__ if key in item}
    return Waiting(
        id=item["id"],
        session=held["session"],
        candidate=Candidate(**fields),
        reason=item.get("waits_for", ""),
        first=held["first"],
        last=held["last"],
        day=held["day"],
        time=held["time"],
        source=held["source"],
    )


def _load(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing or damaged one is empty, since all of this can be lost."""
    try:
        value = json.loads(read(path).text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _store(path: Path, value: object) -> None:
    make_folder(path.parent, mode=0o700)
    write(path, json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n", mode=0o600)
