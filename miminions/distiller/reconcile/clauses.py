"""Keeps of a replaced fact the clauses that nobody spoke against: a change of one thing takes no other along."""

import re
from dataclasses import dataclass

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language.words import stems_of

# A clause is lost when so much of it stands neither in the new text nor in the quote.
LOST = 0.6
_CLAUSE = re.compile(r"[^,;.()]+(?:[.,](?=\S)[^,;.()]*|\([^()]*\))*")


@dataclass(frozen=True, slots=True)
class Carried:
    """A new text with what was carried over to it, and what of the old one it would lose, by itself or all the same."""

    text: str
    alone: tuple[str, ...]
    lost: tuple[str, ...]


def carried(old: str, new: str, quote: str, longest: int) -> Carried:
    """Carry the clauses over that `new` drops and the quote does not touch; lost is what does not fit or is no clause."""
    parts = [found[0].strip() for found in _CLAUSE.finditer(old) if stems_of(found[0])]
    said = stems_of(f"{new} {quote}")
    # What is most of all said anew is what is replaced.
    shares = [len(stems_of(part) & said) / len(stems_of(part)) for part in parts]
    if len(parts) < 2:
        return Carried(new, (), ())
    meant = shares.index(max(shares))
    lost = [
        part
        for place, part in enumerate(parts)
        if place != meant and shares[place] <= 1 - LOST and not _touched(part, new, quote)
    ]
    if not lost:
        return Carried(new, (), ())
    whole = f"{new.rstrip(' .')}; {', '.join(lost)}."
    fits = max(shares) > 0 and len(whole) <= longest
    return Carried(whole if fits else new, tuple(lost), () if fits else tuple(lost))


def _touched(part: str, new: str, quote: str) -> bool:
    """Say whether the quote speaks of a clause, or the new text gives what the clause names another number."""
    if (stems_of(part) - values_of(part)) & stems_of(quote):
        return True
    shared = (stems_of(part) & stems_of(new)) - values_of(part)
    return bool(shared) and bool(values_of(part)) and bool(values_of(new) - values_of(part))
