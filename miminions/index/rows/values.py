"""What an index is made of: rows, and the sources that they come from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be found; it holds from `since` until the last day `until`, empty where nobody said so.

    `away` are the times in between in which it had been retired: first and last day with a stroke, the last empty if open.
    `state` is empty for what is live and RETIRED for what lies in an archive; `heirs` are the ids of what took its place.
    `links` are what its `[[links]]` name. A turn has the `role` that said it and, where the transcript names one, the
    `speaker`. `turn` is the record's number in the transcript; turns of a session are given in their order.
    """

    kind: str
    id: str
    text: str
    section: str = ""
    detail: str = ""
    line: int = 0
    session: str = ""
    turn: int = 0
    date: str = ""
    since: str = ""
    until: str = ""
    away: tuple[str, ...] = ()
    state: str = ""
    key: str = ""
    pin: bool = False
    links: tuple[str, ...] = ()
    heirs: tuple[str, ...] = ()
    role: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a workspace at a digest; `rows` reads it when the index has another digest."""

    workspace: str
    name: str
    file: str
    digest: str
    rows: Callable[[], Iterable[Row]]
