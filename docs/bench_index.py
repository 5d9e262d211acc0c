"""Measures the index in one run against its floor: the sqlite3 shell and plain FTS5 with the same rows and terms.

python docs/bench_index.py              10,000 and 100,000 facts in 10 and 100 workspaces
python docs/bench_index.py --million    and 1,000,000 in 1,000
"""

import csv
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from natural import Writer, fill  # noqa: E402

from miminions.index import Query, SqliteIndex  # noqa: E402
from miminions.index.analysis import analyse  # noqa: E402
from miminions.index.sqlite.best import match  # noqa: E402
from miminions.index.sqlite.reader import opened  # noqa: E402
from miminions.index.sqlite.shelf import SqliteShelf  # noqa: E402
from miminions.layout import Home  # noqa: E402
from miminions.workspace import Workspace  # noqa: E402
from miminions.workspace.gather import global_origins  # noqa: E402

SIZES = {10_000: 10, 100_000: 100, 1_000_000: 1_000}
QUERIES, TRIES, DAY = 200, 3, "2026-11-20"
FTS = "fts5(text, section, detail, content='memory', content_rowid='place', tokenize='porter unicode61 remove_diacritics 2')"
# Run in a process of its own, so that its memory is measured alone.
REBUILD = """
import os, resource, sys, time
from pathlib import Path
from miminions.index import SqliteIndex
from miminions.layout import Home
from miminions.workspace.gather import global_origins
home = Home(Path(sys.argv[1]))
begun = time.perf_counter()
SqliteIndex(home.global_index).rebuild(global_origins(home, "all"))
taken = time.perf_counter() - begun
both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
print(taken, max(resource.getrusage(one).ru_maxrss for one in both) / 1024)
"""


def main() -> None:
    """Print the figures of each size as a table."""
    sizes = [size for size in SIZES if size < 1_000_000 or "--million" in sys.argv]
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            found.append(dict(figures(Path(name), size)))
    print("| | " + " | ".join(f"{size:,} facts" for size in sizes) + " |")
    print("| --- |" + " ---: |" * len(sizes))
    for title in found[0]:
        print(f"| {title} | " + " | ".join(one[title] for one in found) + " |")


def figures(folder: Path, size: int) -> Iterator[tuple[str, str]]:
    """Yield what is measured at a size, each with its title."""
    home = Home(folder / "home")
    roots = fill(home, folder / "ws", size, SIZES[size])
    index = SqliteIndex(home.global_index)
    index.rebuild(global_origins(home, "all"))
    rebuilds, floors, memory = rebuilt(home, folder)
    ratio = statistics.median(ours / floor for ours, floor in zip(rebuilds, floors, strict=True))
    yield "rebuild, s", f"{statistics.median(rebuilds):.2f}"
    yield "the shell's import and FTS build of these rows, s", f"{statistics.median(floors):.2f}"
    yield "rebuild / shell", f"{ratio:.2f}"
    yield "peak memory, MB (the larger of two processes)", f"{memory:.0f}"
    yield "bytes a fact", f"{home.global_index.stat().st_size / size:.0f}"
    yield from queried(index, Writer(size))
    time.sleep(0.2)
    index.sync(global_origins(home, "all"))
    yield (
        "sync where nothing changed, ms",
        f"{milliseconds(lambda: index.sync(global_origins(home, 'all')), 9):.1f}",
    )
    yield (
        "one line edited and found, all workspaces, ms",
        f"{edited(roots[-1], index, lambda: global_origins(home, 'all')):.0f}",
    )
    ws = Workspace.open(roots[0], home=home.root)
    ws.sync()
    own = SqliteIndex(ws.local.index)
    yield "one line edited and found, own index, ms", f"{edited(roots[0], own, ws.origins):.1f}"
    yield from own_queries(own, Writer(size))


def rebuilt(home: Home, folder: Path) -> tuple[list[float], list[float], float]:
    """Return the seconds of rebuilds and of the shell with the same rows, in turn, and the most memory in MB."""
    rows = folder / "rows.csv"
    columns = export(home.global_index, rows)
    ours, floors, memory = [], [], 0.0
    for _ in range(TRIES):
        floors.append(shell(folder / "floor.db", rows, columns))
        done = subprocess.run(
            [sys.executable, "-c", REBUILD, str(home.root)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        taken, most = map(float, done.stdout.split())
        ours.append(taken)
        memory = max(memory, most)
    return ours, floors, memory


def export(index: Path, rows: Path) -> list[str]:
    """Write the rows of an index as the shell imports them; return the names of their columns."""
    with opened(index) as connection, rows.open("w", newline="", encoding="utf-8") as file:
        found = connection.execute("SELECT * FROM memory")
        csv.writer(file, lineterminator="\n").writerows(found)
        return [column[0] for column in found.description]


def shell(path: Path, rows: Path, columns: list[str]) -> float:
    """Return the seconds that the sqlite3 shell takes for these rows and their words."""
    program = shutil.which("sqlite3")
    if program is None:
        raise SystemExit("the sqlite3 shell is needed for the floor")
    path.unlink(missing_ok=True)
    table = f"{columns[0]} INTEGER PRIMARY KEY, {', '.join(columns[1:])}"
    script = f"""PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE memory ({table});
CREATE VIRTUAL TABLE memory_fts USING {FTS};
.mode csv
.import {rows} memory
INSERT INTO memory_fts(memory_fts) VALUES ('rebuild');
"""  # noqa: S608
    begun = time.perf_counter()
    subprocess.run([program, str(path)], input=script, text=True, check=True, capture_output=True)
    return time.perf_counter() - begun


def questions(index: Path, writer: Writer) -> list[str]:
    """Return questions of 1 to 20 words of facts, common words among them."""
    rng = random.Random(5)  # noqa: S311
    with opened(index) as connection:
        texts = [
            text for (text,) in connection.execute("SELECT text FROM memory WHERE kind = 'fact' LIMIT 3000")
        ]
    asked = (writer.query(rng.choice(texts), rng.randint(1, 20)) for _ in range(QUERIES))
    return [text for text in asked if analyse(text, DAY).words]


def queried(index: SqliteIndex, writer: Writer) -> Iterator[tuple[str, str]]:
    """Yield what questions to all workspaces take, and how good the answers are beside the exact ones."""
    plain, best, search = [], [], []
    kept = shared = 0.0
    asked = questions(index.path, writer)
    with opened(index.path) as connection:
        for text in asked:
            words = analyse(text, DAY).words
            ranked = "SELECT rowid FROM memory_fts WHERE memory_fts MATCH ? ORDER BY rank LIMIT 10"
            plain.append(seconds(lambda: connection.execute(ranked, (match(words),)).fetchall()))  # noqa: B023
            shelf = SqliteShelf(connection, "memory", Query(text, DAY))
            best.append(seconds(lambda: shelf.best(words, 10)))  # noqa: B023
            search.append(seconds(lambda: index.search(Query(text, DAY))))  # noqa: B023
            scored = "-bm25(memory_fts, 1.0, 0.4, 0.4)"
            exact = (
                f"SELECT rowid, {scored} FROM memory_fts WHERE memory_fts MATCH ? ORDER BY 2 DESC LIMIT 10"  # noqa: S608
            )
            right, ours = connection.execute(exact, (match(words),)).fetchall(), shelf.best(words, 10)
            kept += abs(right[0][1] - ours[0][1]) < 1e-6
            shared += len(dict(right).keys() & dict(ours).keys()) / len(right)
    yield "FTS5 `ORDER BY rank LIMIT 10`, p50 / p95 ms", spread(plain)
    yield "the best ten by BM25, p50 / p95 ms", spread(best)
    yield "best ten / FTS5, p50", f"{statistics.median(best) / statistics.median(plain):.2f}"
    yield "exact first kept", f"{kept / len(asked):.0%}"
    yield "of the exact ten", f"{shared / len(asked):.0%}"
    yield "the whole search with its ranking, p50 / p95 ms", spread(search)


def own_queries(index: SqliteIndex, writer: Writer) -> Iterator[tuple[str, str]]:
    """Yield what questions to one workspace take."""
    best, search = [], []
    with opened(index.path) as connection:
        for text in questions(index.path, writer):
            words = analyse(text, DAY).words
            shelf = SqliteShelf(connection, "memory", Query(text, DAY))
            best.append(seconds(lambda: shelf.best(words, 10)))  # noqa: B023
            search.append(seconds(lambda: index.search(Query(text, DAY))))  # noqa: B023
    yield "one workspace: the best ten by BM25, p50 / p95 ms", spread(best)
    yield "one workspace: the whole search, p50 / p95 ms", spread(search)


def edited(root: Path, index: SqliteIndex, origins: Callable[[], list[object]]) -> float:
    """Return the milliseconds from a saved edit of one line until a search finds it."""
    path, taken = root / "memory" / "MEMORY.md", []
    for number in range(7):
        lines = path.read_text("utf-8").split("\n")
        place = next(
            n
            for n, line in enumerate(lines)
            if line.startswith("- ") and "Kestrel" not in line and n > number * 9
        )
        lines[place] = f"- Kestrel{number} is seen.{lines[place][lines[place].rfind(' <!--') :]}"
        path.write_text("\n".join(lines), "utf-8")
        begun = time.perf_counter()
        index.sync(origins())
        with opened(index.path) as connection:
            question = analyse(f"kestrel{number}", DAY)
            found = SqliteShelf(connection, "memory", Query(question.text, DAY)).best(question.words, 10)
        taken.append(time.perf_counter() - begun)
        if not found:
            raise SystemExit("an edited line was not found")
    return statistics.median(taken) * 1000


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the median of so many tries."""
    return statistics.median(seconds(work) for _ in range(times)) * 1000


def spread(taken: list[float]) -> str:
    """Return the median and the 95th of a hundred in milliseconds."""
    ordered = sorted(taken)
    return f"{ordered[len(ordered) // 2] * 1000:.2f} / {ordered[int(len(ordered) * 0.95)] * 1000:.2f}"


if __name__ == "__main__":
    main()
