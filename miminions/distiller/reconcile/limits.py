"""What one run may change by itself: each fact once, and only so many retired."""

from collections.abc import Iterable
from dataclasses import replace

from miminions.distiller.values import Decision, Replace, Retire

# A run retires so many facts by itself, or so large a share of them.
RETIRED_AT_MOST, SHARE = 3, 0.1


def once_each(decisions: list[Decision]) -> Iterable[Decision]:
    """Let only the last of several changes to one fact stand; the others wait."""
    last = {
        d.target.id: n
        for n, d in enumerate(decisions)
        if isinstance(d, Replace | Retire) and d.judged.status == "apply"
    }
    for number, decision in enumerate(decisions):
        if isinstance(decision, Replace | Retire) and last.get(decision.target.id, number) != number:
            yield replace(decision, judged=decision.judged.review("a later change of the same fact stands"))
        else:
            yield decision


def capped(decisions: Iterable[Decision], facts: int) -> Iterable[Decision]:
    """Let a run retire only so much by itself of `facts` live ones."""
    retired, most = 0, max(RETIRED_AT_MOST, int(SHARE * facts))
    for decision in decisions:
        retired += isinstance(decision, Retire) and decision.judged.status == "apply"
        over = isinstance(decision, Retire) and retired > most
        yield (
            replace(decision, judged=decision.judged.review(f"one run retires at most {most} facts"))
            if over
            else decision
        )
