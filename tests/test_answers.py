"""What commands answer: dry runs as JSON, hints that can be typed, and words that say what happened."""

import json

import pytest

from miminions.cli import run
from miminions.cli.app import ENTRIES


@pytest.fixture
def cli(capfd, monkeypatch, tmp_path):
    """Run commands in a workspace's folder and return (exit code, stdout, stderr)."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def call(*words):
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    call.folder = folder
    assert call("init")[0] == 0
    return call


def memory(cli):
    return (cli.folder / "memory" / "MEMORY.md").read_text("utf-8")


def learn(cli, text, *options):
    return json.loads(cli("remember", text, "--json", *options)[1])["facts"][0]["id"]


def test_dry_runs_in_json(cli):
    """With --json a dry run is a list of files with a diff each, whatever the command, and writes nothing."""
    tea, ale = learn(cli, "Tea is served.", "--section", "Drinks"), learn(cli, "Ale is served.")
    cli("forget", ale)
    before = memory(cli)
    for words in (
        ["remember", "Cake is served."],
        ["edit", tea, "Tea is hot."],
        ["forget", tea],
        ["move", tea, "--section", "Kitchen"],
        ["move", tea, "--to", "personal"],
        ["move", "--section", "Drinks", "--rename", "Kitchen"],
        ["restore", ale],
        ["undo"],
        ["fmt", "--strip"],
    ):
        code, out, _ = cli(*words, "--dry-run", "--json")
        changes = json.loads(out)["changes"]
        assert code == 0
        assert "memory/MEMORY.md" in [one["file"] for one in changes]
        for one in changes:
            assert one["diff"].startswith(f"--- a/{one['file']}\n+++ b/{one['file']}\n@@")
    for words in (["gc", "--older-than", "1d"], ["fmt"], ["resolve"]):
        assert json.loads(cli(*words, "--dry-run", "--json")[1]) == {"changes": []}
    assert memory(cli) == before


def test_undo_in_json(cli):
    """undo names no session where there was none."""
    learn(cli, "Tea is served.")
    assert json.loads(cli("undo", "--json")[1])["session"] is None


def test_a_hint_is_a_whole_command(cli):
    """What another memory says already is named with the command that brings it here, and that one works."""
    identity = learn(cli, "Tea is served.", "--global")
    out = cli("remember", "Tea is served.")[1]
    command = out.split("`")[1].split()
    assert command == ["miminions", "move", identity, "--to", "shop"]
    assert cli(*command[1:])[0] == 0
    assert identity in memory(cli)


def test_a_note_for_once_is_no_fact(cli):
    """--once goes with nothing that only a fact can have."""
    for option in (["--key", "k"], ["--section", "S"], ["--pin"], ["--local"], ["--until", "2030-01-01"]):
        assert cli("remember", "--once", "Look first.", *option)[0] == 2
    assert cli("remember", "--once", "Look first.")[0] == 0


def test_resolve_is_no_plumbing():
    """Who has a conflict finds `resolve` among the commands for people."""
    assert next(entry.panel for entry in ENTRIES if entry.name == "resolve") == "Sometimes"
