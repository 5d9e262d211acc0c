"""The line scanner: reads files of headings, simple items, blanks and paragraphs, and declines all others."""

import re

from miminions.markdown.blocks import BLANK, Block, Heading, Item, Prose, lines_of

_HEADING = re.compile(r"(#{1,6}) +(?:[^\s#].*)?")
# What may begin a line's text without opening a block of its own: no marker, number, quote, fence, tag or rule.
_WORD = re.compile(r"[^\W\d_]|\d+(?![\d.)])|[\"'(`$@/]|\*\*?(?=\w)|\[(?=[\w\[])|#(?=\w)|[^\x00-\x7f]")
# Definitions vanish from a rendered page; three ticks fence; a tab may indent; pipes may be a table.
_DECLINED = re.compile(r"\]:|```|[\x00\t|]")


def scan(text: str, start: int) -> tuple[Block, ...] | None:
    """Cut the text from `start` on into blocks, or return None where a real parser is needed."""
    blocks: list[Block] = []
    paragraph = -1
    previous = "blank"
    for begin, stop in lines_of(text, start):
        line = text[begin:stop].rstrip("\r\n")
        kind = _kind(line)
        if kind is None or (kind == "prose" and previous == "item"):
            return None
        if kind != "prose" and paragraph >= 0:
            blocks.append(Prose(paragraph, begin, "paragraph"))
            paragraph = -1
        if kind == "prose":
            paragraph = begin if paragraph < 0 else paragraph
        elif kind == "comment":
            blocks.append(Prose(begin, stop, "html_block"))
        elif kind != "blank":
            blocks.append(_heading(line, begin, stop) if kind == "heading" else _item(line, begin, stop))
        previous = kind
    if paragraph >= 0:
        blocks.append(Prose(paragraph, len(text), "paragraph"))
    return tuple(blocks)


def _kind(line: str) -> str | None:
    """Name what a line is; None when this scanner cannot tell."""
    if not line.strip(" "):
        return "blank"
    if _DECLINED.search(line):
        return None
    if line.startswith("<!--"):
        # A comment that ends on its own line is a block of its own, wherever it stands.
        return "comment" if "-->" in line else None
    if _WORD.match(line):
        return "prose"
    if line.startswith("- ") and _WORD.match(line, 2):
        return "item"
    return "heading" if _HEADING.fullmatch(line) else None


def _heading(line: str, begin: int, stop: int) -> Heading:
    level = len(line) - len(line.lstrip("#"))
    title = re.sub(r"(?:^| )#+ *$", "", line[level:])
    return Heading(begin, stop, level, " ".join(title.split()))


def _item(line: str, begin: int, stop: int) -> Item:
    return Item(begin, stop, begin + 2, begin + len(line.rstrip(BLANK)))
