"""Cuts the text of a document into passages: paragraphs of one section or page, joined or split to a size to find them by."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from miminions.documents.stored import Passage
from miminions.markdown import Heading, Item, Prose, parse

# In characters: what is shorter is joined with what follows it, what is longer is split.
SHORT, LONG = 400, 1_200
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# Behind the end of a sentence, of whatever script.
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")  # noqa: RUF001
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-öø-ÿ])")
_DIGITS = re.compile(r"\d+")
# A line that stands at the edge of so many pages is their header or footer.
_EDGES, _PAGES = 0.5, 3

# Headings above, page, paragraph.
Paragraph = tuple[str, int, str]


def of_markdown(text: str) -> tuple[Passage, ...]:
    """Cut Markdown: no passage reaches over a heading, list items stay together, front matter and comments are left out."""
    return _passages(_blocks(text))


def of_text(text: str) -> tuple[Passage, ...]:
    """Cut plain text: paragraphs are what blank lines stand between."""
    return _passages(("", 0, paragraph) for paragraph in _BLANK_LINES.split(text))


def of_pages(pages: Iterable[str]) -> tuple[Passage, ...]:
    """Cut the text of pages: no passage reaches over the end of a page; headers and footers are left out."""
    return _passages(
        ("", number, _HYPHENATED.sub("", paragraph))
        for number, page in enumerate(_without_edges(list(pages)), 1)
        for paragraph in _BLANK_LINES.split(page)
    )


def _blocks(text: str) -> Iterator[Paragraph]:
    above: list[tuple[int, str]] = []
    for block in parse(text).blocks:
        if isinstance(block, Heading):
            above = [one for one in above if one[0] < block.level]
            above.append((block.level, block.title))
            continue
        section = " > ".join(title for _, title in above)
        yield section, 0, _COMMENT.sub("", _slice(text, block))


def _slice(text: str, block: Item | Prose) -> str:
    return text[block.start : block.end].replace("\r\n", "\n")


def _passages(paragraphs: Iterable[Paragraph]) -> tuple[Passage, ...]:
    """Cut and number the paragraphs of each section or page; what the document says twice is said once."""
    found: dict[str, Passage] = {}
    for (section, page), group in groupby(paragraphs, key=lambda one: one[:2]):
        for text in _joined(text for _, _, text in group):
            passage = Passage(text, section, page, len(found) + 1)
            found.setdefault(passage.digest, passage)
    return tuple(found.values())


def _joined(paragraphs: Iterable[str]) -> Iterator[str]:
    """Yield pieces between SHORT and LONG characters as far as that goes; only the last of a group may be shorter."""
    held = ""
    for paragraph in paragraphs:
        for piece in _split(paragraph.strip(" \t\r\n\f")):
            if held and (len(held) >= SHORT or len(held) + len(piece) + 1 > LONG):
                yield held
                held = ""
            held = f"{held}\n{piece}" if held else piece
    if held:
        yield held


def _split(paragraph: str) -> Iterator[str]:
    """Yield a paragraph in pieces of at most LONG characters: cut behind a sentence, else at a space, else anywhere."""
    if not any(map(str.isalnum, paragraph)):
        return
    start = 0
    while len(paragraph) - start > LONG:
        end = _cut(paragraph, start)
        yield paragraph[start:end].strip()
        start = end
    if rest := paragraph[start:].strip():
        yield rest


def _cut(text: str, start: int) -> int:
    """Return where the piece of a long text that begins at `start` ends."""
    least, most = start + SHORT, start + LONG
    sentences = [found.end() for found in _SENTENCE.finditer(text, least, most)]
    if sentences:
        return sentences[-1]
    found = max(text.rfind(end, least, most) for end in "\n \t")
    return found + 1 or most


def _without_edges(pages: list[str]) -> list[str]:
    """Return pages without the first and the last line that most of them have, whatever numbers stand in these."""
    lines = [page.strip().split("\n") for page in pages]
    # A page of one or two lines has nothing but edges.
    long = [one for one in lines if len(one) > 2]
    heads, feet = _common(one[0] for one in long), _common(one[-1] for one in long)
    return [
        "\n".join(one[_form(one[0]) in heads : len(one) - (_form(one[-1]) in feet)] if len(one) > 2 else one)
        for one in lines
    ]


def _common(edges: Iterable[str]) -> frozenset[str]:
    """Return the forms that enough of the lines at one edge of the pages have."""
    counted = Counter(map(_form, edges))
    least = max(_PAGES, counted.total() * _EDGES)
    return frozenset(form for form, times in counted.items() if times >= least)


def _form(line: str) -> str:
    return _DIGITS.sub("#", line.strip())
