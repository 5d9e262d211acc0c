"""What files hold, as rows: facts, notes, history lines and turns, each with where it stands."""

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from miminions.errors import MiminionsError
from miminions.files import digest_of
from miminions.memory.facts import Fact, as_date
from miminions.memory.folder import State
from miminions.memory.ids import TAG
from miminions.redact import cleaned, redact
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


def is_general(section: str, text: str) -> bool:
    """Say whether a fact holds beyond its workspace: it is an insight, or somebody tagged it #global."""
    return section.casefold() == GENERAL_SECTION or "global" in TAG.findall(text)


def memory_sources(state: State, workspace: str, name: str, share: str = "all") -> list[Source]:
    """Return the memory file and the history as sources; `share` says how much of them (insights or all)."""
    layout = state.layout
    # Provenance and disputes depend on all files, and what there is on how much is shared.
    digest = digest_of(" ".join([*state.digests.values(), share]).encode())
    sources = [Source(workspace, name, str(layout.memory), digest, partial(_memory_rows, state, share))]
    if share == "all":
        told = digest_of(" ".join(file.digest for file in (*state.other_histories, state.history)).encode())
        sources.append(Source(workspace, name, str(layout.history), told, partial(_history_rows, state)))
    return sources


def session_sources(folder: Path, workspace: str, name: str) -> list[Source]:
    """Return the transcripts of a sessions folder as sources."""
    paths = ((path, _stat_digest(path)) for path in sorted(folder.glob("*.jsonl")))
    return [
        Source(workspace, name, str(path), digest, partial(_turn_rows, path))
        for path, digest in paths
        if digest
    ]


def _stat_digest(path: Path) -> str:
    """Name a transcript's state without reading it, empty for what is no file: transcripts are only appended to."""
    try:
        found = path.stat()
    except OSError:
        return ""
    # The time of change is there for permissions: what could not be read is tried again once they are mended.
    numbers = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return "-".join(map(str, numbers)) if stat.S_ISREG(found.st_mode) else ""


def _memory_rows(state: State, share: str) -> Iterator[Row]:
    disputed = state.disputed
    for fact in state.facts.facts:
        if fact.id in disputed:
            continue
        if share == "all" or is_general(fact.section, fact.text):
            yield _fact_row(fact, state)
    for note in state.facts.notes if share == "all" else ():
        yield Row("note", "", redact(note.text), redact(note.section), line=note.line)


def _fact_row(fact: Fact, state: State) -> Row:
    entry, added = state.ledger.origin(fact.id) or (None, None)
    since, until = as_date(fact.since), as_date(fact.until)
    return Row(
        "fact",
        fact.id,
        redact(fact.text),
        redact(fact.section),
        redact(fact.detail),
        fact.line,
        entry.session if entry else "",
        (added.turn if added else None) or 0,
        since.isoformat() if since else entry.day if entry else "",
        # A day nobody can read never comes.
        until.isoformat() if until else "",
    )


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


def _turn_rows(path: Path) -> Iterator[Row]:
    try:
        transcript = read_transcript(path)
    except MiminionsError:
        # What cannot be read has no turns; distilling it says so.
        return
    for turn in transcript.turns:
        if turn.role in {"user", "assistant"} and turn.text.strip():
            day = turn.time.date().isoformat() if turn.time else ""
            yield Row(
                "turn", "", cleaned(turn.text), turn.role, line=turn.number,
                session=transcript.session, turn=turn.number, date=day,
            )  # fmt: skip
