"""What the indexes of a workspace are like: what they hold, whether they are as the files are, and their vectors."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miminions.errors import EmbedderError, IndexFileError
from miminions.index import Origin, SqliteIndex
from miminions.layout import vectors_of

if TYPE_CHECKING:
    from pathlib import Path

    from miminions.workspace.reading import ReadableWorkspace
    from miminions.workspace.recalling import Near


@dataclass(frozen=True, slots=True)
class Looked:
    """An index as it lies there.

    `state` is fresh, stale, missing or damaged; `changed` are the files of this workspace that it has otherwise, `problem`
    what is wrong with it. `vectors` of its `texts` have one; None where there is no embedder. `bytes` counts the file of vectors, too.
    """

    name: str
    path: str
    state: str
    rows: dict[str, int]
    bytes: int
    changed: tuple[str, ...] = ()
    problem: str | None = None
    vectors: int | None = None
    texts: int | None = None


def look(ws: "ReadableWorkspace") -> tuple[tuple[Looked, ...], dict[str, str | None]]:
    """Look at the index of a workspace and at the global one, and at the embedder: name, fingerprint, problem.

    Nothing is synced. Raises FileError.
    """
    near, embedder = _embedder(ws)
    own = _look(ws.name, SqliteIndex(ws.local.index), ws.origins(), near)
    everywhere = _look("everywhere", SqliteIndex(ws.home.global_index), ws.global_origins(), near)
    # A workspace that has just stopped sharing is named to nobody.
    return (own, replace(everywhere, changed=())), embedder


def vector_problems(index: "Path") -> tuple[str, ...]:
    """Return what is wrong with the vectors beside an index; another fingerprint or none is no damage."""
    # Few have any.
    from miminions.index.vectors import VectorTable

    return tuple(f"its vectors: {problem}" for problem in VectorTable(vectors_of(index), "").problems())


def _embedder(ws: "ReadableWorkspace") -> "tuple[Near | None, dict[str, str | None]]":
    name = ws.settings.text("index.embedder")
    told: dict[str, str | None] = {"name": name, "fingerprint": None, "problem": None}
    if name == "none":
        return None, told
    from miminions.workspace.recalling import TIMEOUT, near_of

    try:
        near = near_of(ws, timeout=TIMEOUT)
        told["fingerprint"] = near.meaning.fingerprint
        near.outage.check()
    except EmbedderError as problem:
        told["problem"] = str(problem)
    return near if told["fingerprint"] else None, told


def _look(name: str, index: SqliteIndex, origins: Iterable[Origin], near: "Near | None") -> Looked:
    vectors = vectors_of(index.path)
    size = sum(path.stat().st_size for path in (index.path, vectors) if path.is_file())
    if not index.path.exists():
        return Looked(name, str(index.path), "missing", {}, size)
    try:
        changed = index.lag(origins)
        known, texts = near.meaning.known(index) if near else (None, None)
    except IndexFileError as problem:
        return Looked(name, str(index.path), "damaged", index.counts(), size, problem=str(problem))
    state = "stale" if changed else "fresh"
    return Looked(name, str(index.path), state, index.counts(), size, changed, None, known, texts)
