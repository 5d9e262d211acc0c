"""What memory files hold, as rows: facts, live and retired, notes and history lines, each with where it stands."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial

from miminions.files import Snapshot, digest_of
from miminions.index.rows.plain import PlainTold, may_dispute, plain_facts, plain_history
from miminions.index.rows.told import NOTHING, Told, told_of
from miminions.index.rows.values import RETIRED, Record, Row, Source, record_of, row_of
from miminions.layout import Layout
from miminions.memory.chain import Succession
from miminions.memory.changes import EXPIRED
from miminions.memory.facts import Fact, as_date
from miminions.memory.folder import State, read_folder
from miminions.memory.history import Ledger
from miminions.memory.ids import TAG
from miminions.memory.validity import ended, own_until
from miminions.redact import redact
from miminions.transcripts.own import session_name

GENERAL_SECTION = "insights"
PlainHistory = Callable[[], tuple[list[Record], PlainTold] | None]
# The last day of what was retired on a day that nobody wrote down: it held on none that can be named.
NEVER = "0000-00-00"


def is_general(section: str, text: str) -> bool:
    """Say whether a fact holds beyond its workspace: it is an insight, or somebody tagged it #global."""
    return section.casefold() == GENERAL_SECTION or "global" in TAG.findall(text)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a memory folder as they were read: not yet as facts."""

    layout: Layout
    memory: Snapshot
    histories: tuple[Snapshot, ...]
    archives: tuple[Snapshot, ...]

    @property
    def state(self) -> State:
        """The folder read with all that its files say. Raises FileError."""
        return read_folder(self.layout)


def memory_sources(
    files: Files, workspace: str, name: str, share: str = "all", *, retired: bool = False
) -> list[Source]:
    """Return the memory file and the history as sources; `share` says how much of them (insights or all).

    With `retired` they have what lies in the archives as well, which no other workspace sees.
    """
    layout = files.layout
    # Provenance and disputes depend on all files, and what there is on how much is shared.
    parts = [file.digest for file in (files.memory, *files.histories, *files.archives)]
    digest = digest_of(" ".join([*parts, share, str(retired)]).encode())
    history = cache(partial(_plain_history, files))
    memory = partial(_memory, files, history, share, retired=retired)
    found = [_source(workspace, name, str(layout.memory), digest, memory)]
    if share == "all":
        told = digest_of(" ".join(file.digest for file in files.histories).encode())
        found.append(_source(workspace, name, str(layout.history), told, partial(_history, files, history)))
    return found


def _source(workspace: str, name: str, file: str, digest: str, records: partial[Iterable[Record]]) -> Source:
    return Source(workspace, name, file, digest, lambda: map(row_of, records()), records)


def _memory(files: Files, history: PlainHistory, share: str, *, retired: bool) -> Iterable[Record]:
    plain = _plain_memory(files, history, share, retired=retired)
    return map(record_of, memory_rows(files.state, share, retired=retired)) if plain is None else plain


def _history(files: Files, history: PlainHistory) -> Iterable[Record]:
    plain = history()
    return map(record_of, history_rows(files.state)) if plain is None else plain[0]


def _plain_history(files: Files) -> tuple[list[Record], PlainTold] | None:
    told = [file.text for file in files.histories if file.text]
    return plain_history(told[0] if told else "") if len(told) < 2 else None


def _plain_memory(files: Files, history: PlainHistory, share: str, *, retired: bool) -> list[Record] | None:
    """Return the records of a memory file without going through all of Markdown, None where it takes that."""
    archives = [file.text for file in files.archives if file.text]
    told = history()
    if told is None or (retired and archives) or may_dispute(archives):
        return None
    return plain_facts(files.memory.text, told[1], None if share == "all" else is_general)


def memory_rows(state: State, share: str, *, retired: bool) -> Iterator[Row]:
    """Yield what a memory file says, as far as it is shared, and with `retired` what lies in the archives."""
    disputed, told = state.disputed, told_of(state.ledger)
    for fact in state.facts.facts:
        if fact.id in disputed:
            continue
        if share == "all" or is_general(fact.section, fact.text):
            yield _fact_row(fact, told.get(fact.id, NOTHING))
    for note in state.facts.notes if share == "all" else ():
        yield Row("note", "", redact(note.text), redact(note.section), line=note.line)
    if not retired:
        return
    live, succession = {fact.id for fact in state.facts.facts}, Succession(state)
    for fact in state.archived.facts:
        if fact.id not in live:
            yield _retired_row(fact, state.ledger, told.get(fact.id, NOTHING), succession.live(fact.id))


def _fact_row(fact: Fact, told: Told) -> Row:
    return Row(
        "fact",
        fact.id,
        redact(fact.text),
        redact(fact.section),
        redact(fact.detail),
        fact.line,
        session_name(told.session),
        told.turn,
        date=_day(fact.since) or told.day,
        since=_day(fact.since) or told.began,
        until=_day(fact.until),
        away=told.away,
        key=redact(fact.key or ""),
        pin=fact.pin,
        links=tuple(map(redact, fact.links)),
    )


def _retired_row(fact: Fact, ledger: Ledger, told: Told, heirs: tuple[str, ...]) -> Row:
    """Return an archived fact as a row that holds until its owner's last day, or the day before it was retired."""
    days = [_day(own_until(fact))]
    if fact.marks.get("why") != EXPIRED:
        gone = ended(fact, ledger)
        days.append(_eve(gone) if gone else NEVER)
    return replace(
        _fact_row(fact, told),
        until=min(filter(None, days), default=""),
        away=(),
        state=RETIRED,
        heirs=heirs,
    )


def _day(word: str | None) -> str:
    """Return a day as YYYY-MM-DD; one that nobody can read never comes."""
    day = as_date(word)
    return day.isoformat() if day else ""


def _eve(day: str) -> str:
    """Return the day before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def history_rows(state: State) -> Iterator[Row]:
    """Yield the lines of the ledger."""
    for entry in state.ledger.entries:
        yield Row(
            "history",
            "",
            redact(entry.summary),
            "History",
            line=entry.line,
            session=session_name(entry.session),
            date=entry.day,
        )
