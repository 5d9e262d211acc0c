"""Adds files and folders of documents, takes them out again, and says how what is stored stands to its source."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from miminions.documents.reading import KINDS, document_of, original
from miminions.documents.stored import (
    Head,
    documents,
    drop,
    head,
    identity_of,
    keep,
    tell_apart,
)
from miminions.errors import ConflictError, MiminionsError, NotFoundError, SourceError
from miminions.files import MISSING, read
from miminions.layout import LocalLayout

# More are no choice of anybody.
MOST_FILES = 10_000
# Folders of what was installed or made; hidden ones are left out anyway.
_MADE = {"node_modules", "__pycache__"}

What = Literal["added", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file: its id, how many passages it has, and for a refused one why and what to do."""

    path: str
    what: What
    id: str = ""
    passages: int = 0
    pages: int = 0
    masked: int = 0
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A stored document and its head; `state` compares the source with what was read then."""

    id: str
    head: Head
    state: Literal["same", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Adding:
    """How files are added: when, in which encoding where one is given, and without which folders, which are found anyway.

    With `look` nothing is written.
    """

    now: datetime
    encoding: str | None = None
    without: frozenset[Path] = frozenset()
    look: bool = False


def add(local: LocalLayout, paths: Iterable[Path], how: Adding) -> tuple[Added, ...]:
    """Store the text of files, and of those in folders; a file that cannot be read is refused, and all others go on.

    Raises FileError when the store cannot be written, SourceError for too many files; then nothing is stored.
    """
    files = tuple(
        dict.fromkeys(islice((file for path in paths for file in _files(path, how)), MOST_FILES + 1))
    )
    if len(files) > MOST_FILES:
        raise SourceError(
            f"there are more than {MOST_FILES} documents in that",
            hint="add the folders that matter one by one; nothing was added",
        )
    before = {one.id: about for one in documents(local) if (about := head(one))}
    done = tuple(_add(local, file, before, how) for file in files)
    # Also where nothing is new: the run before may have been killed before it got here.
    if not how.look and (before or any(one.what == "added" for one in done)):
        tell_apart(local)
    return done


def sources(local: LocalLayout) -> tuple[Source, ...]:
    """Return the stored documents by the path of their source. Raises FileError."""
    pairs = ((one, head(one)) for one in documents(local))
    found = [Source(one.id, about, _state(about)) for one, about in pairs if about]
    return tuple(sorted(found, key=lambda one: one.head.source))


def remove(local: LocalLayout, word: str) -> tuple[Source, ...]:
    """Remove the document of that id, name or path, or all of a folder, and return what was removed.

    Raises NotFoundError, ConflictError for a name that several have, FileError.
    """
    chosen = _chosen(sources(local), word)
    for one in chosen:
        drop(local, one.id)
    tell_apart(local)
    return chosen


def _chosen(known: tuple[Source, ...], word: str) -> tuple[Source, ...]:
    place = os.path.realpath(word)
    exact = [one for one in known if word == one.id or place == one.head.source]
    inside = [one for one in known if Path(one.head.source).is_relative_to(place)]
    named = [one for one in known if word == one.head.name]
    if not exact and not inside and len(named) > 1:
        raise ConflictError(
            f"{len(named)} documents are called {word}",
            hint=f"give an id: {', '.join(f'{one.id} ({one.head.source})' for one in named)}",
        )
    if found := exact or inside or named:
        return tuple(found)
    raise NotFoundError(f"there is no document {word}", hint="`miminions sources list` lists them")


def _state(about: Head) -> Literal["same", "changed", "gone"]:
    try:
        digest = read(Path(about.source)).digest
    except MiminionsError:
        return "gone"
    return "gone" if digest == MISSING else "same" if digest == about.digest else "changed"


def _add(local: LocalLayout, path: Path, before: Mapping[str, Head], how: Adding) -> Added:
    try:
        file = original(path)
        if any(file.path.is_relative_to(folder) for folder in how.without):
            raise SourceError(f"{path} is memory itself", hint="it is found anyway")
        identity = identity_of(file.source)
        old = before.get(identity)
        if old and old.digest == file.digest:
            return Added(str(path), "unchanged", identity, old.passages, old.pages, old.masked)
        about, found = document_of(file, how.now, encoding=how.encoding)
    except MiminionsError as problem:
        return Added(str(path), "refused", reason=str(problem), hint=problem.hint)
    if not how.look:
        keep(local, about, found)
    what: What = "changed" if old else "added"
    return Added(str(path), what, identity, about.passages, about.pages, about.masked)


def _files(path: Path, how: Adding) -> Iterator[Path]:
    """Yield a file, or the documents in a folder by name: hidden ones and links are left out.

    What a link within the folder means is found in its own place; what is outside was not asked for.
    A folder that cannot be listed is yielded itself.
    """
    if not path.is_dir():
        yield path
        return
    closed: list[Path] = []
    for folder, folders, names in os.walk(
        path, onerror=lambda problem: closed.append(Path(problem.filename))
    ):
        folders[:] = sorted(name for name in folders if _is_walked(Path(folder, name), how))
        for file in (Path(folder, name) for name in sorted(names)):
            if not file.name.startswith(".") and file.suffix.lower() in KINDS and not file.is_symlink():
                yield file
    yield from closed


def _is_walked(folder: Path, how: Adding) -> bool:
    made = folder.name.startswith(".") or folder.name in _MADE
    return not made and Path(os.path.realpath(folder)) not in how.without
