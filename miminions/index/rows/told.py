"""What the ledger tells of each fact: the session and turn that it came from, and the day on which it began."""

from dataclasses import dataclass

from miminions.memory.history import Ledger
from miminions.memory.validity import away


@dataclass(slots=True)
class Told:
    """What the ledger tells of one fact.

    `session`, `turn` and `day` are of the last session that added it, `began` is the day from which it holds: empty for
    one that was there before the ledger spoke of it. `away` are the times since in which it was retired, as a row has them.
    """

    session: str = ""
    turn: int = 0
    day: str = ""
    began: str = ""
    away: tuple[str, ...] = ()


NOTHING = Told()


def told_of(ledger: Ledger) -> dict[str, Told]:
    """Read the ledger once for all facts; `Ledger.origin` and `validity.began` say the same of a single one."""
    found: dict[str, Told] = {}
    before: set[str] = set()
    retired: set[str] = set()
    for entry in ledger.entries:
        added = {one.id for one in entry.added}
        retired.update(entry.retired)
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
    for name in retired:
        times = (f"{first}/{last}" for first, last in away(name, ledger))
        found.setdefault(name, Told()).away = tuple(times)
    return found
