"""Which rows a query may be answered with, as a condition on a shelf."""

import sqlite3

from miminions.index.hits import Query
from miminions.index.sqlite.schema import SHELVES


def seen(name: str, query: Query) -> tuple[str, list[object]]:
    """Return the condition that a row of a shelf has to meet to be an answer, from AND on, and its values.

    Its functions `asked` and `there` are what `teach` gives a connection.
    """
    kinds = [kind for kind in SHELVES[name] if kind in query.kinds]
    clauses, values = [f"{name}.kind IN ({places(len(kinds))})"], list[object](kinds)
    if query.without:
        clauses.append(f"source.workspace NOT IN ({places(len(query.without))})")
        values += query.without
    if query.as_of:
        # What happened or was said later was not known on that day.
        clauses.append(f"ifnull({name}.since, '') <= ? AND ({name}.until IS NULL OR {name}.until >= ?)")
        clauses.append(f"({name}.away IS NULL OR there({name}.away))")
        known = f"ifnull({name}.date, '') <= ?"
        clauses.append(f"({name}.kind = 'fact' OR {known})")
        values += [query.as_of] * 3
    else:
        live, old = _states(name, query)
        clauses.append(f"({live} OR {old})")
        values += [] if "expired" in query.include else [query.day]
    if query.since:
        clauses.append(f"{name}.date >= ?")
        values.append(query.since)
    if query.sections or query.tags:
        clauses.append(f"asked(ifnull({name}.section, ''), {name}.text)")
    return "".join(f" AND {clause}" for clause in clauses), values


def teach(connection: sqlite3.Connection, query: Query) -> None:
    """Give a connection the functions that know a query's sections and tags, and what held on its day.

    SQL folds the case of ASCII only.
    """
    if query.as_of:
        connection.create_function("there", 1, lambda away: _there(away, query.as_of), deterministic=True)
    if not query.sections and not query.tags:
        return
    from miminions.memory.ids import TAG

    sections = {section.strip().casefold() for section in query.sections}
    tags = {tag.strip().removeprefix("#").casefold() for tag in query.tags}

    def asked(section: str, text: str) -> bool:
        if sections and section.casefold() not in sections:
            return False
        return not tags or any(_under(found.casefold()) & tags for found in TAG.findall(text))

    connection.create_function("asked", 2, asked, deterministic=True)


def places(number: int) -> str:
    """Return that many places for values."""
    return ", ".join("?" * number)


def _states(name: str, query: Query) -> tuple[str, str]:
    """Return what holds of live rows, and of retired ones: those were over long before the day that is asked on."""
    live = f"{name}.state IS NULL"
    if "expired" not in query.include:
        live += f" AND ({name}.until IS NULL OR {name}.until >= ?)"
    return live, f"{name}.state IS NOT NULL" if "retired" in query.include else "0"


def _there(away: str, day: str) -> bool:
    """Say whether none of the times that a fact was away has a day in it."""
    times = (time.split("/") for time in away.split("\n"))
    return not any(first <= day and (not last or day <= last) for first, last in times)


def _under(tag: str) -> set[str]:
    """Return a tag and those it stands under: a/b is an a, too."""
    parts = tag.split("/")
    return {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
