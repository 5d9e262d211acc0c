"""What it takes to settle a memory folder's disputes, as changes; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from miminions.files import Snapshot
from miminions.memory.changes import Change, Record, Remark, Resolve, Retire, Unite, apply_changes
from miminions.memory.disputes import Dispute, claims_of, disputes, heirs
from miminions.memory.facts import read_facts
from miminions.memory.folder import State, Texts
from miminions.memory.history import Added, Entry, joined, read_history, stamp
from miminions.memory.settle import Answers, Choice, settle, united


@dataclass(frozen=True, slots=True)
class Resolution:
    """The changes that settle disputes, the texts as they are then, and the disputes that are left."""

    changes: tuple[Change, ...]
    texts: Texts
    left: tuple[Dispute, ...]


def resolution(state: State, answers: Answers, now: datetime) -> Resolution:
    """Settle what needs no answer, and what `answers` names. Raises MemoryFileError.

    Of two facts that replaced one, or bear one key, the one that is not chosen is replaced by the other. Where both are
    to stand, the key stays on the first, and a line of the ledger says that the second replaces nothing.
    """
    # Which line of the archive stays depends on which of two facts does.
    early = {name: choice for name, choice in answers.items() if not name.startswith("replaced ")}
    changes: list[Change] = [*_settled(state, state.texts, early, now)]
    if united(state.history.text) != state.history.text:
        changes.append(Unite())
    seen: set[str] = set()
    while one := next(
        (one for one in _open(state, changes) if one.name in answers and one.name not in seen), None
    ):
        seen.add(one.name)
        if one.kind in {"key", "replaced"}:
            changes += _changes(one, answers[one.name], after(state, changes), now)
    changes += _settled(state, after(state, changes).texts, answers, now)
    settled = after(state, changes)
    return Resolution(tuple(changes), settled.texts, disputes(settled))


def _settled(state: State, texts: Texts, answers: Answers, now: datetime) -> Iterator[Change]:
    day, _ = stamp(now)
    settled = settle(texts, answers, day, state.ids)
    if settled.texts != texts:
        yield Resolve(dict(answers), day, state.ids, settled.lost)


def _open(state: State, changes: list[Change]) -> tuple[Dispute, ...]:
    return disputes(after(state, changes))


def _changes(dispute: Dispute, choice: Choice, state: State, now: datetime) -> Iterator[Change]:
    ids = [identity for side in dispute.sides for identity in side]
    if choice == "both":
        yield from _both(dispute, ids, state, now)
        return
    winner = ids[-1] if choice == "theirs" else ids[0]
    for loser in ids:
        if loser != winner:
            yield Retire(loser, stamp(now)[0], "replaced", winner)


def _both(dispute: Dispute, ids: list[str], state: State, now: datetime) -> Iterator[Change]:
    if dispute.kind == "key":
        for fact in filter(None, map(state.live, ids[1:])):
            yield Remark(fact.id, {name: value for name, value in fact.marks.items() if name != "key"})
        return
    claims = claims_of(state.archives, state.ledger)
    live = {fact.id for fact in state.facts.facts}
    named = claims.get(dispute.name.removeprefix("replaced "), ())
    others = [new for new in named if ids[0] not in heirs(new, claims, live)]
    day, time = stamp(now)
    yield Record(Entry(day, time, "Kept both of two versions.", added=tuple(Added(one) for one in others)))


def after(state: State, changes: Sequence[Change]) -> State:
    """Return the folder as changes leave it; conflicts in other writers' histories count as settled."""
    texts = apply_changes(state.texts, changes) if changes else state.texts
    histories = [replace(file, text=united(file.text)) for file in state.other_histories]
    archives = (file for file in state.others if file not in state.other_histories)
    return replace(
        state,
        memory=_with(state.memory, texts.memory),
        history=_with(state.history, texts.history),
        archive=_with(state.archive, texts.archive),
        others=(*histories, *archives),
        facts=read_facts(texts.memory),
        ledger=joined(read_history(text) for text in (*(file.text for file in histories), texts.history)),
        own_archive=read_facts(texts.archive),
    )


def _with(file: Snapshot, text: str) -> Snapshot:
    return replace(file, text=text)
