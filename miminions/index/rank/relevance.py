"""Which answers a prompt needs, if any: what nobody asked for is not pushed in."""

from collections.abc import Sequence
from math import log

from miminions.index.hits import Hit
from miminions.index.rank.cues import cues
from miminions.index.rank.facts import logistic
from miminions.index.rank.fitted import NEEDED
from miminions.index.rank.prompt import Reading

# A wrong fact costs more than a missing one: how likely the prompt has to need memory, and the fact to be what it needs.
NEEDS, MATTERS = 0.55, 0.28


def needed(prompt: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits that whoever answers the prompt should know, none for a prompt that needs nothing of them."""
    if not hits or not prompt.strip():
        return ()
    if need(prompt, [hit.score for hit in hits]) < NEEDS:
        return ()
    return tuple(hit for hit in hits if hit.score >= MATTERS)


def need(prompt: str, scores: Sequence[float]) -> float:
    """Return the chance that a prompt needs memory at all, given the scores of the rows, the best first."""
    told = signs(Reading(prompt))
    told["best"] = log(sum(scores[:3]) + 1e-3)
    return logistic(NEEDED, told)


def signs(reading: Reading) -> dict[str, float]:
    """Return what a prompt itself tells of whether it needs memory."""
    told = cues(reading.text)
    told["pasted"] = float(len(reading.pasted) > 30)
    return told
