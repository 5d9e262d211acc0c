"""Law: what the fast reader of plain memory files gives are the rows that the reader of all Markdown gives."""

import itertools
import random
from pathlib import Path

import pytest
from bench import figures
from hypothesis import given, settings
from hypothesis import strategies as st
from natural import Writer, memory

from miminions.index.rows.folders import _read
from miminions.index.rows.memory import _plain_history, _plain_memory, history_rows, memory_rows
from miminions.index.rows.values import record_of
from miminions.layout import Layout
from miminions.memory.folder import read_folder

CASES = Path(__file__).parent.parent
IDS = ("aaaaaa", "bbbbbb", "cccccc", "aaaaa0", "dddddd")
STARTS = (
    "", "word", "Straße", "1 apple", "1. one", "12) two", "10:00 later", '"quoted"', "'s", "(so)", "`code`", "$HOME", "@you",
    "/path", "*em* x", "**bold** x", "* star", "[[link]] x", "[ ] box", "[x] done", "[fact] it", "[text](url)", "#tag x", "# no",
    "\u3000wide", "\u00a0", "日本", "🚀 up", "> quote", "+ plus", "- minus", "~~~", "\\[[link\\]] x", "_em_ x", "~x~", "<b>x</b>", "&amp; x",
)  # fmt: skip
PIECES = (
    " and", " [[other]]", " #global", " #tag/sub", " a < b", " <b>", " -->", " <!-- note -->", " <!-- mm:x -->", " ^block", " id::1",
    " (id:: 7)", " ```", " a|b", "\ttab", " \\[x\\]", " *em*", "  ", " é\u2028sep", " \x0b", "\x85", " \udcff", "\u200b", " end.",
    " password: hunter2hunter2", " ghp_" + "a1B2" * 9,
)  # fmt: skip
MARKS = (
    "",
    " until=2026-05-01",
    " since=2026-01",
    " pin",
    " key=k",
    " key=k2",
    " key=",
    " until=soon",
    " by=aaaaaa",
    " x=--",
)
LINES = (
    "", "  ", "# Memory", "## Decisions", "## Insights", "### insights ##", "## Observations", "##", "#None", "## A # b", "Prose.",
    "<!-- a comment -->", "<!-- open", "---", "===", "  - nested", "    more", "<<<<<<< ours", "=======", ">>>>>>> theirs", "* star",
    "## \u00a0", "<claude-mem-context>", "</claude-mem-context>", "| a | b |", "[a]: b", "\ufeff", "```", "## <!-- x -->",
)  # fmt: skip


def said(rng, odd):
    """Return the words of an item, odd ones so often."""
    start = rng.choice(STARTS) if rng.random() < odd else "Plain words"
    return start + "".join(rng.choices(PIECES, k=rng.choice((1, 1, 2)) if rng.random() < odd else 0))


def fact(rng, ids, odd):
    """Return a line that is a fact, or nearly one."""
    identity = (
        f"mm:{next(ids)}"
        if rng.random() > odd
        else rng.choice(("mm:", "mm:abc", f"mm:{rng.choice(IDS)}", "other"))
    )
    mark = rng.choice((" ", "", "  ")) if rng.random() < odd / 3 else " "
    marks = "".join(rng.choices(MARKS, k=rng.choice((0, 0, 0, 1, 2))))
    comment = f"{mark}<!-- {identity}{marks} -->" if rng.random() < 0.8 else ""
    return f"- {said(rng, odd)}{comment}{' ' if rng.random() < odd / 3 else ''}"


def entry(rng, ids, odd):
    """Return a line of a history, or nearly one."""
    added = [f"+{rng.choice(IDS) if rng.random() < odd / 2 else next(ids)}" for _ in range(rng.randint(0, 3))]
    words = [
        word + rng.choice(("", "#3", "#12", "<aaaaaa", "<aaaaaa<bbbbbb#2")[: 3 if rng.random() > odd else 5])
        for word in added
    ]
    words += ["-bbbbbb"] if rng.random() < odd / 3 else []
    words += ["review=2"] if rng.random() < 0.1 else []
    session = rng.choice(
        ("s=one turns=1-4", "s=two turns=5-9", "s=a%20b turns=1-2", "s=x", "")[
            : 2 if rng.random() > odd else 5
        ]
    )
    time = rng.choice(("10:00 ", "10:00", "", "9:00 ", "10:00  "))
    comment = f" <!-- mm:{' '.join([session, *words]).strip()} -->" if rng.random() < 0.8 else ""
    return f"- {time}{said(rng, odd)}{comment}"


def text(rng, line, heading, odd):
    """Return a file of such lines under headings, with so much between them that is neither."""
    head = rng.choice(
        (
            "",
            "---\nworkspace: x\nshare: all\n---\n",
            "---\nworkspace: x\n---\n# Memory\n\n",
            "\ufeff",
            "---\n",
        )[: 4 if odd < 0.3 else 5]
    )
    ids = (f"{number:06x}" for number in itertools.count(rng.randrange(99)))
    lines = [
        rng.choice(LINES)
        if rng.random() < odd / 5
        else heading(rng)
        if rng.random() < 0.2
        else line(rng, ids, odd)
        for _ in range(rng.randint(0, 9))
    ]
    return head + "\n".join(lines) + rng.choice(("", "\n", "\n\n"))


def texts(rng):
    """Return a memory, a history and an archive."""
    odd = rng.choice((0, 0.1, 0.1, 0.2, 0.5))
    return (
        text(rng, fact, lambda rng: f"## {rng.choice(('Facts', 'Insights', 'Why not'))}", odd),
        text(rng, entry, lambda rng: f"## 2026-0{rng.randint(1, 9)}-01", odd),
        "" if rng.random() < 0.7 else text(rng, fact, lambda _: "## Facts", odd),
    )


def compare(folder, memory, history="", archive=""):
    """Compare both readers on a folder of these files; return how many files the fast one took, and how many there were."""
    (folder / "memory").mkdir(exist_ok=True)
    for name, content in (("MEMORY", memory), ("HISTORY", history), ("ARCHIVE", archive)):
        path = folder / "memory" / f"{name}.md"
        path.write_bytes(content.encode("utf-8", "surrogateescape")) if content else path.unlink(
            missing_ok=True
        )
    layout = Layout(folder)
    files, state, plain = _read(layout), read_folder(layout), 0
    told = _plain_history(files)
    if told is not None:
        plain += 1
        assert told[0] == [record_of(row) for row in history_rows(state)]
    for share, retired in (("all", False), ("insights", False), ("all", True)):
        found = _plain_memory(files, lambda: told, share, retired=retired)
        if found is not None:
            plain += 1
            assert found == [record_of(row) for row in memory_rows(state, share, retired=retired)]
    return plain, 4


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_some_folders_are_read_alike(tmp_path_factory, rng):
    """Whatever lines stand in the files, both readers agree where the fast one answers."""
    compare(tmp_path_factory.mktemp("ws"), *texts(rng))


def test_folders_are_read_alike(tmp_path, full):
    """The same at length; and the fast one does answer."""
    rng, plain, of = random.Random(1), 0, 0  # noqa: S311
    for _ in range(40_000 if full else 1_500):
        took, there = compare(tmp_path, *texts(rng))
        plain, of = plain + took, of + there
    figures(f"{of} readings, {plain} by the fast reader, all as by the reader of all Markdown")
    assert plain > of / 5


def test_real_files_are_read_alike(tmp_path):
    """The same for every Markdown file among the tests."""
    found = [path.read_bytes().decode("utf-8", "surrogateescape") for path in sorted(CASES.rglob("*.md"))]
    for content in found:
        for files in ((content,), ("", content), (content, content), ("- A fact.\n", "", content)):
            compare(tmp_path, *files)
    assert found


@pytest.mark.parametrize("facts", [0, 1, 50])
def test_what_we_write_ourselves_is_plain(tmp_path, facts):
    """Files as commands and sessions leave them are all taken by the fast reader."""
    assert compare(tmp_path, *memory(Writer(1), "x", facts)) == (4, 4)
