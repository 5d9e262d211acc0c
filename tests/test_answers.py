"""What commands answer: dry runs as JSON, hints that can be typed, and words that say what happened."""

import json
import os

import pytest
from sessions import SESSION, write_session

from miminions.cli.app import ENTRIES


def memory(ws):
    return (ws.folder / "memory" / "MEMORY.md").read_text("utf-8")


def learn(ws, text, *options):
    return json.loads(ws("remember", text, "--json", *options)[1])["facts"][0]["id"]


def test_dry_runs_in_json(ws):
    """With --json a dry run is a list of files with a diff each, whatever the command, and writes nothing."""
    tea, ale = learn(ws, "Tea is served.", "--section", "Drinks"), learn(ws, "Ale is served.")
    ws("forget", ale)
    before = memory(ws)
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
        code, out, _ = ws(*words, "--dry-run", "--json")
        changes = json.loads(out)["changes"]
        assert code == 0
        assert "memory/MEMORY.md" in [one["file"] for one in changes]
        for one in changes:
            assert one["diff"].startswith(f"--- a/{one['file']}\n+++ b/{one['file']}\n@@")
    for words in (["gc", "--older-than", "1d"], ["fmt"], ["resolve"]):
        assert json.loads(ws(*words, "--dry-run", "--json")[1]) == {"changes": []}
    assert memory(ws) == before


def test_undo_in_json(ws):
    """undo names no session where there was none."""
    learn(ws, "Tea is served.")
    assert json.loads(ws("undo", "--json")[1])["session"] is None


def test_a_hint_is_a_whole_command(ws):
    """What another memory says already is named with the command that brings it here, and that one works."""
    identity = learn(ws, "Tea is served.", "--global")
    out = ws("remember", "Tea is served.")[1]
    command = out.split("`")[1].split()
    assert command == ["miminions", "move", identity, "--to", "shop"]
    assert ws(*command[1:])[0] == 0
    assert identity in memory(ws)


def test_a_note_for_once_is_no_fact(ws):
    """--once goes with nothing that only a fact can have."""
    for option in (["--key", "k"], ["--section", "S"], ["--pin"], ["--local"], ["--until", "2030-01-01"]):
        assert ws("remember", "--once", "Look first.", *option)[0] == 2
    assert ws("remember", "--once", "Look first.")[0] == 0


def test_resolve_is_no_plumbing():
    """Who has a conflict finds `resolve` among the commands for people."""
    assert next(entry.panel for entry in ENTRIES if entry.name == "resolve") == "Sometimes"


def test_edits_say_what_they_gave(ws):
    """An edit names the field that changed, and so does the list of what can be taken back."""
    tea = learn(ws, "Tea is served.")
    assert ws("edit", tea, "--until", "2099-01-01")[1] == f"edited {tea}: until 2099-01-01  Tea is served.\n"
    assert ws("edit", tea, "--until", "2099-01-01")[1] == f"unchanged {tea}  Tea is served.\n"
    assert ws("edit", tea, "--pin", "--key", "t")[1] == f"edited {tea}: key t, pinned  Tea is served.\n"
    assert ws("edit", tea, "Tea is hot.")[1] == f"edited {tea}  Tea is hot.\n"

    rows = [line.split("\t") for line in ws("undo", "--list")[1].splitlines()]
    assert [row[2] for row in rows][:3] == [
        "Tea is hot.",
        "Tea is served. (key t, pinned)",
        "Tea is served. (until 2099-01-01)",
    ]
    assert all(len(row[0]) == len("11-20 14:02") and len(row[4]) <= 13 for row in rows)
    assert f"{tea}  Tea is hot." in ws("undo", rows[1][4])[1]


def test_an_edit_to_nothing(ws):
    """An empty text is refused; a fact goes by `forget`."""
    tea = learn(ws, "Tea is served.")
    code, _, err = ws("edit", tea, " ")
    assert code == 2
    assert "give the new text" in err
    assert "Tea is served." in memory(ws)


@pytest.mark.skipif(os.name == "nt", reason="the editors are shell scripts")
def test_the_editor(ws, monkeypatch):
    """$EDITOR opens without a terminal, too; one that is missing is named, one that empties the file changes nothing."""
    tea = learn(ws, "Tea is served.")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    code, _, err = ws("edit", tea)
    assert code == 2
    assert "$EDITOR is 'no-such-editor --wait', which cannot be started" in err
    assert "set $EDITOR" in err

    before = memory(ws)
    monkeypatch.setenv("EDITOR", "sh -c ': > \"$1\"' sh")
    code, _, err = ws("edit", tea)
    assert (code, memory(ws)) == (6, before)
    assert "the file came back empty; it is as before" in err

    monkeypatch.setenv("EDITOR", "sed -i.bak s/served/hot/")
    assert ws("edit", tea)[1] == f"edited {tea}  Tea is hot.\n"
    monkeypatch.setenv("EDITOR", "true")
    assert ws("edit", tea)[1] == f"unchanged {tea}  Tea is hot.\n"


def test_usage_errors_name_the_commands_own_help(ws):
    """Who calls a command wrongly is pointed to that command's help."""
    assert "`miminions remember --help`" in ws("remember", "Tea.", "--nonsense")[2]
    assert "`miminions config set --help`" in ws("config", "set")[2]
    assert "`miminions --help`" in ws("nonsense")[2]


def test_several_facts_are_forgotten(ws):
    """forget takes several ids, in one run, or none of them when one is unknown."""
    tea, ale = learn(ws, "Tea is served."), learn(ws, "Ale is served.")
    assert ws("forget", tea, "zzzzzz")[0] == 5
    assert "Tea" in memory(ws)
    assert ws("forget", tea, ale)[0] == 0
    assert "served" not in memory(ws)
    ws("undo")
    assert "Tea" in memory(ws)
    assert "Ale" in memory(ws)
    assert ws("forget", tea, ale, "--erase", "--yes")[0] == 2


def test_sections_that_are_not_there_and_that_are(ws):
    """show says that a section has no fact; a section renamed to one that exists is said to be merged."""
    learn(ws, "Tea is served.", "--section", "Drinks")
    learn(ws, "Cake is served.", "--section", "Kitchen")
    assert ws("show", "--section", "Nope")[1] == "no fact is in the section Nope\n"
    out = ws("move", "--section", "Drinks", "--rename", "Kitchen")[1]
    assert out == "merged Drinks into Kitchen, which was there already\n"


def test_a_fact_of_the_future(ws):
    """What begins later is shown with its first day, and a section's default end counts from there."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_text(memory(ws).replace("share: insights", "share: insights\nexpire: {Context: 10d}"), "utf-8")
    tea = learn(ws, "Tea is served.", "--section", "Context", "--since", "2098-01-01")
    assert "Tea is served. [since 2098-01-01] [until 2098-01-11]" in ws("show")[1]
    told = ws("show", tea)[1]
    assert "pin\t" not in told
    assert "False" not in told


def test_the_log_is_in_order_and_marks_what_was_undone(ws, tmp_path):
    """Sessions stand by day and time wherever their lines are, and one that was taken back says so."""
    write_session(ws.folder / "sessions")
    ws("distill", "--pending", "--offline", "--yes")
    history = ws.folder / "memory" / "HISTORY.md"
    history.write_text(history.read_text("utf-8") + "\n## 2020-01-01\n- 09:00 An early day.\n", "utf-8")

    lines = [line for line in ws("log")[1].splitlines() if not line.startswith(" ")]
    assert lines[0].startswith("2020-01-01")
    assert "(undone)" not in "".join(lines)
    ws("undo", SESSION)
    out = ws("log")[1]
    assert out.count("(undone)") == 1
    assert [one["undone"] for one in json.loads(ws("log", "--json")[1])["sessions"]].count(True) == 1


def test_one_of_a_thing(ws):
    """One session is a session."""
    write_session(ws.folder / "sessions")
    assert "waiting\t1 session to distill" in ws("status")[1]
