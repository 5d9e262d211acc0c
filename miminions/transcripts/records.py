"""JSON lines as records: bounded, tolerant, numbered by their place in the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from miminions.errors import FileError

Record = dict[str, Any]
LINE_LIMIT = 16 * 1024 * 1024
_CHUNK = 1 << 20


def read_records(path: Path) -> tuple[list[tuple[int, Record]], int, int]:
    """Return the numbered records, how many lines could not be read, and how many lines there are.

    Blank lines do not count. A last line without an end that is not JSON is still being written: it does not
    count either. Raises FileError.
    """
    records, skipped, total = [], 0, 0
    try:
        with path.open("rb") as file:
            for line, whole in _lines(file):
                text = line.decode("utf-8", "replace").lstrip("\ufeff").strip(" \t\x00")
                if not text:
                    continue
                record = _record(text)
                if record is None and not whole:
                    break
                total += 1
                if record is None:
                    skipped += 1
                else:
                    records.append((total, record))
    except OSError as problem:
        raise FileError(
            f"cannot read {path}: {problem.strerror or problem}", hint="look at the path and its permissions"
        ) from problem
    return records, skipped, total


def _record(text: str) -> Record | None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    r"""Yield each line without its end (\n, \r\n or \r) and whether it had one; an overlong one is cut short."""
    rest = b""
    for chunk in iter(lambda: file.read(_CHUNK), b""):
        pieces = (rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        rest = pieces.pop()[:LINE_LIMIT]
        yield from ((piece, True) for piece in pieces)
    if rest:
        yield rest, False
