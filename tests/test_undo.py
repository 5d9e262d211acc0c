"""undo: which run it takes, that a run is used up only by what came of it, and that no conflict is lost on the way."""

import json
import re

import pytest
from folders import change, home, workspace

from miminions.cli import run
from miminions.workspace import Workspace

TWO = "## Facts\n- Deploys run on ECS. <!-- mm:aaaaa1 key=deploy -->\n- Deploys run on Heroku. <!-- mm:aaaaa2 key=deploy -->"
HUNK = "## Facts\n<<<<<<< HEAD\n- Port 80. <!-- mm:aaaaa1 -->\n=======\n- Port 81. <!-- mm:aaaaa1 -->\n>>>>>>> b\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Give an empty workspace as the current folder."""
    ws = workspace(tmp_path / "shop")
    monkeypatch.chdir(ws.layout.root)
    return ws


def files(ws):
    return {path.name: path.read_text("utf-8") for path in ws.layout.folder.glob("*.md")}


def test_the_latest_run_may_be_one_of_the_personal_memory(shop, capsys):
    """What was said last is taken back, wherever it went; the list shows both journals and says which is which."""
    assert run(["remember", "Here first."]) == 0
    assert run(["remember", "--global", "I like tea."]) == 0
    capsys.readouterr()
    assert run(["undo", "--list"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "I like tea.  (personal memory)" in told[0]
    assert "Here first.\t" in told[1]
    assert run(["undo", "--list", "--json"]) == 0
    assert [one["scope"] for one in json.loads(capsys.readouterr().out)["runs"]] == ["global", "workspace"]
    assert run(["undo"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"took back: remember I like tea\. \(\d\d:\d\d, personal memory\)", told)
    assert "I like tea." not in home().personal.memory.read_text("utf-8")
    again = re.search(r"miminions undo (\S+)`", told)[1]
    assert run(["undo"]) == 0
    assert "took back: remember Here first." in capsys.readouterr().out
    assert run(["undo", again]) == 0
    assert "I like tea." in home().personal.memory.read_text("utf-8")
    assert not shop.state().facts.facts


def test_a_run_of_which_nothing_comes_back_is_not_used_up(shop, capsys):
    """Where all was edited since, undo says so and the run stays; once it can be taken back it is."""
    assert run(["remember", "One."]) == 0
    ws = Workspace.open(shop.layout.root)
    change(shop.layout.memory, "One.", "One more.")
    for _ in range(2):
        undone = ws.undo()
        assert (undone.back, undone.id) == ((), "")
        assert list(undone.left.values()) == ["it was edited since"]
    assert run(["undo"]) == 5
    assert "nothing to take back of: remember One. (" in capsys.readouterr().err
    change(shop.layout.memory, "One more.", "One.")
    assert ws.undo().back


@pytest.mark.parametrize("memory", [TWO, HUNK])
def test_undo_of_resolve_brings_the_conflict_back(shop, memory):
    """Both versions are in conflict again, as the files had them; and the undoing can be undone, too."""
    with shop.layout.memory.open("a", encoding="utf-8") as file:
        file.write(memory)
    before = files(shop)
    assert run(["resolve", "--theirs"]) == 0
    after = files(shop)
    assert not shop.disputes()
    undone = shop.undo()
    assert files(shop) == {**before, "ARCHIVE.md": files(shop)["ARCHIVE.md"]}
    assert "mm:" not in files(shop)["ARCHIVE.md"]
    assert len(shop.disputes()) == 1
    assert undone.back == (shop.disputes()[0].name,)
    shop.undo(undone.id)
    assert files(shop) == after


def test_undo_of_resolve_leaves_all_where_somebody_wrote_since(shop):
    """Facts that contradict each other never come back without the mark of a conflict."""
    with shop.layout.memory.open("a", encoding="utf-8") as file:
        file.write(TWO)
    assert run(["resolve", "--theirs"]) == 0
    change(shop.layout.memory, "Heroku", "Fly")
    before = files(shop)
    assert shop.undo().left == {"memory/MEMORY.md": "the files were written since"}
    assert run(["undo"]) == 5
    assert files(shop) == before


def test_a_move_that_was_taken_back_leaves_the_fact_live(shop, capsys):
    """The ledger's last word is that the fact is here, today and in the days before."""
    (fact,) = [shop.remember("Deploys run on ECS.").id]
    assert run(["move", fact, "--to", "local"]) == 0
    assert run(["undo"]) == 0
    ws = Workspace.open(shop.layout.root)
    assert f"+{fact}" in ws.layout.history.read_text("utf-8")
    assert not ws.state().ledger.gone()
    for day in (ws.today, "2026-01-01"):
        assert [one.id for one in ws.facts(own=True, as_of=day)] == [fact]
    assert run(["log", "--stats"]) == 0
    assert "Facts\t1\t0\t0" in capsys.readouterr().out
