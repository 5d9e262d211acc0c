"""Transcripts: one reader per agent's format, all to turns; one bad line never stops a file."""

from pathlib import Path

from miminions.errors import TranscriptError
from miminions.transcripts import claude_code, own
from miminions.transcripts.records import read_records
from miminions.transcripts.turns import Role, Transcript, Turn

__all__ = ["Role", "Transcript", "Turn", "read_transcript"]

READERS = (own, claude_code)


def read_transcript(path: Path) -> Transcript:
    """Read a transcript of any known format. Raises FileError, and TranscriptError when nothing in it can be read."""
    records, skipped, total = read_records(path)
    for reader in READERS:
        if any(reader.recognises(record) for _, record in records):
            turns = tuple(reader.turns(records))
            session = next(filter(None, (reader.session(record) for _, record in records)), path.stem)
            folder = next(filter(None, (reader.folder(record) for _, record in records)), None)
            unread = skipped + sum(1 for _, record in records if not reader.recognises(record))
            return Transcript(path, reader.NAME, session, folder, turns, unread, total)
    if total == 0:
        return Transcript(path, "empty", path.stem, None, (), 0, 0)
    raise TranscriptError(
        f"{path} holds no record of a known format ({skipped} of {total} lines are not JSON)",
        hint="transcripts of miminions and of Claude Code (.jsonl) can be read",
    )
