"""Which answers a prompt needs, if any: what nobody asked for is not pushed in."""

from collections.abc import Sequence
from math import log

from miminions.index.analysis.gist import Gist
from miminions.index.hits import Hit
from miminions.index.rank.cues import cues
from miminions.index.rank.fitted import NEEDED
from miminions.index.rank.logistic import logistic
from miminions.index.rank.prompt import Reading

# A wrong fact costs more than a missing one: how likely the prompt has to need memory, and the fact to be what it needs.
NEEDS, MATTERS = 0.65, 0.26
# The best so many rows tell whether there is anything to be known.
_FIRST = 3


def needed(prompt: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits that whoever answers the prompt should know, none for a prompt that needs nothing of them."""
    if not hits or not prompt.strip() or need(prompt, hits) < NEEDS:
        return ()
    return tuple(hit for hit in hits if hit.score >= MATTERS)


def need(prompt: str, hits: Sequence[Hit]) -> float:
    """Return the chance that a prompt needs memory at all, given the hits, the best first."""
    reading = Reading(prompt)
    return logistic(NEEDED, signs(reading, [hit.score for hit in hits], hits[0].text))


def signs(reading: Reading, scores: Sequence[float], best: str) -> dict[str, float]:
    """Return what a prompt tells of whether it needs memory, with the scores of the rows and the text of the best."""
    return {
        **cues(reading.text),
        "best": log(sum(scores[:_FIRST]) + 1e-3),
        "same": log(1 + len(reading.weights.keys() & Gist(best).weights.keys())),
    }
