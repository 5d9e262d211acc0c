"""What git's own files say without git: where a repository is, its branch, what is under way, its worktrees."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from miminions import layout
from miminions.repository.git import ask, decode

BRANCHES = "refs/heads/"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BARE = re.compile(r"^\s*bare\s*=\s*true\s*$", re.MULTILINE | re.IGNORECASE)
_WORK_TREE = re.compile(r"^\s*worktree\s*=\s*\"?([^\"\n]+?)\"?\s*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree, its own git folder, and the one that it has in common with the repository's other work trees."""

    top: Path
    git: Path
    common: Path


@dataclass(frozen=True, slots=True)
class Worktree:
    """One of the work trees of a repository; `branch` is None when its HEAD is detached."""

    path: Path
    branch: str | None
    exists: bool


def repository_at(path: Path) -> Repository | None:
    """Return the repository around a path; None where there is none, or where its .git is damaged."""
    top = layout.repository(Path(os.path.abspath(path)))  # noqa: PTH100  # keeps symbolic links
    if top is None:
        return None
    own = _own_folder(top / ".git")
    common = own and (own / (_line(own / "commondir") or ""))
    if own is None or common is None or not _sound(own, common):
        return None
    return Repository(top, own, Path(os.path.normpath(common)))


def branch(repo: Repository) -> str | None:
    """Return the branch that is checked out, also one without a commit; None when HEAD is detached."""
    return _branch(repo.git, repo.top)


def under_way(repo: Repository) -> str | None:
    """Name what git has begun and not ended in this work tree: merge, rebase, am, cherry-pick, revert or bisect."""
    own = repo.git
    if (own / "rebase-merge").is_dir():
        return "rebase"
    if (own / "rebase-apply").is_dir():
        return "am" if (own / "rebase-apply" / "applying").exists() else "rebase"
    if (own / "MERGE_HEAD").exists():
        return "merge"
    for name, operation in (("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert")):
        if _is_ref(repo, name):
            return operation
    if (todo := _line(own / "sequencer" / "todo")) is not None:
        return "revert" if todo.startswith("revert") else "cherry-pick"
    return "bisect" if (own / "BISECT_LOG").exists() else None


def has_branch(repo: Repository, name: str) -> bool:
    """Say whether there is a branch of that name with a commit."""
    if not name or name.startswith("-") or "\0" in name or {"", ".", ".."} & set(name.split("/")):
        return False
    ref = BRANCHES + name
    if _tables(repo):
        return ask(repo.top, "show-ref", "--verify", "--quiet", ref).done
    packed = _content(repo.common / "packed-refs") or ""
    return os.path.isfile(repo.common / ref) or f" {ref}\n" in packed  # noqa: PTH113  # False for impossible names


def worktrees(repo: Repository) -> tuple[Worktree, ...]:
    """Return the work trees of the repository, the main one first; also those whose folder is gone."""
    main = _main(repo)
    found = [] if main is None else [_worktree(main, repo.common)]
    linked = sorted((repo.common / "worktrees").glob("*"))
    pointers = [(own, line) for own in linked if (line := _line(own / "gitdir"))]
    return (*found, *(_worktree(Path(os.path.normpath(own / line)).parent, own) for own, line in pointers))


def _worktree(path: Path, own: Path) -> Worktree:
    return Worktree(path, _branch(own, path), (path / ".git").exists())


def _main(repo: Repository) -> Path | None:
    """Find the main work tree; a bare repository has none."""
    settings = _content(repo.common / "config") or ""
    if _BARE.search(settings):
        return None
    if repo.git == repo.common:
        return repo.top
    named = _WORK_TREE.search(settings)
    return Path(os.path.normpath(repo.common / named[1])) if named else repo.common.parent


def _branch(own: Path, top: Path) -> str | None:
    head = own / "HEAD"
    line = None if head.is_symlink() else _line(head)
    ref = (line or "").removeprefix("ref:").strip()
    if line and _COMMIT.fullmatch(line):
        return None
    # With its refs in tables git keeps a HEAD that only says so.
    if not line or not line.startswith("ref:") or ref == f"{BRANCHES}.invalid":
        ref = ask(top, "symbolic-ref", "--quiet", "HEAD").text
    return ref.removeprefix(BRANCHES) if ref.startswith(BRANCHES) else None


def _is_ref(repo: Repository, name: str) -> bool:
    if _tables(repo):
        return ask(repo.top, "rev-parse", "--verify", "--quiet", name).done
    return (repo.git / name).exists()


def _tables(repo: Repository) -> bool:
    return (repo.common / "reftable").is_dir()


def _own_folder(pointer: Path) -> Path | None:
    if os.path.isdir(pointer):  # noqa: PTH112  # False for what cannot be looked at
        return pointer
    line = _line(pointer)
    if line is None or not line.startswith("gitdir:"):
        return None
    return Path(os.path.normpath(pointer.parent / line.removeprefix("gitdir:").strip()))


def _sound(own: Path, common: Path) -> bool:
    """Say whether these folders hold what every repository has; impossible paths hold nothing."""
    folders = (common / "objects", common / "refs")
    return os.path.lexists(own / "HEAD") and all(os.path.isdir(folder) for folder in folders)  # noqa: PTH112


def _line(file: Path) -> str | None:
    """Return the first line of one of git's small files."""
    content = _content(file)
    return None if content is None else content.partition("\n")[0].strip()


def _content(file: Path) -> str | None:
    try:
        return decode(file.read_bytes())
    except (OSError, ValueError):
        return None
