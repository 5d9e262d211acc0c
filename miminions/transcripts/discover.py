"""Finds the sessions that agents on this machine had in a folder, by the working directory in their records."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

FIRST_LINES = 40
LINE_LIMIT = 200_000


def agent_sessions(root: Path, environment: Mapping[str, str] | None = None) -> dict[str, int]:
    """Count each agent's sessions whose working directory lies in `root`."""
    variables = os.environ if environment is None else environment
    claude = Path(variables.get("CLAUDE_CONFIG_DIR") or Path.home() / ".claude") / "projects"
    codex = Path(variables.get("CODEX_HOME") or Path.home() / ".codex") / "sessions"
    return {
        # Older clients keep their sub-agents' files beside the sessions.
        "Claude Code": sum(
            _inside(p, root) for p in claude.glob("*/*.jsonl") if not p.name.startswith("agent-")
        ),
        "Codex": sum(_inside(path, root) for path in codex.rglob("rollout-*.jsonl")),
    }


def _inside(path: Path, root: Path) -> bool:
    """Say whether a session file names a working directory in `root`; only its first lines are read."""
    for folder in _folders(path):
        named = Path(folder)
        return named == root or root in named.parents or root.resolve() in [named, *named.parents]
    return False


def _folders(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            for _ in range(FIRST_LINES):
                folder = _folder(file.readline(LINE_LIMIT))
                if folder:
                    yield folder
    except OSError:
        return


def _folder(line: bytes) -> str:
    try:
        record = json.loads(line)
        found = record.get("cwd") or record.get("payload", {}).get("cwd")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""
