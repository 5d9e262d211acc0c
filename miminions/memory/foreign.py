"""Other people's formats: block ids, inline fields, categories and managed regions, found where they stand."""

import re
from collections.abc import Iterator
from dataclasses import replace

from miminions.markdown import Block, Document, Prose
from miminions.memory.comments import before_comments

# Under this heading a bracket in front names what a line is.
OBSERVATIONS = "observations"
_SECTIONS = {
    "preference": "Preferences",
    "decision": "Decisions",
    "fact": "Facts",
    "insight": "Insights",
    "context": "Context",
    "procedure": "Procedures",
    "technique": "Procedures",
}
# One formatter writes the first bracket with a backslash, another one both.
_CATEGORY = re.compile(r"(?:\\\[([^\W\d_][\w /-]{0,39})\\?|\[([^\W\d_][\w /-]{0,39}))\][ \t]+")
_BLOCK_ID = re.compile(r"\^([A-Za-z0-9-]+)")
_FIELD = re.compile(r"\\?[\[(]id::\s*([^\s\[\]()\\]+)\s*\\?[\])]")
# No mark but a comment is longer.
_LONGEST = 200
# Whoever writes more of them behind one text means the text.
_MOST = 16
_SPACES = " \t\r\n"
_COMMENT = r"<!--[^\r\n]*?-->"
# Where a comment begins a line, whatever else stands on the line and below it came from the same text.
_MARK_LINE = re.compile(
    rf"[ \t]*(?:\r\n|\r|\n)[ \t]*{_COMMENT}"
    r"(?:[ \t]*(?:"
    + _COMMENT
    + r"|\^[A-Za-z0-9-]+|\\?[\[(]id::\s*[^\s\[\]()\\]+\s*\\?[\])]))*[ \t]*(?=[\r\n]|\Z)"
)
_REGION = re.compile(
    r"(?:(?<=[\r\n])|\A\ufeff?)<(claude-mem-context)>[ \t]*(?=[\r\n]).*?</\1>[ \t]*(?:\r\n|\r|\n|\Z)",
    re.DOTALL,
)


def before_marks(text: str, start: int, end: int) -> int:
    """Return where the words of a slice end: before the comments, block ids and id fields at its end."""
    for _ in range(_MOST):
        end = before_comments(text, start, end)
        begin = _last_mark(text, start, end)
        if begin is None:
            break
        end = begin
    return before_comments(text, start, end)


def behind_marks(text: str, start: int, end: int) -> int:
    """Return where the lines end that hold nothing but comments and block ids; a formatter may have put them there."""
    while match := _MARK_LINE.match(text, start, end):
        start = match.end()
    return start


def aliases(marks: str) -> tuple[str, ...]:
    """Return the ids that other programs gave, as they stand among what follows a text."""
    # Behind a text there is always a space.
    marks = f" {marks}"
    found = []
    end = before_comments(marks, 0, len(marks))
    while (begin := _last_mark(marks, 0, end)) is not None:
        found.append(_name(marks[begin:end]))
        end = before_comments(marks, 0, begin)
    return tuple(reversed(found))


def category(text: str, start: int, end: int) -> tuple[int, str]:
    """Return where the bracket in front of an observation ends and the section it names; the start and "" for none."""
    match = _CATEGORY.match(text, start, end)
    if match is None or match.end() == end:
        return start, ""
    word = (match[1] or match[2]).strip()
    return match.end(), _SECTIONS.get(word.casefold(), word.capitalize())


def is_observations(heading: str) -> bool:
    """Say whether brackets under a heading are categories."""
    return heading.casefold() == OBSERVATIONS


def without_categories(line: str) -> str:
    """Escape a bracket in front that would be read as a category."""
    match = _CATEGORY.match(line)
    if match is None:
        return line
    name = match[1] or match[2]
    return f"[{name}\\]{line[match.end(2) + 1 if match[2] else line.index(']') + 1 :]}"


def without_marks(line: str) -> str:
    """Escape what would be read as another program's id at the end of a line."""
    begin = _last_mark(line, 0, len(line))
    if begin is None:
        return line
    mark = line[begin:].lstrip(_SPACES)
    gap = line[begin : len(line) - len(mark)]
    return f"{line[:begin]}{gap}" + (f"\\{mark}" if mark.startswith("^") else mark.replace("::", ":\\:", 1))


def whole_regions(document: Document) -> Document:
    """Return the document with each region that a program rewrites as one silent block."""
    if "<claude-mem-context>" not in document.text:
        return document
    regions = [match.span() for match in _REGION.finditer(document.text, document.body)]
    return replace(document, blocks=tuple(_merged(document.blocks, regions)))


def _merged(blocks: tuple[Block, ...], regions: list[tuple[int, int]]) -> Iterator[Block]:
    held: Prose | None = None
    for block in blocks:
        if held is not None and block.start < held.end:
            held = replace(held, end=max(held.end, block.end))
            continue
        if held is not None:
            yield held
        span = next((one for one in regions if one[0] <= block.start < one[1]), None)
        held = Prose(block.start, max(block.end, span[1]), "html_block") if span else None
        if held is None:
            yield block
    if held is not None:
        yield held


def _last_mark(text: str, start: int, end: int) -> int | None:
    """Return where the block id or id field at the end of a slice begins, if words or a comment stand before it."""
    least = max(start, end - _LONGEST)
    if text[end - 1 : end] in ("]", ")"):
        place = text.rfind("id::", least, end) - 1
        place -= place > start and text[place - 1] == "\\"
        pattern = _FIELD
    else:
        place = text.rfind("^", least, end)
        pattern = _BLOCK_ID
    if place <= start or text[place - 1] not in _SPACES or not pattern.fullmatch(text, place, end):
        return None
    return place


def _name(mark: str) -> str:
    match = _BLOCK_ID.fullmatch(mark) or _FIELD.fullmatch(mark)
    return match[1] if match else mark
