"""Notes what a workspace served; a note that cannot be made is none, and nobody waits for it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from miminions.context import Context, tokens
from miminions.index import Hit
from miminions.layout import PRIVATE
from miminions.usage.counts import UNASKED
from miminions.usage.prompts import masked
from miminions.usage.record import served

if TYPE_CHECKING:
    from miminions.workspace.base import OpenWorkspace

# The parts of a context that hold facts; what is in them is named by their ids.
_FACTS = {"workspace", "personal", "parents", "shared"}
# Ids of what is private stand in no other file.
_UNNAMED = (PRIVATE, "")


def note_hits(ws: "OpenWorkspace", surface: str, query: str, hits: Sequence[Hit]) -> None:
    """Note the answer to a question."""
    given = [(hit.kind, hit.id) if PRIVATE not in hit.workspaces else _UNNAMED for hit in hits]
    _note(ws, surface, given, query, sum(tokens(hit.text) for hit in hits))


def note_context(ws: "OpenWorkspace", context: Context) -> None:
    """Note the context of a session."""
    given = [
        ("fact" if part.name in _FACTS else part.name, identity) if part.name != PRIVATE else _UNNAMED
        for part in context.parts
        for identity in part.ids
    ]
    _note(ws, UNASKED, given, "", context.tokens)


def _note(
    ws: "OpenWorkspace", surface: str, given: Iterable[tuple[str, str]], prompt: str, size: int
) -> None:
    # A workspace without an id keeps nothing on this machine.
    if ws.known:
        served(ws.local.usage, surface, list(given), prompt=masked(prompt), tokens=size)
