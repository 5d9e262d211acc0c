"""Commits memory files on the branch that is checked out, and nothing else that the person has staged or begun."""

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from miminions import layout
from miminions.errors import FileError
from miminions.files import MISSING, digest_of, encode, lock, read
from miminions.repository.git import Answer, ask
from miminions.repository.past import name_of
from miminions.repository.place import BRANCHES, Repository, branch, under_way

PATIENCE = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.2
PLAIN = "100644"
NUL = "\0"
# Git would take a name or an address from the machine, which nobody chose.
NAMED = ("-c", "user.useConfigOnly=true", "-c", "i18n.commitEncoding=utf-8")


@dataclass(frozen=True, slots=True)
class Committed:
    """The commit that has the files as they are; an older one when nothing was left to commit."""

    sha: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was committed, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as git keeps it."""

    mode: str
    blob: str


_Entries = Mapping[str, _Entry | None]


class _NoError(Exception):
    """A reason not to commit, in plain words."""


def commit_paths(
    repo: Repository, paths: Sequence[Path], message: str, *, before: Mapping[Path, str | None]
) -> Committed | Refused:
    """Commit files as they are now, on the branch that is checked out; what else is staged stays staged.

    `before` has the digest of each file before our own write, None for one that was not there: hand edits that nobody
    committed are not ours to commit. A path that it does not name is not compared. No hook runs, nothing is signed.
    """
    try:
        names = {_name(repo, path): path for path in paths}
        digests = {name: before[path] or MISSING for name, path in names.items() if path in before}
        with lock(repo.git / "miminions.lock"):
            for _ in _tries():
                if (sha := _commit(repo, names, message, digests)) is not None:
                    return Committed(sha)
    except _NoError as reason:
        return Refused(str(reason))
    except FileError as problem:
        return Refused(str(problem))
    return Refused("the branch kept moving, or another program holds its lock")


def _commit(
    repo: Repository, names: Mapping[str, Path], message: str, digests: Mapping[str, str]
) -> str | None:
    """Commit once; None when the branch could not be moved and a new try may help."""
    name = _ready(repo, names)
    head = ask(repo.top, "rev-parse", "--verify", "--quiet", f"{BRANCHES}{name}^{{commit}}").text
    held = _held(repo, head, names)
    now = {path: _entry(repo, path, file, held[path]) for path, file in names.items()}
    new = {path: entry for path, entry in now.items() if entry != held[path]}
    if not new:
        if head:
            return head
        raise _NoError("there is nothing to commit")
    staged = _staged(repo, names)
    for path, entry in new.items():
        if staged[path] not in (held[path], entry):
            raise _NoError(f"{path} has staged changes")
        if path in digests and not _same(repo, held[path], path, digests[path], head):
            raise _NoError(f"{path} has changes that are not committed")
    commit = _objects(repo, head, new, message)
    # The index comes first: a process killed in between leaves what is in the files staged, and never a staged way back.
    _stage(repo, new, len(commit))
    words = ("-m", f"commit: {message.partition(chr(10))[0]}", f"{BRANCHES}{name}", commit, head)
    if ask(repo.top, "update-ref", *words, writes=True).done:
        # Only what git remembers of the files' times: without it, scripts that do not look closer see changes.
        ask(repo.top, "add", "--refresh", "--", *(path for path, entry in new.items() if entry), writes=True)
        return commit
    _stage(repo, {path: staged[path] for path in new}, len(commit))
    return None


def _ready(repo: Repository, names: Mapping[str, Path]) -> str:
    """Return the branch to commit on; the repository must be at rest and know its person."""
    if operation := under_way(repo):
        raise _NoError(f"a {operation} is under way")
    name = branch(repo)
    if name is None:
        raise _NoError("no branch is checked out")
    if _said(ask(repo.top, "ls-files", "--unmerged", "-z")):
        raise _NoError("a merge left conflicts that are not resolved")
    for role in ("AUTHOR", "COMMITTER"):
        if not ask(repo.top, *NAMED, "var", f"GIT_{role}_IDENT").done:
            raise _NoError("git does not know who you are: set user.name and user.email")
    hidden = ("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *names)
    if ignored := _said(ask(repo.top, *hidden)):
        raise _NoError(f"{ignored.split(NUL)[0]} is ignored by git")
    return name


def _name(repo: Repository, path: Path) -> str:
    name = name_of(repo, path)
    around = name and layout.repository((Path(repo.top.resolve()) / name).parent)
    if name is None or around != repo.top.resolve():
        raise _NoError(f"{path} lies outside the repository")
    if (repo.top / path).is_symlink():
        raise _NoError(f"{name} is a symbolic link")
    return name


def _held(repo: Repository, head: str, names: Mapping[str, Path]) -> dict[str, _Entry | None]:
    """Return the files as the branch has them."""
    lines = _said(ask(repo.top, "ls-tree", "-z", "--full-tree", head, "--", *names)) if head else ""
    found = _entries(lines, blob=2)
    return {name: found.get(name) for name in names}


def _staged(repo: Repository, names: Mapping[str, Path]) -> dict[str, _Entry | None]:
    """Return the files as the person's index has them."""
    found = _entries(_said(ask(repo.top, "ls-files", "--stage", "-z", "--", *names)), blob=1)
    return {name: found.get(name) for name in names}


def _entries(lines: str, *, blob: int) -> dict[str, _Entry]:
    rows = [line.partition("\t") for line in lines.split(NUL) if line]
    return {name: _Entry(words.split()[0], words.split()[blob]) for words, _, name in rows}


def _entry(repo: Repository, name: str, file: Path, held: _Entry | None) -> _Entry | None:
    """Store a file as it is on the disk, as git's filters want it; None for one that is gone."""
    snapshot = read(repo.top / file)
    if not snapshot.exists:
        return None
    words = ("hash-object", "-w", "--stdin", f"--path={name}")
    blob = _said(ask(repo.top, *words, given=encode(snapshot.text), writes=True))
    return _Entry(held.mode if held else PLAIN, blob)


def _same(repo: Repository, held: _Entry | None, name: str, digest: str, head: str) -> bool:
    """Say whether a file with that digest was what the branch has, whichever line ends it was checked out with."""
    if held is None or digest == MISSING:
        return held is None and digest == MISSING
    content = ask(repo.top, "cat-file", "blob", held.blob).content
    crossed = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if digest in (digest_of(content), digest_of(crossed)):
        return True
    filtered = ask(repo.top, "cat-file", "--filters", f"{head}:{name}")
    return filtered.done and digest == digest_of(filtered.content)


def _objects(repo: Repository, head: str, new: _Entries, message: str) -> str:
    """Store the tree and the commit, by way of an index that nobody else knows; returns the commit."""
    with tempfile.TemporaryDirectory(prefix="miminions-") as folder:
        index = Path(folder) / "index"
        _said(ask(repo.top, "read-tree", head or "--empty", index=index, writes=True))
        given = _index_lines(new, len(head))
        _said(ask(repo.top, "update-index", "-z", "--index-info", given=given, index=index, writes=True))
        tree = _said(ask(repo.top, "write-tree", index=index, writes=True))
    parent = ("-p", head) if head else ()
    return _said(ask(repo.top, *NAMED, "commit-tree", tree, *parent, given=encode(message), writes=True))


def _stage(repo: Repository, entries: _Entries, digits: int) -> None:
    """Bring files in the person's index up to date; waits a little for git's lock, which is never ours to remove."""
    for _ in _tries():
        answer = ask(
            repo.top, "update-index", "-z", "--index-info", given=_index_lines(entries, digits), writes=True
        )
        if answer.done:
            return
        if "index.lock" not in answer.problem:
            raise _NoError(f"git says: {answer.problem}")
    raise _NoError(f"another program holds {repo.git / 'index.lock'}")


def _index_lines(entries: _Entries, digits: int) -> bytes:
    """Write what `update-index` reads; a file that goes has a blob of that many zeros."""
    gone = _Entry("0", "0" * digits)
    return _list(f"{(entry or gone).mode} {(entry or gone).blob}\t{name}" for name, entry in entries.items())


def _list(words: Iterable[str]) -> bytes:
    return b"".join(encode(word) + b"\0" for word in words)


def _said(answer: Answer) -> str:
    if not answer.done:
        raise _NoError(f"git says: {answer.problem}")
    return answer.text


def _tries() -> Iterator[None]:
    """Yield until the time is up, with ever longer pauses."""
    end, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    yield
    while time.monotonic() < end:
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
        yield
