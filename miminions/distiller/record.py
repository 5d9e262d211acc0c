"""What the journal keeps of a distil: the reply before anything is planned, then the decisions and what they cost."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from miminions.distiller.plan_json import as_json, candidate_of
from miminions.distiller.values import Extraction, Plan
from miminions.journal import Run, runs
from miminions.layout import LocalLayout
from miminions.model import Usage


def details_of(plan: Plan, extraction: Extraction) -> Mapping[str, Any]:
    """Return everything that is needed to finish a run without asking a model again, and to say later why."""
    return {
        **as_json(plan),
        "usd": extraction.usage.usd,
        "extraction": asdict(extraction),
    }


def joined(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the details of a run that was interrupted and finished: what it decided first, and what came to that."""
    known = {(one.get("op"), one.get("id")) for one in earlier["decisions"]}
    new = [one for one in later["decisions"] if (one["op"], one["id"]) not in known and one["op"] != "keep"]
    return {**earlier, "decisions": [*earlier["decisions"], *new]}


def extraction_of(run: Run) -> Extraction | None:
    """Return the reply that a run was made of, None when the record does not have it."""
    try:
        held = run.details["extraction"]
        candidates = tuple(candidate_of(one) for one in held["candidates"])
        usage = Usage(**held["usage"])
        return Extraction(candidates, held["summary"], held["extractor"], usage, held["note"], held["prompt"])
    except (KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Planned:
    """What the runs of a session meant to do: the ids of facts to add and of facts to retire, as first decided."""

    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


def planned(local: LocalLayout, session: str) -> Planned:
    """Return what the journal's runs of a session meant to do."""
    found = [one for run in runs(local, session) for one in _decisions(run)]
    added = (one["id"] for one in found if one.get("op") in {"add", "replace"})
    retired = (one["id"] for one in found if one.get("op") == "retire")
    return Planned(tuple(dict.fromkeys(added)), tuple(dict.fromkeys(retired)))


def meant(run: Run) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield what a run meant to change: the fact's id, what was to become of it, its text, and the fact that it is about."""
    for one in _decisions(run):
        if one.get("op") in {"add", "replace", "retire"} and one.get("id") and one.get("text"):
            yield str(one["id"]), str(one["op"]), str(one["text"]), one.get("target")


def texts_of(places: Iterable[LocalLayout], identities: Collection[str]) -> dict[str, str]:
    """Return what facts said that files have no more, as far as the journals know."""
    wanted = frozenset(identities)
    found = (one for place in places if wanted for run in runs(place) for one in meant(run))
    return {identity: text for identity, _, text, _ in found if identity in wanted}


def _decisions(run: Run) -> list[dict[str, Any]]:
    """Return what a run applied, or meant to."""
    held = run.details.get("decisions")
    return [
        one
        for one in (held if isinstance(held, list) else [])
        if isinstance(one, dict) and one.get("status") == "apply"
    ]
