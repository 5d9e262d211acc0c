"""Reads the answer of a model that writes no JSON: one item a line, its fields between bars, a last line that ends it."""

import re
from typing import Any

from miminions.distiller.ask.replies import MOST_CHARACTERS, said

NAMES = ("op", "section", "scope", "turn", "target")
_LEAD = re.compile(r"^(?:[-*•>]|\d+[.)])\s+")
_SUMMARY = re.compile(r"\W*SUMMARY\W*[|:]\s*(.*)", re.IGNORECASE)
_ITEM = re.compile(r"(?:ADD|REPLACE|RETIRE|NONE)\b.*\|", re.IGNORECASE)
_END = re.compile(r"\W*END\W*", re.IGNORECASE)
_QUOTED = re.compile(r'["“„«](.*?)["”“»]\s*\|\s*(.*)', re.DOTALL)
_EMPTY = {"-", "\N{EN DASH}", "\N{EM DASH}", "none", "n/a"}


def read_lines(text: str) -> dict[str, Any] | None:
    """Return the items and the summary of an answer in lines; None for one without its last line, since it may be cut."""
    items: list[dict[str, str]] = []
    summary = ""
    for line in said(text).splitlines() if len(text) <= MOST_CHARACTERS else ():
        plain = _LEAD.sub("", line.strip().strip("`").strip()).strip("|").strip()
        if _END.fullmatch(plain):
            return {"items": items, "summary": summary}
        if found := _SUMMARY.fullmatch(plain):
            summary = found[1].strip()
        elif _ITEM.match(plain):
            items.append(_item(plain))
    return None


def _item(line: str) -> dict[str, str]:
    """Read one line; a field that is missing is missing in the item, too."""
    fields = [field.strip() for field in line.split("|", len(NAMES))]
    item = {
        name: "" if field.lower() in _EMPTY and name != "op" else field
        for name, field in zip(NAMES, fields, strict=False)
    }
    rest = fields[len(NAMES)] if len(fields) > len(NAMES) else ""
    # A bar may stand in the quote.
    quoted = _QUOTED.fullmatch(rest)
    quote, text = (quoted[1], quoted[2]) if quoted else (part.strip() for part in rest.partition("|")[::2])
    return {**item, "quote": quote, "text": text}
