"""When people wrote their facts: what a session of an earlier day may not overrule by itself."""

from collections.abc import Iterable, Mapping

from miminions.journal import REVIEW, UNDO, runs
from miminions.keeper import Keeper
from miminions.layout import LocalLayout
from miminions.memory.facts import Fact, as_date
from miminions.memory.folder import State
from miminions.memory.history import stamp
from miminions.repository import line_times, repository_at

# The commands by which a person says what is true; the records of sessions are never read for this.
_COMMANDS = ("remember", "edit", "restore", "move", UNDO)


def noted(places: Iterable[LocalLayout]) -> dict[str, str]:
    """Return when a person last wrote each fact by a command, as far as the journals remember, as ledgers write it."""
    found: dict[str, str] = {}
    for local in places:
        for run in (run for kind in _COMMANDS for run in runs(local, kind)):
            moment = " ".join(stamp(run.made))
            for step in (step for steps in run.steps.values() for step in steps):
                if step.op in {"retire", "reword"}:
                    found[step.id] = max(moment, found.get(step.id, ""))
        for run in runs(local, REVIEW):
            # What was accepted as it was said is as old as its session; a person's own words are not.
            for identity in run.details.get("reworded", ()):
                found[identity] = max(" ".join(stamp(run.made)), found.get(identity, ""))
    return found


def written(keeper: Keeper, states: Iterable[State]) -> Mapping[str, str]:
    """Return for live facts when a person wrote them, as far as that is known.

    That is the day a person gave as its first, else what the journal knows, else, for what no session taught, when
    git's last commit of the line was made.
    """
    known = noted(dict.fromkeys((keeper.local, keeper.personal_local)))
    found = {}
    for state in states:
        told = {fact.id: _first_day(fact) or known.get(fact.id, "") for fact in state.facts.facts}
        untold = (fact for fact in state.facts.facts if not (told[fact.id] or state.ledger.origin(fact.id)))
        found.update({**told, **_committed(state, untold)})
    return {identity: moment for identity, moment in found.items() if moment}


def last_day(day: str, fact: Fact, state: State, known: Mapping[str, str]) -> str:
    """Return the day a fact ends that something of `day` replaces: never before the day that it began."""
    origin = state.ledger.origin(fact.id)
    learned = origin[0].day if origin else ""
    return max(day, learned, _first_day(fact) or known.get(fact.id, "")[: len(day)])


def _first_day(fact: Fact) -> str:
    first = as_date(fact.since)
    return str(first) if first else ""


def _committed(state: State, facts: Iterable[Fact]) -> dict[str, str]:
    """Return when the lines of facts were committed; what was not committed as it is has no time."""
    facts = tuple(facts)
    repository = repository_at(state.layout.root) if facts else None
    times = line_times(repository, state.memory.path) if repository else {}
    lines = state.memory.text.split("\n")
    said = {fact.id: times.get(lines[fact.line - 1].rstrip("\r")) for fact in facts}
    return {identity: " ".join(stamp(time)) for identity, time in said.items() if time}
