"""Edits of workspaces at random, and everything that an index holds, for comparing."""

import sqlite3

from sessions import write_session

from miminions.index.rows import COLUMNS
from miminions.index.sqlite.schema import ROOM, SHELVES


def dump(index):
    """Return everything that an index holds, in one canonical order; keys and seals are its own affair."""
    connection = sqlite3.connect(index.path)
    columns = ", ".join(COLUMNS)
    try:
        found = connection.execute("SELECT workspace, name, file, digest FROM source").fetchall()
        for name in SHELVES:
            shelf = f"{name} JOIN source ON source = place / {ROOM}"
            found += connection.execute(f"SELECT workspace, name, file, {columns} FROM {shelf}")  # noqa: S608
        return sorted(found, key=repr)
    finally:
        connection.close()


def edit(ws, rng, step):
    """Make one random edit of a workspace's files."""
    words = ("deploy", "staging", "cookie", "Tuesday", "heroku", "pytest", "cache", "naïve", "über")
    said = " ".join(rng.choices(words, k=5))
    memory, history = ws.layout.memory, ws.layout.history
    lines = memory.read_text("utf-8").splitlines(keepends=True)
    facts = [n for n, line in enumerate(lines) if line.startswith("- ")]
    sessions = sorted(ws.layout.sessions.glob("*.jsonl"))
    choice = rng.choice(
        ("add", "add", "note", "drop", "reword", "history", "talk", "retalk", "untalk", "share")
    )
    if choice in {"add", "note"}:
        lines.append(f"- {said} {step}.\n" if choice == "add" else f"\n{said} {step}\n\n")
    elif choice == "drop" and facts:
        del lines[rng.choice(facts)]
    elif choice == "reword" and facts:
        lines[rng.choice(facts)] = (
            f"- {said} until {step}. <!-- mm:{step:06d} until=2026-0{rng.randint(4, 6)}-01 -->\n"
        )
    elif choice == "history":
        history.write_text(
            f"{history.read_text('utf-8')}## 2026-05-0{rng.randint(1, 4)}\n- 10:00 {said}\n", "utf-8"
        )
    elif choice == "talk" or (choice == "retalk" and sessions):
        name = f"s{step}" if choice == "talk" else rng.choice(sessions).stem
        write_session(ws.layout.sessions, (("user", said),) * rng.randint(1, 4), session=name)
    elif choice == "untalk" and sessions:
        rng.choice(sessions).unlink()
    elif choice == "share":
        lines = [
            f"share: {rng.choice(('none', 'insights', 'all'))}\n" if line.startswith("share") else line
            for line in lines
        ]
    memory.write_text("".join(lines), "utf-8")
