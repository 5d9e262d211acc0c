"""The only writer of text files: read with a digest, write or exchange against it, append, lock."""

from miminions.files.folders import leftovers, make_folder, remove, weakness
from miminions.files.locks import lock, try_lock
from miminions.files.swap import Displaced, Prepared, exchange, prepare
from miminions.files.text import MISSING, Snapshot, append, digest_of, encode, read, unchanged, write

__all__ = [
    "MISSING",
    "Displaced",
    "Prepared",
    "Snapshot",
    "append",
    "digest_of",
    "encode",
    "exchange",
    "leftovers",
    "lock",
    "make_folder",
    "prepare",
    "read",
    "remove",
    "try_lock",
    "unchanged",
    "weakness",
    "write",
]
