"""forget and gc: facts go to the archive, and out of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from miminions.cli.asking import agreed, counted
from miminions.cli.erase import erase as erase_for_good
from miminions.cli.options import AsJson, DryRun, Key, Section, WorkspaceName, Yes, open_to_write
from miminions.cli.preview import label, preview, preview_all
from miminions.cli.render import dim, say, say_json
from miminions.errors import UsageError
from miminions.memory.expiry import span_of
from miminions.memory.facts import read_facts
from miminions.memory.folder import State
from miminions.repository import repository_at, text_at
from miminions.workspace import Workspace
from miminions.workspace.asks import (
    PLACES,
    forgetting,
    of_section,
    of_session,
    old_facts,
    purging,
    retired_before,
)


def forget(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The facts' ids.")] = None,
    *,
    key: Key = None,
    session: Annotated[
        str | None,
        typer.Option(metavar="SESSION", help="All that this session taught; `last`: the latest one."),
    ] = None,
    section: Section = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also the last word on what a fact replaced.")
    ] = False,
    erase: Annotated[
        bool,
        typer.Option(
            "--erase", help="From every file of this machine, for good; names what is beyond reach."
        ),
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Move facts to the archive in memory/; `restore` brings one back, `undo` all of them."""
    if sum(map(bool, (ids, key, session, section))) != 1:
        raise UsageError("which facts?", hint="give ids, or one of --key, --session and --section")
    ws = open_to_write(workspace)
    if erase:
        if session or section or len(ids or ()) > 1:
            raise UsageError("--erase takes one fact", hint="give its id, or --key")
        erase_for_good(ws, ids[0] if ids else None, key, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    if session:
        found = of_session(ws.keeper.read, session)
    elif section:
        found = of_section(ws.keeper.read, section)
    else:
        named = [ws.get(identity) for identity in ids] if ids else [ws.get(key=key)]
        found = tuple(dict.fromkeys(fact.id for fact in named))
    if dry_run:
        preview_all(ws, lambda read: forgetting(read, found, ws.today, force=force), as_json=as_json)
        return
    if section and not yes:
        agreed(f"Forget {counted(found)} of {section}?", f"that forgets {counted(found)}")
    facts = ws.forget_all(found, force=force)
    if as_json:
        say_json({"facts": [asdict(fact) for fact in facts]})
        return
    for fact in facts:
        say(f"forgot {fact.id}  {fact.text}")
    back = (
        f"`miminions restore {facts[0].id}` brings it" if len(facts) == 1 else "`miminions undo` brings them"
    )
    dim(f"{'it is' if len(facts) == 1 else 'they are'} in {_archives(ws, found)}; {back} back")


def _archives(ws: Workspace, ids: Sequence[str]) -> str:
    """Name the archives that facts are in now."""
    states = [ws.keeper.read(which) for which in PLACES]
    held = (state for state in states if any(state.own_archive.by_id(identity) for identity in ids))
    return ", ".join(
        dict.fromkeys(state.layout.called(state.archive.path, label(ws, state.layout)) for state in held)
    )


def gc(
    *,
    older: Annotated[
        str, typer.Option("--older-than", metavar="SPAN", help="Retired so long ago: 90d, 12w, 6m, 1y.")
    ],
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    workspace: WorkspaceName = None,
) -> None:
    """Remove what was retired long ago from your archive in memory/, for good; `undo` cannot bring it back."""
    ws = open_to_write(workspace)
    span = span_of(older)
    if span is None:
        raise UsageError(f"--older-than {older!r} is no span of time", hint="write it as 90d, 12w, 6m or 1y")
    try:
        day = str(date.fromisoformat(ws.today) - span)
    except OverflowError:
        day = ""
    state = ws.state()
    ids = retired_before(state, day)
    if dry_run:
        preview(ws, lambda now: purging(now, retired_before(now, day), ws.now()), as_json=as_json)
        return
    facts = [(one, fact.text) for one in ids if (fact := state.own_archive.by_id(one))]
    kept, file = in_git(ws, state, ids), state.layout.called(state.archive.path, label(ws, state.layout))
    beyond = {
        state.layout.called(path, label(ws, state.layout)): count
        for path, text in state.elsewhere
        if (count := len(old_facts(text, state, day)))
    }
    if ids and not yes:
        agreed(
            f"Remove {counted(ids)} from {file}? "
            + ("Git's history keeps them." if kept else "Nothing else has them: git does not."),
            f"that removes {counted(ids)} for good"
            + ("" if kept else f"; git does not have them: {file} is not committed as it is"),
        )
    ws.change(
        lambda now: purging(now, [one for one in ids if now.own_archive.by_id(one)], ws.now()), kind="gc"
    )
    if as_json:
        say_json(
            {
                "removed": [{"id": one, "text": text} for one, text in facts],
                "in_git": kept,
                "elsewhere": beyond,
            }
        )
        return
    for one, text in facts:
        say(f"removed {one}  {text}")
    if not facts:
        dim(f"nothing in the archive was retired before {day}" if day else "nothing is that old")
    elif kept:
        dim(f"git's history keeps it: `git log -p {file}`")
    for other, count in beyond.items():
        dim(
            f"{other} has {'1 fact' if count == 1 else f'{count} facts'} as old: its writer's gc removes that"
        )


def in_git(ws: Workspace, state: State, ids: tuple[str, ...]) -> bool:
    """Say whether the last commit has these facts in the archive that this machine writes."""
    repository = repository_at(ws.layout.root)
    text = text_at(repository, "HEAD", state.archive.path) if repository else None
    held = read_facts(text or "")
    return all(held.by_id(identity) for identity in ids)
