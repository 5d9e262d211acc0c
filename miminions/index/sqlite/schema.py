"""The tables of an index file: one shelf for each sort of rows, with statistics of its own."""

from typing import Any

SCHEMA = 4
# The shelves, and the kinds of rows that stand on each: what conversations say shall not blur what is rare in memory.
SHELVES = {"memory": ("fact", "note", "history"), "talk": ("turn",), "library": ("source",)}
SHELF_OF = {kind: shelf for shelf, kinds in SHELVES.items() for kind in kinds}
COLUMNS = {
    "kind": str, "id": str, "text": str, "section": str, "detail": str, "line": int, "session": str, "turn": int,
    "date": str, "since": str, "until": str, "away": str, "state": str, "key": str, "pin": int, "links": str, "heirs": str,
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
