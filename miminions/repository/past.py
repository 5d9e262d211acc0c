"""What git knows of the past and of people: revisions, texts as they were, who writes, what is tracked."""

import getpass
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from miminions.layout import file_name, slug
from miminions.repository.git import ask, decode
from miminions.repository.place import Repository

RECENT = 500
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def commit_of(repo: Repository, revision: str) -> str | None:
    """Return the full name of the commit that a revision means; options and ranges mean none."""
    if not revision or revision.startswith(("-", "^")):
        return None
    found = ask(repo.top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").text
    return found if _COMMIT.fullmatch(found) else None


def is_revision(repo: Repository, word: str) -> bool:
    """Say whether a word names a commit."""
    return commit_of(repo, word) is not None


def revision_before(repo: Repository, day: str, *, inclusive: bool = False) -> str | None:
    """Return the last commit before a day (YYYY-MM-DD, UTC), `inclusive` with that day; None where there is none.

    It follows the first parents of what is checked out: what lay on this branch then.
    """
    moment = f"{day}T23:59:59Z" if inclusive else f"{day}T00:00:00Z"
    wanted = ("--first-parent", "--max-count=1", f"--before={moment}", "HEAD")
    found = ask(repo.top, "rev-list", *wanted, "--").text
    return found if _COMMIT.fullmatch(found) else None


def text_at(repo: Repository, revision: str, path: Path) -> str | None:
    """Return a file's text as a revision has it, unfiltered; None where the revision has no such file."""
    commit, name = commit_of(repo, revision), name_of(repo, path)
    if commit is None or name is None:
        return None
    answer = ask(repo.top, "cat-file", "blob", f"{commit}:{name}")
    return decode(answer.content) if answer.done else None


def texts_before(repo: Repository, path: Path, *, limit: int = RECENT) -> Iterator[str]:
    """Yield a file's texts as the commits that changed it have them, the latest first."""
    name = name_of(repo, path)
    wanted = ("--format=%H", f"--max-count={limit}", "HEAD", "--", name or ".")
    for commit in ask(repo.top, "log", *wanted).text.split() if name else ():
        text = text_at(repo, commit, path)
        if text is not None:
            yield text


def first_commit(
    repo: Repository, paths: Iterable[Path], needles: Sequence[str], revisions: Sequence[str] = ("HEAD",)
) -> str | None:
    """Describe the first commit that changed how often the files say one of the words: `<sha> <day> <author>: <subject>`.

    It lies before one of the revisions; those that are none count for nothing.
    """
    tips = [tip for word in revisions if (tip := commit_of(repo, word))]
    names = [name for path in paths if (name := name_of(repo, path))]
    found = []
    for needle in filter(None, needles if names and tips else ()):
        wanted = ("--reverse", "--no-textconv", "--no-ext-diff", "--format=%ct %h %as %an: %s", f"-S{needle}")
        if (
            lines := ask(repo.top, "log", *wanted, *tips, "--", *names)
            .content.decode("utf-8", "replace")
            .splitlines()
        ):
            found.append(lines[0])
    return min(found, key=lambda line: int(line.partition(" ")[0])).partition(" ")[2] if found else None


def line_times(repo: Repository, path: Path) -> dict[str, datetime]:
    """Return when each line of a file, as the last commit has it, was committed, in UTC; the latest of lines that are alike."""
    name = name_of(repo, path)
    answer = ask(repo.top, "blame", "--line-porcelain", "HEAD", "--", name) if name else None
    found: dict[str, datetime] = {}
    moment = datetime.min.replace(tzinfo=UTC)
    for line in decode(answer.content).split("\n") if answer and answer.done else ():
        if line.startswith("\t"):
            found[line[1:].rstrip("\r")] = max(moment, found.get(line[1:].rstrip("\r"), moment))
        elif line.startswith("committer-time "):
            moment = datetime.fromtimestamp(int(line.split()[1]), UTC)
    return found


def commits_with(repo: Repository, text: str, *, limit: int = 20) -> tuple[str, ...]:
    """Return the short names of commits, on any branch or in a stash, that added a text or took it out."""
    wanted = ("--all", f"--max-count={limit}", "--no-textconv", "--no-ext-diff", "--format=%h", f"-S{text}")
    return tuple(ask(repo.top, "log", *wanted, "--").text.split())


def staged_with(repo: Repository, text: str) -> tuple[str, ...]:
    """Return the files whose staged version says a text, by their names below the top."""
    found = ask(repo.top, "grep", "--cached", "--name-only", "--full-name", "-z", "-F", "-e", text)
    return tuple(filter(None, found.text.split("\0")))


def committers(repo: Repository, *, limit: int = RECENT) -> int:
    """Count the different e-mail addresses that wrote the latest commits."""
    addresses = ask(repo.top, "log", f"--max-count={limit}", "--format=%aE").text
    return len({address.lower() for address in addresses.splitlines() if address})


def remotes(repo: Repository) -> tuple[str, ...]:
    """Return the names of the remotes; their addresses can hold passwords."""
    lines = ask(repo.top, "config", "--name-only", "--get-regexp", r"^remote\..*\.url$").text.splitlines()
    return tuple(dict.fromkeys(line.removeprefix("remote.").removesuffix(".url") for line in lines))


def writer(repo: Repository | None) -> str:
    """Return a short name for the person's own files: of git's name, else its address, else the login name."""
    folder = repo.top if repo else Path(os.path.abspath(os.sep))  # noqa: PTH100  # the drive's root on Windows
    name = ask(folder, "config", "--get", "user.name").text
    address = ask(folder, "config", "--get", "user.email").text
    words = (name, address.partition("@")[0], _login())
    if found := next((short for word in words if (short := _plain(word))), None):
        return file_name(found)
    whole = f"{name}\n{address}\n{_login()}".encode("utf-8", "surrogateescape")
    return f"writer-{hashlib.sha256(whole).hexdigest()[:8]}"


def tracked(repo: Repository, path: Path) -> bool:
    """Say whether git tracks a file, or anything in a folder."""
    name = name_of(repo, path)
    return name is not None and bool(ask(repo.top, "ls-files", "-z", "--", name).content)


def tracked_files(repo: Repository) -> frozenset[str]:
    """Return the paths that git tracks, below the top, with slashes."""
    return frozenset(filter(None, decode(ask(repo.top, "ls-files", "-z").content).split("\0")))


def deleted_files(repo: Repository, *, limit: int = RECENT) -> frozenset[str]:
    """Return the paths that the latest commits deleted or renamed, some of which may be there again."""
    commits = ask(repo.top, "rev-list", f"--max-count={limit}", "HEAD", "--").content
    words = (
        "--stdin",
        "-r",
        "--root",
        "--no-commit-id",
        "--no-renames",
        "--diff-filter=D",
        "--name-only",
        "-z",
    )
    answer = ask(repo.top, "diff-tree", *words, given=commits) if commits else None
    return frozenset(filter(None, decode(answer.content).split("\0"))) if answer else frozenset()


def ignored(repo: Repository, names: Iterable[str]) -> frozenset[str]:
    """Return which of the paths below the top git ignores, tracked or not."""
    # A path that begins with a colon would be read as more than a path.
    given = "\0".join(f"./{name}" for name in names).encode("utf-8", "surrogateescape")
    if not given:
        return frozenset()
    words = ("check-ignore", "--no-index", "-z", "--stdin")
    answer = decode(ask(repo.top, *words, given=given, literal=False).content)
    return frozenset(name.removeprefix("./") for name in answer.split("\0") if name)


def name_of(repo: Repository, path: Path) -> str | None:
    """Return what git calls a path, given absolute or below the top; None outside the repository.

    The last part may be a symbolic link, which git keeps as such.
    """
    try:
        whole = repo.top / path
        real = Path(os.path.realpath(whole.parent)) / whole.name
        name = real.relative_to(os.path.realpath(repo.top)).as_posix()
    except (OSError, ValueError):
        return None
    return None if name == "." else name


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _plain(word: str) -> str:
    """Return the short form of a word; empty for one without a letter or digit that could stand in it."""
    short = slug(f"w {word}")
    return short.removeprefix("w").removeprefix("-")
