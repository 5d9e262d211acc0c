"""Plans a run: candidates through ground, screen and match into decisions; pure, and it writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from miminions.distiller.gate.ground import ground
from miminions.distiller.gate.screen import screen
from miminions.distiller.language.sentences import sentences
from miminions.distiller.reconcile.limits import capped, once_each
from miminions.distiller.reconcile.match import Known, match
from miminions.distiller.reconcile.route import routed
from miminions.distiller.reconcile.twins import with_twins, without_doubles
from miminions.distiller.rules.extractor import NAME as RULES
from miminions.distiller.rules.summary import UNTOLD, continued
from miminions.distiller.values import (
    Add,
    Candidate,
    Decision,
    Extraction,
    Keep,
    Material,
    Plan,
    Replace,
)
from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.history import stamp
from miminions.memory.ids import normalise

SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Memories:
    """The memory a session is planned for: the workspace's, the person's, and what the workspace shares.

    What the private overlay says is known, too, but never shown to a model and never changed. `written` is
    when a person wrote a fact, by its id, as far as that is known; `deleted` what facts said that a person deleted.
    """

    own: State
    personal: State
    share: str
    overlay: State
    written: Mapping[str, str] = field(default_factory=dict)
    deleted: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All live facts but the private ones; in the personal workspace the two are one."""
        both = (self.own,) if self.own.layout == self.personal.layout else (self.own, self.personal)
        return tuple(fact for state in both for fact in state.facts.facts)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each memory file, by path: a plan holds while they are the same."""
        return {**self.own.digests, **self.personal.digests, **self.overlay.digests}

    @property
    def private(self) -> tuple[str, ...]:
        """The texts that enter no file of the workspace, live and retired, in normal form."""
        facts = (*self.overlay.facts.facts, *self.overlay.archived.facts)
        return tuple(filter(None, (normalise(fact.text).rstrip(".!") for fact in facts)))


def make_plan(
    extraction: Extraction, material: Material, memories: Memories, *, now: datetime, source: str
) -> Plan:
    """Decide what each candidate does to memory, given its files as they are."""
    day, time = stamp(material.started or now)
    decisions = _decided(extraction.candidates, material, memories, f"{day} {time}")
    return Plan(
        session=material.session,
        source=source,
        first=material.first,
        last=material.last,
        day=day,
        time=time,
        summary=_told(extraction, decisions, memories),
        decisions=tuple(capped(once_each(decisions), len(memories.facts))),
        extractor=extraction.extractor,
        digests=memories.digests,
    )


def _decided(
    candidates: Iterable[Candidate], material: Material, memories: Memories, moment: str
) -> list[Decision]:
    """Take each candidate through ground, screen and match, in order."""
    own, personal = memories.own, memories.personal
    known = (material.workspace, *(fact.text for fact in memories.facts))
    gone = tuple(fact.text for state in (own, personal) for fact in state.archived.facts)
    decisions: list[Decision] = []
    taken: frozenset[str] = frozenset()
    for candidate in candidates:
        placed = routed(candidate, material, own, memories.share)
        home, other = (personal, own) if placed.scope == "global" else (own, personal)
        judged = screen(ground(placed, material, known, gone, _replaced(placed, memories)))
        turn = material.turn(judged.candidate.turn)
        said = " ".join(stamp(turn.time)) if turn and turn.time else moment
        private = (memories.overlay,)
        known_here = Known(
            home, (other,), material.session, moment, private, said, memories.written, memories.deleted
        )
        decision = match(judged, known_here, taken)
        if not isinstance(decision, Keep) and _is_private(placed.text, memories):
            held = decision.judged.review("it says what the private memory says")
            decision = replace(decision, judged=held)
        if not _repeated(decision, decisions):
            decisions.append(with_twins(decision, known_here))
            taken |= {decision.id} if isinstance(decision, Add | Replace) else frozenset()
    return without_doubles(decisions)


def _replaced(candidate: Candidate, memories: Memories) -> str:
    """Return what the fact says that a candidate replaces, empty for one that replaces none."""
    return next((fact.text for fact in memories.facts if fact.id == candidate.target), "")


def _told(extraction: Extraction, decisions: Iterable[Decision], memories: Memories) -> str:
    """Return the line for the history; the rules' opening is followed by what was settled, and only by that."""
    line = _public(extraction.summary, memories)
    if extraction.extractor != RULES:
        return line
    settled = (d.judged.candidate for d in decisions if d.judged.status == "apply")
    texts = (c.text for c in settled if c.scope == "workspace")
    return continued(line, (text for text in texts if not _is_private(text, memories)))


def _public(line: str, memories: Memories) -> str:
    """Leave the sentences out of a line that say what the private overlay says."""
    if not _is_private(line, memories):
        return line
    kept = " ".join(said for said in sentences(line) if not _is_private(said, memories))
    return kept if kept and not _is_private(kept, memories) else UNTOLD


def _is_private(text: str, memories: Memories) -> bool:
    """Say whether a text says what the private overlay says."""
    said = normalise(text)
    return any(
        # A word or two that is private stands in many a sentence that is not.
        private in said if len(private.split()) >= SENTENCE else private == said.rstrip(".!")
        for private in memories.private
    )


def _repeated(decision: Decision, earlier: Iterable[Decision]) -> bool:
    """Say whether the same run proposed the same text before."""
    text = normalise(decision.judged.candidate.text).rstrip(".!")
    return any(normalise(other.judged.candidate.text).rstrip(".!") == text for other in earlier)
