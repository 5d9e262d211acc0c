"""Tells what a model merely repeats of its prompt."""

import re

# So many words in a row are no chance.
RUN = 5
_WORD = re.compile(r"[^\W_]+")


def echoes(text: str, prompt: str) -> bool:
    """Say whether a text shares five words in a row with a prompt."""
    return bool(_runs(text) & _runs(prompt))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}
