"""What the ranking of a conversation asks of many turns at once, in a narrow table beside them."""

import sqlite3
from collections.abc import Iterator, Sequence

from miminions.index.analysis import length, traits
from miminions.index.rank.shelf import Turn
from miminions.index.sqlite.schema import ROOM


def create_said(connection: sqlite3.Connection) -> None:
    """Create the table in an empty file."""
    connection.execute(
        "CREATE TABLE said (place INTEGER PRIMARY KEY, words INTEGER NOT NULL, traits INTEGER NOT NULL, date, role, speaker)"
    )
    connection.execute("CREATE INDEX said_on ON said (date)")
    connection.execute("CREATE INDEX said_by ON said (speaker)")


def say(connection: sqlite3.Connection, source: int | None = None) -> None:
    """Write what the turns of a source are, or those of all, in place of what stood there."""
    where = "" if source is None else f"WHERE place >= {source * ROOM} AND place < {(source + 1) * ROOM}"
    connection.execute(f"DELETE FROM said {where}")  # noqa: S608
    connection.executemany("INSERT INTO said VALUES (?, ?, ?, ?, ?, ?)", _said(connection, where))


def said_astray(connection: sqlite3.Connection) -> int:
    """Return how many turns are said to be other than they are, or are missing."""
    held = {place: tuple(rest) for place, *rest in connection.execute("SELECT * FROM said")}
    wrong = sum(held.pop(place, None) != tuple(rest) for place, *rest in _said(connection, ""))
    return wrong + len(held)


def _said(connection: sqlite3.Connection, where: str) -> Iterator[tuple[object, ...]]:
    found = connection.execute(f"SELECT place, text, date, role, speaker FROM talk {where}")  # noqa: S608
    for place, text, *rest in found:
        yield place, length(text or ""), traits(text or ""), *rest


def speakers(connection: sqlite3.Connection) -> list[str]:
    """Return the names of those who speak, each once."""
    # From name to name by the index: DISTINCT would read all of it.
    names = connection.execute("""
        WITH RECURSIVE one (name) AS (
            SELECT min(speaker) FROM said
            UNION ALL SELECT (SELECT min(speaker) FROM said WHERE speaker > name) FROM one WHERE name IS NOT NULL
        ) SELECT name FROM one WHERE name IS NOT NULL
    """)
    return [name for (name,) in names]


def dated(connection: sqlite3.Connection, first: str, last: str, most: int) -> list[int]:
    """Return the keys of the turns of a span of days, at most so many, the newest."""
    statement = "SELECT place FROM said WHERE date BETWEEN ? AND ? ORDER BY date DESC, place DESC LIMIT ?"
    return [key for (key,) in connection.execute(statement, (first, last, most))]


def turns(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Turn]:
    """Return turns by key, in the order of keys."""
    statement = f"""
        SELECT place, place / {ROOM}, words, traits, coalesce(date, ''), coalesce(role, ''), coalesce(speaker, ''), 1
        FROM said WHERE place IN ({",".join(map(str, keys))}) ORDER BY place
    """  # noqa: S608
    return list(map(Turn._make, connection.execute(statement)))
