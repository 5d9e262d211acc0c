"""Keeps apart what a page or a paste orders an agent to believe: its words come to memory only past a person."""

import re
from collections.abc import Iterator

from miminions.distiller.language import listed
from miminions.distiller.language.words import stems_of
from miminions.distiller.read import own_words
from miminions.distiller.read.quoted import quoted_spans
from miminions.distiller.values import Material
from miminions.memory.ids import normalise

# So many words in a row that only the ordering text has are taken from it.
RUN = 3
_BLANK = re.compile(r"\n[ \t>]*\n")


def ordered(text: str, material: Material) -> str:
    """Return words of a text that stand in what gives an agent orders, and in nothing the person typed; else nothing."""
    blocks = (block for said in _foreign(material) for block in _BLANK.split(said))
    orders = [_spaced(block) for block in blocks if listed("orders").search(block)]
    if not orders:
        return ""
    own = _spaced("\n".join(own_words(turn.text) for turn in material.turns if turn.role == "user"))
    taken = (run for run in _runs(text) if run not in own and any(run in said for said in orders))
    return next((run.strip() for run in taken), "")


def _foreign(material: Material) -> Iterator[str]:
    """Yield what tools returned, and what the person pasted."""
    for turn in material.turns:
        if turn.role == "tool":
            yield turn.text
        elif turn.role == "user":
            yield from (turn.text[start:end] for start, end in quoted_spans(turn.text))


def _runs(text: str) -> Iterator[str]:
    """Yield the runs of a text's words that say something."""
    words = text.split()
    for place in range(len(words) - RUN + 1):
        run = words[place : place + RUN]
        # A name is checked by itself: that it is given there, too, makes nothing of it an order.
        if stems_of(" ".join(word for word in run if not word[0].isupper())):
            yield _spaced(" ".join(run))


def _spaced(text: str) -> str:
    """Return the words of a text in normal form, without what stands around them."""
    words = (word.strip(".,;:!?()[]{}\"'`*>_") for word in normalise(text).split())
    return f" {' '.join(word for word in words if word)} "
