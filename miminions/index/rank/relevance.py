"""Which answers a prompt needs, if any: what nobody asked for is not pushed in."""

from collections.abc import Sequence
from math import log

from miminions.index.hits import Hit
from miminions.index.rank.cues import cues
from miminions.index.rank.facts import logistic
from miminions.index.rank.fitted import NEEDED
from miminions.index.rank.prompt import Reading

# A wrong fact costs more than a missing one: below this chance, of the prompt and of the fact together, nothing is said.
SURE = 0.28
# The logarithm of so many words of its own makes a prompt long enough to be a specification.
_SPECIFIED = 3.2


def needed(prompt: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits that whoever answers the prompt should know, none for a prompt that needs nothing of them."""
    if not hits or not prompt.strip():
        return ()
    need = need_of(Reading(prompt), [hit.score for hit in hits])
    return tuple(hit for hit in hits if need * hit.score >= SURE)


def need_of(reading: Reading, scores: Sequence[float]) -> float:
    """Return the chance that a prompt needs memory at all, given the scores of the rows, the best first."""
    told = signs(reading)
    told["q1"] = log(scores[0] + 1e-3)
    told["q3"] = log(sum(scores[:3]) + 1e-3)
    return logistic(NEEDED, told)


def signs(reading: Reading) -> dict[str, float]:
    """Return what a prompt itself tells of whether it needs memory."""
    told = cues(reading.text)
    told["pasted"] = float(len(reading.pasted) > 30)
    told["spec"] = told["new"] * (1 - told["self"]) * float(reading.length > _SPECIFIED)
    return told
