"""Transcripts and git: they are ignored from the first moment, and doctor says where they are not."""

import json
import subprocess

import pytest
from folders import reopened, workspace

from miminions.cli import run


def git(root, *words):
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Give a repository as the current folder."""
    top = tmp_path / "shop"
    top.mkdir()
    git(top, "init", "-q")
    monkeypatch.chdir(top)
    return top


def session(root):
    path = root / "sessions" / "one.jsonl"
    path.parent.mkdir()
    said = {
        "timestamp": "2026-05-04T10:00:00+00:00",
        "session_id": "one",
        "role": "user",
        "content": "We use tabs.",
    }
    path.write_text(json.dumps(said) + "\n", "utf-8")
    return path


def test_init_keeps_sessions_that_are_there_from_git(root, capsys):
    """init says what it wrote, git takes nothing of a session along, and a second init writes nothing."""
    session(root)
    assert run(["init"]) == 0
    assert "wrote sessions/.gitignore" in capsys.readouterr().out
    git(root, "add", "-A")
    assert git(root, "ls-files").split() == ["memory/.gitattributes", "memory/HISTORY.md", "memory/MEMORY.md"]
    assert run(["init"]) == 0
    assert "It was a workspace already" in capsys.readouterr().out


def test_distilling_an_own_session_keeps_it_from_git(root):
    """A transcript that was put into sessions/ by hand is ignored once it is distilled; what somebody decided stays."""
    ws = workspace(root)
    path = session(root)
    assert run(["distill", str(path), "--json"]) == 0
    assert (root / "sessions" / ".gitignore").read_text("utf-8") == "*\n"
    (root / "sessions" / ".gitignore").write_text("# ours\n", "utf-8")
    assert run(["distill", str(path), "--redo", "--json"]) == 0
    assert (ws.layout.sessions / ".gitignore").read_text("utf-8") == "# ours\n"


def test_doctor_finds_sessions_that_git_has_or_would_take(root, capsys):
    """Tracked transcripts, and those that nothing keeps out, are named with what mends it."""
    workspace(root)
    path = session(root)
    run(["doctor"])
    told = capsys.readouterr().out
    assert f"git does not ignore {path}" in told
    assert "miminions init writes sessions/.gitignore" in told
    git(root, "add", "-A")
    run(["doctor"])
    assert f"git tracks {path}" in capsys.readouterr().out
    git(root, "rm", "-q", "--cached", "sessions/*.jsonl")
    assert run(["init"]) == 0
    run(["doctor"])
    assert "sessions" not in capsys.readouterr().out.partition("past sessions")[0].replace(
        "wrote sessions", ""
    )


def test_why_of_a_fact_in_conflict_names_both_versions(root, capsys):
    """A fact between markers is explained, and the other version stands beside it."""
    ws = workspace(
        root,
        "## Facts\n<<<<<<< HEAD\n- Port 80. <!-- mm:aaaaa1 -->\n=======\n- Port 81. <!-- mm:aaaaa1 -->\n>>>>>>> b\n",
    )
    assert run(["why", "aaaaa1"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Port 80.\n")
    assert (
        "in conflict with aaaaa1  Port 81.: two versions of one fact; `miminions resolve` settles it" in told
    )
    assert [fact.text for fact in reopened(ws.layout.root).why("aaaaa1").conflict] == ["Port 81."]
    assert run(["why", "zzzzz1"]) == 5
