"""The layout room: which workspace a folder belongs to, and names that cannot leave their folder."""

import os
import subprocess
from pathlib import Path

import pytest

from miminions.layout import (
    Home,
    Layout,
    LocalLayout,
    ancestors,
    common_folder,
    file_name,
    find,
    home_of,
    place,
    slug,
)

NAMES = [
    "shop", "7c1f0a9e-payments-api", "a", "A", "payments", "Payments", "PAYMENTS", "..", ".", "", " ", "a ", "a.", "../../etc",
    "/etc/passwd", "\\", "a\\b", "C:\\x", "CON", "con", "con.txt", "NUL", "nul", "aux", "com1", "COM1", "lpt9.md", "a:b", "a*b",
    "a?b", "a<b", "a|b", '"a"', "%2e%2e", "..%2f", "a\0b", "a\nb", "a\rb", "x" * 300, "x" * 64, "x" * 65, "😀", "é", "e\u0301",
    "~", "~root", "-rf", "--help", ".git", ".GIT", ".ssh", "$HOME", "İ", "ẞ", "ﬀ", "\uff0e\uff0e", "\uff0f", "\ufeff", "\u202ea", "\ud800",
    "\udcff", "index.db", "global", "a..b", "-", "_", "workspace", "личный", "私",
]  # fmt: skip


@pytest.fixture
def home(tmp_path) -> Home:
    """Give a home of its own."""
    return Home(tmp_path / "miminions")


def workspace(root: Path) -> Path:
    """Make a folder a workspace."""
    (root / "memory").mkdir(parents=True)
    (root / "memory" / "MEMORY.md").write_text("- A fact.\n", "utf-8")
    return root


def git(folder: Path, *words: str) -> None:
    """Run git as nobody in particular."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def repository(root: Path) -> Path:
    """Make a repository with a workspace and one commit."""
    workspace(root)
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "start")
    return root


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leaves_its_folder(home, name):
    """Whatever a workspace or session is called, its files lie right below their folder, under a name any system takes."""
    for path, folder in (
        (home.local(name).folder, home.workspaces),
        (LocalLayout(home.root).session_lock(name), home.root / "running"),
    ):
        assert Path(os.path.normpath(path)).parent == folder
        assert len(path.name) < 80
        assert path.name.isascii()
        assert path.name == path.name.lower()
        assert not path.name.startswith((".", "-"))


def test_different_names_never_meet():
    """Different words get different names, also where case does not count; nobody can choose the name of another."""
    words = [*NAMES, *(file_name(name) for name in NAMES)]
    names = {word: file_name(word) for word in words}

    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("name", ["shop", "7c1f0a9e-payments-api", "index.db", "a_b.c-d"])
def test_a_plain_name_is_its_own(name):
    """A plain word is its own name."""
    assert file_name(name) == name


@pytest.mark.parametrize(
    ("name", "short"),
    [("Payments API", "payments-api"), ("Café_2", "cafe-2"), ("😀", "workspace"), ("..", "workspace")],
)
def test_slug(name, short):
    """A slug is readable and plain."""
    assert slug(name) == short


def test_home_is_named_by_the_environment(tmp_path):
    """MIMINIONS_HOME names the home; without it, it lies in the person's own."""
    assert home_of({"MIMINIONS_HOME": str(tmp_path)}).root == tmp_path
    assert home_of({"MIMINIONS_HOME": "~/x"}).root == Path.home() / "x"
    assert home_of({"MIMINIONS_HOME": ""}).root == Path.home() / ".miminions"


def test_the_nearest_workspace_answers(tmp_path, home):
    """The nearest workspace upwards answers, also from a folder that does not exist yet."""
    outer = workspace(tmp_path / "outer")
    inner = workspace(outer / "a" / "inner")
    (outer / "a" / "b").mkdir()

    assert find(inner / "src", home) == Layout(inner)
    assert find(outer / "a" / "b", home) == Layout(outer)
    assert find(tmp_path, home) is None


def test_never_past_the_repository(tmp_path, home):
    """A repository without memory takes none from the folder around it."""
    outer = workspace(tmp_path / "outer")
    inner = outer / "inner"
    inner.mkdir()
    git(inner, "init")

    assert find(inner, home) is None
    assert find(outer, home) == Layout(outer)


def test_a_repository_of_several_workspaces(tmp_path, home):
    """Inside a repository all workspaces up to its root count, the nearest first; outside of one only the nearest."""
    workspace(tmp_path)
    top = repository(tmp_path / "mono")
    inner = workspace(top / "services" / "payments")

    assert ancestors(inner / "src", home) == (Layout(inner), Layout(top))
    assert ancestors(workspace(tmp_path / "loose"), home) == (Layout(tmp_path / "loose"),)


def test_the_persons_home_is_no_workspace(home):
    """Neither $HOME nor MIMINIONS_HOME is taken for a workspace, by whatever path."""
    workspace(Path.home())
    workspace(home.root)
    link = home.root.parent / "link"
    link.symlink_to(Path.home(), target_is_directory=True)

    assert find(Path.home() / "project", home) is None
    assert find(home.root / "log", home) is None
    assert find(link / "project", home) is None


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "\udcff"])
def test_impossible_folders_have_no_workspace(tmp_path, home, name):
    """A path that no file can have has no workspace, and is no error."""
    assert find(tmp_path / name, home) is None


def test_worktrees_share_trust(tmp_path):
    """All worktrees of a repository are one place; another clone is another."""
    top = repository(tmp_path / "shop")
    git(top, "worktree", "add", str(tmp_path / "branch"))
    git(tmp_path, "clone", str(top), "clone")

    assert place(tmp_path / "branch") == place(top)
    assert place(tmp_path / "branch" / "services") == place(top / "services") != place(top)
    assert place(tmp_path / "clone") != place(top)


def test_worktrees_with_relative_paths_share_trust(tmp_path):
    """A worktree whose pointers are relative is one, too."""
    top = repository(tmp_path / "shop")
    git(top, "worktree", "add", str(tmp_path / "branch"))
    (tmp_path / "branch" / ".git").write_text("gitdir: ../shop/.git/worktrees/branch\n", "utf-8")
    (top / ".git" / "worktrees" / "branch" / "gitdir").write_text("../../../../branch/.git\n", "utf-8")

    assert place(tmp_path / "branch") == place(top)


def test_a_forged_pointer_is_not_trusted(tmp_path):
    """A folder that points at another repository's worktree is not that worktree."""
    top = repository(tmp_path / "shop")
    git(top, "worktree", "add", str(tmp_path / "branch"))
    forged = workspace(tmp_path / "forged")
    (forged / ".git").write_text((tmp_path / "branch" / ".git").read_text("utf-8"), "utf-8")

    assert place(forged) not in {place(top), place(tmp_path / "branch")}


def test_a_forged_git_folder_is_not_trusted(tmp_path):
    """A folder that brings pointers of its own to another repository does not get its trust."""
    top = repository(tmp_path / "shop")
    forged = workspace(tmp_path / "forged")
    fake = forged / "fake" / "worktrees" / "x"
    fake.mkdir(parents=True)
    (forged / ".git").write_text("gitdir: fake/worktrees/x\n", "utf-8")
    (fake / "gitdir").write_text(f"{forged / '.git'}\n", "utf-8")
    (fake / "commondir").write_text(f"{top / '.git'}\n", "utf-8")

    assert place(forged) != place(top)


def test_a_link_to_another_git_folder_is_not_trusted(tmp_path):
    """A folder whose .git is a link to another repository's does not get its trust."""
    top = repository(tmp_path / "shop")
    forged = workspace(tmp_path / "forged")
    (forged / ".git").symlink_to(top / ".git", target_is_directory=True)

    assert place(forged) != place(top)


@pytest.mark.parametrize(
    "pointer", [b"", b"\xff\xfe", b"gitdir: a\0b\n", b"gitdir: " + b"x" * 5000, b"gitdir: /\n"]
)
def test_a_broken_pointer_is_a_place_of_its_own(tmp_path, pointer):
    """A .git file that nobody can read makes the folder its own place."""
    (tmp_path / ".git").write_bytes(pointer)

    assert common_folder(tmp_path) == tmp_path / ".git"


def test_a_submodule_is_a_place_of_its_own(tmp_path):
    """A submodule has its own git folder, and so its own trust."""
    part, top = repository(tmp_path / "part"), repository(tmp_path / "shop")
    git(top, "-c", "protocol.file.allow=always", "submodule", "add", str(part), "part")

    assert place(top / "part") not in {place(top), place(part)}


def test_prompt_files(tmp_path):
    """A prompt file is found in prompt/, else in the root."""
    (tmp_path / "prompt").mkdir()
    for path in (tmp_path / "prompt" / "USER.md", tmp_path / "USER.md", tmp_path / "TOOLS.md"):
        path.write_text("", "utf-8")
    layout = Layout(tmp_path)

    assert layout.prompt_file("USER.md") == tmp_path / "prompt" / "USER.md"
    assert layout.prompt_file("TOOLS.md") == tmp_path / "TOOLS.md"
    assert layout.prompt_file("AGENTS.md") is None
