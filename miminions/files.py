"""The only writer of text files: read with a digest, write atomically against it, append, lock."""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import ChangedError, FileError

if os.name == "nt":
    import msvcrt
else:
    import fcntl

MISSING = "missing"
# Windows alone turns line ends around unless told not to.
_BINARY: int = getattr(os, "O_BINARY", 0)
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
        raise _refused("read", path, problem) from problem
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
        _replace(Path(os.path.realpath(path)), content, mode)
    except OSError as problem:
        raise _refused("write", path, problem) from problem
    return Snapshot(path, text, digest_of(content))


def append(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Append text and wait until it is on the disk. Raises FileError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, mode)
        with os.fdopen(descriptor, "ab") as file:
            file.write(encode(text))
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise _refused("append to", path, problem) from problem


def make_folder(path: Path, *, mode: int = 0o777) -> None:
    """Create a folder and its parents where missing; `mode` holds for those made here. Raises FileError."""
    try:
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in [*reversed(missing), path]:
            folder.mkdir(mode=mode, exist_ok=True)
    except OSError as problem:
        raise _refused("create the folder", path, problem) from problem


def remove(path: Path) -> None:
    """Remove a file; a missing one is fine. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise _refused("remove", path, problem) from problem


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock of that name until the block ends; waits for its owner, and dies with its process.

    Raises FileError where the file system has no locks.
    """
    with _lock_file(path) as descriptor:
        try:
            _acquire(descriptor)
        except OSError as problem:
            raise _refused("lock", path, problem) from problem
        yield


@contextlib.contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Yield whether the lock could be had at once; it is held until the block ends."""
    with _lock_file(path) as descriptor:
        try:
            _acquire(descriptor, wait=False)
        except OSError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def _lock_file(path: Path) -> Iterator[int]:
    make_folder(path.parent, mode=0o700)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise _refused("lock", path, problem) from problem
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, *, wait: bool = True) -> None:
    if os.name != "nt":
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return
    while True:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as problem:
            # Windows gives up after ten seconds, we do not.
            if not wait or problem.errno != errno.EDEADLK:
                raise
        else:
            return


def _replace(target: Path, content: bytes, mode: int) -> None:
    beside = target.with_name(f".{target.name}.mm-{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make a rename durable where the system can; the new file has its name already."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _refused(verb: str, path: Path, problem: OSError) -> FileError:
    reason = problem.strerror or str(problem)
    return FileError(f"cannot {verb} {path}: {reason}", hint=_advice(problem, path))


def _advice(problem: OSError, path: Path) -> str:
    if isinstance(problem, PermissionError):
        return f"look at the permissions of {path.parent}; nothing was changed"
    if isinstance(problem, IsADirectoryError | NotADirectoryError | FileExistsError):
        return "a folder stands where a file is expected, or the other way round; move it away"
    return "free space, a writable disk and a sound path are needed; nothing was changed"
