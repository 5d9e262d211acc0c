"""Reads case files: a title, a dot, the input, a dot, the expected output, a dot."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "cases"


def cases(name: str) -> list:
    """Return the cases of a file as pytest parameters, with their titles as ids."""
    parts = (FOLDER / name).read_text("utf-8").split("\n.\n")
    # A file may begin with a sentence about itself; the last part is what follows the last dot.
    triples = zip(parts[0::3], parts[1::3], parts[2::3], strict=False)
    return [
        pytest.param(given + "\n", wanted + "\n", id=title.strip().splitlines()[-1])
        for title, given, wanted in triples
    ]
