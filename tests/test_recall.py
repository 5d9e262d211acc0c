"""recall through the command line: what is searched, what narrows it, how hits are shown, and that any query is safe."""

import json
import os
import random
import sys

import pytest
from folders import add, personal, reopened, workspace
from sessions import SESSION, write_session

from miminions.cli.hits import excerpt, matching
from miminions.index import Query

MEMORY = """
## Decisions
- Deploys run on AWS ECS. #ops/eu <!-- mm:aaaaaa since=2026-03-02 -->
- Deploys need two approvals. #Ops <!-- mm:bbbbbb -->

## Käse
- Deploys wait for the cheese. #operations <!-- mm:cccccc since=2026-05-01 -->
- Deploys freeze in spring. <!-- mm:dddddd until=2026-04-30 -->
"""
ARCHIVE = """# Archive

## Decisions
- Deploys run on Heroku. <!-- mm:eeeeee until=2026-03-02 why=replaced by=aaaaaa -->
- Deploys stop for the fair. <!-- mm:ffffff until=2026-02-10 why=expired -->
"""
HISTORY = """# History

## 2026-03-02
- 14:02 Moved deploys to ECS. <!-- mm:s=20260302T140233123456Z_1a2b3c4d turns=1-9 -->
"""


@pytest.fixture
def memory(ws):
    """Give a workspace with facts of several sections, days and states, a history and a session."""
    folder = ws.folder / "memory"
    (folder / "MEMORY.md").write_text((folder / "MEMORY.md").read_text("utf-8") + MEMORY, "utf-8")
    (folder / "ARCHIVE.md").write_text(ARCHIVE, "utf-8")
    (folder / "HISTORY.md").write_text(HISTORY, "utf-8")
    write_session(ws.folder / "sessions")
    return ws


def hits(cli, *words):
    """Recall and return the hits of the JSON."""
    code, out, err = cli("recall", *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)["hits"]


def ids(cli, *words):
    """Recall `deploys` and return the ids of the facts found."""
    return {hit["id"] for hit in hits(cli, "deploys", "--in", "facts", *words)}


# What narrows it.


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", "abc"),
        ("--include expired", "abcd"),
        ("--include retired", "abcef"),
        ("--include retired,expired", "abcdef"),
        ("--section decisions", "ab"),
        ("--section KÄSE", "c"),
        ("--section nowhere", ""),
        ("--section decisions -s käse", "abc"),
        ("--tag ops", "ab"),
        ("--tag #OPS/EU", "a"),
        ("--tag operations -t ops/eu", "ac"),
        ("--since 2026-03-02", "ac"),
        ("--since 2026-05-01", "c"),
        ("--since 2026-03-02 --section decisions --tag ops", "a"),
        ("--as-of 2026-02-10", "bdef"),
        ("--as-of 2026-03-01", "bde"),
        ("--as-of 2026-03-02", "abd"),
        ("--as-of 2026-05-01", "abc"),
    ],
)
def test_options_narrow_what_is_found(memory, options, found):
    """Sections and tags in any case, days inclusive, and what is over only when it is asked for."""
    assert ids(memory, *options.split()) == {6 * letter for letter in found}


def test_what_is_searched(memory):
    """Facts and history unless `--in` says otherwise; a turn is named by its session and number."""
    kinds = {
        part: {hit["kind"] for hit in hits(memory, "deploys", "--in", part)}
        for part in ("facts", "history", "sessions", "sources")
    }
    assert kinds == {"facts": {"fact"}, "history": {"history"}, "sessions": {"turn"}, "sources": set()}
    assert {hit["kind"] for hit in hits(memory, "deploys")} == {"fact", "history"}
    turn = hits(memory, "flaky login", "--in", "sessions")[0]
    assert (turn["session"], turn["turn"]) == (SESSION, 1)


def test_as_of_a_day_later_words_were_not_said(memory):
    """History and turns after that day are left out."""
    for part in ("history", "sessions"):
        days = [
            bool(hits(memory, "deploys", "--in", part, "--as-of", f"2026-03-{day}")) for day in ("01", "28")
        ]
        assert days == [False, True]


@pytest.mark.parametrize(
    "options",
    [
        ("--as-of", "may"),
        ("--since", "2026-02-30"),
        ("--include", "gone"),
        ("--in", "dreams"),
        ("--in", ""),
        ("--as-of", "2026-03-01", "--include", "retired"),
        ("-k", "0"),
    ],
)
def test_what_an_option_cannot_mean(memory, options):
    """Two lines say so, and the exit code is that of usage."""
    code, out, err = memory("recall", "deploys", *options)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize("seed", range(6))
def test_as_of_a_day_recall_and_show_agree(tmp_path, seed):
    """Whatever lines, archive and ledger say of a fact, the same facts held by both."""
    rng = random.Random(seed)  # noqa: S311

    def day():
        return f"2026-0{rng.randint(3, 6)}-{rng.randint(1, 28):02}"

    ws = workspace(tmp_path / "api")
    names = [f"aaaaa{number}" for number in range(8)]
    live, archived = [], []
    for name in names:
        marks, lines = f"mm:{name}", rng.choice((live, archived))
        marks += f" since={day()}" if rng.random() < 0.3 else ""
        marks += f" until={day()}" if rng.random() < 0.6 else ""
        if lines is archived:
            marks += f" had={day()}" if rng.random() < 0.3 else ""
            marks += rng.choice(
                ("", " why=expired", " why=forgotten", f" why=replaced by={rng.choice(names)}")
            )
        lines.append(f"- Deploys of {name}. <!-- {marks} -->")
    add(ws, "\n".join(["## Facts", *live]))
    ws.layout.archive.write_text("\n".join(["# Archive", "", "## Facts", *archived, ""]), "utf-8")
    told = [
        f"## {one}\n- 10:00 Said. <!-- mm:s=x{one} turns=1-4 "
        + " ".join(rng.choice("+-") + name for name in rng.sample(names, 3)) + " -->\n"
        for one in sorted({day() for _ in range(5)})
    ]  # fmt: skip
    ws.layout.history.write_text("\n".join(["# History\n", *told]), "utf-8")
    ws = reopened(ws.layout.root)
    disputed = ws.state().disputed
    for one in (day() for _ in range(12)):
        shown = {fact.id for fact in ws.facts(as_of=one) if fact.id not in disputed}
        found = ws.answer(Query("deploys", ws.today, ("fact",), 100, as_of=one)).hits
        assert {hit.id for hit in found} == shown


# How hits are shown.


def test_a_line_a_hit(memory):
    """Piped, the cells have tabs between them; what is over says so, a turn is named as `eval` names it."""
    code, out, err = memory("recall", "heroku", "--include", "retired")
    assert (code, err) == (0, "")
    score, *cells = out.splitlines()[0].split("\t")
    assert float(score) > 0
    assert cells == ["", "shop", "Decisions", "[retired] Deploys run on Heroku.", "eeeeee"]
    assert memory("recall", "flaky", "--in", "sessions")[1].rstrip("\n").endswith(f"\t{SESSION}#1")
    assert memory("recall", "freeze", "--include", "expired")[1].count("[expired] Deploys freeze") == 1


def test_words_need_no_quotes(memory):
    """Several words are one question, and after two dashes they may begin with one."""
    assert memory("recall", "deploys", "need", "approvals")[1].splitlines()[0].endswith("bbbbbb")
    assert memory("recall", "--", "--deploys", "-need", "approvals")[1].splitlines()[0].endswith("bbbbbb")


def test_json_has_what_is_promised(memory):
    """Each hit has all the fields, and says why it ranked and what became of it."""
    answer = json.loads(memory("recall", "heroku deploys", "--include", "retired,expired", "--json")[1])
    assert answer["degraded"] is None
    fields = {
        "id",
        "text",
        "score",
        "kind",
        "workspace",
        "section",
        "file",
        "line",
        "session",
        "turn",
        "date",
        "why",
    }
    for hit in answer["hits"]:
        assert fields | {"state", "workspaces"} == set(hit)
        assert hit["why"]
    assert {hit["id"]: hit["state"] for hit in answer["hits"] if hit["id"] in {"aaaaaa", "dddddd", "eeeeee"}} == {
        "aaaaaa": "", "dddddd": "expired", "eeeeee": "retired",
    }  # fmt: skip


def test_nothing_is_said_in_a_line(memory):
    """Nonsense gets nothing, and says so."""
    assert memory("recall", "xyzzy plugh") == (0, "nothing found\n", "")


def test_a_fact_that_is_live_elsewhere_is_no_retired_one(tmp_path):
    """What is retired in one memory and live in another is two hits."""
    personal("## Facts\n- Deploys run on Heroku. <!-- mm:pppppp -->")
    ws = workspace(tmp_path / "api")
    ws.layout.archive.write_text(ARCHIVE, "utf-8")
    found = ws.answer(Query("heroku", ws.today, include=("retired",))).hits
    assert {(hit.id, hit.state) for hit in found} == {("pppppp", ""), ("eeeeee", "retired")}


LONG = "Nothing to see in this part of the sentence, and on it goes, but then Heroku is named, and then it goes on and on."


@pytest.mark.parametrize("room", [30, 40, 60, 200])
@pytest.mark.parametrize(
    "text", [LONG, "数据库在夜间备份。" * 20 + "heroku " + "字" * 90, "x" * 300, "heroku"]
)
def test_an_excerpt_fits_and_has_the_word(text, room):
    """Whatever the script, no more cells than there are, and the word that matched among them."""
    from rich.cells import cell_len

    part = excerpt(text, frozenset({"heroku"}), room)
    assert cell_len(part) <= room
    assert ("heroku" in part.lower()) == ("heroku" in text.lower())
    assert part.strip("…").strip() in text


@pytest.mark.parametrize("query", ["東京の", "京", "heroku", "ECSを東京"])
def test_an_excerpt_has_the_part_that_matched(query):
    """Where words are not parted, a part of what looks like one word matches."""
    text = "本番環境の設定はここに書かれていて" * 8 + "東京のheroku" + "とても長い文章が続きます" * 8
    assert "東京のheroku" in excerpt(text, matching(query), 60)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo terminals")
@pytest.mark.parametrize("width", [30, 60, 100, 160])
def test_on_a_terminal_a_hit_is_one_line_with_its_words_marked(memory, width):
    """However wide it is, the id is whole and no line is longer than the terminal."""
    import pty
    import re
    import subprocess

    add_long = memory.folder / "memory" / "MEMORY.md"
    add_long.write_text(add_long.read_text("utf-8") + f"- {LONG} <!-- mm:gggggg -->\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    main, side = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "miminions", "recall", "heroku", "--include", "retired"],
        stdout=side, stderr=subprocess.PIPE, cwd=memory.folder, check=True,
        env={**environment, "COLUMNS": str(width), "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(side)
    out = os.read(main, 100_000).decode()
    os.close(main)
    assert done.stderr == b""
    assert len(re.findall("\x1b\\[[0-9;]+mHeroku\x1b", out)) == 2
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() for line in out.splitlines()]
    assert max(map(len, lines)) <= width
    assert sorted(line.split()[-1] for line in lines[1:]) == ["aaaaaa", "eeeeee", "gggggg"]


# Meaning.


def test_without_its_embedder_the_answer_is_by_words_and_says_so(memory, monkeypatch):
    """A provider without a key: the same hits as without any, and why, in the JSON and on stderr."""
    plain = hits(memory, "heroku", "--include", "retired")
    monkeypatch.setenv("MIMINIONS_INDEX_EMBEDDER", "litellm:openai/text-embedding-3-small")
    code, out, err = memory("recall", "heroku", "--include", "retired", "--json")
    answer = json.loads(out)
    assert (code, answer["hits"]) == (0, plain)
    assert answer["degraded"]
    assert err == f"degraded: {answer['degraded']}\n"
    assert memory("index", "rebuild")[0] == 20


# Any query is safe.

QUERIES = [
    "", " ", '"', "'", '""', "\\", "*", "a*", "*a", "^a", "(", ")", "(a OR", "a AND", "NOT", "NEAR(a b, 5)", "col:a",
    "{a b}:c", "-a", "+a", "a-b", "a.b", "C++", "C#", ".NET", "a\x00b", "\x00", "\x1b[31m", "%s%n", "%", "_", "__",
    ";DROP TABLE memory;", "' OR 1=1 --", "memory_fts MATCH 'x'", "rank", "rowid", "😀", "👩‍👩‍👧", "\ud800", "\udcff",
    "e\u0301", "数据库 备份", "データベース", "한국어", "العربية", "עברית", "\u202edeploys", "\ufeffdeploys", "ﬁle", "ß",
    "\U0010ffff", "\ufdd0", "deploys\u2028heroku", "/etc/passwd", "../..", "2026-13-45", "v1.2.3", "0x1F", "\uff11\uff12",
    "x" * 100_000, "deploys " * 12_500, "数" * 100_000, '"' * 100_000, "(" * 50_000, " ".join(f"w{n}" for n in range(20_000)),
]  # fmt: skip


def test_any_query_is_safe(tmp_path):
    """No error, no write to the workspace, and words around odd signs are still found."""
    ws = workspace(tmp_path / "api", MEMORY)
    write_session(ws.layout.sessions)

    def files():
        return {path: path.read_bytes() for path in sorted(ws.layout.root.rglob("*")) if path.is_file()}

    before = files()
    kinds = ("fact", "note", "history", "turn", "source")
    for query in QUERIES:
        assert isinstance(ws.recall(query, everywhere=True, kinds=kinds), tuple)
        for option in ("sections", "tags"):
            assert not ws.answer(Query("deploys", ws.today, **{option: (f"{query}x",)})).hits
    assert ws.recall("\u202e'deploys\" AND (ecs")[0].id == "aaaaaa"
    assert files() == before


@pytest.mark.parametrize(
    "query",
    [query for query in QUERIES if "\x00" not in query and len(query.encode("utf-8", "replace")) < 120_000],
)
def test_any_query_can_be_typed(memory, query):
    """Through the command line, too."""
    if any("\ud800" <= sign < "\udc80" for sign in query):
        pytest.skip("no argument can be that")
    code, out, err = memory("recall", "--json", "--", query)
    assert (code, err) == (0, "")
    assert json.loads(out)["degraded"] is None
