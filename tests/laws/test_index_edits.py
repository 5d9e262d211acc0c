"""Law: an index that followed every edit holds and answers what one made anew does, and nothing that is not shared."""

import random
import sqlite3

from bench import figures
from folders import add, home, personal, reopened, workspace
from indexed import dump, edit

from miminions.index import Query, SqliteIndex
from miminions.registry import trust

QUESTIONS = ("deploy", "staging cookie", "tuesday heroku cache", "naive uber", "until pytest deploy staging")
KINDS = ("fact", "note", "history", "turn")


def change(rng, folder, spaces, step):
    """Make one change of a workspace, of its place, or of whether it is trusted; return the workspaces there are now."""
    place = rng.randrange(len(spaces))
    ws = spaces[place]
    choice = rng.choice(("edit",) * 6 + ("trust", "rename", "archive", "overlay", "personal", "writers"))
    if choice == "trust":
        trust(home(), ws.id, ws.layout.root, trusted=rng.random() < 0.5)
    elif choice == "rename":
        root = ws.layout.root.rename(folder / f"moved{step}")
        trust(home(), ws.id, root, trusted=True)
        spaces[place] = reopened(root)
    elif choice == "archive":
        line = f"- Cookie from heroku {step}. <!-- mm:{step:06x} until=2026-05-0{rng.randint(1, 9)} why=replaced -->\n"
        ws.layout.archive.write_text(f"# Archive\n\n## Facts\n{line}", "utf-8")
    elif choice == "overlay":
        overlay = ws.local.overlay.memory
        overlay.parent.mkdir(parents=True, exist_ok=True)
        overlay.write_text(f"## Facts\n- Private staging {step}.\n", "utf-8")
    elif choice == "personal":
        personal(f"## Insights\n- Cache cookie {step} for pytest.\n")
    elif choice == "writers":
        ws.layout.histories.mkdir(exist_ok=True)
        (ws.layout.histories / f"w{rng.randint(1, 2)}.md").write_text(
            f"## 2026-04-0{rng.randint(1, 9)}\n- Deploy {step}\n", "utf-8"
        )
    else:
        edit(ws, rng, step)
    return spaces


def history(folder, seed):
    """Follow a random history, and compare what came of it with an index made anew; return how often it was synced."""
    rng, syncs = random.Random(seed), 0  # noqa: S311
    folder.mkdir()
    spaces = [
        workspace(folder / name, f"## Facts\n- {name} deploys on Tuesday.\n", share="all")
        for name in ("api", "web")
    ]
    add(spaces[0], "## Insights\n- Cookies go stale in staging.")
    for step in range(rng.randint(3, 14)):
        spaces = change(rng, folder, spaces, step)
        if rng.random() < 0.7:
            syncs += 1
            spaces[0].sync()
            spaces[0].sync_global()
    ws = spaces[0]
    ws.sync()
    ws.sync_global()
    own, everywhere = SqliteIndex(ws.local.index), SqliteIndex(home().global_index)
    for name, grown, origins in (("own", own, ws.origins()), ("global", everywhere, ws.global_origins())):
        fresh = SqliteIndex(folder / f"{name}.db")
        fresh.sync(origins)
        assert dump(grown) == dump(fresh)
        assert grown.problems(origins) == ()
        assert stems(grown) == stems(fresh)
        for text in QUESTIONS:
            query = Query(text, "2026-05-04", kinds=KINDS, limit=rng.choice((1, 3, 50)))
            assert grown.search(query) == fresh.search(query)
    return syncs + 1


def stems(index):
    """Return the words that stand in the file as words that can be found."""
    connection = sqlite3.connect(f"file:{index.path}?mode=ro", uri=True)
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.stem USING fts5vocab(main, memory_fts, row)")
        return {term for (term,) in connection.execute("SELECT term FROM stem")}
    finally:
        connection.close()


def test_an_index_that_followed_every_edit_equals_one_made_anew(tmp_path, full):
    """Edits, renames, sharing and trust in any order: rows, words and answers are those of an index made anew."""
    histories, syncs = 1_000 if full else 12, 0
    for seed in range(histories):
        for path in (home().places, home().global_index, home().personal.memory):
            path.unlink(missing_ok=True)
        syncs += history(tmp_path / f"h{seed}", seed)
    figures(f"{histories} histories with {syncs} syncs: each ends as an index made anew")
