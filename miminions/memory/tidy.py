"""Whole files put in order: our comments taken out for good, or each put back behind its text with an id of its own."""

import re
from collections.abc import Iterator

from miminions.markdown import Edit, Item, Prose, lines_of, parse, splice
from miminions.memory.comments import Comment, ours
from miminions.memory.edits import label
from miminions.memory.facts import Fact, read_facts

_FENCE = re.compile(r"[ \t]*(?:[-*+>][ \t]+|\d+[.)][ \t]+)*(`{3,}(?![^\r\n]*`)|~{3,})")
_BLANK = " \t\r\n"


def strip(text: str) -> str:
    """Return a memory file, history or archive without our comments and the white space in front of them.

    What looks like one within code stays, and so does everything else.
    """
    while True:
        bare = splice(text, [_cut(text, start, mark) for start, mark in _comments(text)])
        # What stood around a comment may be one itself, now that it is together.
        if bare == text:
            return text
        text = bare


def tidy(text: str) -> str:
    """Put each of our comments behind its text again and give every fact an id of its own; nothing else changes."""
    before = read_facts(text)
    for fact in reversed(before.facts):
        moved = splice(text, _homewards(text, fact))
        if moved != text and _same(moved, text):
            text = moved
    return label(text)


def _homewards(text: str, fact: Fact) -> list[Edit]:
    """Move a comment from a line of its own to the end of its text."""
    gap = text[fact.text_end : fact.mark_start]
    if not fact.mark_start > fact.text_end or not gap.strip(" \t") or fact.ahead:
        return []
    own = text[fact.mark_start : fact.mark_end]
    return [Edit(fact.text_end, fact.text_end, f" {own}"), Edit(fact.text_end, fact.mark_end, "")]


def _same(one: str, other: str) -> bool:
    return [_said(fact) for fact in read_facts(one).facts] == [
        _said(fact) for fact in read_facts(other).facts
    ]


def _said(fact: Fact) -> tuple[object, ...]:
    return fact.id, fact.text, fact.section, fact.detail, dict(fact.marks), fact.box, fact.others


def _comments(text: str) -> Iterator[tuple[int, Comment]]:
    """Yield our comments outside of code, each with the start of the block it is in."""
    for block in parse(text).blocks:
        if isinstance(block, Item) or (isinstance(block, Prose) and block.kind == "html_block"):
            code = list(_code(text, block.start, block.end))
            for mark in ours(text, block.start, block.end):
                if not any(start <= mark.start < end for start, end in code) and not _ticked(
                    text, block, mark
                ):
                    yield block.start, mark


def _code(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the fences within an item."""
    opened, fence = -1, ""
    for begin, stop in lines_of(text[:end], start):
        found = _FENCE.match(text, begin, stop)
        if not fence and found:
            opened, fence = begin, found[1]
        elif fence and text[begin:stop].strip().strip(fence[0]) == "" and fence in text[begin:stop]:
            yield opened, stop
            fence = ""
    if fence:
        yield opened, end


def _ticked(text: str, block: Item | Prose, mark: Comment) -> bool:
    """Say whether a comment stands within code in its line of text."""
    line = max(
        text.rfind("\n", block.start, mark.start), text.rfind("\r", block.start, mark.start), block.start
    )
    return text.count("`", line, mark.start) % 2 == 1 and "`" in text[mark.end : block.end]


def _cut(text: str, start: int, mark: Comment) -> Edit:
    """Take a comment out with the white space in front; at the start of a block it leaves its whole line."""
    begin = start + len(text[start : mark.start].rstrip(_BLANK))
    end = mark.end
    if begin == start:
        behind = re.compile(r"[ \t]*(?:\r\n|\r|\n|\Z)").match(text, end)
        end = behind.end() if behind else end
    return Edit(begin, end, "")
