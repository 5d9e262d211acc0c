"""Claude Code's session files: a tree of records by uuid, of which the living branch becomes turns."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miminions.transcripts.records import Record
from miminions.transcripts.turns import Role, Turn, as_time

NAME = "claude-code"

# What the client itself writes into user messages.
_SCAFFOLDING = re.compile(
    r"\s*(?:<(?:command-name|command-message|command-args|local-command-stdout|local-command-stderr"
    r"|local-command-caveat|bash-input|bash-stdout|bash-stderr|task-notification|user-memory-input)\b"
    r"|\(no content\)\s*$|Caveat: The messages below were generated|\[Request interrupted by user"
    r"|This session is being continued from a previous conversation)"
)
_REMINDER = re.compile(r"<system-reminder>.*?(?:</system-reminder>|\Z)", re.DOTALL)


def recognises(record: Record) -> bool:
    """Say whether a record carries a message of Claude Code."""
    return record.get("type") in {"user", "assistant"} and isinstance(record.get("message"), dict)


def session(record: Record) -> str | None:
    """Return the session that a record names."""
    name = record.get("sessionId")
    return name if isinstance(name, str) and name else None


def folder(record: Record) -> Path | None:
    """Return the working directory a record names; the file's own folder name does not tell it reliably."""
    cwd = record.get("cwd")
    return Path(cwd) if isinstance(cwd, str) and cwd else None


def turns(records: list[tuple[int, Record]]) -> Iterator[Turn]:
    """Yield the turns of the living branch; blocks of one assistant message are one turn."""
    alive = _living(records)
    held: Turn | None = None
    held_id: object = None
    seen: set[str] = set()
    for number, record in records:
        uuid = record.get("uuid")
        if not recognises(record) or (isinstance(uuid, str) and (uuid in seen or uuid not in alive)):
            continue
        seen.update([uuid] if isinstance(uuid, str) else [])
        message = record["message"]
        for turn in _turns_of(number, record, message):
            same = held and turn.role == held.role == "assistant" and message.get("id") == held_id is not None
            if held and same:
                held = Turn(held.number, held.role, f"{held.text}\n{turn.text}".strip(), held.time)
                continue
            if held:
                yield held
            held, held_id = turn, message.get("id")
    if held:
        yield held


def _living(records: list[tuple[int, Record]]) -> set[str]:
    """Return the uuids of the conversation as it ended: from the last answer back to the root, and what came after.

    Rewound branches are left out; records of sub-agents stay. A chain that breaks (a compacted or foreign parent)
    goes on at the record before it. Local commands hang on the root and so would hide the conversation as last leaf.
    """
    named = [record for _, record in records if isinstance(record.get("uuid"), str)]
    main = [record for record in named if not record.get("isSidechain")]
    places = {record["uuid"]: place for place, record in enumerate(main)}
    alive = {record["uuid"] for record in named if record.get("isSidechain")}
    leaf = next(
        (place for place in reversed(range(len(main))) if main[place].get("type") == "assistant"),
        len(main) - 1,
    )
    place = leaf
    while place >= 0:
        alive.add(main[place]["uuid"])
        earlier = places.get(_parent(main[place]), place - 1)
        place = earlier if earlier < place else place - 1
    for record in main[leaf + 1 :]:
        if _parent(record) in alive:
            alive.add(record["uuid"])
    return alive


def _parent(record: Record) -> str:
    return str(record.get("parentUuid") or record.get("logicalParentUuid") or "")


def _turns_of(number: int, record: Record, message: dict[str, Any]) -> Iterator[Turn]:
    time = as_time(record.get("timestamp"))
    if message.get("model") == "<synthetic>" or record.get("isApiErrorMessage"):
        return
    text, outputs = _text(message.get("content"))
    if outputs:
        yield Turn(number, "tool", outputs, time)
    if text.strip():
        yield Turn(number, _role(record, text, tool=bool(outputs)), text.strip(), time)


def _role(record: Record, text: str, *, tool: bool) -> Role:
    if record.get("isSidechain"):
        return "subagent"
    if record["type"] == "assistant":
        return "assistant"
    flags = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly")
    if tool or any(record.get(flag) for flag in flags) or _SCAFFOLDING.match(text):
        return "system"
    return "user"


def _text(content: object) -> tuple[str, str]:
    """Return what was said, and what tools gave back."""
    if isinstance(content, str):
        return _REMINDER.sub("", content), ""
    said, given = [], []
    for block in content if isinstance(content, list) else []:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text" and isinstance(block.get("text"), str):
            said.append(_REMINDER.sub("", block["text"]))
        elif kind == "tool_result":
            inner = block.get("content")
            given.append(inner if isinstance(inner, str) else "\n".join(_text(inner)).strip())
    return "\n".join(said), "\n".join(given)
