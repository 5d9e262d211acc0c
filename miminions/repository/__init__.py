"""The git repository around a workspace: its state, its past, and commits of memory files; the only room that runs git."""

from miminions.repository.commit import Committed, Refused, commit_paths
from miminions.repository.driver import driver_installed, install_driver, uninstall_driver
from miminions.repository.past import (
    commit_time,
    commits_with,
    committers,
    deleted_files,
    first_commit,
    ignored,
    is_revision,
    name_of,
    remotes,
    revision_before,
    text_at,
    tracked,
    tracked_files,
    writer,
)
from miminions.repository.place import (
    Repository,
    Worktree,
    branch,
    has_branch,
    repository_at,
    under_way,
    worktrees,
)

__all__ = [
    "Committed",
    "Refused",
    "Repository",
    "Worktree",
    "branch",
    "commit_paths",
    "commit_time",
    "commits_with",
    "committers",
    "deleted_files",
    "driver_installed",
    "first_commit",
    "has_branch",
    "ignored",
    "install_driver",
    "is_revision",
    "name_of",
    "remotes",
    "repository_at",
    "revision_before",
    "text_at",
    "tracked",
    "tracked_files",
    "under_way",
    "uninstall_driver",
    "worktrees",
    "writer",
]
