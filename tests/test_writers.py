"""Several writers of one memory, each with a history and an archive of his own: what names and changes which file."""

import json

import pytest
from folders import change, workspace

from miminions.cli import run

OLD = "# Archive\n\n## Facts\n- {} is over. <!-- mm:{} until=2020-01-01 why=forgotten -->\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Give a workspace as Ada opens it, with an archive of hers and one of Bob's."""
    ws = workspace(
        tmp_path / "shop",
        "## Facts\n- Deploys run on ECS. <!-- mm:aaaaa1 -->\n- Bob works here. <!-- mm:bbbbb1 -->",
    )
    change(ws.layout.memory, "share:", "history: per-writer\nshare:")
    ws.layout.archives.mkdir()
    for name, identity in (("ada", "aaaaa2"), ("bob", "bbbbb2")):
        (ws.layout.archives / f"{name}.md").write_text(OLD.format(name.title(), identity), "utf-8")
    ws.layout.histories.mkdir()
    told = "# History\n\n## 2026-01-01\n- 10:00 Went. <!-- mm:-bbbbb2 -->\n"
    (ws.layout.histories / "bob.md").write_text(told, "utf-8")
    monkeypatch.setenv("MIMINIONS_WRITER", "ada")
    monkeypatch.chdir(ws.layout.root)
    return ws


def texts(ws):
    return {ws.layout.called(path): path.read_text("utf-8") for path in ws.layout.folder.rglob("*.md")}


def test_gc_removes_from_the_own_archive_only(shop, capsys):
    """What lies in the archives of others stays there, and gc says whose it is."""
    before = texts(shop)
    assert run(["gc", "--older-than", "30d", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "--- a/memory/archive/ada.md" in told
    assert "Bob" not in told
    assert run(["gc", "--older-than", "30d"]) == 2
    assert "memory/archive/ada.md is not committed" in capsys.readouterr().err
    assert run(["gc", "--older-than", "30d", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "removed aaaaa2  Ada is over." in told
    assert "bbbbb2" not in told
    assert "memory/archive/bob.md has 1 fact as old" in told
    after = texts(shop)
    assert "Ada" not in after["memory/archive/ada.md"]
    assert after["memory/archive/bob.md"] == before["memory/archive/bob.md"]


def test_strip_takes_the_comments_of_all_writers(shop, capsys):
    """Those who leave want no comment of ours anywhere: what is named is what was stripped."""
    assert run(["fmt", "--strip", "--dry-run"]) == 0
    assert "+++ b/memory/history/bob.md" in capsys.readouterr().out
    assert run(["fmt", "--strip", "--yes", "--json"]) == 0
    named = set(json.loads(capsys.readouterr().out)["stripped"])
    assert named == {
        "memory/MEMORY.md",
        "memory/archive/ada.md",
        "memory/archive/bob.md",
        "memory/history/bob.md",
    }
    assert not any("mm:" in text for text in texts(shop).values())
    assert run(["fmt", "--strip"]) == 0
    assert "nothing to strip" in capsys.readouterr().out


def test_forget_names_the_file_that_has_it(shop, capsys):
    """The archive that is named, and the one in a dry run, is the writer's own."""
    assert run(["forget", "aaaaa1", "--dry-run"]) == 0
    assert "+++ b/memory/archive/ada.md" in capsys.readouterr().out
    assert run(["forget", "aaaaa1"]) == 0
    assert "it is in memory/archive/ada.md;" in capsys.readouterr().out
    assert run(["show", "--include", "retired"]) == 0
    assert "Deploys run on ECS. [retired]" in capsys.readouterr().out


def test_doctor_names_the_archive_that_keeps_a_copy(shop, capsys):
    """A copy of a live fact is found in the file it lies in."""
    (shop.layout.archives / "bob.md").write_text(OLD.format("Bob", "bbbbb1"), "utf-8")
    run(["doctor"])
    assert f"{shop.layout.archives / 'bob.md'}:4 keeps a copy of bbbbb1" in capsys.readouterr().out


def test_resolve_takes_an_archive_for_no_history(shop):
    """A conflict in a history of another writer is united; one in an archive of another is that one's to settle."""
    marked = "<<<<<<< ours\n- A is over. <!-- mm:ccccc1 until=2020-01-01 why=forgotten -->\n=======\n- B is over. <!-- mm:ccccc2 until=2020-01-01 why=forgotten -->\n>>>>>>> theirs\n"
    archive, history = shop.layout.archives / "bob.md", shop.layout.histories / "bob.md"
    archive.write_text(archive.read_text("utf-8") + marked, "utf-8")
    told = "<<<<<<< ours\n- 11:00 Came. <!-- mm:s=a turns=1-2 -->\n=======\n- 12:00 Left. <!-- mm:s=b turns=1-2 -->\n>>>>>>> theirs\n"
    history.write_text(history.read_text("utf-8") + told, "utf-8")
    before = archive.read_bytes()

    assert run(["resolve"]) == 15
    assert archive.read_bytes() == before
    assert "<<<<<<<" not in history.read_text("utf-8")
    assert all(word in history.read_text("utf-8") for word in ("Came.", "Left."))
