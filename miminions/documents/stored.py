"""The stored documents: one file each of JSON lines, its head first and then its passages."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miminions.documents.stamps import SUFFIX, stamps
from miminions.errors import FileError
from miminions.files import leftovers, lock, make_folder, read, remove, write
from miminions.layout import LocalLayout


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document as stat shows it: `id` is made from the path of its source, `stamp` changes with its content."""

    id: str
    path: Path
    stamp: str


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a document: where it was read, the digest of the original's bytes, when, and how much it holds.

    `source` is an absolute path, `added` UTC in ISO format to the second, `pages` 0 for what has none, `passages` how
    many the text was cut into, `masked` how many secrets were taken out of it.
    """

    source: str
    digest: str
    added: str
    pages: int = 0
    passages: int = 0
    masked: int = 0

    @property
    def name(self) -> str:
        """The name of the file it was read from."""
        return Path(self.source).name


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document: some paragraphs of one section, or of one page.

    `section` is the path of headings above it, joined by " > "; `page` counts from 1 and is 0 where there are none;
    `number` is its place in the document, from 1.
    """

    text: str
    section: str
    page: int
    number: int

    @property
    def digest(self) -> str:
        """The digest of what it says, without regard to case, white space and forms of letters."""
        said = " ".join(unicodedata.normalize("NFKC", self.text).casefold().split())
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


# A passage, and whether an earlier document says it already.
Kept = tuple[Passage, bool]


def documents(local: LocalLayout) -> tuple[Document, ...]:
    """Return the stored documents by id; none of them is opened. Raises FileError."""
    try:
        found = stamps(str(local.sources))
    except OSError as problem:
        raise FileError(
            f"cannot list {local.sources}: {problem.strerror}", hint="look at its permissions"
        ) from problem
    return tuple(Document(name, local.sources / f"{name}{SUFFIX}", stamp) for name, stamp in found.items())


def head(document: Document) -> Head | None:
    """Return what is known of a document, None for one that is damaged or gone; only its first line is read."""
    try:
        with document.path.open("rb") as file:
            return _head(file.readline())
    except OSError:
        return None


def passages(document: Document) -> Iterator[Passage]:
    """Yield a document's passages in order, without those that another document says already.

    A damaged line is left out; a document that is gone has none. Raises FileError.
    """
    return (passage for passage, twin in _kept(document.path) if not twin)


def identity_of(source: str) -> str:
    """Return the id of the document that is read from a path."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def keep(local: LocalLayout, about: Head, found: Iterable[Passage]) -> None:
    """Store a document in the place of what was stored from the same source. Raises FileError."""
    make_folder(local.sources, mode=0o700)
    with lock(local.lock):
        _write(_path(local, identity_of(about.source)), about, [(passage, False) for passage in found])


def drop(local: LocalLayout, identity: str) -> None:
    """Remove a stored document. Raises FileError."""
    with lock(local.lock):
        remove(_path(local, identity))


def tell_apart(local: LocalLayout) -> None:
    """Mark each passage that an earlier document says already, and unmark what none says any more. Raises FileError.

    Earlier is what was added earlier, of two added at once that with the smaller id. To be called after every change.
    """
    with lock(local.lock):
        # Whoever writes here holds the lock: these are of runs that were killed.
        for hidden in leftovers(local.sources):
            remove(hidden)
        known = [(about, one) for one in documents(local) if (about := head(one))]
        said: set[str] = set()
        for about, document in sorted(known, key=lambda pair: (pair[0].added, pair[1].id)):
            before = list(_kept(document.path))
            after = [(passage, passage.digest in said) for passage, _ in before]
            said |= {passage.digest for passage, _ in before}
            if after != before:
                _write(document.path, about, after)


def _path(local: LocalLayout, identity: str) -> Path:
    return local.sources / f"{identity}{SUFFIX}"


def _write(path: Path, about: Head, kept: Iterable[Kept]) -> None:
    lines: list[dict[str, Any]] = [
        {name: getattr(about, name) for name in Head.__slots__},
        *(
            {name: getattr(passage, name) for name in Passage.__slots__} | ({"twin": True} if twin else {})
            for passage, twin in kept
        ),
    ]
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    write(path, text, mode=0o600)


def _kept(path: Path) -> Iterator[Kept]:
    for line in read(path).text.split("\n")[1:]:
        held = _object(line)
        try:
            passage = Passage(str(held["text"]), str(held["section"]), int(held["page"]), int(held["number"]))
        except (KeyError, TypeError, ValueError):
            continue
        yield passage, held.get("twin") is True


def _head(line: str | bytes) -> Head | None:
    held = _object(line)
    if not all(isinstance(held.get(name), str) for name in ("source", "digest", "added")):
        return None
    counts = (held.get(name) for name in ("pages", "passages", "masked"))
    return Head(
        held["source"], held["digest"], held["added"], *(n if isinstance(n, int) else 0 for n in counts)
    )


def _object(line: str | bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
