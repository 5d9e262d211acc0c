"""The one call that Python lacks: two names change places in a single step."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_HERE = -100  # AT_FDCWD
# The number of renameat2 where the C library has no name for it.
_NUMBERS = {
    "x86_64": 316,
    "aarch64": 276,
    "riscv64": 276,
    "loongarch64": 276,
    "armv7l": 382,
    "i686": 353,
    "ppc64le": 357,
    "s390x": 347,
}
_NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


class NotOfferedError(Exception):
    """This system or this disk has no such step; nothing was changed. For this room only."""


def swap_names(one: Path, other: Path) -> None:
    """Let two existing names change places; raises NotOfferedError and OSError."""
    number = _call()(os.fsencode(one), os.fsencode(other))
    if number in _NOT_OFFERED:
        raise NotOfferedError
    if number:
        raise OSError(number, os.strerror(number), str(one), None, str(other))


def _call() -> Callable[[bytes, bytes], int]:
    """Return the call for this system; it answers with an error number or 0."""
    if sys.platform not in {"linux", "darwin"}:
        raise NotOfferedError
    try:
        # Takes longer to import than all the rest of this room.
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
    except (ImportError, OSError) as problem:
        raise NotOfferedError from problem

    def swap(one: bytes, other: bytes) -> int:
        ctypes.set_errno(0)
        if sys.platform == "darwin":
            failed = library.renamex_np(one, other, ctypes.c_uint(_SWAP))
        elif hasattr(library, "renameat2"):
            failed = library.renameat2(_HERE, one, _HERE, other, ctypes.c_uint(_SWAP))
        else:
            number = ctypes.c_long(_NUMBERS.get(os.uname().machine, -1))
            here = ctypes.c_long(_HERE)
            failed = library.syscall(number, here, one, here, other, ctypes.c_ulong(_SWAP))
        return ctypes.get_errno() if failed else 0

    return swap
