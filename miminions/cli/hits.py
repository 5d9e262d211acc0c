"""Hits as lines: each fits the terminal, and what matched in it stands out."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from miminions.cli.render import coloured, console, table
from miminions.index import Hit
from miminions.index.analysis.scripts import is_wide, pairs, runs
from miminions.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

HEADERS = ("score", "date", "workspace", "section", "text", "id")
TEXT = 4
# What a narrow terminal does without, the least needed first, so that a text has that many cells.
DROPPED, NARROW = (3, 2, 1), 40
# Of a long turn so many matches are looked at for the best part.
ENOUGH = 50
# A column takes two blanks with it; a label can be a whole line.
GAP, LABEL = 2, 18
_WORD, _LATIN = re.compile(r"\w+"), re.compile(r"[0-9A-Za-z_\u00c0-\u024f]+")


def print_hits(hits: Sequence[Hit], query: str) -> None:
    """Print hits, one line each; piped, with tabs between the cells and every text whole."""
    rows = [_cells(hit) for hit in hits]
    if not coloured():
        table(HEADERS, rows)
        return
    from rich.table import Table
    from rich.text import Text

    screen = console()
    rows = [[visible(" ".join(cell.split())) for cell in row] for row in rows]
    rows = [[*map(_label, row[:TEXT]), row[TEXT], _place(row[-1])] for row in rows]
    columns, room = _fitting(rows, screen.width)
    words = matching(query)
    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for number in columns:
        grid.add_column(HEADERS[number], no_wrap=True)
    for row in rows:
        texts = {TEXT: _marked(excerpt(row[TEXT], words, room), words)}
        grid.add_row(*(texts.get(number) or Text(row[number]) for number in columns))
    screen.print(grid)


def _fitting(rows: Sequence[Sequence[str]], width: int) -> tuple[list[int], int]:
    """Return the columns that a terminal has room for, and how many cells are left for the text."""
    from rich.cells import cell_len

    widths = {
        number: max(cell_len(cell) for cell in (header, *(row[number] for row in rows)))
        for number, header in enumerate(HEADERS)
        if number != TEXT and any(row[number] for row in rows)
    }

    def room() -> int:
        return width - sum(widths.values()) - GAP * len(widths)

    for number in DROPPED:
        if room() < NARROW:
            widths.pop(number, None)
    return sorted([*widths, TEXT]), max(1, room())


def matching(query: str) -> frozenset[str]:
    """Return what stands out in the hits of a query: stems, and of scripts without spaces letters two by two."""
    wide = (run for run in runs(query) if is_wide(run[0]))
    found = (pair.replace(" ", "") for run in wide for pair in pairs(run))
    return frozenset((*map(_stem, _WORD.findall(query)), *found))


def excerpt(text: str, words: frozenset[str], room: int) -> str:
    """Return the part of a text that fits into `room` cells and has most of what `matching` gave."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= room:
        return text
    places = [place for place, _ in islice(_matches(text, words), ENOUGH)]

    def found(start: int) -> int:
        end = start + len(set_cell_size(text[start : start + room], room - 2))
        return sum(start <= place < end for place in places)

    start = max(
        (0, *(_before(text, place, room // 4) for place in places)), key=lambda one: (found(one), -one)
    )
    before = "…" if start else ""
    rest = text[start:]
    if cell_len(before + rest) <= room:
        return before + rest
    return before + set_cell_size(rest, room - len(before) - 1).rstrip() + "…"


def _before(text: str, place: int, room: int) -> int:
    """Return where a word not far before a place begins, which says what it is about."""
    blank = text.find(" ", max(0, place - room), place)
    return blank + 1 if blank >= 0 else max(0, place - room)


def _cells(hit: Hit) -> list[str]:
    more = f" +{len(hit.workspaces) - 1}" if len(hit.workspaces) > 1 else ""
    text = f"[{hit.state}] {hit.text}" if hit.state else hit.text
    place = hit.id or (f"{hit.session}#{hit.turn}" if hit.kind == "turn" else "")
    return [f"{hit.score:.2f}", hit.date, f"{hit.workspaces[0]}{more}", hit.section, text, place]


def _label(cell: str) -> str:
    from rich.cells import cell_len, set_cell_size

    return cell if cell_len(cell) <= LABEL else set_cell_size(cell, LABEL - 1).rstrip() + "…"


def _place(cell: str) -> str:
    """Return an id; of a turn's the end, which tells it from others, since the whole of it takes half a line."""
    return cell if len(cell) <= LABEL else f"…{cell[1 - LABEL :]}"


def _marked(text: str, words: frozenset[str]) -> "Text":
    from rich.text import Text

    found = Text(text)
    for start, end in _matches(text, words):
        found.stylize("bold yellow", start, end)
    return found


def _matches(text: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        if _stem(word[0]) in words:
            yield word.span()
        elif any(map(is_wide, word[0])):
            yield from _within(word, words)


def _within(word: re.Match[str], words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the places within a run without spaces that one or two letters match at, or a word of another script."""
    yield from (part.span() for part in _LATIN.finditer(word.string, *word.span()) if _stem(part[0]) in words)
    for at in range(word.start(), word.end()):
        for end in (at + 2, at + 1):
            if word.string[at:end] in words:
                yield at, end
                break


def _stem(word: str) -> str:
    """Return what the forms of a word mostly have in common; the index knows more of them than need to stand out."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    for ending in ("ments", "ment", "ings", "ing", "ies", "ed", "es", "er", "s", "e", "y"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            return plain.removesuffix(ending)
    return plain
