"""Notes for the next session: kept on this machine until that session takes them, and never a fact."""

from miminions.errors import UsageError
from miminions.files import lock, remove
from miminions.layout import LocalLayout
from miminions.memory.lines import one_line
from miminions.records import load, store
from miminions.redact import has_secret, without_private


def note(local: LocalLayout, text: str) -> None:
    """Keep a note for the next session. Raises UsageError for an empty one and for a secret, FileError."""
    line = one_line(without_private(text))
    if not line:
        raise UsageError("the note is empty", hint="say in a sentence what the next session should know")
    if has_secret(line):
        raise UsageError(
            "that looks like a secret", hint="secrets are kept out of memory; name where it lies"
        )
    with lock(local.lock):
        store(local.once, {"notes": list(dict.fromkeys((*notes(local), line)))})


def notes(local: LocalLayout) -> tuple[str, ...]:
    """Return the notes for the next session; they stay."""
    held = load(local.once).get("notes")
    return tuple(one for one in held if isinstance(one, str)) if isinstance(held, list) else ()


def take(local: LocalLayout) -> None:
    """Let go of the notes: a session has them. Raises FileError."""
    if local.once.exists():
        with lock(local.lock):
            remove(local.once)
