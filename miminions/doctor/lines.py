"""Checks of the text of memory files, line by line: conflicts, bytes, secrets, and comments that say nothing to us."""

import re
from collections.abc import Iterator
from pathlib import Path

from miminions.doctor.finding import Case, Finding
from miminions.files import Snapshot, read
from miminions.markdown import Hunk, Item, Lines, Prose, lines_of, parse
from miminions.memory.comments import ours
from miminions.memory.facts import Fact, MemoryText, as_date
from miminions.memory.folder import State
from miminions.memory.ids import ID
from miminions.redact import find as find_secrets

_MARKER = re.compile(r"(?m)^(?:<{7}|>{7}) ")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_CODE = {"fence", "code_block", "html_block", "conflict"}
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
# A look at sessions must not take longer than all other checks: so much of the latest is searched.
SESSION_LENGTH = 500_000


def conflicts(case: Case) -> Iterator[Finding]:
    """Find what git could not merge."""
    for state in case.states:
        for file in _files(state):
            if "<<<<<<<" in file.text or ">>>>>>>" in file.text:
                yield from _conflicts(file)


def _conflicts(file: Snapshot) -> Iterator[Finding]:
    lines, hunks = Lines(file.text), parse(file.text).hunks
    for hunk in hunks:
        yield Finding(
            "problem", f"{file.path}:{lines.of(hunk.start)} holds a merge conflict", "miminions resolve"
        )
    for marker in _MARKER.finditer(file.text):
        if not _inside(marker.start(), hunks):
            yield Finding(
                "problem",
                f"{file.path}:{lines.of(marker.start())} holds half of a merge conflict",
                "delete the line with the marker, and what is wrong below it",
            )


def unread(case: Case) -> Iterator[Finding]:
    """Find lines that are not read as they were meant."""
    for state in case.states:
        for file, text in ((state.memory, state.facts), (state.archive, state.archived)):
            yield from _bytes(file)
            yield from _open_fence(file, text)
            yield from _comments(file, text)
            yield from _dates(file, text)
        for file in (state.history, *state.others):
            yield from _bytes(file)
            yield from _sessions(file)


def _bytes(file: Snapshot) -> Iterator[Finding]:
    lines = Lines(file.text)
    for number in dict.fromkeys(lines.of(match.start()) for match in _NOT_UTF8.finditer(file.text)):
        yield Finding(
            "notice", f"{file.path}:{number} is not UTF-8", "it is kept as it is; save the file as UTF-8"
        )
    if "\0" in file.text:
        yield Finding("notice", f"{file.path} holds zero bytes", "restore it: `git restore memory`")


def _open_fence(file: Snapshot, text: MemoryText) -> Iterator[Finding]:
    """Find a fence that nobody closed: it makes code of everything behind it."""
    last = text.document.blocks[-1] if text.document.blocks else None
    if not isinstance(last, Prose) or last.kind != "fence":
        return
    body = [file.text[slice(*span)].strip() for span in lines_of(file.text[: last.end], last.start)]
    opened = _FENCE.match(body[0]) if body else None
    closed = len(body) > 1 and opened and set(body[-1]) == {opened[1][0]} and len(body[-1]) >= len(opened[1])
    if opened and not closed:
        yield Finding(
            "problem",
            f"{file.path}:{Lines(file.text).of(last.start)} opens a code block that nobody closes: no line below is read",
            f"add a line {opened[1]} where it ends",
        )


def _comments(file: Snapshot, text: MemoryText) -> Iterator[Finding]:
    """Find comments of ours that name no fact."""
    if "mm:" not in file.text:
        return
    lines = Lines(file.text)
    marks = {fact.mark_start for fact in text.facts if fact.mark_start < fact.mark_end}
    blocks = [block for block in text.document.blocks if isinstance(block, Prose) and block.kind in _CODE]
    for comment in ours(file.text, text.document.body, len(file.text)):
        word = comment.words.split(maxsplit=1)[0] if comment.words else ""
        where = f"{file.path}:{lines.of(comment.start)}"
        if any(block.start <= comment.start < block.end for block in blocks):
            continue
        if comment.start in marks:
            if not ID.fullmatch(word) and "=" not in word and word != "pin":
                yield Finding(
                    "problem",
                    f"{where} has an id that is none: {word!r}",
                    "take it out; `miminions fmt` gives it one",
                )
        elif ID.fullmatch(word) and not _in_code(file.text, comment.start):
            yield Finding(
                "notice", f"{where} has an id ({word}) that no fact bears", _home_of(text, comment.start)
            )


def _home_of(text: MemoryText, place: int) -> str:
    inside = any(fact.start <= place < fact.end for fact in text.facts)
    return (
        "what is nested under a fact is its detail: make it an item of its own, or take the comment out"
        if inside
        else "put the comment behind its line, or take it out"
    )


def _in_code(text: str, place: int) -> bool:
    """Say whether a place lies in a code span of its line, as an example does."""
    start = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
    return text.count("`", start, place) % 2 == 1


def _dates(file: Snapshot, text: MemoryText) -> Iterator[Finding]:
    for fact in text.facts:
        for name in ("since", "until", "had"):
            word = fact.marks.get(name)
            if word is not None and as_date(word) is None:
                yield Finding(
                    "problem",
                    f"{file.path}:{fact.line}: {name}={word} is no day, so it counts for nothing",
                    _edit(fact, name),
                )


def _edit(fact: Fact, name: str) -> str:
    return f"miminions edit {fact.id} --until YYYY-MM-DD" if name == "until" else "write it as YYYY-MM-DD"


def _sessions(file: Snapshot) -> Iterator[Finding]:
    """Find lines of a history that name a session, and neither its turns nor a day."""
    from miminions.memory.history import read_history

    for entry in read_history(file.text).entries:
        if entry.session and not 0 < entry.first <= entry.last + 1:
            yield Finding(
                "problem",
                f"{file.path}:{entry.line} says of no turn that it is covered",
                "write turns=FIRST-LAST into its comment",
            )
        if (entry.session or entry.added or entry.retired) and not entry.day:
            yield Finding(
                "problem",
                f"{file.path}:{entry.line} stands under no day",
                "put a heading such as ## 2026-11-20 above it",
            )
    if "mm:s=" in file.text:
        yield from _lost(file)


def _lost(file: Snapshot) -> Iterator[Finding]:
    """Find lines of the ledger in code or in HTML, where they are no lines of it."""
    lines = Lines(file.text)
    items = [block for block in parse(file.text).blocks if isinstance(block, Item)]
    for comment in ours(file.text, 0, len(file.text)):
        inside = any(item.start <= comment.start < item.end for item in items)
        if comment.words.startswith("s=") and not inside:
            yield Finding(
                "problem",
                f"{file.path}:{lines.of(comment.start)} is a line of the ledger that is not read",
                "make it a list item of its own again",
            )


def secrets(case: Case) -> Iterator[Finding]:
    """Find keys and passwords in the memory files, the templates and the latest sessions."""
    for state in case.states:
        for file in _files(state):
            yield from _secrets(file.path, file.text)
        for path in sorted(state.layout.templates.glob("*")):
            if path.is_file():
                yield from _secrets(path, read(path).text)
    left = SESSION_LENGTH
    for path in sorted(case.ws.layout.sessions.glob("*.jsonl"), reverse=True):
        if left > 0 and path.is_file():
            text = read(path).text
            yield from _secrets(path, text, text.rfind("\n", 0, max(0, len(text) - left)) + 1)
            left -= len(text)


def _secrets(path: Path, text: str, start: int = 0) -> Iterator[Finding]:
    """Find secrets in a text, from an offset on."""
    lines = Lines(text)
    for secret in find_secrets(text[start:]):
        yield Finding(
            "problem",
            f"{path}:{lines.of(start + secret.start)} holds a secret ({secret.kind})",
            "take it out, and change it",
        )


def _files(state: State) -> tuple[Snapshot, ...]:
    return (state.memory, state.history, state.archive, *state.others)


def _inside(place: int, hunks: tuple[Hunk, ...]) -> bool:
    return any(hunk.start <= place < hunk.end for hunk in hunks)


CHECKS = (conflicts, unread, secrets)
