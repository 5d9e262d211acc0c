"""Reading and writing text: a file as it was read, with its digest, and what is written against it."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import ChangedError
from miminions.files.disk import BINARY, replace
from miminions.files.problems import refused

MISSING = "missing"
# Surrogates that do not stand for a byte.
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A text file as it was read: invalid UTF-8 is kept as lone surrogates, so that it can be written back."""

    path: Path
    text: str
    digest: str

    @property
    def exists(self) -> bool:
        """Say whether there was a file at all."""
        return self.digest != MISSING


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def encode(text: str) -> bytes:
    """Turn text back into the bytes it was read from; half a character, which no file can hold, is a U+FFFD."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _HALF.sub("\ufffd", text).encode("utf-8", "surrogateescape")


def read(path: Path) -> Snapshot:
    """Read a text file; a missing one is an empty snapshot. Raises FileError when it cannot be read."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Snapshot(path, "", MISSING)
    except OSError as problem:
        raise refused("read", path, problem) from problem
    return Snapshot(path, content.decode("utf-8", "surrogateescape"), digest_of(content))


def unchanged(snapshot: Snapshot) -> None:
    """Raise ChangedError when a file is not as it was read any more, FileError when it cannot be read."""
    if read(snapshot.path).digest != snapshot.digest:
        raise ChangedError(
            f"{snapshot.path.name} was changed by someone else", hint="nothing was written; run it again"
        )


def write(path: Path, text: str, *, expected: str | None = None, mode: int = 0o666) -> Snapshot:
    """Replace a file as a whole; `expected` is the digest it must still have.

    The bytes go to a temporary file in the same folder, to the disk, and then take the name in one step. A symbolic
    link keeps pointing; the mode of an existing file stays, a new one has `mode` without what the umask takes.
    Raises ChangedError and FileError.
    """
    if expected is not None:
        unchanged(Snapshot(path, "", expected))
    content = encode(text)
    try:
        replace(Path(os.path.realpath(path)), content, mode)
    except OSError as problem:
        raise refused("write", path, problem) from problem
    return Snapshot(path, text, digest_of(content))


def append(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Append text and wait until it is on the disk. Raises FileError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | BINARY, mode)
        with os.fdopen(descriptor, "ab") as file:
            file.write(encode(text))
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise refused("append to", path, problem) from problem
