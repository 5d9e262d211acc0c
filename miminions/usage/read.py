"""Reads what was served, the oldest first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from miminions.layout import LocalLayout

# Where a record begins: a write that broke off leaves the beginning of one in the same line.
_BEGIN = '{"at":'


@dataclass(frozen=True, slots=True)
class Served:
    """One answer: when (UTC, ISO format to the second), where, for which prompt, and what was given in how many tokens.

    `surface` is recall, context, chat or hook, `prompt` empty where nobody asked; `given` are pairs of kind and id, none of them is silence.
    """

    at: str
    surface: str
    prompt: str
    given: tuple[tuple[str, str], ...]
    tokens: int


def read(local: LocalLayout) -> Iterator[Served]:
    """Yield what was served and is still noted, the oldest first; a damaged line is left out."""
    yield from in_file(local.usage.with_suffix(".1.jsonl"))
    yield from in_file(local.usage)


def in_file(path: Path) -> Iterator[Served]:
    """Yield what one file notes; one that cannot be read notes nothing."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return
    for line in text.split("\n"):
        if (begin := line.rfind(_BEGIN)) >= 0 and (one := _served(line[begin:])):
            yield one


def _served(line: str) -> Served | None:
    try:
        held = json.loads(line)
        given = tuple((str(kind), str(identity)) for kind, identity in held["given"])
        return Served(str(held["at"]), str(held["surface"]), str(held["prompt"]), given, int(held["tokens"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
