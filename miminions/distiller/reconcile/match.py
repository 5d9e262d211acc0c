"""Matches candidates with what is known: the same, a change, something deleted by hand, or new."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from miminions.distiller.gate.screen import LONGEST
from miminions.distiller.language import listed, numbers
from miminions.distiller.language.words import words_of
from miminions.distiller.reconcile.clauses import carried
from miminions.distiller.reconcile.nominate import Pool, pool_of
from miminions.distiller.values import Add, Candidate, Decision, Judged, Keep, Replace, Retire
from miminions.memory.disputes import hunk_facts
from miminions.memory.facts import Fact
from miminions.memory.folder import State
from miminions.memory.ids import birth, births, born_of, normalise

SAME = 0.85


@dataclass(frozen=True, slots=True)
class Known:
    """What a candidate is matched with: the folder it would go to, then all others that are read.

    `session` is the one that is distilled, `moment` its day and time as the ledger writes them, `said` when the candidate
    was said. What `private` says is known, too, but never changed. `written` is when a person wrote a fact, by its id,
    as far as that is known; `deleted` what facts said that a person deleted.
    """

    own: State
    others: tuple[State, ...]
    session: str
    moment: str = ""
    private: tuple[State, ...] = ()
    said: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    deleted: Mapping[str, str] = field(default_factory=dict)

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
    pool = pool_of(known.changeable, known.own.layout.root.name)
    if candidate.op == "retire" and target is None:
        return Add(judged.reject("it retires nothing that is known"), identity)
    gone = _gone(candidate, known)
    if gone is not None:
        return Add(_relearned(judged, gone), identity)
    if candidate.op == "retire" and target is not None:
        return Retire(_retirement(judged, target, known, pool), target)
    return _addition(judged, target, known, taken, pool)


def _retirement(judged: Judged, target: Fact, known: Known, pool: Pool) -> Judged:
    """Guard a retirement: the quote must take back, and must speak of what is retired."""
    quote = judged.candidate.quote
    if not pool.salient(target.text, quote):
        judged = judged.review("the quote does not name what it takes back")
    elif not listed("withdraws").search(quote):
        judged = judged.review("the quote takes nothing back, it says something else")
    return guarded(judged, target, known)


def _addition(
    judged: Judged, target: Fact | None, known: Known, taken: frozenset[str], pool: Pool
) -> Decision:
    """Add, or replace the fact that a candidate names, or the one that it is plainly about."""
    candidate = judged.candidate
    said = f"{candidate.text} {candidate.quote}"
    if candidate.op == "replace" and (
        target is None or not pool.close(target, candidate.text, candidate.quote)
    ):
        meant = pool.meant(candidate.text, candidate.quote)
        if meant is None and candidate.target:
            judged = judged.review("it names a fact to replace that may be about something else")
        # What shares nothing with the fact that was named cannot take its place.
        near = target if target is not None and pool.salient(target.text, said) else None
        target = meant or near
    elif candidate.op == "add":
        target = pool.contradicted(candidate.text, candidate.quote)
        if target is not None:
            candidate = replace(candidate, op="replace", target=target.id)
            judged = replace(judged, candidate=candidate)
            if not pool.plain(target, candidate.text, candidate.quote):
                judged = judged.review(f"it may replace: {target.text}")
    if target is None or not any(state.live(target.id) for state in (known.own, *known.others)):
        plain = replace(candidate, op="add", target=None)
        return Add(replace(judged, candidate=plain), birth(candidate.text, known.own.ids | taken))
    return _replacement(guarded(judged, target, known), target, known, taken)


def _replacement(judged: Judged, target: Fact, known: Known, taken: frozenset[str]) -> Replace:
    """Replace a fact, keeping its clauses that the quote does not touch."""
    candidate = judged.candidate
    kept = carried(target.text, candidate.text, candidate.quote, LONGEST)
    waits = judged.status == "review"
    # Who is asked anyway is told what goes; nothing is put into the mouth of a guess.
    lost = kept.alone if waits else kept.lost
    if lost:
        told = f"it would lose: {', '.join(lost)}"
        judged = replace(judged, status="review", reason="; ".join(filter(None, (judged.reason, told))))
    text = candidate.text if waits else kept.text
    judged = replace(judged, candidate=replace(candidate, text=text, target=target.id))
    return Replace(judged, birth(text, known.own.ids | taken), target)


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
    return not any(
        listed("negates").fullmatch(word) or word in numbers() or any(c.isdigit() for c in word)
        for word in first ^ second
    )


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
            reworded = _alike(candidate.text, known.deleted.get(identity, ""))
            if identity in choices or reworded or _said_there(state, identity, candidate, known.session):
                return _Gone("deleted by hand", _from(state, identity, known.session))
        # A live id beats its archived copy: that run was interrupted.
        for fact in (fact for fact in state.archived.facts if state.live(fact.id) is None):
            if (
                fact.id in choices
                or normalise(fact.text) == normalise(candidate.text)
                or _alike(candidate.text, fact.text)
            ):
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


def guarded(judged: Judged, target: Fact, known: Known) -> Judged:
    """Let wait what would change a fact that a person or a later session has the last word on."""
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
    return judged


def _learned(identity: str, known: Known) -> str:
    """Return day and time of the session that added a fact, empty for one that people wrote."""
    origins = (state.ledger.origin(identity) for state in (known.own, *known.others))
    return next((f"{entry.day} {entry.time}" for entry, _ in filter(None, origins)), "")
