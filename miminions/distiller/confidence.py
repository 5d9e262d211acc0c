"""How sure a fact is: computed from the ledger, the journal and the inbox, never asked for and never written down."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from miminions.distiller.review import inbox
from miminions.distiller.rules.extractor import NAME as RULES
from miminions.distiller.values import Basis
from miminions.journal import runs
from miminions.layout import LocalLayout
from miminions.memory.ids import born_of
from miminions.memory.shown import BY_HAND, DISTILLED, Shown

_BASES: dict[Basis, float] = {"said": 1.0, "accepted": 0.8, "found": 0.5, "": DISTILLED}
BY_RULES, FURTHER = 0.6, 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a distilled fact rests on: its basis, whether the rules found it, further sessions that said it, and doubt.

    `reviewed` is one that a person accepted, `doubted` one that waits to be replaced or retired.
    """

    basis: Basis = ""
    by_rules: bool = False
    further: int = 0
    reviewed: bool = False
    doubted: bool = False


def confidence(evidence: Evidence) -> float:
    """Return how sure a distilled fact is, from 0 to 1."""
    base = _BASES[evidence.basis]
    if evidence.by_rules:
        base = min(base, BY_RULES)
    sure = BY_HAND if evidence.reviewed else min(BY_HAND, base + FURTHER * evidence.further)
    return round(sure / 2 if evidence.doubted else sure, 2)


def assured(facts: Iterable[Shown], places: Iterable[LocalLayout]) -> tuple[Shown, ...]:
    """Return facts with the confidence that the records of these places give them; what a person wrote is certain."""
    held = _Records()
    for place in places:
        held.read(place)
    return tuple(
        replace(fact, confidence=confidence(held.of(fact)))
        if fact.session and born_of(fact.id, fact.text)
        else fact
        for fact in facts
    )


@dataclass(slots=True)
class _Records:
    """What journals and inboxes say of facts, by their ids."""

    first: dict[str, tuple[Basis, bool]] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)

    def read(self, place: LocalLayout) -> None:
        """Add what one place has."""
        for run in runs(place):
            if run.kind == "review":
                steps = (step for held in run.steps.values() for step in held)
                self.accepted |= {step.id for step in steps if step.op == "retire"}
            decisions = run.details.get("decisions")
            for one in decisions if isinstance(decisions, list) else ():
                if isinstance(one, dict) and one.get("status") == "apply" and one.get("id"):
                    identity = str(one["id"])
                    basis: Basis = one["basis"] if one.get("basis") in _BASES else ""
                    self.told.setdefault(identity, set()).add(run.session)
                    if one.get("op") != "keep":
                        self.first.setdefault(identity, (basis, run.details.get("extractor") == RULES))
        self.doubted |= {one.candidate.target for one in inbox.waiting(place) if one.candidate.target}

    def of(self, fact: Shown) -> Evidence:
        """Return what a fact rests on."""
        basis, by_rules = self.first.get(fact.id, ("", False))
        further = len(self.told.get(fact.id, set()) - {fact.session})
        return Evidence(basis, by_rules, further, fact.id in self.accepted, fact.id in self.doubted)
