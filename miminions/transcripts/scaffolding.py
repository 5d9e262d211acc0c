"""Scaffolding: what clients and their hooks write into a person's message, told from what the person typed."""

import re

# A message that begins so is the client's own from end to end.
_WHOLE = re.compile(
    r"\s*(?:<(?:command-name|command-message|command-args|local-command-stdout|local-command-stderr"
    r"|local-command-caveat|bash-input|bash-stdout|bash-stderr|task-notification|user-memory-input)\b"
    r"|\(no content\)\s*$|Caveat: The messages below were generated"
    r"|This session is being continued from a previous conversation)"
)
# What clients add around a prompt: reminders, the output of hooks, what the editor shows, where the agent runs.
_REMINDER = "system-reminder"
_OPEN = re.compile(
    rf"<({_REMINDER}|[a-z]+(?:-[a-z]+)*-hook|ide_(?:opened_file|selection|diagnostics)|environment_(?:context|details)"
    r"|user_instructions|user_info|attached_files|additional_data|open_and_recently_viewed_files)(?:\s[^<>]*)?>"
)
_INTERRUPTED = re.compile(r"^\[Request interrupted by user[^\]\n]*\][ \t]*$\n?", re.MULTILINE)


def typed(text: str) -> str:
    """Return what the person typed of a message, empty where the client wrote all of it."""
    return "" if _WHOLE.match(text) else _INTERRUPTED.sub("", without_blocks(text)).strip()


def without_blocks(text: str) -> str:
    """Remove the blocks that clients add; a reminder that is never closed ends with the text, another one stays."""
    kept, start, place = [], 0, 0
    unclosed: set[str] = set()
    while opened := _OPEN.search(text, place):
        name, place = opened[1], opened.end()
        close = -1 if name in unclosed else text.find(f"</{name}>", place)
        if close < 0 and name != _REMINDER:
            unclosed.add(name)
            continue
        kept.append(text[start : opened.start()])
        start = place = len(text) if close < 0 else close + len(name) + 3
    return "".join(kept) + text[start:]
