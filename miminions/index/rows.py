"""What files hold, as rows: facts, notes, history lines and turns, each with where it stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from miminions.errors import MiminionsError
from miminions.files import digest_of
from miminions.memory.folder import State
from miminions.memory.history import Entry
from miminions.redact import redact
from miminions.transcripts import read_transcript

GENERAL_SECTION = "insights"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be found; `until` is the last day it holds, empty when there is none."""

    kind: str
    id: str
    text: str
    section: str = ""
    detail: str = ""
    line: int = 0
    session: str = ""
    turn: int = 0
    date: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a workspace at a digest; `rows` reads it when the index has another digest."""

    workspace: str
    name: str
    file: str
    digest: str
    rows: Callable[[], Iterable[Row]]


def memory_sources(state: State, workspace: str, name: str, share: str = "all") -> list[Source]:
    """Return the memory file and the history as sources; `share` says how much of them (insights or all)."""
    layout = state.layout
    # Redaction and provenance depend on both files, and on how much is shared.
    digest = digest_of(f"{state.memory.digest} {state.history.digest} {share}".encode())
    sources = [Source(workspace, name, str(layout.memory), digest, lambda: _fact_rows(state, share))]
    if share == "all":
        sources.append(
            Source(workspace, name, str(layout.history), state.history.digest, lambda: _history_rows(state))
        )
    return sources


def session_sources(folder: Path, workspace: str, name: str) -> list[Source]:
    """Return the transcripts of a sessions folder as sources."""
    return [
        Source(
            workspace,
            name,
            str(path),
            _stat_digest(path),
            partial(_turn_rows, path),
        )
        for path in sorted(folder.glob("*.jsonl"))
        if path.is_file()
    ]


def _stat_digest(path: Path) -> str:
    """Name a transcript's state without reading it: transcripts are appended to, never rewritten in place."""
    stat = path.stat()
    return f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ino}"


def _fact_rows(state: State, share: str) -> Iterable[Row]:
    for fact in state.facts.facts:
        if share == "all" or "global" in fact.tags or fact.section.casefold() == GENERAL_SECTION:
            origin = state.ledger.origin(fact.id)
            entry, added = origin or (Entry("", "", ""), None)
            yield Row(
                "fact",
                fact.id,
                redact(fact.text),
                fact.section,
                redact(fact.detail),
                fact.line,
                entry.session,
                added.turn or 0 if added else 0,
                fact.since or entry.day,
                fact.until or "",
            )
    for note in state.facts.notes if share == "all" else ():
        yield Row("note", "", redact(note.text), note.section, line=note.line)


def _history_rows(state: State) -> Iterable[Row]:
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


def _turn_rows(path: Path) -> Iterable[Row]:
    try:
        transcript = read_transcript(path)
    except MiminionsError:
        # What is no transcript has no turns; distilling it says so.
        return
    for turn in transcript.turns:
        if turn.role in {"user", "assistant"} and turn.text.strip():
            day = turn.time.date().isoformat() if turn.time else ""
            yield Row(
                "turn", "", redact(turn.text), turn.role, line=turn.number, session=transcript.session,
                turn=turn.number, date=day,
            )  # fmt: skip
