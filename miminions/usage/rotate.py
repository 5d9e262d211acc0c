"""Puts a usage file that grew too large in the place of the one before it, whose numbers are kept."""

from pathlib import Path

from miminions.files import try_lock
from miminions.records import store
from miminions.usage.counts import TOTALS, kept_totals, totals_of
from miminions.usage.read import in_file
from miminions.usage.record import LIMIT


def rotate(path: str) -> None:
    """Let go of the older of two usage files, unless another process is at it. Raises OSError, FileError."""
    file = Path(path)
    older = file.with_suffix(".1.jsonl")
    with try_lock(file.with_suffix(".lock")) as free:
        # Another may have done it since its size was seen.
        if not free or file.stat().st_size < LIMIT:
            return
        gone = totals_of(in_file(older)) + kept_totals(file)
        store(file.with_suffix(TOTALS), gone.as_record())
        file.replace(older)
