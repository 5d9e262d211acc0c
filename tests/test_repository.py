"""The repository room: what git's files say without git, what git says of the past, and commits that take nothing along."""

import getpass
import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from miminions.files import MISSING, read
from miminions.repository import (
    Committed,
    Refused,
    Worktree,
    branch,
    commit_paths,
    committers,
    deleted_files,
    driver_installed,
    first_commit,
    has_branch,
    ignored,
    install_driver,
    is_revision,
    name_of,
    remotes,
    repository_at,
    revision_before,
    text_at,
    tracked,
    tracked_files,
    under_way,
    worktrees,
    writer,
)

START = "# Memory\n\n- One.\n"


def git(folder, *words, fails=False, who="ada", day="2026-04-01") -> str:
    """Run git in a folder as somebody, on a day, and return what it printed."""
    names = {f"GIT_{role}_NAME": who for role in ("AUTHOR", "COMMITTER")}
    names |= {f"GIT_{role}_EMAIL": f"{who}@example.org" for role in ("AUTHOR", "COMMITTER")}
    names |= {f"GIT_{role}_DATE": f"{day}T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words], cwd=folder, check=False, capture_output=True, text=True, env=clean | names
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def _person():
    """Give git a person and a first branch."""
    (Path.home() / ".gitconfig").write_text(
        "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n", "utf-8"
    )


def make(root: Path, *, commit: bool = True) -> Path:
    """Make a repository with a memory file and another one."""
    (root / "memory").mkdir(parents=True)
    (root / "memory" / "MEMORY.md").write_bytes(START.encode())
    (root / "other.txt").write_bytes(b"other\n")
    git(root, "init")
    if commit:
        git(root, "add", ".")
        git(root, "commit", "-qm", "start")
    return root


@pytest.fixture
def top(tmp_path) -> Path:
    """Give a repository with one commit."""
    return make(tmp_path / "shop")


def change(path: Path, text: str) -> dict[Path, str | None]:
    """Write a file as we would, and return what it was before."""
    digest = read(path).digest
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return {path: None if digest == MISSING else digest}


def commit(top: Path, text: str = "# Memory\n\n- Two.\n", *, name: str = "memory/MEMORY.md"):
    """Change a file and commit it."""
    before = change(top / name, text)
    return commit_paths(repository_at(top), list(before), "Memory: a test", before=before)


def conflict(top: Path) -> None:
    """Make a branch whose memory conflicts with that of main."""
    for name, text in (("side", "- Side.\n"), ("main", "- Main.\n")):
        git(top, "switch", "-q", *(["-c"] if name == "side" else []), name)
        (top / "memory" / "MEMORY.md").write_text(text, "utf-8")
        git(top, "commit", "-qam", name)


# Where it is, and how it stands.


def test_a_repository_is_found_without_git(top, monkeypatch):
    """The work tree around a path, its folder and its branch are read from files."""
    monkeypatch.setenv("PATH", "")
    repo = repository_at(top / "memory" / "MEMORY.md")

    assert (repo.top, repo.git, repo.common) == (top, top / ".git", top / ".git")
    assert (branch(repo), under_way(repo), has_branch(repo, "main")) == ("main", None, True)
    assert worktrees(repo) == (Worktree(top, "main", exists=True),)


def test_no_repository(tmp_path):
    """A folder outside of any repository has none."""
    assert repository_at(tmp_path) is None


@pytest.mark.parametrize(
    "pointer",
    [b"", b"\xff\xfe", b"gitdir: a\0b\n", b"gitdir: " + b"x" * 5000, b"gitdir: /\n", b"gitdir: gone\n"],
)
def test_a_damaged_pointer_is_no_repository(tmp_path, pointer):
    """A .git file that leads nowhere is none, even inside another repository."""
    folder = make(tmp_path / "outer") / "inner"
    folder.mkdir()
    (folder / ".git").write_bytes(pointer)

    assert repository_at(folder) is None


def test_an_empty_git_folder_is_no_repository(tmp_path):
    """A folder that is merely called .git is none."""
    (tmp_path / ".git").mkdir()

    assert repository_at(tmp_path) is None


def test_a_submodule_is_a_repository_of_its_own(tmp_path, top):
    """A submodule has its own folder below the outer one's, its own branch, and commits of its own."""
    part = make(tmp_path / "part")
    git(top, "-c", "protocol.file.allow=always", "submodule", "add", str(part), "part")
    repo = repository_at(top / "part" / "memory")

    assert (repo.top, repo.git, repo.common) == (top / "part", *[top / ".git" / "modules" / "part"] * 2)
    assert worktrees(repo) == (Worktree(top / "part", "main", exists=True),)
    assert isinstance(commit(top / "part"), Committed)
    outer = {top / "part" / "memory" / "MEMORY.md": None}
    assert commit_paths(repository_at(top), list(outer), "m", before=outer) == Refused(
        f"{top / 'part' / 'memory' / 'MEMORY.md'} lies outside the repository"
    )


def test_worktrees(tmp_path, top):
    """Every work tree is listed with its branch, also one whose folder is gone; each has its own HEAD."""
    git(top, "worktree", "add", "-q", "-b", "side/one", str(tmp_path / "side"))
    git(top, "worktree", "add", "-q", "--detach", str(tmp_path / "loose"))
    git(top, "worktree", "add", "-q", "-b", "gone", str(tmp_path / "gone"))
    (tmp_path / "gone").rename(tmp_path / "away")
    repo = repository_at(tmp_path / "side")
    found = {
        Worktree(top, "main", exists=True),
        Worktree(tmp_path / "side", "side/one", exists=True),
        Worktree(tmp_path / "loose", None, exists=True),
        Worktree(tmp_path / "gone", "gone", exists=False),
    }

    assert (repo.common, branch(repo)) == (top / ".git", "side/one")
    assert set(worktrees(repo)) == set(worktrees(repository_at(top))) == found


def test_a_bare_repository_has_no_main_worktree(tmp_path, top):
    """Work trees around a bare repository are all linked ones."""
    git(tmp_path, "clone", "-q", "--bare", str(top), "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "-q", str(tmp_path / "wt"), "main")

    assert worktrees(repository_at(tmp_path / "wt")) == (Worktree(tmp_path / "wt", "main", exists=True),)


def test_branches(top):
    """The branch is what HEAD names, before the first commit too; branches are found loose and packed."""
    repo = repository_at(top)
    git(top, "branch", "feat/a")
    git(top, "pack-refs", "--all")
    git(top, "branch", "loose")

    assert [
        name
        for name in ("main", "feat/a", "loose", "feat", "lo", "-d", "", "..", "../../config", "a\0")
        if has_branch(repo, name)
    ] == [
        "main",
        "feat/a",
        "loose",
    ]
    git(top, "checkout", "-q", "--orphan", "fresh")
    assert branch(repo) == "fresh"
    assert not has_branch(repo, "fresh")
    git(top, "checkout", "-q", "--detach", "main")
    assert branch(repo) is None


def test_a_head_that_is_a_link(top):
    """A HEAD as git wrote it long ago is still understood."""
    (top / ".git" / "HEAD").unlink()
    (top / ".git" / "HEAD").symlink_to("refs/heads/main")

    assert branch(repository_at(top)) == "main"


OPERATIONS = {
    "merge": ["merge", "side"],
    "rebase": ["rebase", "side"],
    "cherry-pick": ["cherry-pick", "side"],
    "revert": ["revert", "--no-edit", "HEAD~1"],
}


@pytest.mark.parametrize("operation", [*OPERATIONS, "rebase --apply", "am", "bisect", "picks"])
def test_what_is_under_way(top, operation):
    """Each operation of git that stopped is seen, refuses commits, and is over when it is over."""
    conflict(top)
    repo = repository_at(top)
    if operation == "revert":
        (top / "memory" / "MEMORY.md").write_text("- Later.\n", "utf-8")
        git(top, "commit", "-qam", "later")
    if operation == "am":
        patch = git(top, "format-patch", "--stdout", "-1", "side")
        (top.parent / "a.patch").write_text(patch, "utf-8")
        git(top, "am", str(top.parent / "a.patch"), fails=True)
    elif operation == "bisect":
        git(top, "bisect", "start")
    elif operation == "picks":
        git(top, "cherry-pick", "side", "side~1", fails=True)
        git(top, "reset", "-q", "--hard")
        (top / ".git" / "CHERRY_PICK_HEAD").unlink(missing_ok=True)
    elif operation == "rebase --apply":
        git(top, "rebase", "--apply", "side", fails=True)
    else:
        git(top, *OPERATIONS[operation], fails=True)
    name = {"rebase --apply": "rebase", "picks": "cherry-pick"}.get(operation, operation)

    assert under_way(repo) == name
    assert commit(top) == Refused(f"a {name} is under way")
    git(top, "bisect", "reset") if name == "bisect" else git(top, "reset", "-q", "--hard")
    if name != "bisect":
        git(top, name, "--quit")
    assert under_way(repo) is None


def test_what_is_under_way_belongs_to_its_worktree(tmp_path, top):
    """A merge in one work tree is none in another."""
    conflict(top)
    git(top, "worktree", "add", "-q", "-b", "third", str(tmp_path / "third"))
    git(tmp_path / "third", "merge", "side", fails=True)

    assert under_way(repository_at(tmp_path / "third")) == "merge"
    assert under_way(repository_at(top)) is None


# The past, and people.


def test_texts_and_times_of_revisions(top, monkeypatch):
    """A file's text and a commit's time are those of the revision."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    repo, path = repository_at(top), top / "memory" / "MEMORY.md"
    path.write_bytes(b"- caf\xe9.\r\n")
    git(top, "commit", "-qam", "two")

    assert text_at(repo, "HEAD~1", path) == START
    assert text_at(repo, "main", Path("memory/MEMORY.md")) == "- caf\udce9.\r\n"
    assert text_at(repo, "main", top / "none.md") is None
    assert text_at(repo, "main", top.parent / "x") is None


@pytest.mark.parametrize(
    ("word", "known"),
    [("HEAD", True), ("main", True), ("HEAD~1", False), ("v1", True), ("2026-05-01", False), ("", False)]
    + [
        (word, False)
        for word in (
            "--all",
            "-h",
            "--git-dir",
            "^main",
            "main..main",
            "HEAD:memory",
            "a\0b",
            "\udcff",
            "\ud800",
            "x" * 9000,
        )
    ],
)
def test_revisions(top, word, known):
    """A word is a revision when it names one commit; options and ranges are none."""
    git(top, "tag", "-a", "-m", "one", "v1")

    assert is_revision(repository_at(top), word) is known
    assert (text_at(repository_at(top), word, top / "other.txt") is not None) is known


def test_a_revision_is_no_option(top):
    """What looks like an option writes no file."""
    assert text_at(repository_at(top), f"--output={top / 'written'}", top / "other.txt") is None
    assert not (top / "written").exists()


def test_the_first_commit_that_says_it(top):
    """The earliest commit that has one of the words is described."""
    path = top / "memory" / "MEMORY.md"
    for text, day in (
        ("- Tea.\n", "2026-05-01"),
        ("- Tea. <!-- mm:abc234 -->\n", "2026-05-02"),
        ("", "2026-05-03"),
    ):
        path.write_text(text, "utf-8")
        git(top, "commit", "-qam", f"on {day}", day=day)
    repo = repository_at(top)

    assert first_commit(repo, [path], ["mm:abc234", "Tea."]).endswith(" 2026-05-01 ada: on 2026-05-01")
    assert first_commit(repo, [path], ["mm:abc234"]).endswith(" 2026-05-02 ada: on 2026-05-02")
    assert first_commit(repo, [path], ["coffee", ""]) is None
    assert first_commit(repo, [path], ["a\0b"]) is None


def test_committers_and_remotes(top):
    """People are counted by address; remotes are named."""
    repo = repository_at(top)
    (top / "other.txt").write_text("2\n", "utf-8")
    git(top, "commit", "-qam", "two", who="bob")
    git(top, "commit", "-qm", "three", "--allow-empty", who="BOB")
    git(top, "remote", "add", "origin", "https://user:word@example.org/shop.git")
    git(top, "remote", "add", "fork.of", "../fork")

    assert (committers(repo), committers(repo, limit=2)) == (2, 1)
    assert remotes(repo) == ("origin", "fork.of")


@pytest.mark.parametrize(
    ("name", "address", "called"),
    [
        ("Ada Lovelace", "a@example.org", "ada-lovelace"),
        ("Zoë", "a@example.org", "zoe"),
        ("李雷", "lilei@example.org", "lilei"),
        ("Workspace", "a@example.org", "workspace"),
        ("../../etc", "a@example.org", "etc"),
        ("w", "a@example.org", "w"),
    ],
)
def test_the_writer(top, name, address, called):
    """A person's files are named by git's name, else the address."""
    git(top, "config", "user.name", name)
    git(top, "config", "user.email", address)

    assert writer(repository_at(top)) == called


def test_a_writer_is_never_nobody(top, monkeypatch):
    """Without git's name the login names the person; a name that nothing can be made of gets a sign of its own."""
    assert writer(None) == "ada-lovelace"
    (Path.home() / ".gitconfig").unlink()
    monkeypatch.setenv("LOGNAME", "grace")
    assert getpass.getuser() == "grace"
    assert writer(None) == writer(repository_at(top)) == "grace"
    monkeypatch.setenv("LOGNAME", "李雷")
    assert writer(None).startswith("writer-")
    monkeypatch.setenv("LOGNAME", "con")
    assert writer(None).startswith("con-")


def test_what_is_tracked(top):
    """Files that git knows are told from others, whatever they are called."""
    repo = repository_at(top)
    (top / "new.md").touch()
    (top / "ta\tb ü*.md").touch()
    git(top, "add", "ta*")

    assert tracked_files(repo) == {"memory/MEMORY.md", "other.txt", "ta\tb ü*.md"}
    assert [
        tracked(repo, top / name) for name in ("memory/MEMORY.md", "memory", "new.md", "*.txt", "../x")
    ] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_without_git(top, monkeypatch):
    """Where there is no git, every question has an answer and no commit is made."""
    repo = repository_at(top)
    before = change(top / "memory" / "MEMORY.md", "- Two.\n")
    monkeypatch.setenv("PATH", "")

    assert text_at(repo, "HEAD", top / "other.txt") is None
    assert (tracked_files(repo), committers(repo), remotes(repo)) == (frozenset(), 0, ())
    assert writer(repo)
    assert not install_driver(repo)
    assert isinstance(commit_paths(repo, list(before), "m", before=before), Refused)


# The merge driver.


def test_the_merge_driver(top):
    """The driver is named in the clone's own settings, once."""
    repo = repository_at(top)
    assert not driver_installed(repo)
    install_driver(repo)
    install_driver(repo)
    assert driver_installed(repo)
    assert git(top, "config", "--get-all", "merge.miminions.driver") == (
        "if command -v miminions >/dev/null 2>&1; then miminions merge-driver %O %A %B %L %P; "
        "else git merge-file --marker-size=%L %A %O %B; fi\n"
    )


# Commits.


def test_a_commit_takes_the_file_and_nothing_else(top):
    """A commit has the file as it is; nothing is left to commit, and branches can be switched."""
    git(top, "branch", "other")
    done = commit(top)

    assert done == Committed(git(top, "rev-parse", "main").strip())
    assert git(top, "show", "HEAD:memory/MEMORY.md") == "# Memory\n\n- Two.\n"
    assert git(top, "log", "-1", "--format=%an <%ae> %s") == "Ada Lovelace <ada@example.org> Memory: a test\n"
    assert git(top, "diff-index", "HEAD") == git(top, "status", "--porcelain") == ""
    git(top, "switch", "-q", "other")
    assert (top / "memory" / "MEMORY.md").read_text("utf-8") == START
    git(top, "switch", "-q", "main")
    assert git(top, "status", "--porcelain") == ""
    assert git(top, "fsck", "--strict", "--no-dangling") == ""


def test_several_files_new_and_gone(top):
    """Several files go into one commit, new ones and removed ones too."""
    before = change(top / "memory" / "MEMORY.md", "- Two.\n") | change(
        top / "memory" / "ARCHIVE.md", "- One.\n"
    )
    before |= {top / "other.txt": read(top / "other.txt").digest}
    (top / "other.txt").unlink()

    assert isinstance(commit_paths(repository_at(top), list(before), "m", before=before), Committed)
    assert (
        git(top, "show", "--format=", "--name-status")
        == "A\tmemory/ARCHIVE.md\nM\tmemory/MEMORY.md\nD\tother.txt\n"
    )
    assert git(top, "status", "--porcelain") == ""


def test_what_the_person_staged_stays_staged(top):
    """Other changes stay staged, half staged, unstaged or new, byte for byte."""
    (top / "other.txt").write_text("staged\n", "utf-8")
    (top / "added.txt").write_text("added\n", "utf-8")
    git(top, "add", ".")
    (top / "other.txt").write_text("staged\nand more\n", "utf-8")
    (top / "new.txt").write_text("new\n", "utf-8")
    (top / "meant.txt").touch()
    git(top, "add", "-N", "meant.txt")
    looks = [["diff", "--cached"], ["diff"], ["status", "--porcelain"]]
    seen = [git(top, *words) for words in looks]

    assert isinstance(commit(top), Committed)
    assert [git(top, *words) for words in looks] == seen
    assert git(top, "show", "--format=", "--name-only") == "memory/MEMORY.md\n"


def test_the_first_commit_of_a_branch(tmp_path):
    """A branch without a commit gets its first one."""
    top = make(tmp_path / "shop", commit=False)
    git(top, "add", "other.txt")
    done = commit(top, name="memory/ARCHIVE.md")

    assert done == Committed(git(top, "rev-parse", "main").strip())
    assert git(top, "status", "--porcelain") == "A  other.txt\n?? memory/MEMORY.md\n"


def test_nothing_to_commit(top):
    """Files that are committed as they are need no new commit."""
    head = git(top, "rev-parse", "HEAD").strip()

    assert commit(top, START) == Committed(head)
    assert git(top, "rev-list", "--count", "HEAD") == "1\n"


def test_a_workspace_in_a_subfolder_and_a_worktree(tmp_path, top):
    """Memory in a folder of a monorepo, in a linked work tree, is committed on that tree's branch."""
    git(top, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side" / "services" / "pay").mkdir(parents=True)
    name = "services/pay/memory/MEMORY.md"

    assert isinstance(commit(tmp_path / "side", name=name), Committed)
    assert git(top, "ls-tree", "-r", "--name-only", "side").count(name) == 1
    assert git(tmp_path / "side", "status", "--porcelain") == git(top, "status", "--porcelain") == ""
    assert branch(repository_at(top)) == "main"
    assert git(top, "rev-list", "--count", "main") == "1\n"


def test_a_path_through_a_link(tmp_path, top):
    """A repository reached by another path is the same."""
    (tmp_path / "link").symlink_to(top, target_is_directory=True)

    assert isinstance(commit(tmp_path / "link"), Committed)
    assert git(top, "status", "--porcelain") == ""


def test_line_ends_are_gits_matter(top):
    """Filters hold: what is checked out with CRLF is kept with LF, and is no hand edit."""
    git(top, "config", "core.autocrlf", "true")
    path = top / "memory" / "MEMORY.md"
    path.unlink()
    git(top, "checkout", "memory/MEMORY.md")
    assert b"\r\n" in path.read_bytes()

    assert isinstance(commit(top, "- Two.\r\n"), Committed)
    assert (
        subprocess.run(
            ["git", "cat-file", "blob", "HEAD:memory/MEMORY.md"], cwd=top, capture_output=True, check=True
        ).stdout
        == b"- Two.\n"
    )
    assert git(top, "status", "--porcelain") == ""


def test_no_hook_runs_and_nothing_is_signed(top):
    """Neither hooks nor a signing program are started."""
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"):
        hook = top / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {top / 'ran'}\nexit 1\n", "utf-8")
        hook.chmod(0o755)
    git(top, "config", "commit.gpgSign", "true")
    git(top, "config", "gpg.program", str(top / ".git" / "hooks" / "pre-commit"))

    assert isinstance(commit(top), Committed)
    assert not (top / "ran").exists()


def refused(top: Path, reason: str, **more) -> None:
    """Check that a commit is refused with a reason and that git's state is as before."""
    seen = [git(top, *words) for words in (["show-ref"], ["ls-files", "--stage"])]

    assert commit(top, **more) == Refused(reason)
    assert [git(top, *words) for words in (["show-ref"], ["ls-files", "--stage"])] == seen


def test_refused_without_a_branch(top):
    """A detached HEAD gets no commit."""
    git(top, "checkout", "-q", "--detach")
    refused(top, "no branch is checked out")


def test_refused_with_conflicts_left(top):
    """An index with conflicts gets no commit, also when no merge is under way."""
    (top / "other.txt").write_text("mine\n", "utf-8")
    git(top, "stash")
    (top / "other.txt").write_text("theirs\n", "utf-8")
    git(top, "commit", "-qam", "theirs")
    git(top, "stash", "pop", fails=True)
    refused(top, "a merge left conflicts that are not resolved")


def test_refused_when_staged(top):
    """A memory file that the person has staged is not committed for them."""
    (top / "memory" / "MEMORY.md").write_text("- Mine.\n", "utf-8")
    git(top, "add", ".")
    refused(top, "memory/MEMORY.md has staged changes")


def test_refused_with_hand_edits(top):
    """A file that had changes nobody committed is not committed with ours."""
    (top / "memory" / "MEMORY.md").write_text("- Mine.\n", "utf-8")
    refused(top, "memory/MEMORY.md has changes that are not committed")


def test_refused_when_never_committed(top):
    """A file that was there and that git has never seen is the person's to add."""
    (top / "memory" / "HISTORY.md").write_text("- Mine.\n", "utf-8")
    refused(top, "memory/HISTORY.md has changes that are not committed", name="memory/HISTORY.md")


def test_refused_when_deleted_by_hand(top):
    """A file that the person removed and we wrote anew is not committed."""
    (top / "memory" / "MEMORY.md").unlink()
    refused(top, "memory/MEMORY.md has changes that are not committed")


@pytest.mark.parametrize("pattern", ["ARCHIVE.md", "memory/", "/memory/*", "*"])
def test_refused_when_ignored(top, pattern):
    """What git shall not see stays unseen; a file that it tracks all the same does not count."""
    (top / ".git" / "info" / "exclude").write_text(f"{pattern}\n", "utf-8")
    refused(top, "memory/ARCHIVE.md is ignored by git", name="memory/ARCHIVE.md")

    assert isinstance(commit(top), Committed)


def test_refused_outside(tmp_path, top):
    """A path outside the repository is refused, also by way of a link."""
    (tmp_path / "x").mkdir()
    (top / "link").symlink_to(tmp_path / "x", target_is_directory=True)
    for name in ("../x/MEMORY.md", "link/MEMORY.md"):
        refused(top, f"{top / name} lies outside the repository", name=name)


def test_refused_for_a_link(tmp_path, top):
    """A file that is a symbolic link is not turned into one that is none."""
    (tmp_path / "real.md").touch()
    (top / "memory" / "ARCHIVE.md").symlink_to(tmp_path / "real.md")
    refused(top, "memory/ARCHIVE.md is a symbolic link", name="memory/ARCHIVE.md")


def test_refused_without_a_person(top):
    """Git's guess at a name is nobody's commit."""
    (Path.home() / ".gitconfig").write_text("[user]\n\tname = Ada\n", "utf-8")
    refused(top, "git does not know who you are: set user.name and user.email")


def test_a_foreign_lock_is_left_alone(top):
    """Another program's lock is waited for, then respected."""
    lock = top / ".git" / "index.lock"
    lock.touch()
    refused(top, f"another program holds {lock}")

    assert lock.exists()


def test_a_short_lock_is_waited_for(top):
    """A lock that goes is waited for."""
    lock = top / ".git" / "index.lock"
    lock.touch()
    with subprocess.Popen(["sh", "-c", f"sleep 0.7; rm '{lock}'"]):
        assert isinstance(commit(top), Committed)
    assert git(top, "status", "--porcelain") == ""


def test_a_locked_branch_leaves_no_trace(top):
    """When the branch cannot be moved the index is as it was."""
    (top / ".git" / "refs" / "heads" / "main.lock").touch()
    seen = git(top, "ls-files", "--stage")

    assert commit(top) == Refused("the branch kept moving, or another program holds its lock")
    assert git(top, "ls-files", "--stage") == seen


def test_hooks_environment_does_not_mislead(tmp_path, top, monkeypatch):
    """Inside a git hook of another repository the commit goes where it belongs."""
    other = make(tmp_path / "other")
    for name, path in (
        ("DIR", ".git"),
        ("INDEX_FILE", ".git/index"),
        ("WORK_TREE", ""),
        ("OBJECT_DIRECTORY", ".git/objects"),
    ):
        monkeypatch.setenv(f"GIT_{name}", str(other / path))
    monkeypatch.setenv("GIT_PREFIX", "memory/")
    monkeypatch.setenv("GIT_CONFIG", str(other / ".git" / "config"))
    monkeypatch.setenv("GIT_GLOB_PATHSPECS", "1")
    seen = (other / ".git" / "index").read_bytes()
    install_driver(repository_at(top))

    assert isinstance(commit(top), Committed)
    assert tracked_files(repository_at(top)) == {"memory/MEMORY.md", "other.txt"}
    assert git(top, "rev-list", "--count", "HEAD") == "2\n"
    assert git(top, "status", "--porcelain") == ""
    assert (other / ".git" / "index").read_bytes() == seen
    assert git(other, "rev-list", "--count", "HEAD") == "1\n"
    assert driver_installed(repository_at(top))
    assert not driver_installed(repository_at(other))


def test_odd_paths_and_messages(top):
    """Names that look like options or patterns, and messages in any script, are taken as they are."""
    for name in ("-rf/MEMORY.md", "a*[b]/MEMORY.md", ":(top)/MEMORY.md", "é ü/MEMORY.md"):
        assert isinstance(commit(top, name, name=name), Committed), name
    before = change(top / "other.txt", "2\n")
    message = "-m Ünï\n\n$(touch x)\n# no comment\n"

    assert isinstance(commit_paths(repository_at(top), list(before), message, before=before), Committed)
    assert git(top, "log", "-1", "--format=%B").strip() == message.strip()
    assert git(top, "status", "--porcelain") == ""
    before = change(top / "other.txt", "3\n")
    assert isinstance(commit_paths(repository_at(top), list(before), "a\0b", before=before), Refused)


def _commit_often(top: Path, number: int) -> list[str]:
    results = [commit(top, f"- {number} {turn}.\n", name=f"memory/history/{number}.md") for turn in range(5)]
    return [result.reason if isinstance(result, Refused) else result.sha for result in results]


def test_many_at_once(top):
    """Eight processes commit at once: each commit lands or is refused with a reason, and none is lost."""
    (top / "memory" / "history").mkdir()
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        results = [
            result for some in pool.starmap(_commit_often, [(top, n) for n in range(8)]) for result in some
        ]
    landed = [result for result in results if " " not in result]
    history = git(top, "rev-list", "main").split()

    assert len(landed) == len(set(landed)) == len(history) - 1
    assert set(landed) < set(history)
    assert len(landed) == 40, results
    assert git(top, "status", "--porcelain") == ""
    assert git(top, "fsck", "--strict", "--no-dangling") == ""


def _commit_one_file(top: Path, number: int) -> list[str]:
    results = [commit(top, f"- {number} {turn}.\n") for turn in range(5)]
    return [result.reason if isinstance(result, Refused) else result.sha for result in results]


def test_many_at_once_in_one_file(top):
    """Writers that do not even wait for each other get a commit or a reason; git's state stays whole."""
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        results = [
            result for some in pool.starmap(_commit_one_file, [(top, n) for n in range(8)]) for result in some
        ]
    reason = "memory/MEMORY.md has changes that are not committed"
    history = git(top, "rev-list", "main").split()

    assert {result for result in results if " " in result} <= {reason}
    assert {result for result in results if " " not in result} <= set(history)
    assert git(top, "diff", "--cached") == ""
    assert git(top, "fsck", "--strict", "--no-dangling") == ""


def test_beside_a_person_who_commits(top):
    """A person who commits at the same time loses nothing, and neither do we."""
    script = 'for i in 1 2 3 4 5 6 7 8 9 10; do echo $i > other.txt; until git commit -qm "p$i" -- other.txt 2>/dev/null; do sleep 0.01; done; done'
    with subprocess.Popen(["sh", "-c", script], cwd=top):
        results = [commit(top, f"- {turn}.\n") for turn in range(10)]

    assert all(isinstance(result, Committed) for result in results), results
    assert git(top, "rev-list", "--count", "main") == "21\n"
    assert git(top, "log", "--format=%s", "--", "memory").count("a test") == 10
    assert git(top, "status", "--porcelain") == ""


# Days, what is ignored, and what is gone.


def test_the_last_commit_before_a_day(top):
    """A day begins and ends in UTC; before the first commit there is none, nor in an empty repository."""
    for day in ("2026-04-03", "2026-04-05"):
        git(top, "commit", "-q", "--allow-empty", "-m", day, day=day)
    repo = repository_at(top)

    def said(day, **how):
        commit = revision_before(repo, day, **how)
        return git(top, "log", "-1", "--format=%s", commit).strip() if commit else None

    assert [said(f"2026-04-0{day}") for day in range(1, 7)] == [
        None,
        "start",
        "start",
        *["2026-04-03"] * 2,
        "2026-04-05",
    ]
    assert said("2026-04-03", inclusive=True) == "2026-04-03"
    assert revision_before(repository_at(make(top.parent / "empty", commit=False)), "2026-04-03") is None


def test_what_git_ignores(top):
    """Paths that are there, that are not, that are tracked, and that look like patterns or magic."""
    (top / ".gitignore").write_text("*.log\nmade/\n", "utf-8")
    repo = repository_at(top)
    names = [
        "made/x.py",
        "a.log",
        "other.txt",
        "no/such.py",
        ":(top)b.log",
        "ä.log",
        "[a].log",
        "memory/c.log",
    ]
    assert ignored(repo, names) == {"made/x.py", "a.log", ":(top)b.log", "ä.log", "[a].log", "memory/c.log"}
    assert ignored(repo, []) == frozenset()


def test_what_was_deleted(top):
    """Deleted and renamed files of the latest commits, one that came back as well."""
    for name in ("a.txt", "b ä.txt", "c.txt"):
        (top / name).write_text(name * 20, "utf-8")
    git(top, "add", ".")
    git(top, "commit", "-qm", "files")
    git(top, "rm", "-q", "a.txt", "c.txt")
    git(top, "mv", "b ä.txt", "d.txt")
    git(top, "commit", "-qm", "gone")
    (top / "c.txt").write_text("again", "utf-8")
    git(top, "add", ".")
    git(top, "commit", "-qm", "again")
    repo = repository_at(top)
    assert deleted_files(repo) == {"a.txt", "b ä.txt", "c.txt"}
    assert deleted_files(repo, limit=1) == frozenset()
    assert deleted_files(repository_at(make(top.parent / "empty", commit=False))) == frozenset()


def test_what_git_calls_a_path(top):
    """From the top, with slashes; what lies outside has no name."""
    repo = repository_at(top)
    assert name_of(repo, top / "memory" / "MEMORY.md") == "memory/MEMORY.md"
    assert name_of(repo, top.parent / "elsewhere") is None
