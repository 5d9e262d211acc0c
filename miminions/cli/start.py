"""init, status and trust: making a folder a workspace, and seeing how it stands."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from miminions.cli.models import offer_model
from miminions.cli.options import AsJson, WorkspaceName, open_workspace
from miminions.cli.render import say, say_json, table, talk
from miminions.errors import UsageError
from miminions.layout import Layout, home_of, repository
from miminions.memory.folder import PER_WRITER, read_folder
from miminions.registry import saw
from miminions.registry import trust as give_trust
from miminions.settings import SHARES, current_environment
from miminions.status import Status, many, status_of
from miminions.transcripts.discover import agent_sessions
from miminions.workspace import Workspace
from miminions.workspace.init import is_shared, lost_name, make_workspace, merge_with_us

WRITES = ("tree", "inbox")
HISTORIES = ("one", PER_WRITER)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder; a repository's root is a good place.")] = Path(),
    *,
    share: Annotated[
        str, typer.Option(help=f"What other workspaces may see: {', '.join(SHARES)}.")
    ] = "insights",
    write: Annotated[
        str | None,
        typer.Option(help=f"What sessions may write here: {', '.join(WRITES)}.", show_default=False),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(help=f"The histories: {', '.join(HISTORIES)}.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a folder a workspace and trust it; writes memory/ and git's merge setting, sends nothing, commits nothing."""
    _check("share", share, SHARES)
    _check("write", write, WRITES)
    _check("history", history, HISTORIES)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="make it first")
    home = home_of(current_environment())
    write, history = _proposed(folder, write, history, quiet=as_json)
    lost = lost_name(folder, home)
    written = make_workspace(folder, home=home, share=share, write_mode=write, history=history)
    workspace = Workspace.open(folder, home=home.root, flags={"workspace": str(folder.absolute())})
    found = agent_sessions(workspace.layout.root)
    if as_json:
        say_json({"workspace": workspace.id, "written": [str(path) for path in written], "sessions": found})
        return
    top = repository(workspace.layout.root)
    if top is not None and top != workspace.layout.root:
        talk(f"note: the repository's root is {top}; a workspace there would cover all of it")
    for path in written:
        say(f"wrote {os.path.relpath(path)}")
    if lost:
        say(f"the workspace's name was missing and is back: {lost}")
    if merge_with_us(workspace.layout.root):
        say("git merges memory fact by fact in this clone now (merge.miminions in its config)")
    if not written:
        say("It was a workspace already; it is trusted on this machine now.")
    else:
        say("Nothing else was touched, nothing was sent, nothing was committed.")
    _tell_sessions(found)
    offer_model(workspace)
    talk("Next: miminions remember 'a fact', miminions show, or miminions chat.")


def _tell_sessions(found: Mapping[str, int]) -> None:
    """Say which sessions of agents lie on this machine, and which of them can be learned from."""
    if any(found.values()):
        named = " and ".join(f"{count} of {agent}" for agent, count in found.items() if count)
        say(f"This machine has past sessions of this folder: {named}.")
    if found["Claude Code"]:
        say(
            "`miminions distill FILE --dry-run` shows what one teaches; Claude Code's are in ~/.claude/projects."
        )
    if found["Codex"]:
        say("Codex's cannot be read yet.")


def _check(name: str, word: str | None, words: tuple[str, ...]) -> None:
    if word is not None and word not in words:
        raise UsageError(f"--{name} {word!r} is not possible", hint=f"use one of: {', '.join(words)}")


def _proposed(
    folder: Path, write: str | None, history: str | None, *, quiet: bool
) -> tuple[str | None, str | None]:
    """Propose what suits several writers, where nothing was said: asked in a terminal, a hint elsewhere."""
    state = read_folder(Layout(folder.absolute()))
    decided = (
        write or history or state.write_mode or "history:" in state.memory.text[: state.facts.document.body]
    )
    if quiet or decided or not is_shared(folder.absolute()):
        return write, history
    told = (
        "several people write in this repository: sessions could leave memory/ alone and wait in your inbox,"
    )
    told += " and each writer could have a history of his own"
    if not sys.stdin.isatty():
        talk(f"note: {told}: miminions init --write inbox --history per-writer")
        return None, None
    talk(f"{told[0].upper()}{told[1:]}.")
    chosen = typer.confirm("Set write: inbox and history: per-writer for everybody here?", default=True)
    return ("inbox", "per-writer") if chosen else (None, None)


def trust(
    *,
    workspace: WorkspaceName = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the trust back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Trust the memory that came with a clone: it is then used in contexts, recall and other workspaces."""
    ws = open_workspace(workspace)
    if not ws.personal:
        ws.local  # noqa: B018  # raises where the file names no workspace
        give_trust(ws.home, ws.id, ws.layout.root, trusted=not revoke)
        saw(ws.local, ws.state().digests)
        # What is no longer trusted must not stay readable in the shared index, either.
        ws.sync_global()
        if not revoke:
            merge_with_us(ws.layout.root)
    if as_json:
        say_json({"workspace": ws.id, "trusted": ws.trusted})
    else:
        say(f"{ws.name} is {'no longer ' if revoke else ''}trusted on this machine.")


def status(*, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show the workspace, its facts, what waits, the model, and who can see what."""
    now = status_of(open_workspace(workspace))
    if as_json:
        say_json(asdict(now))
        return
    rows = [
        ("workspace", f"{now.workspace} ({now.root})"),
        (
            "trusted",
            "yes" if now.trusted else "no: run `miminions trust` once you have read memory/MEMORY.md",
        ),
        ("facts", f"{now.facts} here, {now.personal_facts} personal"),
        ("shared", now.shares),
        (
            "waiting",
            f"{many(now.waiting, 'session')} to distill"
            + (": `miminions distill --pending`" if now.waiting else ""),
        ),
        *(("waiting", f"{plan} (`miminions distill --pending`)") for plan in now.plans),
        *(("failed", one) for one in _by_reason(now.failed)),
        ("review", many(now.review, "candidate") + (": `miminions review`" if now.review else "")),
        ("model", now.model or "none: the rules do the work (`miminions config model NAME`)"),
        ("spent", _spent(now)),
        ("index", now.index),
        *(("problem", problem) for problem in now.problems),
    ]
    table(("", ""), rows)


def _spent(now: Status) -> str:
    chats = f", {now.chats_today_usd:.4f} by chats" if now.chats_today_usd else ""
    return f"{now.spent_today_usd:.4f} of {now.usd_per_day:g} USD today{chats}"


def _by_reason(failed: Sequence[str]) -> Iterator[str]:
    """Yield why sessions failed, a reason once."""
    sessions: dict[str, list[str]] = {}
    for one in failed:
        session, _, reason = one.partition(": ")
        sessions.setdefault(reason, []).append(session)
    for reason, alike in sessions.items():
        yield f"{alike[0] if len(alike) == 1 else many(len(alike), 'session')}: {reason}"
