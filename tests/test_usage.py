"""What was served: noted without ever failing, read back, counted, and erased."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from folders import home, reopened, workspace

from miminions.cli import run
from miminions.layout import LocalLayout
from miminions.usage.counts import Use, counts
from miminions.usage.prometheus import Family, exposition
from miminions.usage.prompts import masked
from miminions.usage.read import read
from miminions.usage.record import LIMIT, plain, served

FACT = ("fact", "p2m4xa")
# Built here, so that nobody takes this file for one that holds a key.
TOKEN = "ghp_" + "A1b2C3d4E5f6" * 3
posix = pytest.mark.skipif(os.name == "nt", reason="modes and pipes of POSIX")


@pytest.fixture
def local(tmp_path):
    return LocalLayout(tmp_path)


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_served_is_read_back(local):
    """A record says when, where, for which prompt and what, in any letters."""
    served(local.usage, "recall", [FACT, ("history", "")], prompt='wo "läuft" 🚀 \\ das', tokens=12)
    served(local.usage, "hook", [], prompt="zebra")

    first, second = read(local)
    assert (first.surface, first.prompt, first.given, first.tokens) == (
        "recall", 'wo "läuft" 🚀 \\ das', (FACT, ("history", "")), 12,
    )  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first.at)
    assert (second.surface, second.given) == ("hook", ())


@posix
def test_it_never_fails_and_never_waits(tmp_path):
    """A missing folder, a folder or a pipe in its place, and what cannot be written are no error."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    began = time.monotonic()
    for name in ("missing/usage.jsonl", "folder", "pipe", "\0", "/dev/full"):
        served(tmp_path / name, "recall", [FACT])
    served(tmp_path / "usage.jsonl", "recall", [("fact", None)])
    assert time.monotonic() - began < 1
    assert not (tmp_path / "missing").exists()


@posix
def test_a_read_only_home_is_no_error(ws):
    """A question is answered where the note of it cannot be written."""
    ws("remember", "Deploys run on ECS.")
    ws("recall", "deploys")
    usage = next(home().root.rglob("usage.jsonl"))
    usage.unlink()
    usage.mkdir()

    code, out, talk = ws("recall", "deploys")
    assert (code, talk) == (0, "")
    assert "ECS" in out
    assert ws("log", "--served")[0] == 0


@posix
def test_only_the_owner_can_read_it(local):
    """The file has mode 0600."""
    served(local.usage, "recall", [FACT])

    assert local.usage.stat().st_mode & 0o777 == 0o600


def test_it_is_cheap():
    """The module that notes brings nothing along that a hook would wait for, also for other scripts."""
    code = (
        "import sys, os, time; import miminions; before = set(sys.modules)\n"
        "from miminions.usage.record import plain, served\n"
        "served('no/such', 'hook', [('fact', 'p2m4xa')], prompt=plain('wo läuft das'))\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['miminions.usage', 'miminions.usage.record']"


def test_damaged_lines_are_left_out(local):
    """A write that broke off costs its own record only."""
    served(local.usage, "recall", [FACT], prompt="one")
    with local.usage.open("ab") as file:
        file.write(b'{"at":"2026","surf')
    served(local.usage, "recall", [FACT], prompt="two")
    with local.usage.open("ab") as file:
        file.write(b'\xff\n{"at":1}\n[]\n{"at":' + b"[" * 3000 + b"\n")
    served(local.usage, "recall", [FACT], prompt="three")

    assert [one.prompt for one in read(local)] == ["one", "two", "three"]


def test_many_at_once(local):
    """Records of several processes never mix."""
    code = (
        "import sys; from miminions.usage.record import served\n"
        "for n in range(300): served(sys.argv[1], 'hook', [('fact', 'p2m4xa')] * 40, prompt=f'{sys.argv[2]} {n}')"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(local.usage), str(number)]) for number in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0] * 4

    assert sorted(one.prompt for one in read(local)) == sorted(
        f"{a} {b}" for a in range(4) for b in range(300)
    )


def test_it_does_not_grow(local):
    """Two files of a bounded size are kept; the numbers of what is let go of stay in the totals."""
    many = [("fact", f"{number:06}") for number in range(2_000)]
    for _ in range(100):
        served(local.usage, "recall", many)
    served(local.usage, "hook", [])

    size = sum(path.stat().st_size for path in local.folder.iterdir())
    assert size < 2.2 * LIMIT
    assert 40 < len(list(read(local))) < 101
    found = counts(local)
    assert found.queries == 101
    assert found.totals.given["recall"] == 200_000
    assert found.totals.silent == {"hook": 1}
    assert [path for path in local.folder.iterdir() if path.name.endswith(".lock")]


def test_counts(local):
    """Facts are counted by answers, days by questions; a context is no question."""
    served(local.usage, "recall", [FACT, ("turn", "s#1")], prompt="a")
    served(local.usage, "hook", [FACT, FACT], prompt="b")
    served(local.usage, "hook", [], prompt="c")
    served(local.usage, "context", [FACT, ("fact", "k7f3q2")])

    found = counts(local)

    assert found.facts == {"p2m4xa": Use(2, next(reversed(list(read(local)))).at)}
    assert found.queries == 3
    assert found.silent == pytest.approx(1 / 3)
    assert sum(found.days.values()) == 3
    assert found.totals.given == {"recall": 2, "hook": 2, "context": 2}
    assert found.never(["p2m4xa", "k7f3q2"]) == ("k7f3q2",)


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("Where do we deploy?\nAnd when?", "Where do we deploy?"),
        ("look at src/app.py, please", "look at ... please"),
        (f"use {TOKEN} now", "use ... now"),
        ("my password is banana", ""),
        ("das Kennwort lautet banane", ""),
        ("hello <private>banana</private>", "hello"),
        ("abcdefghijklmnopqrstuvwxyzabcd and AbcDefGhi", "... and ..."),
        ("deploy " * 100, ("deploy " * 100)[:200]),
    ],
)
def test_plain_prompts(prompt, kept):
    """Without a search for secrets only plain words of the first line are kept."""
    assert plain(prompt) == kept


def test_masked_prompts():
    """With one the first line is kept without secrets and private spans, cut."""
    assert masked(f"use {TOKEN} now\nor never") == "use [redacted:github-token] now"
    assert masked("hello <private>banana\nsplit</private> there") == "hello there"
    assert len(masked("word " * 500)) == 200


def test_no_workspace_file_changes(ws):
    """Asking notes its use on this machine and changes no file of the workspace."""
    ws("remember", "Deploys run on ECS.")
    before = snapshot(ws.folder)
    ws("recall", "deploys")
    ws("context")

    assert snapshot(ws.folder) == before
    assert [path.name for path in home().root.rglob("usage*")] == ["usage.jsonl"]


def test_log_served(ws):
    """`log --served` shows the time, the surface, the prompt and what was given."""
    assert ws("log", "--served")[1] == "nothing was served here yet\n"
    ws("remember", "Deploys run on ECS.")
    fact = json.loads(ws("show", "--json")[1])["facts"][0]["id"]
    ws("recall", f"where do deploys run, {TOKEN}?")
    ws("recall", "zebra")
    ws("context")

    rows = [line.split("\t") for line in ws("log", "--served")[1].splitlines()]
    assert [row[1:] for row in rows] == [
        ["recall", "where do deploys run, [redacted:github-token]?", fact],
        ["recall", "zebra", "(nothing)"],
        ["context", "", fact],
    ]
    (last,) = json.loads(ws("log", "--served", "-n", "1", "--json")[1])["served"]
    assert (last["surface"], last["given"]) == ("context", [{"kind": "fact", "id": fact}])
    assert ws("log", "--served", "--stats")[0] == 2
    assert ws("log", "--prometheus")[0] == 2


def test_log_stats(ws):
    """`log --stats` counts answers by fact, facts that answered nothing, and silence."""
    ws("remember", "Deploys run on ECS.")
    ws("remember", "Lunch is at noon.")
    ws("recall", "deploys")
    ws("recall", "zebra")
    ws("context")

    found = json.loads(ws("log", "--stats", "--json")[1])["usage"]
    ids = {one["text"]: one["id"] for one in json.loads(ws("show", "--json")[1])["facts"]}
    assert (found["queries"], found["silent"], found["surfaces"]) == (2, 0.5, {"context": 1, "recall": 2})
    assert [one["id"] for one in found["facts"]] == [ids["Deploys run on ECS."]]
    assert found["never"] == [ids["Lunch is at noon."]]
    out = ws("log", "--stats")[1]
    assert "1 of 2 facts answered none of 2 questions; 50% of these got nothing" in out
    assert "Deploys run on ECS." in out


def test_chat_is_noted(ws, tmp_path):
    """What a chat is given and asks is noted under its surface."""
    shop = workspace(tmp_path / "chat", "- Deploys run on ECS.\n")
    minion = shop.minion(model="")
    list(minion.ask("where do deploys run?"))

    assert [(one.surface, one.prompt) for one in read(shop.local)] == [
        ("context", ""),
        ("chat", "where do deploys run?"),
    ]


SAMPLE = re.compile(
    r'[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*")*\})? \d+(\.\d+)?'
)


def test_prometheus(ws):
    """`log --stats --prometheus` prints valid samples, each family with its help and type before it."""
    ws("remember", "Deploys run on ECS.", "--section", 'Odd "names" \\ here')
    ws("recall", "deploys")

    out = ws("log", "--stats", "--prometheus")[1]

    family = ""
    for line in out.splitlines():
        if line.startswith("# HELP "):
            family = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line.split()[2] == family
            assert line.split()[3] == ("counter" if family.endswith("_total") else "gauge")
        else:
            assert SAMPLE.fullmatch(line), line
            assert re.split(r"[{ ]", line)[0] == family
    assert 'miminions_served_total{workspace="shop",surface="recall"} 1' in out
    assert r'miminions_facts{workspace="shop",section="Odd \"names\" \\ here",state="live"} 1' in out


def test_no_label_has_a_secret(ws):
    """A section named after a token is exported without it, and two that are one then are one series."""
    with (ws.folder / "memory" / "MEMORY.md").open("a", encoding="utf-8") as file:
        for end in "78":
            file.write(f"\n## Keys {TOKEN[:-1]}{end}\n- One {end}.\n")
    out = ws("log", "--stats", "--prometheus")[1]
    assert TOKEN[:-1] not in out
    assert out.count('section="Keys [redacted:github-token]",state="live"} 2') == 1


def test_large_numbers_stay_whole():
    """No digit of a counter is lost."""
    assert exposition((Family("x_total", "Help.", "counter", (({}, 12345678),)),)).endswith(
        "\nx_total 12345678\n"
    )


def test_erased_words_leave_the_notes(tmp_path, monkeypatch):
    """`forget --erase` takes the words out of prompts that were noted, old files included."""
    shop = workspace(tmp_path / "shop", "- The reactor of Ulm is cooled with heavy water.\n")
    monkeypatch.chdir(shop.layout.root)
    for path in (shop.local.usage, shop.local.usage.with_suffix(".1.jsonl")):
        served(
            path,
            "hook",
            [FACT],
            prompt='Is it "true" that the reactor of Ülm or the reactor of Ulm is cooled with heavy water?',
        )
    fact = reopened(shop.layout.root).facts()[0]

    assert run(["forget", "--erase", fact.id, "--yes"]) == 0

    assert [one.prompt for one in read(shop.local)] == [
        'Is it "true" that the reactor of Ülm or [erased]?'
    ] * 2
    assert b"heavy" not in b"".join(
        path.read_bytes() for path in Path(home().root).rglob("*") if path.is_file()
    )


def test_a_question_that_an_erased_fact_answered_is_erased_with_it(tmp_path, monkeypatch):
    """It has some of the words, though not all of them in a row; what else was asked stays."""
    shop = workspace(tmp_path / "shop", "- The reactor of Ulm is cooled with heavy water.\n- Cats purr.\n")
    monkeypatch.chdir(shop.layout.root)
    fact = shop.facts()[0]
    for words in ("heavy reactor", "cats"):
        assert run(["recall", *words.split()]) == 0

    assert run(["forget", "--erase", fact.id, "--yes"]) == 0

    assert [one.prompt for one in read(shop.local)] == ["[erased]", "cats"]
