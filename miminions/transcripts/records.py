"""JSON lines as records: bounded, tolerant, numbered by their place in the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from miminions.errors import FileError

Record = dict[str, Any]
# Each with its place in the file.
Records = list[tuple[int, Record]]
LINE_LIMIT = 16 * 1024 * 1024
_CHUNK = 1 << 20


def read_records(path: Path) -> tuple[Records, int, int]:
    """Return the numbered records, how many lines could not be read, and how many lines there are.

    Blank lines do not count. A last line without an end that is not JSON is still being written: it does not
    count either. Raises FileError.
    """
    records, skipped, total = [], 0, 0
    try:
        with path.open("rb") as file:
            for line, whole in _lines(file):
                text = line.decode("utf-8", "replace").strip("\ufeff \t\x00")
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
    except (OSError, ValueError) as problem:
        raise FileError(
            f"cannot read {path}: {getattr(problem, 'strerror', None) or problem}",
            hint="look at the path and its permissions",
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
    line = bytearray()
    for chunk in iter(lambda: file.read(_CHUNK), b""):
        # Where a chunk parts \r from \n, a blank line appears, and blank lines do not count.
        first, *others = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        line += first[: LINE_LIMIT - len(line)]
        for other in others:
            yield bytes(line), True
            line = bytearray(other)
    if line:
        yield bytes(line), False
