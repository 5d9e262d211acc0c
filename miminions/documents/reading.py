"""Reads one file as a document: its kind, its bytes as text in any encoding, and what it says without secrets."""

import codecs
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from miminions.documents.passages import of_markdown, of_pages, of_text
from miminions.documents.stored import Head, Passage
from miminions.errors import FileError, NotFoundError, SourceError
from miminions.files import encode, read
from miminions.redact import cleaned, redact

MARKDOWN, PLAIN, PDF = (".md", ".markdown"), (".txt", ".text"), (".pdf",)
KINDS = (*MARKDOWN, *PLAIN, *PDF)
# In bytes: what text, and what a PDF with its pictures, may have.
TEXT_LIMIT, PDF_LIMIT = 10_000_000, 100_000_000
# In characters: what may come out of a PDF.
LONGEST = 20_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What begins in the place of a secret.
_MASK = "[redacted:"
# Controls that no text has; a form feed, an escape and the end of a file of old stand in some.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]")
# What does not show, or no file can hold: out of PDFs come soft hyphens and halves of characters.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was read: its place with all links followed, its bytes, and their digest."""

    path: Path
    content: bytes
    digest: str

    @property
    def source(self) -> str:
        """The path as it is kept: a folder's name may be a secret, too."""
        return redact(str(self.path))


def original(path: Path) -> Original:
    """Read a file's bytes.

    Raises SourceError for another kind and for one that is too large, NotFoundError, FileError.
    """
    if path.is_dir():
        raise FileError(f"cannot list the folder {path}", hint="look at its permissions")
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise SourceError(
            f"{path} is no document that can be added",
            hint=f"{', '.join(KINDS)} can; save it as one of these",
        )
    place = Path(os.path.realpath(path))
    limit = PDF_LIMIT if kind in PDF else TEXT_LIMIT
    size = place.stat().st_size if place.is_file() else 0
    if size > limit:
        raise SourceError(
            f"{path} has {size / 1e6:.1f} MB; at most {limit / 1e6:.0f} MB can be added",
            hint="split it, or add only the part that matters",
        )
    found = read(place)
    if not found.exists:
        raise NotFoundError(f"there is no file {path}", hint="look at the path; nothing was added")
    return Original(place, encode(found.text), found.digest)


def document_of(
    file: Original, now: datetime, *, encoding: str | None = None
) -> tuple[Head, tuple[Passage, ...]]:
    """Return what is kept of a file: its head, and its passages without secrets and without private spans.

    Raises SourceError for what is no text, holds none, or is a PDF where the extra for it is missing.
    """
    kind = file.path.suffix.lower()
    texts = _texts(file, kind, encoding)
    clean = [cleaned(_HIDDEN.sub("", text)) for text in texts]
    found = _passages(kind, clean)
    if not found:
        raise SourceError(f"there is no text in {file.path}", hint="nothing of it was added")
    added = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    pages = len(texts) if kind in PDF else 0
    masked = max(0, _masks(clean) - _masks(texts))
    return Head(file.source, file.digest, added, pages, len(found), masked), found


def _texts(file: Original, kind: str, encoding: str | None) -> tuple[str, ...]:
    """Return the text of each page, or of the whole file."""
    if kind not in PDF:
        return (text_of(file, encoding),)
    from miminions.documents.pdf import pages_of

    return pages_of(file.path, longest=LONGEST)


def _passages(kind: str, texts: list[str]) -> tuple[Passage, ...]:
    if kind in PDF:
        return of_pages(texts)
    return of_markdown(texts[0]) if kind in MARKDOWN else of_text(texts[0])


def text_of(file: Original, encoding: str | None = None) -> str:
    """Return a file's text: in the encoding that is given, else as its byte order mark, UTF-8, UTF-16 or Windows-1252.

    Raises SourceError for what is no text.
    """
    text = _given(file, encoding) if encoding else _guessed(file.content)
    if text is None or len(_CONTROL.findall(text)) > len(text) / 1_000:
        raise SourceError(
            f"{file.path} is no text: it looks like a binary file",
            hint="give --encoding NAME if it is text; nothing of it was added",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _given(file: Original, encoding: str) -> str:
    try:
        return file.content.decode(encoding).removeprefix("\ufeff")
    except (LookupError, ValueError) as problem:
        raise SourceError(
            f"{file.path} cannot be read as {encoding}",
            hint="leave --encoding out, or give another one, such as latin-1 or shift_jis",
        ) from problem


def _guessed(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding)
    if b"\0" in content:
        return _wide(content)
    text = _decoded(content, "utf-8")
    return _decoded(content, "cp1252") if text is None else text


def _wide(content: bytes) -> str | None:
    """Return text of two bytes a character without a mark: of Latin letters every other byte is zero."""
    half = len(content) / 2
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if content[place::2].count(0) > half * 0.7 and content[1 - place :: 2].count(0) < half * 0.01:
            return _decoded(content, encoding)
    return None


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _masks(texts: Iterable[str]) -> int:
    return sum(text.count(_MASK) for text in texts)
