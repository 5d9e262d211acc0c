"""Matches candidates with what is known: the same, a change, something deleted by hand, or new."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from miminions.distiller.language.words import words_of
from miminions.distiller.values import Add, Candidate, Decision, Judged, Keep, Replace, Retire
from miminions.memory.disputes import hunk_facts
from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.ids import birth, births, born_of, normalise

SAME = 0.85
# So much of what is said must be said again for a lost negation to turn it around.
TURNED = 0.85
_NEGATION = frozenset(
    {"no", "not", "never", "without", "don't", "doesn't", "isn't", "aren't", "can't", "cannot", "won't", "nothing",
     "none", "kein", "keine", "nicht", "nie", "não", "nunca", "sem"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What a candidate is matched with: the folder it would go to, then all others that are read.

    `session` is the one that is distilled, `moment` its day and time as the ledger writes them, `said` when the candidate
    was said. What `private` says is known, too, but never changed. `written` is when a person wrote a fact, by its id,
    as far as that is known.
    """

    own: State
    others: tuple[State, ...]
    session: str
    moment: str = ""
    private: tuple[State, ...] = ()
    said: str = ""
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All live facts, the private ones last, and those between conflict markers."""
        private = (fact for state in self.private for fact in state.facts.facts)
        marked = (
            fact for state in (self.own, *self.others, *self.private) for fact in hunk_facts(state.facts)
        )
        return (*self.changeable, *private, *marked)

    @property
    def changeable(self) -> tuple[Fact, ...]:
        """The live facts that a session may change."""
        return tuple(fact for state in (self.own, *self.others) for fact in state.facts.facts)


def match(judged: Judged, known: Known, taken: frozenset[str]) -> Decision:
    """Decide what a candidate does to memory. `taken` are ids that earlier decisions of the same run use."""
    candidate = judged.candidate
    identity = birth(candidate.text, known.own.ids | taken)
    if judged.status == "rejected":
        return Add(judged, identity)
    same = _same(candidate, known)
    if same is not None and candidate.op != "retire":
        return Keep(replace(judged, status="apply", reason=""), same)
    target = next((fact for fact in known.changeable if fact.id == candidate.target), None)
    if candidate.op == "retire" and target is None:
        return Add(judged.reject("it retires nothing that is known"), identity)
    gone = _gone(candidate, known)
    if gone is not None:
        return Add(_relearned(judged, gone), identity)
    if _turned(candidate):
        judged = judged.review("it says the opposite of its quote")
    if candidate.op == "add" or target is None:
        return Add(judged, identity)
    return _change(judged, identity, target, known)


def _same(candidate: Candidate, known: Known) -> Fact | None:
    """Find the live fact that says the same, or was born from the same words and reworded by hand since."""
    choices = set(births(candidate.text))
    for fact in known.facts:
        if (
            normalise(fact.text) == normalise(candidate.text)
            or fact.id in choices
            or _alike(candidate.text, fact.text)
        ):
            return fact
    return None


def _alike(one: str, other: str) -> bool:
    """Say whether two texts differ in nothing that matters: no number, no negation, hardly a word."""
    first, second = words_of(one), words_of(other)
    union = first | second
    if not union or len(first & second) / len(union) < SAME:
        return False
    return not any(word in _NEGATION or any(c.isdigit() for c in word) for word in first ^ second)


def _turned(candidate: Candidate) -> bool:
    """Say whether a text is its quote again, but for a negation that one of them has."""
    said, stated = words_of(candidate.quote), words_of(candidate.text)
    union = (said | stated) - _NEGATION
    shared = (said & stated) - _NEGATION
    return bool((said ^ stated) & _NEGATION) and bool(union) and len(shared) / len(union) >= TURNED


@dataclass(frozen=True, slots=True)
class _Gone:
    """Something that was known and is no more: how it went, and whether it came from this very session."""

    how: str
    here: bool


def _gone(candidate: Candidate, known: Known) -> _Gone | None:
    """Find out whether a candidate was known before and deleted, forgotten, replaced or expired since."""
    choices = set(births(candidate.text))
    for state in (known.own, *known.others, *known.private):
        for identity in sorted(state.deleted()):
            if identity in choices or _said_there(state, identity, candidate, known.session):
                return _Gone("deleted by hand", _from(state, identity, known.session))
        # A live id beats its archived copy: that run was interrupted.
        for fact in (fact for fact in state.archived.facts if state.live(fact.id) is None):
            if fact.id in choices or normalise(fact.text) == normalise(candidate.text):
                return _Gone(fact.marks.get("why", "retired"), _from(state, fact.id, known.session))
    return None


def _relearned(judged: Judged, gone: _Gone) -> Judged:
    """Leave gone what was known from this session; let it wait when said anew, unless it had merely been replaced."""
    if gone.here:
        return judged.reject(f"it was learned from this session before, and {gone.how} since")
    return judged if gone.how == "replaced" else judged.review(f"it was known before, and {gone.how}")


def _from(state: State, identity: str, session: str) -> bool:
    origin = state.ledger.origin(identity)
    return origin is not None and origin[0].session == session


def _said_there(state: State, identity: str, candidate: Candidate, session: str) -> bool:
    """Say whether a deleted fact came from this very turn."""
    origin = state.ledger.origin(identity)
    return origin is not None and origin[0].session == session and origin[1].turn == candidate.turn


def _change(judged: Judged, identity: str, target: Fact, known: Known) -> Decision:
    """Guard a replacement or a retirement: it must be about the same thing, and hand edits win."""
    candidate = judged.candidate
    if not any(state.live(target.id) for state in (known.own, *known.others)):
        return Add(judged, identity)
    # A retirement's text is the target's own, so only the quote can tell what it is about.
    said = candidate.quote if candidate.op == "retire" else f"{candidate.text} {candidate.quote}"
    if not words_of(target.text) & words_of(said):
        return Add(judged.review("it names a fact to replace that is about something else"), identity)
    if target.labelled and not born_of(target.id, target.text):
        judged = judged.review("the fact was edited by hand")
    if any(target.id in state.disputed for state in (known.own, *known.others)):
        judged = judged.review("the fact is in conflict: miminions resolve")
    if target.pin:
        judged = judged.review("the fact is pinned")
    if known.moment and _learned(target.id, known) > known.moment:
        judged = judged.review("a later session said what it would change")
    if known.said and known.written.get(target.id, "") > known.said:
        judged = judged.review("the fact may be newer than the session")
    return Retire(judged, target) if candidate.op == "retire" else Replace(judged, identity, target)


def _learned(identity: str, known: Known) -> str:
    """Return day and time of the session that added a fact, empty for one that people wrote."""
    origins = (state.ledger.origin(identity) for state in (known.own, *known.others))
    return next((f"{entry.day} {entry.time}" for entry, _ in filter(None, origins)), "")
