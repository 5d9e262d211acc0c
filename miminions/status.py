"""How a workspace stands: trust, facts, what waits, the model, the index, and what changed behind our back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from miminions.distiller.inbox import waiting
from miminions.distiller.record import spent
from miminions.errors import MiminionsError
from miminions.index import SqliteIndex
from miminions.journal import OPEN_FOR, runs
from miminions.layout import LocalLayout
from miminions.memory.chain import contested
from miminions.memory.folder import State
from miminions.workspace import Workspace

SHARES = {
    "none": "nothing: no other workspace sees anything",
    "insights": "its Insights and #global lines, with all workspaces of this machine",
    "all": "all facts and history, with all workspaces of this machine",
}


@dataclass(frozen=True, slots=True)
class Status:
    """A workspace's status; the field names are those of `status --json`."""

    workspace: str
    root: str
    trusted: bool
    facts: int
    personal_facts: int
    shares: str
    waiting: int
    review: int
    model: str
    spent_today_usd: float
    hooks: str
    index: str
    problems: tuple[str, ...]


def status_of(ws: Workspace) -> Status:
    """Look at a workspace; what is broken becomes a problem in the list, not an error."""
    state = ws.state()
    known = bool(ws.id)
    problems = [
        *_trust_problems(ws),
        *_changes(ws),
        *_conflicts(state),
        *(_waits(ws.local, ws.now()) if known else ()),
    ]
    index = SqliteIndex(ws.local.index) if known else None
    return Status(
        workspace=ws.name,
        root=str(ws.layout.root),
        trusted=ws.trusted,
        facts=len(state.facts.facts),
        personal_facts=len(ws.person().facts.facts),
        shares=SHARES[ws.share] if ws.trusted else "nothing: it is not trusted on this machine",
        waiting=len(ws.pending()) if known else 0,
        review=sum(1 for _ in waiting(ws.local)) if known else 0,
        model=ws.settings.text("model"),
        spent_today_usd=spent(ws.local, ws.today) if known else 0.0,
        hooks="none",
        index=_index(index),
        problems=tuple(problems),
    )


def _index(index: SqliteIndex | None) -> str:
    if index is None or not index.path.exists():
        return "not built yet"
    counts = index.counts()
    return (
        ", ".join(f"{count} {kind}s" for kind, count in counts.items()).replace("historys", "history lines")
        or "empty"
    )


def _trust_problems(ws: Workspace) -> list[str]:
    try:
        ws.check_trust()
    except MiminionsError as problem:
        return [f"{problem} ({problem.hint})"]
    return []


def _changes(ws: Workspace) -> list[str]:
    changed = ws.changed_by_others()
    return [f"{', '.join(changed)} changed since miminions last wrote (by hand or by git)"] if changed else []


def _conflicts(state: State) -> Iterator[str]:
    """Name what git could not merge, and facts that are two versions of one."""
    for file, text in ((state.memory, state.facts), (state.archive, state.archived)):
        if text.hunks:
            yield f"{file.path.name} holds {_count(len(text.hunks), 'merge conflict')} (`miminions resolve`)"
    keys = Counter(fact.key for fact in state.facts.facts if fact.key)
    several = [key for key, count in keys.items() if count > 1]
    several += [old for old, _ in contested(state)]
    if several:
        yield f"{_count(len(several), 'fact')} in two versions: {', '.join(several)} (`miminions doctor`)"


def _waits(local: LocalLayout, now: datetime) -> Iterator[str]:
    """Name the runs whose plan waits, and why, and those that were broken off."""
    for run in runs(local):
        if run.status == "waiting":
            why = f": {run.what}" if run.what else ""
            yield f"the plan of session {run.session} waits{why} (`miminions distill --pending`)"
        elif run.status == "open" and now - run.made > OPEN_FOR:
            yield f"the run of session {run.session} is unfinished (`miminions distill --pending`)"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
