"""Splits what a person typed into sentences."""

import re

from miminions.distiller.read import GAP

_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[^\s])|\n+|(?<=\w)\s*" + GAP + r"\s*|" + GAP)
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|nr|z\.B|bzw|ca)\.|\b[A-Z]\.)$", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order, each a verbatim slice of it."""
    found, start = [], 0
    for end in _END.finditer(text):
        if _ABBREVIATION.search(text[start : end.start()]) and "\n" not in end[0] and GAP not in end[0]:
            continue
        found.append(text[start : end.start()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]
