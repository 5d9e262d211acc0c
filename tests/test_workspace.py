"""The public face: the documented calls, several processes at once, and what init refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from miminions import Workspace
from miminions.errors import ConflictError, NotFoundError, UsageError, WorkspaceMissingError
from miminions.layout import home_of
from miminions.workspace.init import make_workspace


@pytest.fixture
def root(tmp_path):
    """Return the root of a workspace."""
    folder = tmp_path / "shop"
    folder.mkdir()
    make_workspace(folder, home=home_of(dict(os.environ)))
    return folder


def test_the_documented_calls(root):
    """The calls of the documentation work as they are written there."""
    ws = Workspace.open(root)
    ws.remember("Deploys run on ECS.", section="Decisions", key="deploy-target", until=None)

    assert ws.get(key="deploy-target").text == "Deploys run on ECS."
    assert [hit.text for hit in ws.recall("where do we deploy", k=3)] == ["Deploys run on ECS."]
    forgotten = ws.forget(key="deploy-target")
    with pytest.raises(NotFoundError):
        ws.get(key="deploy-target")
    assert ws.restore(forgotten.id).key == "deploy-target"


def test_upsert_keeps_what_it_was_not_told(root):
    """A replacement keeps key and section; the same words with a new window only get the window."""
    ws = Workspace.open(root)
    ws.remember("Rate limit is 100.", section="Limits", key="rate", until="2999-01-01")
    ws.remember("Rate limit is 200.", key="rate")
    fact = ws.get(key="rate")

    assert (fact.text, fact.section, fact.until) == ("Rate limit is 200.", "Limits", None)
    assert ws.remember("Rate limit is 200.", until="2999-06-01").what == "updated"
    assert ws.get(key="rate").until == "2999-06-01"
    assert fact.replaces is not None


def test_keys_have_one_owner(root):
    """Restoring a fact whose key belongs to another one now is refused."""
    ws = Workspace.open(root)
    ws.remember("One.", key="k")
    old = ws.get(key="k").id
    ws.remember("Two.", key="k")
    with pytest.raises(ConflictError):
        ws.restore(old)


def test_outside_any_workspace(tmp_path):
    """Outside any workspace the personal one answers, and its files are made with the first fact."""
    ws = Workspace.open(tmp_path)

    assert ws.personal
    assert not ws.layout.memory.exists()
    ws.remember("I like short answers.", section="Preferences")
    assert "## Preferences\n- I like short answers." in ws.layout.memory.read_text("utf-8")
    if os.name == "posix":
        assert ws.home.root.stat().st_mode & 0o077 == 0


def test_init_refuses_home(tmp_path):
    """$HOME itself never becomes a workspace."""
    with pytest.raises(UsageError):
        make_workspace(Path.home(), home=home_of(dict(os.environ)))


def test_a_name_that_nobody_has(root):
    """A workspace that was never seen is an error that says how to list them."""
    with pytest.raises(WorkspaceMissingError):
        Workspace.open(flags={"workspace": "nowhere"})


def test_four_processes_lose_nothing(root):
    """Four processes that remember 10 facts each leave 40 facts and one archive-free file."""
    code = (
        "import sys; from miminions import Workspace\n"
        "ws = Workspace.open(sys.argv[1])\n"
        "[ws.remember(f'Process {sys.argv[2]} learned thing number {n}.') for n in range(10)]"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(root), str(number)]) for number in range(4)]

    assert [process.wait(timeout=120) for process in running] == [0, 0, 0, 0]
    texts = {fact.text for fact in Workspace.open(root).facts(own=True)}
    assert texts == {f"Process {p} learned thing number {n}." for p in range(4) for n in range(10)}


@pytest.mark.parametrize(
    "name", ["CON", "a b", "é", "-rf", "{x}", "a&b", "%2e%2e", "😀", "x" * 200, "global", "index.db"]
)
def test_odd_folder_names(tmp_path, name):
    """Whatever a folder is called, nothing is written outside it and MIMINIONS_HOME."""
    folder = tmp_path / name
    folder.mkdir()
    make_workspace(folder, home=home_of(dict(os.environ)))
    Workspace.open(folder).remember("A fact.")

    assert [path.name for path in tmp_path.iterdir()] == [name]
    state = Path(os.environ["MIMINIONS_HOME"]) / "workspaces"
    assert all(state in path.parents for path in state.rglob("*"))
    assert len(list(state.iterdir())) == 1


def test_an_id_cannot_leave_home(tmp_path):
    """An id in a front matter that looks like a path names a folder below workspaces/ all the same."""
    folder = tmp_path / "evil"
    (folder / "memory").mkdir(parents=True)
    (folder / "memory" / "MEMORY.md").write_text("---\nworkspace: ../../../evil\n---\n", "utf-8")
    ws = Workspace.open(folder)

    assert ws.local.folder.parent == ws.home.workspaces
    assert ".." not in ws.local.folder.name
