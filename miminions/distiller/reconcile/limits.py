"""What one run may change by itself: each fact once, and only so many retired."""

from collections.abc import Iterable
from dataclasses import replace

from miminions.distiller.values import Decision, Replace, Retire

RETIRED_AT_MOST = 3


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


def capped(decisions: Iterable[Decision]) -> Iterable[Decision]:
    """Let a run retire only so much by itself."""
    retired = 0
    for decision in decisions:
        retired += isinstance(decision, Retire) and decision.judged.status == "apply"
        over = isinstance(decision, Retire) and retired > RETIRED_AT_MOST
        yield (
            replace(decision, judged=decision.judged.review("one run retires at most three facts"))
            if over
            else decision
        )
