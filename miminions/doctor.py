"""First checks of a workspace: trust, files, ids, keys, secrets, index, settings; each with what mends it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from miminions.errors import MiminionsError
from miminions.index import SqliteIndex
from miminions.memory.folder import State
from miminions.redact import find as find_secrets
from miminions.workspace import Workspace

COMMENT_ID = re.compile(r"<!--[ \t]*mm:([0-9a-z]{6})\b")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or worth knowing, and the command or the edit that mends it."""

    level: Literal["problem", "notice"]
    what: str
    mend: str


def examine(ws: Workspace) -> tuple[Finding, ...]:
    """Check a workspace and the personal one; an error of a check is a finding itself."""
    checks = (_trust, _memory, _index, _model)
    return tuple(finding for check in checks for finding in _guarded(check(ws)))


def _guarded(findings: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from findings
    except MiminionsError as problem:
        yield Finding("problem", str(problem), problem.hint)


def _trust(ws: Workspace) -> Iterator[Finding]:
    try:
        ws.check_trust()
    except MiminionsError as problem:
        yield Finding("problem", str(problem), problem.hint)


def _memory(ws: Workspace) -> Iterator[Finding]:
    today = date.fromisoformat(ws.today)
    states = (ws.state(),) if ws.personal else (ws.state(), ws.person())
    for state in states:
        yield from _texts(state)
        yield from _facts(state, today)


def _texts(state: State) -> Iterator[Finding]:
    for file in (state.memory, state.history, state.archive):
        lines = file.text.splitlines()
        for number, line in enumerate(lines, 1):
            if line.startswith(("<<<<<<< ", ">>>>>>> ")):
                yield Finding("problem", f"{file.path}:{number} holds a merge conflict", "settle it by hand")
            if any("\udc80" <= character <= "\udcff" for character in line):
                yield Finding(
                    "notice",
                    f"{file.path}:{number} is not UTF-8",
                    "it is kept as it is; save the file as UTF-8",
                )
            for secret in find_secrets(line):
                yield Finding(
                    "problem",
                    f"{file.path}:{number} holds a secret ({secret.kind})",
                    "take it out, and change it",
                )


def _facts(state: State, today: date) -> Iterator[Finding]:
    where = state.memory.path
    for fact in state.facts.facts:
        if fact.expired(today):
            yield Finding(
                "notice",
                f"{where}:{fact.line} expired {fact.until}",
                f"miminions forget {fact.id}, or set another until",
            )
    for key in {fact.key: 0 for fact in state.facts.facts if fact.key}:
        holders = [fact for fact in state.facts.facts if fact.key == key]
        if len(holders) > 1:
            ids = ", ".join(fact.id for fact in holders)
            yield Finding(
                "problem",
                f"{where}: {len(holders)} facts have the key {key} ({ids})",
                "leave it on one of them",
            )
    labels = Counter(COMMENT_ID.findall(state.memory.text))
    for identity, count in labels.items():
        if count > 1:
            yield Finding(
                "problem",
                f"{where}: {count} lines have the id {identity}",
                "take the comment off all but the first",
            )
    texts = Counter(fact.text for fact in state.facts.facts)
    for text, count in texts.items():
        if count > 1:
            yield Finding(
                "notice", f"{where}: said {count} times: {text[:60]}", "delete all but one of the lines"
            )


def _index(ws: Workspace) -> Iterator[Finding]:
    for index in (SqliteIndex(ws.local.index), SqliteIndex(ws.home.global_index)):
        for problem in index.problems():
            yield Finding("problem", f"{index.path}: {problem}", "miminions index rebuild")


def _model(ws: Workspace) -> Iterator[Finding]:
    name = ws.settings.text("model")
    if name:
        from miminions.model import missing_keys

        for key in missing_keys(name):
            yield Finding(
                "problem",
                f"the model {name} needs {key}, which is not set",
                f"export {key}=..., or miminions config model none",
            )
