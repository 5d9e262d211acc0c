"""Distilling with a model over HTTP, with a caller's own filter, and when things go wrong."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from model_server import CUT, GARBAGE, UNAUTHORIZED
from sessions import SESSION, TALK, write_session

from miminions import MemoryDistiller
from miminions.cli import run
from miminions.distiller import llm_filter
from miminions.errors import ModelError, NotFoundError, NotTrustedError, WorkspaceMissingError
from miminions.layout import home_of
from miminions.workspace.init import make_workspace


def item(**changes):
    """Return a whole item of a model's reply, with changes."""
    given = {
        "quote": "We decided to move deploys from Heroku to AWS ECS.",
        "turn": 6,
        "reason": "a decision",
        "op": "ADD",
        "target": "",
        "scope": "workspace",
        "section": "Decisions",
        "text": "Deploys run on AWS ECS, no longer on Heroku.",
    }
    return given | changes


def reply(*items, summary="Moved deploys to ECS."):
    return json.dumps({"items": list(items), "summary": summary})


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Return the root of a workspace with one session."""
    root = tmp_path / "shop"
    root.mkdir()
    make_workspace(root, home=home_of(dict(os.environ)))
    write_session(root / "sessions")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def distill(shop, capfd, model_server, monkeypatch):
    """Distil the session with a served model and return (exit code, report, stderr, server)."""

    def call(*replies, options=()):
        server = model_server(*replies)
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "test")
        path = shop / "sessions" / f"{SESSION}.jsonl"
        code = run(["distill", str(path), "--model", "openai/stub", "--yes", "--json", *options])
        out, err = capfd.readouterr()
        return code, (json.loads(out)["sessions"][0] if out else None), err, server

    return call


def memory(shop):
    return (shop / "memory" / "MEMORY.md").read_text("utf-8")


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_model_distils(shop, distill):
    """A model's grounded fact is written under its section, the call and its tokens are reported."""
    code, report, _, server = distill(reply(item()))

    assert code == 0
    assert (report["state"], report["extractor"], report["summary"]) == (
        "done",
        "openai/stub",
        "Moved deploys to ECS.",
    )
    assert report["cost"]["calls"] == 1
    assert report["cost"]["tokens_in"] > 0
    assert report["decisions"][0]["status"] == "apply"
    assert "## Decisions\n- Deploys run on AWS ECS, no longer on Heroku. <!-- mm:" in memory(shop)
    assert server.requests[0]["response_format"]["type"] == "json_schema"
    assert "[6 user Fri 2026-03-20 14:07" in server.requests[0]["messages"][1]["content"]


def test_a_second_run_makes_no_call(distill):
    """The same input again makes no call."""
    distill(reply(item()))
    code, report, _, server = distill(reply(item()))

    assert (code, report["state"], server.requests) == (0, "unchanged", [])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"quote": "We decided to move everything to Azure."}, "rejected"),
        ({"quote": "2 failed, 8 passed in 14.02s", "turn": 3}, "rejected"),
        ({"quote": "Noted.", "turn": 7}, "rejected"),
        ({"text": "Deploys run on Azure since 2019."}, "review"),
        ({"turn": 1}, "apply"),
        ({"op": "NONE"}, None),
        ({"op": "RETIRE", "target": "M9"}, "rejected"),
        ({"text": "x"}, "rejected"),
    ],
)
def test_the_gate(distill, changes, status):
    """What the user did not say is rejected, what goes beyond the quote waits, a wrong turn is mended."""
    _, report, _, _ = distill(reply(item(**changes)))

    assert [decision["status"] for decision in report["decisions"]] == ([status] if status else [])


def test_replace_archives_the_old(shop, distill, capfd):
    """A replaced fact goes to the archive and both names stand in the ledger."""
    run(["remember", "Deploys run on Heroku.", "-s", "Decisions", "--since", "2026-01-05", "--json"])
    old = json.loads(capfd.readouterr().out)["facts"][0]["id"]
    _, report, _, _ = distill(reply(item(op="REPLACE", target="M1")))

    decision = report["decisions"][0]
    assert (decision["op"], decision["status"], decision["target"]) == ("replace", "apply", old)
    assert "- Deploys run on Heroku." not in memory(shop)
    assert f"mm:{old} since=2026-01-05 until=2026-03-20 why=replaced by={decision['id']}" in (
        shop / "memory/ARCHIVE.md"
    ).read_text("utf-8")
    assert f"+{decision['id']}<{old}#6" in (shop / "memory/HISTORY.md").read_text("utf-8")


def test_an_older_session_overrules_no_newer_fact(shop, distill, capfd):
    """What a person wrote after it was said waits for a yes, and never ends before the day it was written."""
    run(["remember", "Deploys run on Heroku.", "-s", "Decisions", "--key", "deploy"])
    run(["remember", "Deploys run on Heroku, in eu-west-1.", "--key", "deploy"])
    capfd.readouterr()
    _, report, _, _ = distill(reply(item(op="REPLACE", target="M1")))

    decision = report["decisions"][0]
    assert (decision["op"], decision["status"]) == ("replace", "review")
    assert decision["reason"] == "the fact may be newer than the session; it would lose: in eu-west-1"
    assert "- Deploys run on Heroku, in eu-west-1." in memory(shop)
    assert run(["review", "--accept", "all"]) == 0
    line = next(
        line for line in (shop / "memory/ARCHIVE.md").read_text("utf-8").splitlines() if "eu-west-1" in line
    )
    assert f"until={datetime.now(UTC):%Y-%m-%d} why=replaced" in line


@pytest.mark.parametrize(("committed", "status"), [("2026-03-01", "apply"), ("2026-04-01", "review")])
def test_git_tells_how_old_a_line_is(shop, distill, committed, status):
    """A line typed by hand is as old as its commit."""
    path = shop / "memory" / "MEMORY.md"
    path.write_text(
        memory(shop).replace("## Decisions\n", "## Decisions\n- Deploys run on Heroku.\n"), "utf-8"
    )
    when = {"GIT_AUTHOR_DATE": f"{committed}T00:00Z", "GIT_COMMITTER_DATE": f"{committed}T00:00Z"}
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for words in (("init", "-q"), ("add", "memory"), ("commit", "-qm", "memory")):
        subprocess.run(["git", *person, *words], cwd=shop, env={**os.environ, **when}, check=True)
    _, report, _, _ = distill(reply(item(op="REPLACE", target="M1")))

    assert [decision["status"] for decision in report["decisions"]] == [status]


def test_global_facts_go_to_the_person(shop, distill):
    """A global preference is written to the personal memory and not into the repository."""
    fact = item(
        quote="never push straight to main, always open a pull request",
        turn=4,
        scope="global",
        section="Preferences",
        text="Never push straight to main, always open a pull request.",
    )
    distill(reply(fact))

    assert "pull request" not in memory(shop)
    personal = Path(os.environ["MIMINIONS_HOME"]) / "memory" / "MEMORY.md"
    assert "- Never push straight to main, always open a pull request. <!-- mm:" in personal.read_text(
        "utf-8"
    )


def test_a_private_workspace_gives_nothing_away(shop, distill):
    """A workspace that shares nothing keeps global facts to itself."""
    path = shop / "memory" / "MEMORY.md"
    path.write_text(memory(shop).replace("share: insights", "share: none"), "utf-8")
    distill(reply(item(scope="global")))

    assert "ECS" in memory(shop)
    assert not (Path(os.environ["MIMINIONS_HOME"]) / "memory").exists()


def test_secrets_do_not_leave(shop, distill):
    """A secret in a transcript is masked in the request, and a fact about it is rejected."""
    secret = "ghp_" + "a1B2" * 9
    write_session(shop / "sessions", [*TALK, ("user", f"The deploy token is {secret}, remember it.")])
    fact = item(quote=f"The deploy token is {secret}", turn=10, text=f"The deploy token is {secret}.")
    _, report, _, server = distill(reply(fact))

    assert secret not in json.dumps(server.requests)
    assert report["decisions"][0]["status"] == "rejected"
    home = Path(os.environ["MIMINIONS_HOME"])
    written = {
        **files(home),
        **{name: text for name, text in files(shop).items() if not name.startswith("sessions/")},
    }
    assert not [name for name, content in written.items() if secret.encode() in content]


def test_nonsense_is_repaired_once(shop, distill):
    """A reply that is no JSON is asked for once more."""
    code, report, _, server = distill("Sure! Here are the facts.", reply(item()))

    assert (code, len(server.requests), report["cost"]["calls"]) == (0, 2, 2)
    assert "ECS" in memory(shop)


@pytest.mark.parametrize("fault", ["nonsense", CUT, GARBAGE, UNAUTHORIZED])
def test_a_failing_model_changes_nothing(shop, distill, fault):
    """Nonsense twice, a cut reply, a web page or a refusal: one error, nothing written, the session still waits."""
    before = files(shop)
    code, report, err, _ = distill(fault)

    assert code in {10, 11}
    assert report["state"] == "failed"
    assert report["degraded"] == report["note"] != ""
    assert {decision["status"] for decision in report["decisions"]} <= {"review", "rejected"}
    assert [line.split(":")[0] for line in err.splitlines()] == ["error", "hint"]
    assert files(shop) == before
    code, report, _, _ = distill(reply(item()))
    assert (code, report["state"]) == (0, "done")


def test_a_server_that_is_down(shop, capfd, monkeypatch):
    """A server that is not there gives one clear error."""
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    before = files(shop)
    code = run(["distill", f"sessions/{SESSION}.jsonl", "--model", "openai/stub", "--yes"])

    assert code == 10
    assert "hint:" in capfd.readouterr().err
    assert files(shop) == before


def test_dry_run_with_a_model_writes_nothing(shop, distill):
    """--dry-run says what asking costs, asks nobody and writes nothing."""
    before = files(shop)
    _, report, _, server = distill(reply(item()), options=["--dry-run"])

    assert (report["state"], report["decisions"], server.requests) == ("waiting", [], [])
    assert report["cost"]["calls"] == 1
    assert report["cost"]["tokens_in"] > 100
    assert files(shop) == before


def test_the_workspaces_own_prompt(shop, distill):
    """A trusted workspace's template takes the place of the shipped one."""
    folder = shop / "memory" / "templates"
    folder.mkdir()
    (folder / "distill-system.md").write_text("Our own words, for $sections.", "utf-8")
    _, _, _, server = distill(reply())

    assert server.requests[0]["messages"][0]["content"].startswith("Our own words, for Preferences")


def test_the_documented_filter(shop):
    """MemoryDistiller takes llm_filter(transcript=, workspace=, root_path=, session_id=) and writes what it grounds."""
    seen = {}

    def own_filter(*, transcript, workspace, root_path, session_id):
        seen.update(transcript=transcript, workspace=workspace, root_path=root_path, session_id=session_id)
        return {
            "history_summary": "Moved deploys.",
            "workspace_facts": [
                "We decided to move deploys from Heroku to AWS ECS.",
                "The moon is made of green cheese.",
            ],
            "global_insights": [],
        }

    report = MemoryDistiller(own_filter).distill_session("shop", shop, SESSION)

    assert seen["session_id"] == SESSION
    assert seen["root_path"] == str(shop)
    assert seen["transcript"][0]["role"] == "user"
    assert "Moved deploys." in (shop / "memory" / "HISTORY.md").read_text("utf-8")
    assert "AWS ECS" in memory(shop)
    assert "cheese" not in memory(shop)
    assert [decision.judged.status for decision in report.decisions] == ["apply", "rejected"]


def test_the_shipped_filter(shop):
    """llm_filter itself answers in the documented shape, by the rules where no model is chosen."""
    answer = llm_filter(
        transcript=[{"role": "user", "content": "From now on releases go out on Tuesdays."}],
        workspace="shop",
        root_path=shop,
        session_id="s",
    )

    assert sorted(answer) == ["global_insights", "history_summary", "workspace_facts"]
    assert "Tuesdays" in answer["workspace_facts"][0]
    assert MemoryDistiller(llm_filter).distill_session("shop", shop, SESSION).state == "done"


@pytest.mark.parametrize(
    "answer", [None, "text", {"workspace_facts": "not a list"}, {"workspace_facts": [1, None]}, {}]
)
def test_a_filter_that_answers_nonsense(shop, answer):
    """A filter's nonsense is an error or nothing at all, never a fact."""
    before = memory(shop)
    distiller = MemoryDistiller(lambda **_: answer)
    if isinstance(answer, dict):
        distiller.distill_session("shop", shop, SESSION)
    else:
        with pytest.raises(ModelError):
            distiller.distill_session("shop", shop, SESSION)

    assert memory(shop) == before


def test_the_documented_errors(shop, tmp_path):
    """Unknown sessions, folders without memory and untrusted ones are refused."""
    distiller = MemoryDistiller()
    with pytest.raises(NotFoundError):
        distiller.distill_session("shop", shop, "../../secret")
    with pytest.raises(WorkspaceMissingError):
        distiller.distill_session("x", tmp_path, SESSION)
    clone = tmp_path / "clone" / "memory"
    clone.mkdir(parents=True)
    (clone / "MEMORY.md").write_text(memory(shop), "utf-8")
    with pytest.raises(NotTrustedError):
        distiller.distill_session("x", clone.parent, SESSION)


def test_what_was_spent_today(shop, distill, capfd):
    """Status sums what the day's runs cost, where the model has a price."""
    distill(reply(item()))
    run(["status", "--json"])
    assert json.loads(capfd.readouterr().out)["spent_today_usd"] == 0

    write_session(shop / "sessions", [*TALK, ("user", "We decided to use uv.")])
    _, report, _, _ = distill(reply(), options=["--model", "openai/gpt-4o-mini"])
    run(["status", "--json"])

    assert json.loads(capfd.readouterr().out)["spent_today_usd"] == report["cost"]["usd"] > 0
