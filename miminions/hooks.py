"""The door for other programs: an agent's event as JSON on stdin, what memory adds to it as JSON on stdout.

Whatever goes wrong, an agent's session goes on: the exit code is always 0, and problems go to our own log.
"""

import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from miminions.index import Hit
    from miminions.workspace import Workspace

FACTS_AT_MOST = 12
EVENT_AT_MOST = 4_000_000
LOG_AT_MOST = 1_000_000


def main() -> None:
    """Answer one event, or one question of a script, and end with exit code 0."""
    try:
        answer(sys.argv[1:])
    except Exception as problem:  # noqa: BLE001
        _note(problem)
    _end()


def answer(words: list[str]) -> None:
    """Print what an event gets; the first word names it. Raises what memory raises."""
    from miminions.errors import UsageError

    if os.environ.get("MIMINIONS", "").casefold() == "off":
        return
    match words:
        case ["UserPromptSubmit" | "SessionStart" as name]:
            _inject(name, _event())
        case ["recall", *query] if query:
            workspace = _open(".")
            _say(_lines(workspace.recall(" ".join(query))) if workspace else "")
        case ["context"]:
            workspace = _open(".")
            _say(workspace.context().text if workspace else "")
        case _:
            raise UsageError(
                f"no event is called {' '.join(words)!r}",
                hint="use UserPromptSubmit, SessionStart, recall QUERY or context",
            )


def recalled(workspace: "Workspace", prompt: str) -> str:
    """Return the block of facts that a prompt needs, empty where none is sure enough. Raises NotTrustedError."""
    from miminions.context import block
    from miminions.index import Query, needed
    from miminions.workspace.serving import note_hits

    query = Query(prompt, workspace.today, ("fact",), FACTS_AT_MOST, prompt=True)
    hits = needed(prompt, workspace.answer(query).hits)
    note_hits(workspace, "hook", prompt, hits)
    return block(_lines(hits), workspace.name, workspace.template_folders()) if hits else ""


def begun(workspace: "Workspace") -> str:
    """Return the context of a session that begins. Raises NotTrustedError, TemplateError, FileError."""
    from miminions.workspace.serving import note_context

    context = workspace.context()
    note_context(workspace, context)
    return context.text


def _inject(name: str, event: "Mapping[str, object]") -> None:
    workspace = _open(str(event.get("cwd") or "."))
    if workspace is None:
        return
    begins = name == "SessionStart"
    text = begun(workspace) if begins else recalled(workspace, str(event.get("prompt") or ""))
    if text:
        told = {"hookEventName": name, "additionalContext": text}
        _say(json.dumps({"hookSpecificOutput": told}))
    if begins:
        from miminions.workspace.once import take

        # The session has them now.
        take(workspace.local)


def _open(path: str) -> "Workspace | None":
    """Open the workspace at a path; None where there is none that its owner trusts: that is no error of anybody."""
    from miminions.workspace import Workspace

    workspace = Workspace.open(path)
    return (
        workspace if not workspace.gone and workspace.layout.memory.is_file() and workspace.trusted else None
    )


def _event() -> dict[str, object]:
    """Read the event. Raises ValueError for what is no JSON object."""
    event = json.loads(sys.stdin.buffer.read(EVENT_AT_MOST).decode("utf-8", "replace"))
    if not isinstance(event, dict):
        raise TypeError("the event is no JSON object")
    return event


def _lines(hits: "Iterable[Hit]") -> str:
    dated = (f"{hit.text} ({hit.date})" if hit.date else hit.text for hit in hits)
    return "\n".join(f"- {' '.join(text.split())}" for text in dated)


def _say(text: str) -> None:
    if text:
        sys.stdout.buffer.write(f"{text.rstrip()}\n".encode("utf-8", "replace"))


def _note(problem: Exception) -> None:
    """Write a problem into our log: its place in the code, and our own errors' words, never what was asked."""
    from miminions.errors import MiminionsError
    from miminions.files import append, make_folder
    from miminions.layout import home_of

    said = f": {problem} ({problem.hint})" if isinstance(problem, MiminionsError) else ""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""  # noqa: PTH119
    line = " ".join(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {type(problem).__name__}{place}{said}".split())
    home = home_of(dict(os.environ))
    log = home.log / "hook.log"
    try:
        if home.root.is_dir() and not (log.is_file() and log.stat().st_size > LOG_AT_MOST):
            make_folder(home.log, mode=0o700)
            append(log, f"{line}\n")
    except (MiminionsError, OSError):
        return


def _end() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        # The agent has gone; Python must not fail at that again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
