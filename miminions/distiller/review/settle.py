"""Settles what waits in review: accepted candidates are applied with their turn in the ledger, rejected ones dropped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from miminions.distiller.gate.screen import LONGEST
from miminions.distiller.review import inbox
from miminions.distiller.review.changes import ACCEPTED, home_of_item, interrupted, settled_of
from miminions.distiller.review.inbox import Waiting
from miminions.distiller.run import Distiller
from miminions.errors import UsageError
from miminions.journal import REVIEW, Run, new_run, save
from miminions.keeper import again
from miminions.memory.folder import State, Texts
from miminions.memory.ids import normalise
from miminions.redact import has_secret


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says to a candidate: its own words, or theirs in `text`.

    `seen` is what the fact that it would change said when they decided, None where nobody showed it.
    """

    item: Waiting
    word: Literal["accept", "reject"]
    text: str = ""
    seen: str | None = None

    @property
    def worded(self) -> Waiting:
        """The candidate as it is to be remembered."""
        return (
            replace(self.item, candidate=replace(self.item.candidate, text=self.text))
            if self.text
            else self.item
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a review: the facts' ids by the items', the items dropped, and why others could not be applied.

    `note` is why what was written is not committed, where it should be.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def checked(text: str) -> str:
    """Return a person's wording as one line. Raises UsageError for what is no fact: empty, too long, a secret."""
    line = " ".join(text.split())
    if not 1 <= len(line) <= LONGEST:
        raise UsageError(f"{len(line)} characters; 1 to {LONGEST} make a fact", hint="say it in one sentence")
    if has_secret(line):
        raise UsageError("that looks like a secret", hint="say where it is kept instead")
    return line


def settle(distiller: Distiller, choices: Sequence[Choice], *, now: datetime) -> Outcome:
    """Do what a person decided, as one run: a line in the ledger for each session of which something was accepted.

    What no longer fits the memory as it is now stays in the inbox, and why is said. Raises UsageError, FileError.
    """
    for one in choices:
        if one.word == "accept":
            checked(one.worded.candidate.text)
    with distiller.keeper.locked(now, person=True):
        before, left = distiller.memories().own, _misfits(distiller, choices)
        fit = [one for one in choices if one.item.id not in left]
        accepted = [one.worded for one in fit if one.word == "accept"]
        what = accepted[0].candidate.text if len(accepted) == 1 else f"{len(accepted) or len(fit)} facts"
        run = new_run(distiller.local, REVIEW, now, what=what)
        run = replace(run, details=_details(distiller, fit))
        ids: dict[str, str] = {}
        for session in dict.fromkeys(one.item.session for one in fit if one.word == "accept"):
            items = [one for one in fit if one.item.session == session and one.word == "accept"]
            run, known = _accept(distiller, run, items, now)
            ids.update(known)
        dropped = [one.item for one in fit if one.word == "reject"]
        for item in dropped:
            inbox.reject(distiller.local, item)
        if fit:
            save(distiller.local, _worded(run, fit, ids))
        note = distiller.writer.commit(what, before) if ids else ""
    return Outcome(ids, tuple(one.id for one in dropped), left, note)


def shown(distiller: Distiller, choice: Choice, *, now: datetime) -> tuple[State, Texts] | None:
    """Return the memory that accepting a candidate changes, with its texts then; None where it says so already."""
    item = choice.worded
    settled = settled_of(distiller, home_of_item(distiller, item), [item])
    if not settled.changes:
        return None
    return settled.state, distiller.keeper.preview(settled.state, settled.changes, now)


def target_of(distiller: Distiller, one: Waiting) -> str | None:
    """Return what the fact says that a candidate would change, None where there is none."""
    fact = home_of_item(distiller, one).live(one.candidate.target) if one.candidate.target else None
    return fact.text if fact else None


def _misfits(distiller: Distiller, choices: Iterable[Choice]) -> dict[str, str]:
    """Return why decisions cannot be carried out on the memory as it is now, by the items' ids."""
    left = {}
    for one in choices:
        if one.word == "accept" and one.seen is not None:
            says = target_of(distiller, one.item)
            if says is None:
                left[one.item.id] = f"what it would change is gone: {one.seen}"
            elif says != one.seen:
                left[one.item.id] = f"what it would change says now: {says}"
    return left


def _accept(
    distiller: Distiller, run: Run, choices: Sequence[Choice], now: datetime
) -> tuple[Run, dict[str, str]]:
    """Write what was accepted of one session, and return the run as it is then and the facts' ids by the items'."""
    items = [one.worded for one in choices]

    def work() -> tuple[Run, dict[str, str]]:
        homes = {one.id: home_of_item(distiller, one) for one in items}
        settled = [
            settled_of(distiller, state, [one for one in items if homes[one.id].layout == state.layout])
            for state in {state.layout: state for state in homes.values()}.values()
        ]
        told = _told(distiller, items)
        written = [(one.state, one.all_changes(told, distiller)) for one in settled if one.told]
        done = distiller.keeper.write(run, written, now) if written else run
        return done, {item: fact for one in settled for item, fact in one.ids.items()}

    done, ids = again(work)
    for one in items:
        inbox.take(distiller.local, one)
    return done, ids


def _details(distiller: Distiller, choices: Iterable[Choice]) -> dict[str, Any]:
    """Return what the journal keeps of a review, so that it can be taken back."""
    return {
        "settled": [{**inbox.entry(distiller.local, one.item), "word": one.word} for one in choices],
    }


def _worded(run: Run, choices: Iterable[Choice], ids: Mapping[str, str]) -> Run:
    """Return the run with what it comes to: which facts it made, and which of them are in the person's own words."""
    accepted = [one for one in choices if one.word == "accept"]
    decisions = [
        {
            **asdict(one.worded.candidate),
            "id": ids[one.item.id],
            "status": "apply",
            "source": one.item.source,
        }
        for one in accepted
    ]
    reworded = [ids[one.item.id] for one in accepted if one.text]
    return replace(run, details={**run.details, "decisions": decisions, "reworded": reworded})


def drop_arrived(distiller: Distiller, *, now: datetime) -> None:
    """Take out of the inbox what a live fact says by now, unless a run that was killed put it there. Raises FileError."""
    memories = distiller.memories()
    states = (memories.own, memories.personal)
    found = [
        one
        for one in inbox.waiting(distiller.local)
        if inbox.arrived(one.candidate, states) and not _begun(distiller, one, states)
    ]
    if found:
        with distiller.keeper.locked(now):
            for one in found:
                inbox.take(distiller.local, one)


def _told(distiller: Distiller, items: Sequence[Waiting]) -> str:
    """Return the line for the history: the session's own, when all it says is accepted and no line said it before."""
    one, chosen = items[0], {item.id for item in items}
    left = [other for other in inbox.waiting(distiller.local) if other.session == one.session]
    whole = len(items) > 1 or len(left) == 1
    said = any(entry.session == one.session for entry in distiller.memories().own.ledger.entries)
    rejected = one.session in inbox.sessions_rejected(distiller.local)
    refused = any(other.sound and other.id not in chosen for other in left) or rejected
    # What a session was about is for the model to say, where the rules only stood in for it.
    told = whole and one.summary and not (said or refused or one.degraded)
    return one.summary if told else ACCEPTED


def _begun(distiller: Distiller, one: Waiting, states: Iterable[State]) -> bool:
    """Say whether accepting a candidate was begun and did not come to its line in the ledger."""
    said = normalise(one.candidate.text)
    facts = ((state, fact) for state in states for fact in state.facts.facts)
    return any(
        interrupted(distiller, state, fact.id) for state, fact in facts if normalise(fact.text) == said
    )
