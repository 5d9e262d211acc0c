"""Sessions that could not be distilled: why, how often, and when they are tried again; all of it local and losable."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from miminions.errors import BudgetError, MiminionsError
from miminions.layout import LocalLayout
from miminions.records import load, store
from miminions.redact import redact

# How long a session rests after its first, second, ... failure.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)
# So many failures in a row are worth a person's attention.
OFTEN = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """A session that failed `attempts` times in a row, for what reason last, and when it is tried again (ISO, UTC).

    A reached cap is no attempt: nothing was asked.
    """

    session: str
    source: str
    reason: str
    hint: str
    attempts: int
    due: str


def note(local: LocalLayout, session: str, source: str, problem: MiminionsError, now: datetime) -> Failure:
    """Remember that a session failed. Raises FileError."""
    before = _failure(session, load(local.failures).get(session))
    attempts = (before.attempts if before else 0) + (0 if isinstance(problem, BudgetError) else 1)
    pause = PAUSES[min(attempts, len(PAUSES)) - 1] if attempts else timedelta()
    due = now if isinstance(problem, BudgetError) else now + pause
    reason, hint = redact(str(problem)), redact(problem.hint)
    failure = Failure(session, source, reason, hint, attempts, due.isoformat())
    kept = {name: value for name, value in asdict(failure).items() if name != "session"}
    store(local.failures, {**load(local.failures), session: kept})
    return failure


def forget(local: LocalLayout, session: str) -> None:
    """Forget the failures of a session that was distilled. Raises FileError."""
    held = load(local.failures)
    if held.pop(session, None) is not None:
        store(local.failures, held)


def failures(local: LocalLayout) -> Iterator[Failure]:
    """Yield the sessions that failed and were not distilled since, as long as their transcripts are there."""
    for session, held in load(local.failures).items():
        failure = _failure(session, held)
        if failure is not None and (not failure.source or Path(failure.source).is_file()):
            yield failure


def rests(local: LocalLayout, session: str, now: datetime) -> bool:
    """Say whether a session failed so lately that it is not tried again yet."""
    failure = _failure(session, load(local.failures).get(session))
    with suppress(ValueError, TypeError):
        return failure is not None and now < datetime.fromisoformat(failure.due)
    return False


def _failure(session: str, held: Any) -> Failure | None:
    if not isinstance(held, dict):
        return None
    try:
        return Failure(session=session, **held)
    except TypeError:
        return None
