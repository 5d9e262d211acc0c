"""The merge driver of the memory files, as this clone's own git settings name it."""

from miminions.repository.git import ask
from miminions.repository.place import Repository

NAME = "miminions: merges memory fact by fact"
# A program that git starts without miminions on its PATH merges as git alone would.
DRIVER = (
    "if command -v miminions >/dev/null 2>&1; then miminions merge-driver %O %A %B %L %P; "
    "else git merge-file --marker-size=%L %A %O %B; fi"
)
SETTINGS = {"merge.miminions.name": NAME, "merge.miminions.driver": DRIVER}


def driver_installed(repo: Repository) -> bool:
    """Say whether git merges memory files with us in this clone."""
    return ask(repo.top, "config", "--local", "--get", "merge.miminions.driver").text == DRIVER


def install_driver(repo: Repository) -> bool:
    """Let git merge memory files with us in this clone, and say whether it does: without git it does not."""
    if driver_installed(repo):
        return True
    return all(
        ask(repo.top, "config", "--local", "--replace-all", key, value, writes=True).done
        for key, value in SETTINGS.items()
    )
