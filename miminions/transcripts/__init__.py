"""Transcripts: one reader per agent's format, all to turns; one bad line never stops a file."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

from miminions.errors import TranscriptError
from miminions.transcripts import claude_code, own
from miminions.transcripts.records import Records, read_records
from miminions.transcripts.turns import Role, Transcript, Turn

__all__ = ["Role", "Transcript", "Turn", "read_transcript"]

READERS = (own, claude_code)


def read_transcript(path: Path) -> Transcript:
    """Read a transcript of any known format. Raises FileError, and TranscriptError when nothing in it can be read."""
    records, skipped, total = read_records(path)
    if total == 0:
        return Transcript(path, "empty", own.session_name(path.stem), None, None, (), 0, 0)
    # A stray record of another format does not decide.
    count, reader = max(((_count(reader, records), reader) for reader in READERS), key=lambda pair: pair[0])
    if count == 0:
        raise TranscriptError(
            f"{path} holds no record of a known format ({skipped} of {total} lines are not JSON)",
            hint="transcripts of miminions and of Claude Code (.jsonl) can be read",
        )
    return Transcript(
        path=path,
        format=reader.NAME,
        session=own.session_name(_whole(reader.session(records) or path.stem)),
        folder=reader.folder(records),
        branch=reader.branch(records),
        turns=tuple(replace(turn, text=_whole(turn.text)) for turn in reader.turns(records)),
        skipped=total - count - sum(1 for _, record in records if reader.leaves_out(record)),
        records=total,
    )


def _count(reader: ModuleType, records: Records) -> int:
    return sum(1 for _, record in records if reader.recognises(record))


def _whole(text: str) -> str:
    """Return a text that can be written as UTF-8: JSON may name half a character."""
    return text.encode("utf-8", "replace").decode()
