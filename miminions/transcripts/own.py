"""Our own transcripts: one JSON object a line with timestamp, session_id, role, content and meta; read and written."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from miminions.files import append, make_folder
from miminions.layout import Layout
from miminions.redact import has_secret, redact, without_private
from miminions.repository import ignored, name_of, repository_at
from miminions.transcripts.records import Record, Records, read_records
from miminions.transcripts.scaffolding import typed
from miminions.transcripts.turns import Role, Turn, as_time, local

NAME = "miminions"


def recognises(record: Record) -> bool:
    """Say whether a record is one of ours, or one of the same shape."""
    return record.get("role") in (*get_args(Role), "developer") and isinstance(record.get("content"), str)


def leaves_out(record: Record) -> bool:  # noqa: ARG001  # the readers share one shape
    """Return False: all that our transcripts hold was said."""
    return False


def session(records: Records) -> str | None:
    """Return the session that the records name."""
    names = (record.get("session_id") for _, record in records)
    return next((name for name in names if isinstance(name, str) and name), None)


def folder(records: Records) -> Path | None:  # noqa: ARG001  # the readers share one shape
    """Return None: our transcripts lie in the workspace they belong to."""
    return None


def branch(records: Records) -> str | None:
    """Return the branch that the last turn with one was said on."""
    metas = (record.get("meta") for _, record in reversed(records))
    named = (meta.get("branch") for meta in metas if isinstance(meta, dict))
    return next((name for name in named if isinstance(name, str) and name), None)


def turns(records: Records) -> Iterator[Turn]:
    """Yield one turn a record; what was injected, by whatever mark, is never the person's."""
    for number, record in records:
        if recognises(record):
            role, text, time = _role(record), record["content"], as_time(record.get("timestamp"))
            said = typed(text) if role == "user" else text
            proven = role if said or not text.strip() else "system"
            yield Turn(number, proven, said or text, time, _speaker(record))


def extent(path: Path) -> tuple[str, int]:
    """Return the session of one of our transcripts and how many records it has. Raises FileError."""
    records, _, total = read_records(path)
    return session_name(session(records) or path.stem), total


def session_name(given: str) -> str:
    """Return the name that a session has in every file: its own, or a digest where that holds a secret."""
    return f"masked-{hashlib.sha256(given.encode()).hexdigest()[:12]}" if has_secret(given) else given


def new_session(now: datetime, token: str | None = None) -> str:
    """Return a session id such as 20261120T140233123456Z_1a2b3c4d."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}Z_{token or secrets.token_hex(4)}"


def keep_from_git(layout: Layout) -> Path | None:
    """Have git ignore the transcripts of a workspace, and return the file that says so if it was written.

    Where there are none, where git does so already, or where somebody has said there what git shall do, nothing is
    written. Raises FileError.
    """
    ignore = layout.sessions / ".gitignore"
    # An empty one was left by a run that was killed as it wrote it.
    if not layout.sessions.is_dir() or (ignore.exists() and ignore.stat().st_size):
        return None
    repo = repository_at(layout.root)
    name = name_of(repo, layout.sessions / "any.jsonl") if repo else None
    if repo and name and ignored(repo, (name,)):
        return None
    append(ignore, "*\n", mode=0o666)
    return ignore


def write_turn(  # noqa: PLR0913  # one argument for each field of a record
    path: Path,
    name: str,
    role: Role,
    content: str,
    *,
    now: datetime,
    meta: Mapping[str, object] | None = None,
) -> None:
    """Append one turn and wait until it is on the disk; secrets and private spans never get there. Raises FileError."""
    record: dict[str, object] = {
        "timestamp": local(now).isoformat(),
        "session_id": name,
        "role": role,
        "content": redact(without_private(content)),
    }
    if meta:
        record["meta"] = dict(meta)
    make_folder(path.parent)
    append(path, _line_end(path) + json.dumps(record, ensure_ascii=False) + "\n")


def _line_end(path: Path) -> str:
    """Return the line end that a torn last record lacks, so that it does not swallow the next one."""
    try:
        with path.open("rb") as file:
            file.seek(-1, 2)
            return "" if file.read(1) == b"\n" else "\n"
    except OSError:
        return ""


def _role(record: Record) -> Role:
    meta = record.get("meta")
    if isinstance(meta, dict) and meta.get("source") in ("context_builder", "memory", "recall"):
        return "system"
    role: Role = "system" if record["role"] == "developer" else record["role"]
    return role


def _speaker(record: Record) -> str:
    """Return the name of who said a record, where one is given."""
    meta = record.get("meta")
    name = meta.get("speaker") if isinstance(meta, dict) else None
    return " ".join(name.split()) if isinstance(name, str) else ""
