"""Between two days or two git revisions: what became of a workspace's facts, and the sessions of that time."""

import re
from dataclasses import dataclass

from miminions.errors import UsageError
from miminions.memory.difference import (
    Difference,
    between_days,
    between_texts,
    joined,
    sessions_between,
    sessions_since,
)
from miminions.memory.facts import MemoryText, read_facts
from miminions.memory.folder import State
from miminions.memory.history import Entry, Ledger, read_history
from miminions.memory.history import joined as joined_ledger
from miminions.repository import Repository, is_revision, repository_at, revision_before, text_at

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Between:
    """The sessions of a span and what became of the facts in it."""

    sessions: tuple[Entry, ...]
    facts: Difference


@dataclass(frozen=True, slots=True)
class _Then:
    """A memory as a revision has it."""

    facts: MemoryText
    archived: MemoryText
    ledger: Ledger


def between(state: State, span: str) -> Between:
    """Return what happened in a span: `A..B` of days (both included) or of git revisions; either side may be empty.

    Raises UsageError for words that are neither.
    """
    first, dots, last = span.partition("..")
    if not dots or last.startswith("."):
        raise UsageError(f"{span!r} is no span", hint="write A..B with days (YYYY-MM-DD) or git revisions")
    words = [word for word in (first, last) if word]
    repo = repository_at(state.layout.folder)
    if all(_DAY.fullmatch(word) for word in words):
        return _of_days(state, repo, first, last)
    for word in words:
        if repo is None or not is_revision(repo, word):
            raise UsageError(
                f"{word!r} is neither a day nor a revision of this repository",
                hint="days are written YYYY-MM-DD on both sides; `git log --oneline -- memory` lists revisions",
            )
    assert repo is not None  # noqa: S101  # a word that is a revision has a repository
    return _of_revisions(state, repo, first, last)


def _of_days(state: State, repo: Repository | None, first: str, last: str) -> Between:
    dated = between_days(state, first, last)
    start = revision_before(repo, first) if repo is not None and first else None
    if repo is not None and start and text_at(repo, start, state.layout.memory) is not None:
        # Git alone knows when a person reworded a line, or wrote and deleted one without a day.
        end = revision_before(repo, last, inclusive=True) if last else None
        old, new = _then(state, repo, start), _then(state, repo, end) if end else _now(state)
        dated = joined(dated, between_texts(old.facts, new.facts, new.archived), state.ledger)
    return Between(sessions_between(state.ledger, first, last), dated)


def _of_revisions(state: State, repo: Repository, first: str, last: str) -> Between:
    old = _then(state, repo, first) if first else _EMPTY
    new = _then(state, repo, last) if last else _now(state)
    facts = between_texts(old.facts, new.facts, new.archived)
    return Between(sessions_since(old.ledger.entries, new.ledger.entries), facts)


def _then(state: State, repo: Repository, revision: str) -> _Then:
    """Read a memory at a revision; the histories are those that there are now."""
    layout = state.layout
    histories = dict.fromkeys(
        (layout.history, *(file.path for file in (*state.other_histories, state.history)))
    )
    ledger = joined_ledger(read_history(text_at(repo, revision, path) or "") for path in histories)
    return _Then(
        read_facts(text_at(repo, revision, layout.memory) or ""),
        read_facts(text_at(repo, revision, layout.archive) or ""),
        ledger,
    )


def _now(state: State) -> _Then:
    return _Then(state.facts, state.archived, state.ledger)


_EMPTY = _Then(read_facts(""), read_facts(""), Ledger(()))
