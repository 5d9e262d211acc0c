"""Lines of memory files: how a text becomes one safe item, and which line end a file uses."""

import re

from miminions.markdown import Item, parse
from miminions.memory.foreign import without_marks
from miminions.memory.ids import UNSAFE

_NUMBER = re.compile(r"(\d+)(?=[.)])")
_BOX = re.compile(r"\[[ xX]\](?:\s|\Z)")


def newline_of(text: str) -> str:
    r"""Return the line end a text uses first, \n where it has none."""
    match = re.search(r"\r\n|\r|\n", text)
    return match[0] if match else "\n"


def begins_line(text: str, place: int) -> bool:
    """Say whether an offset is a line's start; a byte order mark is no line."""
    return place == 0 or text[place - 1] in "\r\n" or text[:place] == "\ufeff"


def gap_behind(text: str, newline: str) -> str:
    """Return the blank line that parts a text from what is added at its end, empty where there is one."""
    return newline if text.strip("\ufeff \t\r\n") and not text.endswith(newline * 2) else ""


def one_line(text: str) -> str:
    """Return a text as one line that cannot open or close a comment."""
    plain = " ".join(UNSAFE.sub(" ", text).split())
    return plain.replace("<!--", "&lt;!--").replace("-->", "--&gt;")


def nested_lines(text: str) -> list[str]:
    """Return the lines of a text that is to stand under an item."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return plain.split("\n") if plain.strip() else []


def item_text(text: str) -> str:
    """Return a text as one line that is read as the plain text of one list item."""
    return plain_item(without_marks(one_line(text)))


def plain_item(line: str) -> str:
    """Escape one line of Markdown where it would be more than the text of an item: a heading, a number, a box."""
    if not line or (not _BOX.match(line) and _is_whole(line)):
        return line
    return _NUMBER.sub(r"\1\\", line, count=1) if _NUMBER.match(line) else f"\\{line}"


def _is_whole(line: str) -> bool:
    blocks = parse(f"- {line}\n").blocks
    return len(blocks) == 1 and isinstance(blocks[0], Item) and blocks[0].text_end == 2 + len(line)
