"""What transcripts say, as rows: the turns of the person and of the assistant."""

import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from miminions.errors import MiminionsError
from miminions.index.rows.values import Row, Source
from miminions.redact import cleaned, redact
from miminions.transcripts import read_transcript


def session_sources(folder: Path, workspace: str, name: str) -> list[Source]:
    """Return the transcripts of a sessions folder as sources."""
    paths = ((path, _stat_digest(path)) for path in sorted(folder.glob("*.jsonl")))
    return [
        Source(workspace, name, str(path), digest, partial(_turn_rows, path))
        for path, digest in paths
        if digest
    ]


def _stat_digest(path: Path) -> str:
    """Name a transcript's state without reading it, empty for what is no file: transcripts are only appended to."""
    try:
        found = path.stat()
    except OSError:
        return ""
    # The time of change is there for permissions: what could not be read is tried again once they are mended.
    numbers = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return "-".join(map(str, numbers)) if stat.S_ISREG(found.st_mode) else ""


def _turn_rows(path: Path) -> Iterator[Row]:
    try:
        transcript = read_transcript(path)
    except MiminionsError:
        # What cannot be read has no turns; distilling it says so.
        return
    for turn in transcript.turns:
        if turn.role in {"user", "assistant"} and turn.text.strip():
            day = turn.time.date().isoformat() if turn.time else ""
            yield Row(
                "turn", "", cleaned(turn.text), turn.role, line=turn.number,
                session=transcript.session, turn=turn.number, date=day, role=turn.role, speaker=redact(turn.speaker),
            )  # fmt: skip
