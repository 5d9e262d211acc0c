"""eval: figures of one's own memory, for programs and for people, and clear words about bad lines."""

import json

import pytest
from sessions import SESSION, write_session

MEMORY = """
## Decisions
- Deploys run on AWS ECS, no longer on Heroku. <!-- mm:aaaaaa -->
- The staging API allows 100 requests a second per key. <!-- mm:bbbbbb -->
- Releases go out on Tuesdays. <!-- mm:cccccc -->
- The spring sale needs a freeze of all changes. <!-- mm:dddddd until=2026-04-30 -->
"""


@pytest.fixture
def memory(ws):
    """Give a workspace with a few facts."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_text(path.read_text("utf-8") + MEMORY, "utf-8")
    return ws


def ask(cli, *questions, options=()):
    """Evaluate questions and return the JSON that is printed."""
    (cli.folder / "q.jsonl").write_text("\n".join(map(json.dumps, questions)) + "\n", "utf-8")
    code, out, err = cli("eval", "q.jsonl", "--json", *options)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_figures_of_questions_with_known_answers(memory):
    """Recall is the part of the expected that is found, MRR how near the top its first is; both by hand."""
    answer = ask(
        memory,
        {"id": "first", "question": "where do deploys run", "expect": "aaaaaa"},
        {"id": 2, "question": "when do releases go out", "expect": ["cccccc", "zzzzzz"]},
        {"id": "missed", "question": "xyzzy plugh", "expect": "bbbbbb"},
        {"id": "free", "question": "requests a second"},
    )
    assert [one["id"] for one in answer["results"]] == ["first", 2, "missed", "free"]
    assert answer["results"][0]["hits"][0]["ref"] == "aaaaaa"
    assert answer["results"][2]["hits"] == []
    assert answer["results"][3]["hits"][0]["ref"] == "bbbbbb"
    assert all(one["ms"] > 0 for one in answer["results"])
    assert set(answer["recall"]) == {"1", "5", "10", "20"}
    assert answer["recall"]["1"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert answer["mrr"] == pytest.approx((1 + 1 + 0) / 3)


def test_without_expectations_there_are_no_figures(memory):
    """What nobody expects cannot be counted."""
    answer = ask(memory, {"id": "1", "question": "deploys"})
    assert (answer["recall"], answer["mrr"]) == ({}, None)


def test_a_question_is_asked_on_its_day(memory):
    """What has expired since is found by who asks while it holds; a time is as good as a day."""
    days = ("2026-04-30", "2026-05-01", "2026-04-30T23:59:00+00:00")
    questions = [{"id": day, "question": "spring sale freeze", "asked_at": day} for day in days]
    results = ask(memory, *questions)["results"]
    found = ["dddddd" in [hit["ref"] for hit in one["hits"]] for one in results]
    assert found == [True, False, True]


def test_turns_are_named_by_session_and_number(memory):
    """`--in sessions` asks transcripts; a hit's ref is the session and the record's place in it."""
    write_session(memory.folder / "sessions")
    question = {"id": "1", "question": "flaky login test", "expect": f"{SESSION}#1"}
    answer = ask(memory, question, options=("--in", "sessions", "-k", "5"))
    assert answer["results"][0]["hits"][0]["ref"] == f"{SESSION}#1"
    assert answer["recall"] == {"1": 1.0, "5": 1.0}
    assert all(set(hit) == {"ref", "score"} for hit in answer["results"][0]["hits"])


def test_what_people_see(memory):
    """Figures, then what was missed, then the first hit of each question without an expected answer."""
    lines = [
        {"id": "a", "question": "where do deploys run", "expect": "aaaaaa"},
        {"id": "b", "question": "xyzzy plugh", "expect": "bbbbbb"},
        {"id": "c", "question": "when do releases go out"},
    ]
    (memory.folder / "q.jsonl").write_text("\n\n".join(map(json.dumps, lines)), "utf-8")
    code, out, _ = memory("eval", "q.jsonl")
    assert code == 0
    assert out.splitlines() == [
        "questions\t2",
        "recall@1\t0.500",
        "recall@5\t0.500",
        "recall@10\t0.500",
        "recall@20\t0.500",
        "MRR\t0.500",
        "missed in 20: b xyzzy plugh",
        "c\twhen do releases go out\tcccccc\tReleases go out on Tuesdays.",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "q.jsonl:2 is not JSON"),
        ("[" * 100_000, "q.jsonl:2 is not JSON"),
        ("[]", "q.jsonl:2: is no JSON object"),
        ('{"question": "x"}', 'q.jsonl:2: "id" must be'),
        ('{"id": true, "question": "x"}', 'q.jsonl:2: "id" must be'),
        ('{"id": "1"}', 'q.jsonl:2: "question" must be'),
        ('{"id": "1", "question": "x", "asked_at": "May"}', "q.jsonl:2: \"asked_at\" 'May' must be"),
        ('{"id": "1", "question": "x", "expect": [1]}', 'q.jsonl:2: "expect" must be'),
        ('{"id": "0", "question": "x"}', "has the id '0' twice"),
    ],
)
def test_a_bad_line_is_named(memory, line, said):
    """Nothing is asked when a line cannot be read; the error says which."""
    (memory.folder / "q.jsonl").write_text('{"id": "0", "question": "deploys"}\n' + line + "\n", "utf-8")
    code, out, err = memory("eval", "q.jsonl")
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize(("content", "code"), [(b"", 2), (b"\xff\xfe", 2), (None, 7)])
def test_files_that_hold_no_questions(memory, content, code):
    """Empty, binary or missing: two lines say so."""
    if content is not None:
        (memory.folder / "q.jsonl").write_bytes(content)
    found, out, err = memory("eval", "q.jsonl")
    assert (found, out) == (code, "")
    assert len(err.splitlines()) == 2


def test_odd_questions_are_answered(memory):
    """Signs that end lines elsewhere, lone surrogates and a byte order mark stop nothing."""
    texts = [
        "a\u2028deploys\x85b",
        "\ud800 deploys",
        "x\x00deploys",
        "deploys " * 5000,
        "",
        "C++ ' OR 1=1 --",
    ]
    lines = (json.dumps({"id": n, "question": text}, ensure_ascii=n > 1) for n, text in enumerate(texts))
    content = "\ufeff" + "\r\n".join(lines)
    (memory.folder / "q.jsonl").write_bytes(content.encode("utf-8", "replace"))
    code, out, err = memory("eval", "q.jsonl", "--json")
    assert (code, err) == (0, "")
    assert [bool(one["hits"]) for one in json.loads(out)["results"]] == [True, True, True, True, False, False]


def test_an_embedder_that_does_not_exist_is_refused(memory):
    """The option takes what the setting takes."""
    (memory.folder / "q.jsonl").write_text('{"id": "0", "question": "deploys"}\n', "utf-8")
    for command in (("eval", "q.jsonl"), ("index", "rebuild")):
        code, out, err = memory(*command, "--embedder", "magic")
        assert (code, out) == (9, "")
        assert "index.embedder" in err
