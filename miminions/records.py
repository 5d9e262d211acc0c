"""What this machine keeps for itself, as JSON objects: a damaged or missing file is an empty object, never an error."""

import json
from pathlib import Path
from typing import Any

from miminions.errors import MiminionsError
from miminions.files import make_folder, read, write


def load(path: Path) -> dict[str, Any]:
    """Read a JSON object; what is missing, damaged or no object is empty, since all of this can be lost."""
    try:
        value = json.loads(read(path).text or "{}")
    except (ValueError, RecursionError, MiminionsError):
        return {}
    return value if isinstance(value, dict) else {}


def store(path: Path, value: object) -> None:
    """Write a JSON object that only its owner may read. Raises FileError."""
    make_folder(path.parent, mode=0o700)
    write(path, json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n", mode=0o600)
