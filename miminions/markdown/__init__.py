"""Markdown as slices of its source: text in, headings, items and prose out; lossless, and ignorant of memory."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from miminions.errors import MemoryFileError
from miminions.markdown.blocks import Block, Document, Edit, Heading, Item, Lines, Prose, lines_of
from miminions.markdown.hunks import Hunk, find_hunks, masked
from miminions.markdown.scan import scan

__all__ = [
    "Block",
    "Document",
    "Edit",
    "Heading",
    "Hunk",
    "Item",
    "Lines",
    "Prose",
    "find_hunks",
    "front_matter",
    "head_of",
    "lines_of",
    "parse",
    "splice",
]

FRONT_MATTER_LIMIT = 4096
# A few aliases can name more values than a memory holds.
_ANCHOR = re.compile(r"(?<![^\s\[{,:])&\w")
# The keys of our own, what stands for the lines around them, and what may stand between these.
_OURS = re.compile(r"(?m)^(?:workspace|share|history|write|expire):[ \t]")
_DASHES = re.compile(r"[-\u2010-\u2015]{1,5}|---.+")
# A line that YAML reads as two texts: no number, no day, no quotes, no comment; and the words that mean something else to it.
_PLAIN = re.compile(r"([A-Za-z][A-Za-z0-9_-]*): (?!0[xXbBoO])((?=[0-9_-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]*)")
_PLAIN_WORDS = frozenset(("yes", "no", "y", "n", "true", "false", "on", "off", "null"))
_KEY = re.compile(r"[\w.-]+[ \t]*:|#[^#]|$")


def parse(text: str) -> Document:
    """Cut `text` into blocks; simple files by the line scanner, all others by markdown-it-py.

    A merge conflict is a block of its own, and everything around it is read as if blank lines stood there.
    """
    hunks = find_hunks(text)
    plain = masked(text, hunks) if hunks else text
    start = _front_matter_end(plain)
    blocks = scan(plain, start)
    if blocks is None:
        from miminions.markdown.commonmark import read

        blocks = read(plain, start)
    inside = [hunk for hunk in hunks if hunk.start >= start]
    return Document(text, start, tuple(_around(blocks, inside)) if inside else blocks, hunks)


def head_of(text: str) -> Document:
    """Return the front matter alone as a document without blocks; with a conflict anywhere, the whole."""
    start = _front_matter_end(text)
    # Without any the whole text goes along: there may be some that is broken.
    head = text[:start] if text[:start].strip("\ufeff") else text
    return parse(text) if "<<<<<<<" in text else Document(head, start, ())


def _around(blocks: Iterable[Block], hunks: Sequence[Hunk]) -> Iterator[Block]:
    """Put the conflicts among the blocks; one that reaches over a conflict ends there, its rest is prose."""
    waiting = list(reversed(hunks))
    for block in blocks:
        rest: Block | None = block
        while rest and waiting and waiting[-1].start < rest.end:
            hunk = waiting.pop()
            if rest.start < hunk.start:
                yield _until(rest, hunk.start)
            yield Prose(hunk.start, hunk.end, "conflict")
            start = max(rest.start, hunk.end)
            kind = rest.kind if isinstance(rest, Prose) else "nested"
            if start == rest.start:
                continue
            rest = Prose(start, rest.end, kind) if start < rest.end else None
        if rest:
            yield rest
    yield from (Prose(hunk.start, hunk.end, "conflict") for hunk in reversed(waiting))


def _until(block: Block, end: int) -> Block:
    if isinstance(block, Item):
        stop = min(block.text_end, end)
        return replace(block, end=end, text_start=min(block.text_start, stop), text_end=stop)
    return replace(block, end=end)


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with each edit's slice replaced; everything outside the slices stays as it is.

    Raises MemoryFileError when two edits overlap.
    """
    pieces, place = [], 0
    # Sorting keeps the order of those that begin at one place: of two insertions the first given stays first.
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start < place:
            raise MemoryFileError(
                "two changes touch the same line", hint="make them one after the other; nothing was written"
            )
        pieces += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*pieces, text[place:]])


def front_matter(document: Document) -> Mapping[str, object]:
    """Read the front matter's keys; empty where there is none.

    Raises MemoryFileError for front matter that is too large or is not YAML.
    """
    head = document.text[: document.body]
    if any(hunk.start < document.body for hunk in document.hunks):
        raise MemoryFileError(
            "the front matter holds a merge conflict",
            hint="keep one side of it, and delete the lines with the markers",
        )
    if not head.strip("\ufeff"):
        _check_dashes(document.text)
        return {}
    if len(head) > FRONT_MATTER_LIMIT:
        raise MemoryFileError(
            f"the front matter has {len(head)} characters, {FRONT_MATTER_LIMIT} are allowed",
            hint="move what is not a `key: value` line below the closing `---`",
        )
    plain = _plain_front_matter(head)
    return _yaml_front_matter(head) if plain is None else plain


def _plain_front_matter(head: str) -> Mapping[str, object] | None:
    """Read front matter whose every line is a plain `key: word`, None for any other; YAML takes a hundred times as long."""
    lines = head.removesuffix("\n").split("\n")
    if len(lines) < 3 or lines[0] != "---" or lines[-1] != "---":
        return None
    found = [_PLAIN.fullmatch(line) for line in lines[1:-1]]
    if any(one is None or not _PLAIN_WORDS.isdisjoint((one[1].lower(), one[2].lower())) for one in found):
        return None
    return {one[1]: one[2] for one in found if one}


def _check_dashes(text: str) -> None:
    """Raise MemoryFileError for front matter that has lost the `---` above or below it."""
    if not _OURS.search(text[:FRONT_MATTER_LIMIT]) or "<<<<<<<" in text:
        return
    text = text.removeprefix("\ufeff")
    lines = [text[slice(*line)].strip() for line in lines_of(text)]
    opened = lines[0] == "---"
    if not opened and not (_DASHES.fullmatch(lines[0]) or _OURS.match(lines[0])):
        return
    number = (
        next((n for n, line in enumerate(lines) if n and not _KEY.match(line)), len(lines)) if opened else 0
    )
    said = f"line {number + 1} is {lines[number]!r}" if number < len(lines) else "it has no end"
    raise MemoryFileError(
        f"the front matter of the memory file is broken: {said} where --- should {'close' if opened else 'open'} it",
        hint="it is `key: value` lines between two lines of three hyphens; mend it by hand, or restore the committed file",
    )


def _yaml_front_matter(head: str) -> Mapping[str, object]:
    import frontmatter
    import yaml

    if _ANCHOR.search(head):
        raise MemoryFileError("the front matter uses YAML anchors", hint="write the values out")
    # The library knows lines that end in a line feed only.
    plain = head.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        keys = frontmatter.loads(plain).metadata
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as problem:
        raise MemoryFileError(
            f"the front matter is not valid YAML: {' '.join(str(problem).split())}",
            hint="mend the lines between the two `---` at the top of the file",
        ) from problem
    return {str(key): value for key, value in keys.items()}


def _front_matter_end(text: str) -> int:
    """Return the offset behind the closing `---` line, or behind a byte order mark."""
    start = 1 if text.startswith("\ufeff") else 0
    lines = lines_of(text, start)
    first = next(lines, None)
    if first is None or text[slice(*first)].rstrip() != "---":
        return start
    for begin, end in lines:
        if text[begin:end].rstrip() == "---":
            return end
    return start
