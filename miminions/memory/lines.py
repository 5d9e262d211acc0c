"""Lines of memory files: how a text becomes one safe item, and which line end a file uses."""

import re

from miminions.markdown import Item, parse

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


def newline_of(text: str) -> str:
    r"""Return the line end a text uses first, \n where it has none."""
    match = re.search(r"\r\n|\r|\n", text)
    return match[0] if match else "\n"


def one_line(text: str) -> str:
    """Return a text as one line that cannot open or close a comment."""
    plain = " ".join(_UNSAFE.sub(" ", text).split())
    return plain.replace("<!--", "&lt;!--").replace("-->", "--&gt;")


def item_text(text: str) -> str:
    """Return a text as one line that Markdown reads as the plain text of one list item."""
    plain = one_line(text)
    blocks = parse(f"- {plain}\n").blocks
    whole = len(blocks) == 1 and isinstance(blocks[0], Item) and blocks[0].text_end == 2 + len(plain)
    return (
        plain
        if whole and not re.match(r"\[[ xX]\]\s", plain)
        else "\\" + plain
        if _escapable(plain)
        else f"`{plain}`"
    )


def _escapable(plain: str) -> bool:
    escaped = f"- \\{plain}\n"
    blocks = parse(escaped).blocks
    return (
        not plain[:1].isalnum()
        and len(blocks) == 1
        and isinstance(blocks[0], Item)
        and blocks[0].text_end == len(escaped) - 1
    )
