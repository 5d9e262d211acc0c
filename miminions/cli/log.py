"""log: what the last sessions taught, what became of the facts in a span of time, what was served, and the memory in numbers."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from miminions.cli.options import AsJson, WorkspaceName, open_workspace
from miminions.cli.render import dim, say_json, styled, table
from miminions.cli.served import show_metrics, show_served, show_use, use_json
from miminions.errors import UsageError
from miminions.journal import DISTILL, runs
from miminions.memory.difference import Difference, statistics
from miminions.memory.history import Entry
from miminions.workspace import Workspace
from miminions.workspace.between import between

# A session and the turns of it that a line covers.
Span = tuple[str, int | None, int | None]


def log(
    span: Annotated[
        str | None,
        typer.Argument(
            metavar="[A..B]", help="Days (YYYY-MM-DD) or git revisions; either side may be empty."
        ),
    ] = None,
    *,
    limit: Annotated[int, typer.Option("-n", min=1, help="How many sessions or answers.")] = 20,
    served: Annotated[
        bool, typer.Option("--served", help="What was given to which prompt, the latest last.")
    ] = False,
    stats: Annotated[bool, typer.Option("--stats", help="The memory and its use in numbers.")] = False,
    prometheus: Annotated[
        bool, typer.Option("--prometheus", help="With --stats: as text that Prometheus reads.")
    ] = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Show the last sessions, or with A..B the facts learned, changed and retired between."""
    _check(span, served=served, stats=stats, prometheus=prometheus)
    ws = open_workspace(workspace)
    if served:
        show_served(ws, limit, as_json=as_json)
    elif prometheus:
        show_metrics(ws)
    elif stats:
        _show_statistics(ws, as_json=as_json)
    elif span:
        found = between(ws.state(), span)
        if as_json:
            sessions = [_session(entry) for entry in found.sessions]
            say_json({"sessions": sessions, "facts": asdict(found.facts)})
        else:
            _show_sessions(found.sessions)
            _show_facts(found.facts)
    else:
        entries = sorted(ws.state().ledger.entries, key=lambda entry: (entry.day, entry.time))[-limit:]
        undone = _undone(ws)
        if as_json:
            say_json(
                {"sessions": [_session(entry) | {"undone": _span(entry) in undone} for entry in entries]}
            )
            return
        if not entries:
            dim("no session was distilled here yet")
        _show_sessions(entries, undone)


def _check(span: str | None, *, served: bool, stats: bool, prometheus: bool) -> None:
    if sum((bool(span), served, stats)) > 1:
        raise UsageError("A..B, --served and --stats exclude each other", hint="give one of them")
    if prometheus and not stats:
        raise UsageError("--prometheus is a form of --stats", hint="give --stats --prometheus")


def _undone(ws: Workspace) -> frozenset[Span]:
    """Return the spans of sessions whose latest run was taken back on this machine."""
    latest: dict[Span, bool] = {}
    for run in runs(ws.local) if ws.id else ():
        if run.kind == DISTILL:
            span = (run.session, run.details.get("first"), run.details.get("last"))
            latest.setdefault(span, bool(run.undone))
    return frozenset(span for span, undone in latest.items() if undone)


def _span(entry: Entry) -> Span:
    return entry.session, entry.first, entry.last


def _show_sessions(entries: Iterable[Entry], undone: Collection[Span] = ()) -> None:
    for entry in entries:
        mark = "  (undone)" if _span(entry) in undone else ""
        styled(f"{entry.day} {entry.time}  {entry.summary}{mark}", "bold")
        changes = [
            f"+{added.id}" + "".join(f" (was {old})" for old in added.replaces) for added in entry.added
        ]
        changes += [f"-{identity}" for identity in entry.retired]
        if entry.session:
            dim(f"  {entry.session}, turns {entry.first}-{entry.last}  {'  '.join(changes)}")


def _show_facts(facts: Difference) -> None:
    for learned in facts.learned:
        styled(f"+ {learned.id}  {learned.text}" + _dated(learned.day), "green")
    for changed in facts.changed:
        styled(f"~ {changed.id}  {changed.was} -> {changed.text}", "yellow")
    for retired in facts.retired:
        by = f" by {retired.by}" if retired.by else ""
        styled(f"- {retired.id}  {retired.text}  ({retired.why}{by})" + _dated(retired.day), "red")
    if facts == Difference():
        dim("no fact came, changed or went")


def _dated(day: str) -> str:
    return f"  {day}" if day else ""


def _show_statistics(ws: Workspace, *, as_json: bool) -> None:
    found = statistics(ws.state(), ws.today)
    if as_json:
        say_json({"stats": asdict(found), "usage": use_json(ws)})
        return
    table(
        ("section", "live", "retired", "expired"),
        [(one.section, str(one.live), str(one.retired), str(one.expired)) for one in found.sections],
    )
    table(
        ("month", "sessions", "added", "replaced", "retired"),
        [
            (one.month, str(one.sessions), str(one.added), str(one.replaced), str(one.retired))
            for one in found.months
        ],
    )
    dim(f"{found.sessions} session{'' if found.sessions == 1 else 's'} in all")
    show_use(ws)


def _session(entry: Entry) -> dict[str, object]:
    return {
        "session": entry.session or None,
        "date": entry.day,
        "summary": entry.summary,
        "turns": [entry.first, entry.last] if entry.session else None,
        "added": [added.id for added in entry.added],
        "replaced": [old for added in entry.added for old in added.replaces],
        "retired": list(entry.retired),
    }
