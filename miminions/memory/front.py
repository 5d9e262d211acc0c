"""Front matter, changed by line: comments, order and quotes of what people wrote there stay."""

import re

from miminions.errors import MemoryFileError
from miminions.memory.lines import newline_of

_COMMENT = re.compile(r"[ \t]+#.*$")


def with_key(text: str, name: str, value: str) -> str:
    """Return a memory file's text with a plain key of its front matter set, and nothing else changed.

    Raises MemoryFileError for a file without front matter.
    """
    newline = newline_of(text)
    lines = text.split(newline)
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() in {"---", "..."}), 0)
    if not end or lines[0].removeprefix("\ufeff").rstrip() != "---":
        raise MemoryFileError(
            "MEMORY.md has no front matter", hint="`miminions init` writes it; then set the key there"
        )
    key = re.compile(rf"{re.escape(name)}[ \t]*:")
    place = next((n for n in range(1, end) if key.match(lines[n])), None)
    if place is None:
        lines.insert(end, f"{name}: {value}")
    else:
        comment = _COMMENT.search(lines[place])
        lines[place] = f"{name}: {value}{comment[0] if comment else ''}"
    return newline.join(lines)
