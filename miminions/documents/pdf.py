"""The text of PDF files, read by a process of its own: one made to hang or to swell ends that process only."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from miminions.errors import SourceError

# In seconds.
PATIENCE = 120.0
_HINTS = {
    "encrypted": ("it is encrypted", "save a copy without a password, and add that"),
    "no text": (
        "its pages are pictures without text",
        "run it through a program that recognises text (such as ocrmypdf), and add what that makes",
    ),
    "long": ("its text is too long", "split it, or add only the part that matters"),
    "broken": ("it is damaged, or no PDF", "open it in a viewer and print it into a new file, and add that"),
}


def pages_of(path: Path, *, longest: int, patience: float = PATIENCE) -> tuple[str, ...]:
    """Return the text of each page of a PDF, of at most `longest` characters in all.

    Raises SourceError for one that is encrypted, broken, without text or too long, that takes longer than `patience`
    seconds, and where the extra is not installed.
    """
    if find_spec("pypdf") is None:
        raise SourceError(
            f"{path} cannot be read: PDF needs an extra that is not installed",
            hint="install what the extra miminions[pdf] brings: pip install 'pypdf>=6.14,<8'",
        )
    words = [sys.executable, "-P", "-m", "miminions.documents.pdf_pages", str(path), str(longest)]
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=patience, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as problem:
        raise SourceError(
            f"{path} cannot be read: it took longer than {patience:.0f} seconds",
            hint="it may be damaged; print it into a new file, and add that",
        ) from problem
    return _pages(path, done.stdout)


def _pages(path: Path, answer: bytes) -> tuple[str, ...]:
    try:
        said = json.loads(answer)
    except ValueError:
        # It ended without an answer: out of memory, most likely.
        said = {}
    if pages := said.get("pages"):
        return tuple(pages)
    reason, hint = _HINTS[said.get("problem", "broken")]
    raise SourceError(f"{path} cannot be read: {reason}", hint=hint)
