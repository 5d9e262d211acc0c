"""chat: a conversation with memory in a terminal; what it taught is distilled when it ends."""

import sys
from typing import Annotated

import typer

from miminions.cli.distill import distill_quietly
from miminions.cli.models import offer_model
from miminions.cli.options import WorkspaceName, open_workspace
from miminions.cli.render import talk
from miminions.files import make_folder, try_lock
from miminions.transcripts.own import keep_from_git
from miminions.workspace import Workspace


def chat(
    *,
    model: Annotated[str | None, typer.Option(help="Use this model, this time.")] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="SESSION", help="Go on with a session; `last` is the latest.")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--distill/--no-distill", help="Distil what the chat taught when it ends.")
    ] = True,
    workspace: WorkspaceName = None,
) -> None:
    """Talk with a model that knows this workspace's memory; exit, quit, /exit or Ctrl-D end it."""
    ws = open_workspace(workspace, model=model)
    offer_model(ws)
    ws = open_workspace(workspace, model=model)
    ws.check_trust()
    minion = ws.minion(resume=_latest(ws) if resume == "last" else resume)
    _ignored_by_git(ws)
    _catch_up(ws)
    _greet(ws, minion.session)
    with try_lock(ws.local.session_lock(minion.session)):
        from miminions.chat.terminal import converse
        from miminions.model import preload

        if minion.model is not None:
            preload()
        asked = converse(minion)
    if asked and learn:
        distill_quietly(ws, minion.transcript)


def _greet(ws: Workspace, session: str) -> None:
    if not sys.stdin.isatty():
        return
    name = ws.settings.text("model")
    facts = len(ws.facts())
    told = f"{name} answers" if name else "No model is chosen, so none answers: replies are what memory knows"
    talk(f"{ws.name}: {facts} facts. {told}. exit or Ctrl-D ends the chat.")
    if not name:
        talk("`miminions config model NAME` chooses one, such as openai/gpt-5-mini or ollama_chat/llama3.1.")
    talk(f"session {session}")


def _catch_up(ws: Workspace) -> None:
    """Distil chats that ended without it, as by a crash."""
    ws.settle_waiting()
    for path in ws.pending(due=True):
        distill_quietly(ws, path)


def _latest(ws: Workspace) -> str:
    sessions = sorted(path.stem for path in ws.layout.sessions.glob("*.jsonl"))
    return sessions[-1] if sessions else "last"


def _ignored_by_git(ws: Workspace) -> None:
    """Keep transcripts out of git: they are private until somebody decides otherwise."""
    make_folder(ws.layout.sessions)
    keep_from_git(ws.layout)
