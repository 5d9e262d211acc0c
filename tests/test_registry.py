"""The registry: trust belongs to a place, and nothing that is damaged or copied is trusted."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from miminions.layout import Home, Layout
from miminions.registry import Place, changed_since, is_trusted, places, saw, trust


@pytest.fixture
def home(tmp_path) -> Home:
    """Give a home of its own."""
    return Home(tmp_path / "miminions")


def workspace(root: Path) -> Path:
    """Make a folder a workspace."""
    (root / "memory").mkdir(parents=True)
    (root / "memory" / "MEMORY.md").write_text("- A fact.\n", "utf-8")
    return root


def test_nothing_is_trusted_at_first(tmp_path, home):
    """A workspace that nobody trusted is not trusted, and asking creates nothing."""
    root = workspace(tmp_path / "shop")

    assert not is_trusted(home, "shop-1", root)
    assert list(places(home)) == []
    assert not home.root.exists()


def test_trust(tmp_path, home):
    """A trusted workspace is trusted where it lies, and known with its name."""
    root = workspace(tmp_path / "shop")
    trust(home, "shop-1", root)

    assert is_trusted(home, "shop-1", root)
    assert list(places(home)) == [Place("shop-1", root, trusted=True)]
    assert next(places(home)).name == "shop"


def test_trust_is_for_one_id(tmp_path, home):
    """Another id at the same place is not trusted, and neither is the same id at another place."""
    root = workspace(tmp_path / "shop")
    trust(home, "shop-1", root)
    copy = Path(shutil.copytree(root, tmp_path / "copy"))

    assert not is_trusted(home, "shop-2", root)
    assert not is_trusted(home, "", root)
    assert not is_trusted(home, "shop-1", copy)


def test_trust_is_taken_back(tmp_path, home):
    """Trust can be taken back; the workspace stays known."""
    root = workspace(tmp_path / "shop")
    trust(home, "shop-1", root)
    trust(home, "shop-1", root, trusted=False)

    assert not is_trusted(home, "shop-1", root)
    assert [place.trusted for place in places(home)] == [False]


def test_worktrees_are_trusted_together(tmp_path, home):
    """What is said of one worktree, trusted or not, holds for all."""
    root, branch = workspace(tmp_path / "shop"), tmp_path / "branch"
    for words in (["init"], ["add", "."], ["commit", "-m", "x"], ["worktree", "add", str(branch)]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)
    trust(home, "shop-1", root)
    assert is_trusted(home, "shop-1", branch)
    trust(home, "shop-1", branch)
    trust(home, "shop-1", root, trusted=False)

    assert not is_trusted(home, "shop-1", root)
    assert not is_trusted(home, "shop-1", branch)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "null",
        "5",
        '"x"',
        '{"ROOT": 5}',
        '{"ROOT": []}',
        '{"ROOT": {}}',
        '{"ROOT": {"id": "shop-1"}}',
        "[" * 5000,
    ]
    + [
        json.dumps({"ROOT": {"id": "shop-1", "place": "ROOT", "trusted": word}})
        for word in ("false", "true", 1, [1], None)
    ],
)
def test_a_damaged_file_trusts_nothing(tmp_path, home, damage):
    """A damaged list of places trusts nothing, is no error, and is made anew by the next word."""
    root = workspace(tmp_path / "shop")
    trust(home, "shop-1", root)
    home.places.write_text(damage.replace("ROOT", root.as_posix()), "utf-8")

    assert not is_trusted(home, "shop-1", root)
    assert not any(place.trusted for place in places(home))
    trust(home, "shop-1", root)
    assert is_trusted(home, "shop-1", root)


def test_places_that_are_gone(tmp_path, home):
    """A place without memory is not listed; it is again when the memory is back."""
    root = workspace(tmp_path / "shop")
    trust(home, "shop-1", root)
    shutil.move(root / "memory", tmp_path / "away")
    assert list(places(home)) == []
    shutil.move(tmp_path / "away", root / "memory")

    assert len(list(places(home))) == 1


def test_a_folder_that_became_a_repository(tmp_path, home):
    """A trusted folder stays trusted when it becomes a repository."""
    root = workspace(tmp_path / "shop")
    trust(home, "shop-1", root)
    subprocess.run(["git", "init"], cwd=root, check=True, capture_output=True)

    assert is_trusted(home, "shop-1", root)
    trust(home, "shop-1", root, trusted=False)
    assert not is_trusted(home, "shop-1", root)


def test_odd_folders(tmp_path, home):
    """A folder with any name can be trusted."""
    for name in ("a b", "é😀", 'quo"te', "back\\slash", b"\xff".decode("utf-8", "surrogateescape")):
        root = workspace(tmp_path / "odd" / name)
        trust(home, "odd", root)

        assert is_trusted(home, "odd", root)
    assert len(list(places(home))) == 5


def test_changes_by_others(tmp_path, home):
    """A file is changed when its digest is not the one we left; what we never saw, or see no more, is not."""
    local = home.local("shop-1")
    saw(local, {"a": "1", "b": "2"})
    saw(local, {"b": "3"})

    assert changed_since(local, {"a": "1", "b": "2", "c": "9"}) == ("b",)


@pytest.mark.parametrize("damage", ["", "{", "[]", "[" * 5000])
def test_damaged_digests(home, damage):
    """Digests that cannot be read are none."""
    local = home.local("shop-1")
    saw(local, {"a": "1"})
    local.seen.write_text(damage, "utf-8")

    assert changed_since(local, {"a": "2"}) == ()
    assert Layout(home.root) == home.personal
