"""What the ledger tells of each fact: the session and turn that it came from, and the day on which it began."""

from collections.abc import Iterable
from dataclasses import dataclass

from miminions.memory.history import Entry


@dataclass(slots=True)
class Told:
    """What the ledger tells of one fact.

    `session`, `turn` and `day` are of the last session that added it, `began` is the day from which it holds: empty for
    one that was there before the ledger spoke of it.
    """

    session: str = ""
    turn: int = 0
    day: str = ""
    began: str = ""


NOTHING = Told()


def told_of(entries: Iterable[Entry]) -> dict[str, Told]:
    """Read the ledger once for all facts; `Ledger.origin` and `validity.began` say the same of a single one."""
    found: dict[str, Told] = {}
    before: set[str] = set()
    for entry in entries:
        added = {one.id for one in entry.added}
        before.update(name for name in entry.retired if name not in found and name not in added)
        for one in entry.added:
            told = found.get(one.id)
            if told is None:
                told = found[one.id] = Told(began=entry.day)
            told.began = min(told.began, entry.day)
        if entry.session:
            # A line that adds one fact twice means the first of its turns.
            for one in reversed(entry.added):
                told = found[one.id]
                told.session, told.turn, told.day = entry.session, one.turn or 0, entry.day
    for name in before & found.keys():
        found[name].began = ""
    return found
