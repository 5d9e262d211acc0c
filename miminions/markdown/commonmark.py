"""The full parser: markdown-it-py's block tokens as slices of the source."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from miminions.markdown.blocks import BLANK, Block, Heading, Item, Prose, lines_of

if TYPE_CHECKING:
    from markdown_it.token import Token


def read(text: str, start: int) -> tuple[Block, ...]:
    """Cut any CommonMark text (with GFM tables) from `start` on into blocks."""
    from markdown_it import MarkdownIt

    lines = list(lines_of(text, start))
    # One character for one character, so that lines and columns stay what they are in the source.
    feed = "".join(_one_line(text[begin:end]) for begin, end in lines)
    # Blocks are all that is asked for; what stands inside a line is not parsed.
    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
    places = [begin for begin, _ in lines] + [len(text)]
    return tuple(_blocks(text, parser.parse(feed), places))


def _one_line(line: str) -> str:
    return line.rstrip("\r\n").replace("\x00", "\ufffd") + "\n"


def _blocks(text: str, tokens: Sequence["Token"], places: list[int]) -> Iterator[Block]:
    for token, after in pairwise([*tokens, None]):
        if token is None or token.map is None or token.nesting < 0:
            continue
        start, end = places[token.map[0]], places[token.map[1]]
        if token.type == "heading_open" and token.level == 0:
            title = " ".join(after.content.split()) if after else ""
            yield Heading(start, end, int(token.tag[1]), title)
        elif token.type == "list_item_open" and token.level == 1:
            yield _item(text, token, after, places)
        elif token.level == 0 and not token.type.endswith("list_open"):
            yield Prose(start, _without_blanks(text, start, end), token.type.removesuffix("_open"))


def _item(text: str, token: "Token", first: "Token | None", places: list[int]) -> Item:
    begin, stop = token.map or (0, 0)
    start = places[begin]
    end = _without_blanks(text, start, places[stop])
    if first is None or first.type != "paragraph_open" or not first.map or first.map[0] != begin:
        return Item(start, end, end, end)
    paragraph = text[start : places[first.map[1]]]
    behind = paragraph.index(token.markup) + len(token.markup)
    text_start = start + len(paragraph) - len(paragraph[behind:].lstrip(BLANK))
    return Item(start, end, text_start, max(text_start, start + len(paragraph.rstrip(BLANK))))


def _without_blanks(text: str, start: int, end: int) -> int:
    """Move an end back over trailing blank lines."""
    cuts = [start, *(stop for _, stop in lines_of(text[:end], start))]
    for begin, stop in reversed(list(pairwise(cuts))):
        if text[begin:stop].strip(BLANK):
            return stop
    return end
