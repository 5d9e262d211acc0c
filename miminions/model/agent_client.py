"""AgentModel, a model behind the person's own agent client: run once, without tools, hooks or a session of its own."""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from miminions.errors import ContextTooLongError, ModelError, ModelMissingError
from miminions.model.agents import CLAUDE, Agent, model_of, program_of
from miminions.model.process import Done, run
from miminions.model.translate import told
from miminions.model.values import Message, Reply, Shape, Stream, Usage

# Folders of this beginning are ours: a session that a client keeps of one is never distilled.
FOLDER_MARK = "miminions-agent-"
SYSTEM = "system.md"
_NO_TOOLS = (
    "shell_tool",
    "shell_snapshot",
    "unified_exec",
    "hooks",
    "apps",
    "plugins",
    "multi_agent",
    "memories",
    "goals",
    "image_generation",
    "view_image",
    "skill_search",
    "collaboration_modes",
)
_NO_CONTEXT = (
    "project_doc_max_bytes=0",
    'web_search="disabled"',
    "notify=[]",
    "include_environment_context=false",
    "include_permissions_instructions=false",
    "skills.include_instructions=false",
)
_SIGNED_OUT = (
    "not logged in",
    "/login",
    "invalid api key",
    "oauth token",
    "401",
    "unauthorized",
    "missing environment variable",
)
# What Codex lets a server be called; it splits the path of a setting at dots, and knows no quotes.
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_TOO_LONG = ("prompt is too long", "context window", "context length")
_TOO_OLD = ("unknown option", "unexpected argument", "unrecognized option")
_LIMITED = ("usage limit", "rate limit", "limit reached", "429", "quota")


class AgentModel:
    """A model that is asked through Claude Code or Codex; `timeout` is in seconds, the client tries again by itself."""

    def __init__(self, name: str, *, timeout: float = 120.0) -> None:
        self.name = name
        self._timeout = timeout

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Both clients take a schema."""
        return ("json_schema", "text")

    def settle(self, shape: Shape) -> None:
        """Remember nothing: a client takes what its version takes."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        shape: Shape = "json_schema",
        max_tokens: int | None = None,  # noqa: ARG002  # no client has such an option
    ) -> Reply:
        """Answer a conversation. Raises ModelError, ModelMissingError, ContextTooLongError."""
        agent, program = program_of(self.name)
        wanted = schema if shape != "text" else None
        with tempfile.TemporaryDirectory(prefix=FOLDER_MARK, ignore_cleanup_errors=True) as top:
            system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
            Path(top, SYSTEM).write_text(system, "utf-8")
            command = _command(agent, program, model_of(self.name), Path(top), wanted)
            folder = Path(top, "empty")
            folder.mkdir()
            try:
                done = run(
                    command,
                    _told(messages),
                    folder=folder,
                    environment=_surroundings(),
                    timeout=self._timeout,
                )
            except OSError as error:
                raise ModelError(
                    f"{agent.title} could not be started: {told(error)}", hint=f"Does `{agent.program}` run?"
                ) from error
        if done.why:
            raise _killed(agent, done, self._timeout)
        reply = (_claude if agent is CLAUDE else _codex)(done)
        if reply is None:
            raise _failed(agent, done)
        return reply

    def stream(self, messages: Sequence[Message]) -> Stream:
        """Refuse, when the first piece is asked for: a client of its own has a better chat than we could make of it."""
        return Stream(self._no_pieces(messages))

    def _no_pieces(self, _: Sequence[Message]) -> Generator[str, None, Reply]:
        raise ModelMissingError(
            f"{self.name} only distills, it does not chat here",
            hint="Chat with a model, for example: miminions chat --model ollama_chat/llama3.1. Or use the agent itself.",
        )
        yield ""


def _surroundings() -> dict[str, str]:
    """Return the client's environment: our own hooks off, its customizations too, and no sign of a client around us."""
    kept = {k: v for k, v in os.environ.items() if k not in {"CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT"}}
    switches = {"CLAUDE_CODE_SAFE_MODE": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return {**kept, **switches, "MIMINIONS": "off"}


def _command(
    agent: Agent, program: str, own_model: str, top: Path, schema: Mapping[str, object] | None
) -> list[str]:
    """Return the command line; prompts go by file and by standard input, where other people of a machine see none."""
    chosen = ("--model", own_model) if own_model else ()
    return [program, *(_of_claude if agent is CLAUDE else _of_codex)(program, top, schema, chosen)]


def _of_claude(
    program: str, top: Path, schema: Mapping[str, object] | None, chosen: tuple[str, ...]
) -> Iterator[str]:
    yield from ("-p", "--output-format", "json", "--tools", "", "--strict-mcp-config")
    yield from ("--disable-slash-commands", "--no-session-persistence", "--setting-sources", "user")
    yield from ("--system-prompt-file", str(top / SYSTEM))
    # A batch file of Windows would read the quotes in a schema as its own.
    if schema is not None and not program.lower().endswith((".cmd", ".bat")):
        yield from ("--json-schema", json.dumps(schema))
    yield from chosen


def _of_codex(
    program: str,  # noqa: ARG001  # as above
    top: Path,
    schema: Mapping[str, object] | None,
    chosen: tuple[str, ...],
) -> Iterator[str]:
    yield from ("exec", "--json", "--ephemeral", "--skip-git-repo-check", "--ignore-rules")
    yield from ("--sandbox", "read-only")
    if schema is not None:
        (top / "schema.json").write_text(json.dumps(schema), "utf-8")
        yield from ("--output-schema", str(top / "schema.json"))
    yield from ("-c", f"model_instructions_file={json.dumps(str(top / SYSTEM))}")
    for setting in (
        *_NO_CONTEXT,
        *(f"features.{name}=false" for name in _NO_TOOLS),
        *(f"mcp_servers.{name}.enabled=false" for name in _servers()),
    ):
        yield from ("-c", setting)
    yield from (*chosen, "-")


def _servers() -> list[str]:
    """Return the names of the MCP servers that Codex would start; it has no option that leaves them all out."""
    folder = os.environ.get("CODEX_HOME")
    config = (Path(folder) if folder else Path.home() / ".codex") / "config.toml"
    with suppress(OSError, ValueError):
        servers = tomllib.loads(config.read_text("utf-8")).get("mcp_servers")
        return [name for name in servers if _NAME.fullmatch(name)] if isinstance(servers, dict) else []
    return []


def _told(messages: Sequence[Message]) -> str:
    """Write a conversation as one text; a single question is its own text."""
    said = [m for m in messages if m["role"] != "system"]
    if len(said) == 1:
        return said[0]["content"]
    names = {"user": "User", "assistant": "You answered"}
    return "\n\n".join(f"[{names.get(m['role'], m['role'])}]\n{m['content']}" for m in said)


def _claude(done: Done) -> Reply | None:
    """Read what `claude -p --output-format json` printed; None for a failure."""
    answer = _object(done.out)
    if answer is None or answer.get("is_error") or done.code or answer.get("subtype") != "success":
        return None
    shaped, plain = answer.get("structured_output"), answer.get("result")
    text = json.dumps(shaped) if isinstance(shaped, dict) else plain if isinstance(plain, str) else ""
    usage = answer.get("usage") if isinstance(answer.get("usage"), dict) else {}
    read = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    usd = answer.get("total_cost_usd")
    cost = float(usd) if isinstance(usd, int | float) else 0.0
    calls = Usage(1, sum(_count(usage, name) for name in read), _count(usage, "output_tokens"), cost)
    return Reply(text, answer.get("stop_reason") == "max_tokens", calls)


def _codex(done: Done) -> Reply | None:
    """Read the events that `codex exec --json` printed; None for a failure."""
    text, ended = "", False
    usage: dict[str, Any] = {}
    for event in _events(done.out):
        item = event.get("item")
        if event.get("type") == "item.completed" and isinstance(item, dict):
            text = str(item.get("text") or "") if item.get("type") == "agent_message" else text
        elif event.get("type") == "turn.completed":
            ended = True
            usage = event["usage"] if isinstance(event.get("usage"), dict) else {}
    if done.code or not ended:
        return None
    return Reply(text, False, Usage(1, _count(usage, "input_tokens"), _count(usage, "output_tokens"), 0.0))


def _events(text: str) -> list[dict[str, Any]]:
    return [event for line in text.split("\n") if (event := _object(line)) is not None]


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _count(usage: Any, name: str) -> int:
    value = usage.get(name)
    return value if type(value) is int else 0


def _killed(agent: Agent, done: Done, timeout: float) -> ModelError:
    if done.why == "late":
        return ModelError(
            f"{agent.title} gave no answer within {timeout:g} seconds",
            hint=f"Try again, or give it longer: miminions config set model.timeout 300. Is it signed in? {agent.sign_in}",
        )
    return ModelError(
        f"{agent.title} wrote more than an answer can be", hint="Try again, or choose another model."
    )


def _failed(agent: Agent, done: Done) -> ModelError | ModelMissingError:
    """Say what a client that answered nothing was missing."""
    said = _said(done)
    low = f"{said} {done.err[-2000:]}".lower()
    if any(sign in low for sign in _TOO_LONG):
        return ContextTooLongError(
            f"the text is too long for {agent.title}", hint="Give it less at once, or choose another model."
        )
    if any(sign in low for sign in _SIGNED_OUT):
        return ModelMissingError(f"{agent.title} is not signed in: {said}", hint=agent.sign_in)
    if any(sign in low for sign in _TOO_OLD):
        return ModelError(
            f"this {agent.title} lacks an option that it is asked with: {said}",
            hint=f"Bring it up to date: `{agent.program} update`, or as you installed it.",
        )
    if any(sign in low for sign in _LIMITED):
        return ModelError(
            f"{agent.title} is at a limit: {said}", hint="Wait until it is over, and run the command again."
        )
    return ModelError(f"{agent.title} failed: {said}", hint=f"Does `{agent.program}` answer when you run it?")


def _said(done: Done) -> str:
    """Return the line in which a client says what is wrong, without keys."""
    answer = _object(done.out)
    if answer is not None:
        lines = [str(answer.get("result") or answer.get("subtype") or "")]
    else:
        events = [e for e in _events(done.out) if e.get("type") in {"error", "turn.failed"}]
        lines = [str(e.get("message") or e.get("error") or "") for e in events]
        lines += [line for line in done.err.splitlines() if line.lower().startswith("error")]
    lines = [line for line in lines if line.strip()]
    signal = f"it was ended by signal {-done.code}" if done.code < 0 else f"it ended with code {done.code}"
    return told(Exception(lines[-1])) if lines else signal
