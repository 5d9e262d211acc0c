"""What memory files hold, as rows: facts, live and retired, notes and history lines, each with where it stands."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from miminions.files import digest_of
from miminions.index.rows.values import RETIRED, Row, Source
from miminions.memory.chain import newer
from miminions.memory.changes import EXPIRED
from miminions.memory.facts import Fact, as_date
from miminions.memory.folder import State
from miminions.memory.ids import TAG
from miminions.memory.validity import away, began, ended, own_until
from miminions.redact import redact

GENERAL_SECTION = "insights"
# The last day of what was retired on a day that nobody wrote down: it held on none that can be named.
NEVER = "0000-00-00"


def is_general(section: str, text: str) -> bool:
    """Say whether a fact holds beyond its workspace: it is an insight, or somebody tagged it #global."""
    return section.casefold() == GENERAL_SECTION or "global" in TAG.findall(text)


def memory_sources(
    state: State, workspace: str, name: str, share: str = "all", *, retired: bool = False
) -> list[Source]:
    """Return the memory file and the history as sources; `share` says how much of them (insights or all).

    With `retired` they have what lies in the archives as well, which no other workspace sees.
    """
    layout = state.layout
    # Provenance and disputes depend on all files, and what there is on how much is shared.
    digest = digest_of(" ".join([*state.digests.values(), share, str(retired)]).encode())
    rows = partial(_memory_rows, state, share, retired=retired)
    sources = [Source(workspace, name, str(layout.memory), digest, rows)]
    if share == "all":
        told = digest_of(" ".join(file.digest for file in (*state.other_histories, state.history)).encode())
        sources.append(Source(workspace, name, str(layout.history), told, partial(_history_rows, state)))
    return sources


def _memory_rows(state: State, share: str, *, retired: bool) -> Iterator[Row]:
    disputed = state.disputed
    for fact in state.facts.facts:
        if fact.id in disputed:
            continue
        if share == "all" or is_general(fact.section, fact.text):
            yield _fact_row(fact, state)
    for note in state.facts.notes if share == "all" else ():
        yield Row("note", "", redact(note.text), redact(note.section), line=note.line)
    for fact in state.archived.facts if retired else ():
        if state.live(fact.id) is None:
            yield _retired_row(fact, state)


def _fact_row(fact: Fact, state: State) -> Row:
    entry, added = state.ledger.origin(fact.id) or (None, None)
    return Row(
        "fact",
        fact.id,
        redact(fact.text),
        redact(fact.section),
        redact(fact.detail),
        fact.line,
        entry.session if entry else "",
        (added.turn if added else None) or 0,
        date=_day(fact.since) or (entry.day if entry else ""),
        since=began(fact, state.ledger),
        until=_day(fact.until),
        away=tuple(f"{first}/{last}" for first, last in away(fact, state.ledger)),
        key=fact.key or "",
        pin=fact.pin,
        links=fact.links,
    )


def _retired_row(fact: Fact, state: State) -> Row:
    """Return an archived fact as a row that holds until its owner's last day, or the day before it was retired."""
    days = [_day(own_until(fact))]
    if fact.marks.get("why") != EXPIRED:
        gone = ended(fact, state.ledger)
        days.append(_eve(gone) if gone else NEVER)
    return replace(
        _fact_row(fact, state),
        until=min(filter(None, days), default=""),
        away=(),
        state=RETIRED,
        heirs=tuple(one for one in newer(fact.id, state) if state.live(one)),
    )


def _day(word: str | None) -> str:
    """Return a day as YYYY-MM-DD; one that nobody can read never comes."""
    day = as_date(word)
    return day.isoformat() if day else ""


def _eve(day: str) -> str:
    """Return the day before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _history_rows(state: State) -> Iterator[Row]:
    for entry in state.ledger.entries:
        yield Row(
            "history",
            "",
            redact(entry.summary),
            "History",
            line=entry.line,
            session=entry.session,
            date=entry.day,
        )
