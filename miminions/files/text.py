"""Reading and writing text: a file as it was read, with its digest, and what is written against it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import ChangedError
from miminions.files import disk
from miminions.files.problems import broke_off, refused

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


def decode(content: bytes) -> str:
    """Turn a file's bytes into text; what is no UTF-8 becomes lone surrogates, which `encode` turns back."""
    return content.decode("utf-8", "surrogateescape")


def read(path: Path) -> Snapshot:
    """Read a text file; a missing one is an empty snapshot.

    Raises FileError when it cannot be read, or is a folder, a pipe, a socket or a device; it waits for none.
    """
    try:
        content = disk.read_all(path)
    except FileNotFoundError:
        return Snapshot(path, "", MISSING)
    except (OSError, ValueError) as problem:
        raise refused("read", path, problem) from problem
    return Snapshot(path, decode(content), digest_of(content))


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
    A save that lands between the check and that step is lost: what people edit goes through `exchange`.
    Raises ChangedError and FileError.
    """
    if expected is not None:
        unchanged(Snapshot(path, "", expected))
    content = encode(text)
    try:
        target = disk.target_of(path)
        with disk.folder_held(target.parent) as folder:
            hidden = disk.stage(target, content, mode)
            try:
                disk.put(hidden, target)
            except BaseException:
                disk.drop(hidden)
                raise
            settle(path, folder)
    except (OSError, ValueError) as problem:
        raise refused("write", path, problem) from problem
    return Snapshot(path, text, digest_of(content))


def settle(path: Path, folder: int | None) -> None:
    """Make the new name of a file durable; raises FileError, which does not say that nothing was changed."""
    try:
        disk.flush_names(folder)
    except OSError as problem:
        hint = "the new text is in its place, but the disk did not confirm it; check the disk"
        raise broke_off("write", path, problem, hint=hint) from problem


def append(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Append text and wait until it is on the disk. Raises FileError."""
    try:
        disk.add(path, encode(text), mode)
    except (OSError, ValueError) as problem:
        raise refused("append to", path, problem) from problem
