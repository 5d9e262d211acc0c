"""The only writer of text files: read with a digest, write atomically against it, append, lock."""

from miminions.files.folders import make_folder, remove
from miminions.files.locks import lock, try_lock
from miminions.files.text import MISSING, Snapshot, append, digest_of, encode, read, unchanged, write

__all__ = [
    "MISSING",
    "Snapshot",
    "append",
    "digest_of",
    "encode",
    "lock",
    "make_folder",
    "read",
    "remove",
    "try_lock",
    "unchanged",
    "write",
]
