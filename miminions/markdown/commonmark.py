"""The full parser: markdown-it-py's block tokens as slices of the source."""

from itertools import pairwise

from miminions.markdown.blocks import BLANK, Block, Heading, Item, Prose, lines_of


def read(text: str, start: int) -> tuple[Block, ...]:
    """Cut any CommonMark text (with GFM tables) from `start` on into blocks."""
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    body = text[start:]
    lines = list(lines_of(body))
    # One character for one character, so that lines and columns stay what they are in the source.
    feed = "".join(_one_line(body[a:b]) for a, b in lines)
    tokens: list[Token] = MarkdownIt("commonmark").enable("table").parse(feed)
    places = [start + a for a, _ in lines] + [len(text)]
    return tuple(_blocks(text, tokens, places))


def _one_line(line: str) -> str:
    return line.rstrip("\r\n").replace("\x00", "\ufffd") + "\n"


def _blocks(text: str, tokens: list, places: list[int]) -> list[Block]:  # type: ignore[type-arg]
    blocks: list[Block] = []
    for number, token in enumerate(tokens):
        if token.map is None or token.nesting < 0:
            continue
        start, end = places[token.map[0]], places[min(token.map[1], len(places) - 1)]
        if token.type == "heading_open" and token.level == 0:
            blocks.append(Heading(start, end, int(token.tag[1]), tokens[number + 1].content.strip()))
        elif token.type == "list_item_open" and token.level == 1:
            blocks.append(_item(text, tokens, number, places))
        elif token.level == 0 and not token.type.endswith("list_open"):
            blocks.append(Prose(start, _without_blanks(text, start, end), token.type.removesuffix("_open")))
    return blocks


def _item(text: str, tokens: list, number: int, places: list[int]) -> Item:  # type: ignore[type-arg]
    token = tokens[number]
    start = places[token.map[0]]
    end = _without_blanks(text, start, places[token.map[1]])
    first = tokens[number + 1]
    if first.type != "paragraph_open" or first.map[0] != token.map[0]:
        return Item(start, end, end, end)
    stop = places[first.map[1]]
    text_start = start + _marker(text[start:stop], token.markup)
    return Item(start, end, text_start, text_start + len(text[text_start:stop].rstrip(BLANK)))


def _marker(line: str, markup: str) -> int:
    """Return the width of indent, marker and the space behind it."""
    after = line.index(markup) + len(markup)
    return after + len(line[after:]) - len(line[after:].lstrip(BLANK))


def _without_blanks(text: str, start: int, end: int) -> int:
    """Move an end back over trailing blank lines."""
    cuts = [start] + [start + b for _, b in lines_of(text[start:end])]
    for begin, stop in reversed(list(pairwise(cuts))):
        if text[begin:stop].strip():
            return stop
    return end
