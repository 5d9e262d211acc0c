"""What the command line prints: answers on stdout, talk on stderr, nothing from outside unescaped."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from miminions.visible import visible

if TYPE_CHECKING:
    from rich.console import Console


def say(text: str = "") -> None:
    """Print a line of the answer; in a terminal it is wrapped at words."""
    if coloured():
        styled(text, "")
    else:
        print(visible(text))  # noqa: T201


def talk(text: str) -> None:
    """Print a line about the work on stderr."""
    print(visible(text), file=sys.stderr)  # noqa: T201


def say_json(value: Any) -> None:
    """Print a value as JSON in which no character can steer a terminal."""
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    # Lone surrogates and C1 controls are legal in JSON strings and are written as escapes.
    print(re.sub(r"[\x7f-\x9f\u2028-\u202e\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text))  # noqa: T201


def coloured() -> bool:
    """Say whether stdout is a terminal; rich itself honours NO_COLOR there."""
    return sys.stdout.isatty()


def console() -> "Console":
    """Return a rich console for stdout."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, wide: int = -1) -> None:
    """Print rows under headers that fit the terminal; the column `wide` takes what space is left.

    Piped, each row is a line of cells with tabs between them, without headers.
    """
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    if not coloured():
        for row in cells:
            say("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="dim", show_header=any(headers))
    for number, header in enumerate(headers):
        broad = number == wide % len(headers)
        grid.add_column(header, ratio=1 if broad else None, overflow="fold", no_wrap=not broad)
    for row in cells:
        grid.add_row(*(Text(cell) for cell in row))
    console().print(grid)


def difference(name: str, old: str, new: str) -> list[str]:
    """Return the lines of the difference of two texts of a file, none where they are the same."""
    return list(unified_diff(old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", n=1, lineterm=""))


def diff(name: str, old: str, new: str) -> None:
    """Print the difference of two texts of a file, in colour on a terminal."""
    lines = difference(name, old, new)
    if not coloured():
        for line in lines:
            say(line)
        return
    from rich.text import Text

    for line in lines:
        console().print(Text(visible(line), style=_style(line)))


def dim(text: str) -> None:
    """Print a line of the answer that is less important."""
    styled(text, "dim")


def styled(text: str, style: str) -> None:
    """Print a line in a rich style; plain when piped."""
    if not coloured():
        print(visible(text))  # noqa: T201
        return
    from rich.text import Text

    console().print(Text(visible(text), style=style))


def _style(line: str) -> str:
    if line.startswith(("+++", "---")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return list(value) if isinstance(value, tuple | set | frozenset) else str(value)
