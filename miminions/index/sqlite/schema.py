"""The tables of an index file: one shelf for each sort of rows, with statistics of its own."""

from typing import Any

SCHEMA = 4
# The shelves, and the kinds of rows that stand on each: what conversations say shall not blur what is rare in memory.
SHELVES = {"memory": ("fact", "note", "history"), "talk": ("turn",), "library": ("source",)}
SHELF_OF = {kind: shelf for shelf, kinds in SHELVES.items() for kind in kinds}
COLUMNS = {
    "kind": str, "id": str, "text": str, "section": str, "detail": str, "line": int, "session": str, "turn": int,
    "date": str, "since": str, "until": str, "state": str, "key": str, "pin": int, "links": str, "heirs": str,
    "role": str, "speaker": str,
}  # fmt: skip


def create(db: Any) -> None:
    """Create the tables in an empty sqlite_utils.Database."""
    db["source"].create(
        {"source": int, "workspace": str, "name": str, "file": str, "digest": str}, pk="source"
    )
    for shelf in SHELVES:
        db[shelf].create({"place": int, "source": int, **COLUMNS}, pk="place")
        db[shelf].create_index(["source"])
        db[shelf].enable_fts(
            ["text", "section", "detail"],
            tokenize="porter unicode61 remove_diacritics 2",
            create_triggers=True,
        )
    # What a conversation's ranking asks of many turns at once: narrow, so that it is read fast.
    db["said"].create(
        {"place": int, "source": int, "words": int, "traits": int, "date": str, "role": str, "speaker": str},
        pk="place",
    )
    for column in ("source", "date", "speaker"):
        db["said"].create_index([column])
    db["said_size"].create({"turns": int, "words": float})
