"""The working tree that facts speak of: which paths there are, on disk or tracked by git, and what its files say."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from miminions.errors import MiminionsError
from miminions.files import read
from miminions.repository import Repository, deleted_files, ignored, repository_at, tracked_files


@dataclass(frozen=True, slots=True)
class Tree:
    """A workspace's folder and the repository around it; `endings` are all ends of tracked paths, with their folders."""

    root: Path
    repo: Repository | None
    tracked: frozenset[str]
    endings: frozenset[str] = field(repr=False)
    _read: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)
    _once: dict[str, None] = field(default_factory=dict, repr=False)

    @property
    def tops(self) -> tuple[Path, ...]:
        """The folders that a path can be meant from."""
        return tuple(dict.fromkeys((self.root, self.repo.top if self.repo else self.root)))

    def has(self, name: str) -> bool:
        """Say whether a path (with slashes) is there, from one of the tops or as the end of a tracked path."""
        plain = name.strip("/")
        return plain in self.endings or any(_exists(top / plain) for top in self.tops)

    def once_had(self, name: str) -> bool:
        """Say whether git tracked a path not long ago."""
        if not self._once:
            # Asked at most once, and only when something seems to be gone.
            gone = deleted_files(self.repo) if self.repo else frozenset()
            self._once.update(dict.fromkeys((*_endings(gone), "")))
        return name.strip("/") in self._once

    def matches(self, pattern: str) -> bool:
        """Say whether a glob has a match; one that could only be found by walking the whole disk counts as matching."""
        expression = re.compile(rf"(?:.*/)?{_translated(pattern.strip('/'))}(?:/.*)?")
        if any(expression.fullmatch(name) for name in self.tracked):
            return True
        fixed = pattern.partition("*")[0].rpartition("/")[0]
        if "**" in pattern:
            return not fixed or self.has(fixed)
        return any(_globbed(top, pattern.strip("/")) for top in self.tops)

    def ignores(self, names: Iterable[str]) -> frozenset[str]:
        """Return the paths that git would not track: what is made there is there only at times."""
        if self.repo is None:
            return frozenset()
        prefix = "" if self.root == self.repo.top else self._below_top()
        asked = {f"{prefix}{name.strip('/')}": name for name in names}
        found = ignored(self.repo, asked)
        return frozenset(asked[name] for name in found if name in asked)

    def texts(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return the files of these names, with their texts: first those at the tops, then tracked ones further down."""
        if names not in self._read:
            self._read[names] = tuple(self._texts(names))
        return self._read[names]

    def _texts(self, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        seen = set()
        for top in self.tops:
            for name in names:
                if os.path.isfile(top / name) and (text := _text(top / name)):  # noqa: PTH113  # False for odd names
                    seen.add(top / name)
                    yield name, text
        for path in sorted(self.tracked):
            whole = self.repo.top / path if self.repo else self.root / path
            if PurePosixPath(path).name in names and whole not in seen and (text := _text(whole)):
                yield path, text

    def _below_top(self) -> str:
        assert self.repo is not None  # noqa: S101  # asked within a repository only
        try:
            return f"{self.root.resolve().relative_to(self.repo.top.resolve()).as_posix()}/"
        except (ValueError, OSError):
            return ""


def tree_of(root: Path) -> Tree:
    """Look at the working tree around a workspace."""
    repo = repository_at(root)
    tracked = tracked_files(repo) if repo else frozenset()
    return Tree(root, repo, tracked, frozenset(_endings(tracked)))


def _endings(tracked: Iterable[str]) -> Iterator[str]:
    """Yield every path that somebody may call a tracked file or folder by, from any folder above it."""
    wholes = set(tracked)
    for name in tracked:
        wholes.update(str(parent) for parent in PurePosixPath(name).parents if str(parent) != ".")
    for name in wholes:
        parts = name.split("/")
        yield from ("/".join(parts[place:]) for place in range(len(parts)))


def _translated(pattern: str) -> str:
    pieces = re.split(r"(\*\*/?|\*|\?)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(words.get(piece, re.escape(piece)) for piece in pieces)


def _globbed(top: Path, pattern: str) -> bool:
    try:
        return next(top.glob(pattern), None) is not None
    except (OSError, ValueError, NotImplementedError):
        return True


def _exists(path: Path) -> bool:
    return os.path.lexists(path) if "\0" not in str(path) else False


def _text(path: Path) -> str:
    try:
        return read(path).text
    except MiminionsError:
        return ""
