"""What was lost of a workspace: its name, its front matter, its whole memory folder; and what init brings back."""

import shutil
import subprocess

import pytest
from folders import home, reopened, workspace

from miminions.cli import run


def git(root, *words):
    subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words],
        cwd=root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Give a workspace in a repository, committed, as the current folder."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    ws = workspace(root, "## Facts\n- Deploys run on ECS. <!-- mm:aaaaa1 -->")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "memory")
    monkeypatch.chdir(root)
    return ws


def unnamed(ws):
    path = ws.layout.memory
    kept = [line for line in path.read_text("utf-8").split("\n") if not line.startswith("workspace:")]
    path.write_text("\n".join(kept), "utf-8")


def test_init_restores_the_name_that_this_machine_knows(here, capsys):
    """A line that was lost comes back as it was: private facts, trust and undo stay with the workspace."""
    here.remember("Only for me.", private=True)
    unnamed(here)
    assert run(["init"]) == 0
    assert f"the workspace's name was missing and is back: {here.id}" in capsys.readouterr().out
    again = reopened(here.layout.root)
    assert again.id == here.id
    assert again.trusted
    assert [fact.text for fact in again.overlay().facts.facts] == ["Only for me."]
    assert again.undo().back
    assert run(["init"]) == 0
    assert "missing" not in capsys.readouterr().out


def test_init_restores_the_name_that_git_knows(here):
    """Where this machine has forgotten the place, the name is taken from the commits, the latest that has one."""
    unnamed(here)
    git(here.layout.root, "commit", "-qam", "lost")
    home().places.unlink()
    assert run(["init"]) == 0
    assert reopened(here.layout.root).id == here.id


def test_init_gives_an_emptied_file_its_head_back(here):
    """An empty MEMORY.md becomes what a new one is, under the old name."""
    here.layout.memory.write_text("\n", "utf-8")
    assert run(["init"]) == 0
    state = reopened(here.layout.root).state()
    assert (state.identity, state.share) == (here.id, "insights")
    assert "share: insights" in state.memory.text
    assert "## Facts" in state.memory.text


@pytest.mark.parametrize(
    ("place", "said"),
    [(0, "line 1 is '--' where --- should open it"), (-1, "line 4 is '--' where --- should close it")],
)
@pytest.mark.parametrize("command", [["init"], ["remember", "A fact."], ["show"]])
def test_broken_front_matter_is_named_with_its_line(here, capsys, place, said, command):
    """Two hyphens for three are an error that names the line, and no loss."""
    path = here.layout.memory
    pieces = path.read_text("utf-8").split("---\n", 2)
    ends = ["---\n", "---\n"]
    ends[place] = "--\n"
    broken = pieces[0] + ends[0] + pieces[1] + ends[1] + pieces[2]
    path.write_text(broken, "utf-8")
    assert run(command) == 14
    assert f"the front matter of the memory file is broken: {said}" in capsys.readouterr().err
    assert path.read_text("utf-8") == broken
    assert run(["doctor"]) == 16
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["---\n- One.\n", "- share: is a word\n", "Notes\nworkspace: of mine\n", "--\n"]
)
def test_plain_markdown_has_no_broken_front_matter(tmp_path, text):
    """Lines with hyphens, and words of ours in the text, are Markdown as any other."""
    root = tmp_path / "plain"
    (root / "memory").mkdir(parents=True)
    (root / "memory" / "MEMORY.md").write_text(text, "utf-8")
    assert workspace(root).id


@pytest.mark.parametrize(
    "command", [["remember", "A fact."], ["edit", "aaaaa1", "Other."], ["forget", "aaaaa1"], ["undo"]]
)
@pytest.mark.parametrize("below", [False, True])
def test_a_known_workspace_without_memory_is_not_the_personal_one(here, capsys, monkeypatch, command, below):
    """Where the memory folder is gone, nothing is written anywhere, and the way back is named."""
    shutil.rmtree(here.layout.folder)
    if below:
        (here.layout.root / "src").mkdir()
        monkeypatch.chdir(here.layout.root / "src")
    assert run(command) == 3
    told = capsys.readouterr().err
    assert f"the memory of {here.layout.root} is gone" in told
    assert "git restore memory" in told
    assert not home().personal.memory.exists()
    assert run(["status"]) == 0
    assert "is gone" in capsys.readouterr().out


def test_what_is_named_does_not_ask_where_one_stands(here):
    """The personal memory can be written from anywhere when it is asked for."""
    shutil.rmtree(here.layout.folder)
    assert run(["remember", "--global", "I like tea."]) == 0
    assert "I like tea." in home().personal.memory.read_text("utf-8")
    assert run(["init"]) == 0
    assert reopened(here.layout.root).id == here.id


def test_outside_a_workspace_in_a_repository_it_is_said(tmp_path, capsys, monkeypatch):
    """What goes to the personal memory because nobody ran init there is said, in a repository only."""
    plain, repo = tmp_path / "plain", tmp_path / "repo"
    plain.mkdir()
    repo.mkdir()
    git(repo, "init", "-q")
    monkeypatch.chdir(repo)
    assert run(["remember", "One."]) == 0
    assert "no workspace here (`miminions init` makes one)" in capsys.readouterr().err
    assert run(["status"]) == 0
    assert "no workspace here" in capsys.readouterr().out
    assert run(["remember", "--global", "Two."]) == 0
    monkeypatch.chdir(plain)
    assert run(["remember", "Three."]) == 0
    assert "no workspace" not in capsys.readouterr().err
