"""Which documents are stored and whether one changed, seen by stat alone; imports nothing that a query would wait for."""

import os

SUFFIX = ".jsonl"


def stamps(folder: str) -> dict[str, str]:
    """Return the ids of the documents in a `sources` folder in order, each with a stamp that changes with what is stored.

    A missing folder has none. Raises OSError.
    """
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if _is_document(entry.name)]
    except FileNotFoundError:
        return {}
    return {
        name.removesuffix(
            SUFFIX
        ): f"{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_size}-{status.st_ino}"
        for name, status in sorted(found, key=lambda one: one[0])
    }


def _is_document(name: str) -> bool:
    # What a killed write leaves is hidden.
    return name.endswith(SUFFIX) and not name.startswith(".")
