"""Claude Code's session files: a tree of records by uuid, of which the living branch becomes turns."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from miminions.transcripts.records import Record, Records
from miminions.transcripts.scaffolding import typed, without_blocks
from miminions.transcripts.turns import Role, Turn, as_time

NAME = "claude-code"

# Records of the client's own state, of its hooks, and of what it put into the prompt.
_SILENT = frozenset(
    {
        "agent-name",
        "agent-setting",
        "ai-title",
        "attachment",
        "bridge-session",
        "custom-title",
        "file-history-snapshot",
        "last-prompt",
        "permission-mode",
        "pr-link",
        "progress",
        "queue-operation",
        "summary",
        "system",
        "worktree-state",
    }
)


def recognises(record: Record) -> bool:
    """Say whether a record carries a message of Claude Code."""
    return record.get("type") in ("user", "assistant") and isinstance(record.get("message"), dict)


def leaves_out(record: Record) -> bool:
    """Say whether a record is known to carry nothing that was said; injected memory is among them."""
    return str(record.get("type")) in _SILENT


def session(records: Records) -> str | None:
    """Return the session of the file; a resumed one begins with copies that may name an older session.

    A sub-agent's records name the session they work for: its file is none itself.
    """
    names = (r.get("sessionId") for _, r in reversed(records) if recognises(r) and not r.get("isSidechain"))
    return next((name for name in names if isinstance(name, str) and name), None)


def folder(records: Records) -> Path | None:
    """Return the working directory the records name; the file's own folder name does not tell it reliably."""
    named = (record.get("cwd") for _, record in records)
    return next((Path(cwd) for cwd in named if isinstance(cwd, str) and cwd and "\0" not in cwd), None)


def branch(records: Records) -> str | None:
    """Return the branch that the last record names."""
    named = (record.get("gitBranch") for _, record in reversed(records))
    return next((name for name in named if isinstance(name, str) and name), None)


def turns(records: Records) -> Iterator[Turn]:
    """Yield the turns of the living branch; blocks of one assistant message are one turn."""
    held: Turn | None = None
    held_id: object = None
    for number, record in _spoken(records):
        for turn in _turns_of(number, record):
            message_id = record["message"].get("id")
            if held and turn.role == held.role == "assistant" and message_id == held_id is not None:
                held = replace(held, text=f"{held.text}\n{turn.text}")
                continue
            if held:
                yield held
            held, held_id = turn, message_id
    if held:
        yield held


def _spoken(records: Records) -> Iterator[tuple[int, Record]]:
    """Yield the messages of the living branch, each once."""
    alive = _living(records)
    for number, record in records:
        uuid = record.get("uuid")
        if recognises(record) and (not isinstance(uuid, str) or uuid in alive):
            alive.discard(str(uuid))
            yield number, record


def _living(records: Records) -> set[str]:
    """Return the uuids of the conversation as it ended: from the last word back to the root, and what came after.

    Rewound branches are left out; records of sub-agents stay. Local commands hang on the root and so would hide the
    conversation as last leaf.
    """
    named = [record for _, record in records if isinstance(record.get("uuid"), str)]
    main = [record for record in named if not record.get("isSidechain")]
    places: dict[str, int] = {}
    for place, record in enumerate(main):
        places.setdefault(record["uuid"], place)
    leaf = next((n for n in reversed(range(len(main))) if _is_word(main[n])), len(main) - 1)
    alive = {record["uuid"] for record in named if record.get("isSidechain")}
    alive.update(main[place]["uuid"] for place in _chain(main, places, leaf))
    alive.update(record["uuid"] for record in main[leaf + 1 :] if _parent(record) in alive)
    return alive


def _chain(main: list[Record], places: dict[str, int], leaf: int) -> Iterator[int]:
    """Yield the places from a leaf back to its root.

    A chain that breaks (a compacted or foreign parent) goes on at the record before it.
    """
    place, linked = leaf, False
    while place >= 0:
        yield place
        parent = places.get(_parent(main[place]), place)
        if parent < place:
            place, linked = parent, True
        elif linked and _is_root(main[place]):
            return
        else:
            place, linked = place - 1, False


def _is_word(record: Record) -> bool:
    """Say whether a record is an answer or a prompt."""
    return recognises(record) and (record["type"] == "assistant" or _is_prompt(record))


def _is_prompt(record: Record) -> bool:
    return recognises(record) and any(turn.role == "user" for turn in _turns_of(0, record))


def _is_root(record: Record) -> bool:
    """Say whether a prompt says that nothing comes before it: then the first prompt was rewound."""
    return "parentUuid" in record and not _parent(record) and _is_prompt(record)


def _parent(record: Record) -> str:
    return str(record.get("parentUuid") or record.get("logicalParentUuid") or "")


def _turns_of(number: int, record: Record) -> Iterator[Turn]:
    message = record["message"]
    if message.get("model") == "<synthetic>" or record.get("isApiErrorMessage"):
        return
    time = as_time(record.get("timestamp"))
    said, given = _text(message.get("content"))
    if given.strip():
        yield Turn(number, "tool", given, time)
    role = _role(record, said, tool=bool(given))
    if said.strip():
        yield Turn(number, role, typed(said) if role == "user" else said.strip(), time)


def _role(record: Record, text: str, *, tool: bool) -> Role:
    if record.get("isSidechain"):
        return "subagent"
    if record["type"] == "assistant":
        return "assistant"
    flags = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly")
    if tool or any(record.get(flag) for flag in flags) or not typed(text):
        return "system"
    return "user"


def _text(content: object) -> tuple[str, str]:
    """Return what was said, and what tools gave back."""
    blocks = _blocks(content)
    said = [_string(block.get("text")) for block in blocks if block.get("type") == "text"]
    given = [_given(block.get("content")) for block in blocks if block.get("type") == "tool_result"]
    return without_blocks("\n".join(said)), "\n".join(given)


def _given(content: object) -> str:
    return "\n".join(_string(block.get("text")) for block in _blocks(content)).strip()


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _blocks(content: object) -> list[Record]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
