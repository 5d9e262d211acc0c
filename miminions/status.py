"""How a workspace stands: trust, facts, what waits, the model, the index, and what changed behind our back."""

from dataclasses import dataclass

from miminions.distiller.failures import OFTEN, failures
from miminions.distiller.review.inbox import arrived, waiting
from miminions.distiller.spending import Spending
from miminions.errors import MiminionsError, WorkspaceMissingError
from miminions.index import SqliteIndex
from miminions.journal import runs, standing
from miminions.memory.disputes import Dispute, disputes
from miminions.workspace import Workspace

SHARES = {
    "none": "nothing: no other workspace sees anything",
    "insights": "its Insights and #global lines, with all workspaces of this machine",
    "all": "all facts and history, with all workspaces of this machine",
}


KINDS = {"history": "history line"}


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
    plans: tuple[str, ...]
    failed: tuple[str, ...]
    review: int
    model: str
    spent_today_usd: float
    chats_today_usd: float
    usd_per_day: float
    hooks: str
    index: str
    problems: tuple[str, ...]


def status_of(ws: Workspace) -> Status:
    """Look at a workspace; what is broken becomes a problem in the list, not an error."""
    state = ws.state()
    known = bool(ws.id)
    problems = [
        *_missing(ws),
        *_trust_problems(ws),
        *_changes(ws),
        *_disputes(ws),
        *_failures(ws),
    ]
    told = (standing(run, ws.now()) for run in runs(ws.local)) if known else ()
    index = SqliteIndex(ws.local.index) if known else None
    spending = Spending(ws.home.spending)
    return Status(
        workspace=ws.name,
        root=str(ws.layout.root),
        trusted=ws.trusted,
        facts=len(state.facts.facts),
        personal_facts=len(ws.person().facts.facts),
        shares=SHARES[ws.share] if ws.trusted else "nothing: it is not trusted on this machine",
        waiting=len(ws.pending()) if known else 0,
        plans=tuple(filter(None, told)),
        failed=tuple(f"{one.session}: {one.reason}" for one in failures(ws.local)) if known else (),
        review=_review(ws) if known else 0,
        model=ws.settings.text("model"),
        spent_today_usd=spending.of(ws.now()).usd or 0.0,
        chats_today_usd=spending.of(ws.now(), chats=True).usd or 0.0,
        usd_per_day=ws.settings.amount("model.usd_per_day"),
        hooks="none",
        index=_index(index),
        problems=tuple(problems),
    )


def _review(ws: Workspace) -> int:
    states = (ws.state(), ws.person())
    return sum(1 for one in waiting(ws.local) if not arrived(one.candidate, states))


def _index(index: SqliteIndex | None) -> str:
    if index is None or not index.path.exists():
        return "not built yet"
    counts = index.counts()
    return ", ".join(many(count, KINDS.get(kind, kind)) for kind, count in counts.items()) or "empty"


def _trust_problems(ws: Workspace) -> list[str]:
    try:
        ws.check_trust()
    except MiminionsError as problem:
        return [f"{problem} ({problem.hint})"]
    return []


def _missing(ws: Workspace) -> list[str]:
    """Say that what is shown is another memory than that of the folder the caller stands in."""
    try:
        ws.check_there()
    except WorkspaceMissingError as problem:
        return [f"{problem} ({problem.hint})"]
    return (
        ["no workspace here (`miminions init` makes one): this is the personal memory"] if ws.astray else []
    )


def _changes(ws: Workspace) -> list[str]:
    changed = ws.changed_by_others()
    return [f"{', '.join(changed)} changed since miminions last wrote (by hand or by git)"] if changed else []


def _failures(ws: Workspace) -> list[str]:
    often = [one for one in failures(ws.local) if one.attempts >= OFTEN] if ws.id else []
    return [f"{one.session} failed {one.attempts} times: {one.reason} ({one.hint})" for one in often]


def _disputes(ws: Workspace) -> list[str]:
    return [f"{len(one)} in conflict: miminions resolve{word}" for one, word in _disputed(ws) if one]


def _disputed(ws: Workspace) -> list[tuple[tuple[Dispute, ...], str]]:
    own = disputes(ws.state()) + (disputes(ws.overlay()) if ws.id else ())
    return [(own, ""), (() if ws.personal else disputes(ws.person()), " -w personal")]


def many(count: int, word: str) -> str:
    """Return how many there are of something: `1 session`, `2 sessions`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
