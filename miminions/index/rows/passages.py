"""The documents that the person added, as rows: the passages that their text was cut into."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from miminions.documents.stamps import stamps
from miminions.errors import FileError, MiminionsError
from miminions.index.rows.values import Row, Source, key_of
from miminions.layout import LocalLayout
from miminions.redact import redact

if TYPE_CHECKING:
    from miminions.documents.stored import Document, Head


class DocumentsOrigin:
    """What a workspace keeps of documents, as an origin: `workspace` is whose its passages are, `name` the label that people see.

    Whether one of its documents changed is told by stat alone, and of those that did not only the head is read.
    """

    __slots__ = ("_local", "_name", "_workspace", "key")

    def __init__(self, local: LocalLayout, workspace: str, name: str) -> None:
        self._local, self._workspace, self._name = local, workspace, name
        self.key = key_of(f"{local.sources}\0{workspace}\0{name}\0documents")

    def stamp(self, known: bytes) -> bytes:  # noqa: ARG002  # what it is takes no look at what it was
        """Return what stat says of all documents. Raises FileError."""
        try:
            found = stamps(str(self._local.sources))
        except OSError as problem:
            raise FileError(
                f"cannot list {self._local.sources}: {problem.strerror}", hint="look at its permissions"
            ) from problem
        return " ".join(["documents", *(f"{one}={stamp}" for one, stamp in found.items())]).encode()

    def sources(self) -> list[Source]:
        """Return the documents; what is damaged has no passages. Raises FileError."""
        # Most syncs find nothing new, and do without what reads JSON.
        from miminions.documents.stored import documents, head

        pairs = ((one, head(one)) for one in documents(self._local))
        return [
            Source(self._workspace, self._name, about.source, one.stamp, partial(_rows, one, about))
            for one, about in pairs
            if about
        ]


def _rows(document: "Document", about: "Head") -> Iterator[Row]:
    from miminions.documents.stored import passages

    try:
        found = list(passages(document))
    except MiminionsError:
        # What cannot be read has no passages; adding the document again mends it.
        return
    name, day = redact(about.name), about.added[:10]
    for passage in found:
        above = [name, redact(passage.section), f"page {passage.page}" if passage.page else ""]
        yield Row(
            "source", document.id, redact(passage.text), " > ".join(filter(None, above)),
            line=passage.page or passage.number, turn=passage.page, date=day,
        )  # fmt: skip
