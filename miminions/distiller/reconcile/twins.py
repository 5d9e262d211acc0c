"""Finds the twins of a replaced fact: what says the same in other words would stay behind as a stale one."""

from dataclasses import replace

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language.words import stems_of
from miminions.distiller.reconcile.match import Known, guarded
from miminions.distiller.values import Decision, Replace, Retire
from miminions.memory.facts import Fact

# How much of a twin the target must say, the two texts together, and the new text alone where it says all of it.
LIKE, COVERED, WHOLE = 0.6, 0.75, 0.9


def with_twins(decision: Decision, known: Known) -> Decision:
    """Let a replacement that is applied take along what else says what it makes untrue, in the same memory."""
    if not isinstance(decision, Replace) or decision.judged.status != "apply":
        return decision
    target, text = decision.target, decision.judged.candidate.text
    states = (state for state in (known.own, *known.others) if state.live(target.id))
    facts = (fact for state in states for fact in state.facts.facts if fact.id != target.id)
    twins = (fact for fact in facts if _is_twin(fact, target, text))
    free = (fact for fact in twins if guarded(decision.judged, fact, known).status == "apply")
    return replace(decision, twins=tuple(free))


def without_doubles(decisions: list[Decision]) -> list[Decision]:
    """Leave out what is about a fact that goes as a twin."""
    gone = {twin.id for one in decisions if isinstance(one, Replace) for twin in one.twins}
    return [one for one in decisions if not (isinstance(one, Replace | Retire) and one.target.id in gone)]


def _is_twin(fact: Fact, target: Fact, text: str) -> bool:
    """Say whether a fact says what a target said, and either has what a text dropped of it or nothing beyond the text."""
    words, old, new = _words(fact.text), _words(target.text), _words(text)
    if not words or len(words & old) < LIKE * len(words):
        return False
    stale = bool(words & (old - new)) and len(words & (old | new)) >= COVERED * len(words)
    return stale or len(words & new) >= WHOLE * len(words)


def _words(text: str) -> frozenset[str]:
    return stems_of(text) | values_of(text)
