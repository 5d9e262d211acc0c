"""Validity: which facts of a folder held on a day, from their own marks, the archive's, and the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from miminions.memory.changes import EXPIRED
from miminions.memory.facts import Fact, as_date
from miminions.memory.folder import State
from miminions.memory.history import Entry, Ledger
from miminions.memory.shown import Scope, Shown, shown


def facts_on(state: State, day: str, *, workspace: str, scope: Scope) -> Iterator[Shown]:
    """Yield the facts that held on a day (YYYY-MM-DD): live ones, then those archived since; a live id beats its copy.

    An archived fact has the `until` that its owner gave it, not the day it was retired.
    """
    for fact in state.facts.facts:
        if began(fact, state.ledger) <= day and not _over(fact.until, day) and not _away(fact, state, day):
            yield shown(fact, state, workspace=workspace, scope=scope)
    for fact in state.archived.facts:
        if state.live(fact.id) is None and _held_then(fact, state, day):
            one = shown(fact, state, workspace=workspace, scope=scope, archived=True)
            yield replace(one, until=own_until(fact))


def began(fact: Fact, ledger: Ledger) -> str:
    """Return the first day of a fact: what it says, else the day of its first line in the ledger; empty for always."""
    said = as_date(fact.since)
    if said is not None:
        return said.isoformat()
    told = [one for one in ledger.of(fact.id) if fact.id in one.retired or _adds(one, fact.id)]
    # What first went and then came back was there before the ledger spoke of it.
    if told and not _adds(told[0], fact.id):
        return ""
    return min((entry.day for entry in told if _adds(entry, fact.id)), default="")


def _adds(entry: Entry, identity: str) -> bool:
    return any(added.id == identity for added in entry.added)


def ended(fact: Fact, ledger: Ledger) -> str:
    """Return the day an archived fact was retired; empty where nobody wrote it down."""
    said = as_date(fact.marks.get("until"))
    if said is not None:
        return said.isoformat()
    days = [
        entry.day
        for entry in ledger.of(fact.id)
        if fact.id in entry.retired or any(fact.id in added.replaces for added in entry.added)
    ]
    successor = fact.marks.get("by", "")
    days += [entry.day for entry in ledger.of(successor) if _adds(entry, successor)]
    return max(days, default="")


def away(identity: str, ledger: Ledger) -> list[tuple[str, str]]:
    """Return the times in which a fact of that id, live now, had been retired: first and last day, which is empty where none is told."""
    gone, found = "", list[tuple[str, str]]()
    for entry in sorted(ledger.of(identity), key=lambda entry: entry.day):
        if _adds(entry, identity):
            # A day that ends with it there is no day without it.
            found += [(gone, _eve(entry.day))] if gone and gone < entry.day else []
            gone = ""
        elif identity in entry.retired:
            gone = gone or entry.day
    return [*found, (gone, "")] if gone else found


def _eve(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def own_until(fact: Fact) -> str | None:
    """Return the last day that its owner gave an archived fact, None where there was none."""
    return fact.until if fact.marks.get("why") == EXPIRED else fact.marks.get("had")


def _held_then(fact: Fact, state: State, day: str) -> bool:
    if not began(fact, state.ledger) <= day or _over(own_until(fact), day):
        return False
    # The day it was replaced or forgotten belongs to what came after; one that expired was given its whole last day.
    return fact.marks.get("why") == EXPIRED or day < ended(fact, state.ledger)


def _over(until: str | None, day: str) -> bool:
    """Say whether a last day lies before a day; one nobody can read never comes."""
    last = as_date(until)
    return last is not None and last.isoformat() < day


def _away(fact: Fact, state: State, day: str) -> bool:
    return any(first <= day and (not last or day <= last) for first, last in away(fact.id, state.ledger))
