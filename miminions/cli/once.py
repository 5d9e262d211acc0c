"""remember --once: a note that the next session gets, and no other."""

import sys

from miminions.cli.render import dim, say, say_json
from miminions.workspace import Workspace


def note_once(ws: Workspace, text: str, *, dry_run: bool, as_json: bool) -> None:
    """Keep a note for the next session, `-` reads it from stdin, and say so."""
    note = sys.stdin.read().strip() if text == "-" else text
    if not dry_run:
        ws.note_once(note)
    if as_json:
        say_json({"once": note})
        return
    say(f"{'would note' if dry_run else 'noted'} for the next session  {note}")
    dim("`miminions context` shows it; the session after that one does not get it")
