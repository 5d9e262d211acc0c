"""How much of a session a model is asked at once: its window in tokens, and what a text takes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from miminions.model import tokens, window

# What a model reads at once where nobody has published it, in tokens.
UNKNOWN = 8192
# The share of the window that a request may take: the rest is for the answer, and for tokenizers that count otherwise.
SHARE = 0.6
# Beyond this a model overlooks things, whatever its window.
MOST = 120_000


# What an answer takes, in tokens, as far as one can know before.
ANSWER = 900


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens that a request may take, and how they are counted."""

    limit: int
    count: Callable[[str], int]


def window_of(name: str) -> Window:
    """Return what a request to a model may take."""
    return Window(min(MOST, int(SHARE * (window(name) or UNKNOWN))), partial(tokens, name))
