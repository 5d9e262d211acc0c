"""Which answers a prompt needs, if any: what nobody asked for is not pushed in."""

from collections.abc import Iterable

from miminions.index.hits import Hit

SURE = 3.0


def needed(prompt: str, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return the hits that whoever answers the prompt should know, none for a prompt that needs nothing of them."""
    return tuple(hit for hit in hits if prompt.strip() and hit.score >= SURE)
