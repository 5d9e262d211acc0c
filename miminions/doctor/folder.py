"""Checks of memory folders: copies that programs left, temporaries, late saves, and the front matter."""

import re
from collections.abc import Iterator
from pathlib import Path
from time import time

from miminions.doctor.finding import Case, Finding
from miminions.files import leftovers
from miminions.markdown import front_matter
from miminions.memory.expiry import default_until
from miminions.memory.folder import PER_WRITER, State
from miminions.memory.write import late_saves
from miminions.settings import SHARES

# What Syncthing, Dropbox, Nextcloud and we ourselves call the copy of a file that two sides changed.
_COPY = re.compile(r"(?i)\.sync-conflict-\d|\bconflicted copy\b|_conflict-\d{8}|\.conflict-[0-9a-f]{8}\.md$")
# A write takes milliseconds.
YOUNG = 60.0


def copies(case: Case) -> Iterator[Finding]:
    """Find files that hold what somebody wrote, and that nobody reads."""
    for state in case.states:
        for path in _listed(state.layout.folder, state.layout.histories):
            if _COPY.search(path.name):
                yield Finding(
                    "problem",
                    f"{path} is a copy that a conflict left; nothing reads it",
                    f"take over what {path.parent.name}/ lacks of it, then remove it",
                )


def temporaries(case: Case) -> Iterator[Finding]:
    """Find hidden files of a write that was killed."""
    for state in case.states:
        for folder in (state.layout.folder, state.layout.histories):
            for path in leftovers(folder):
                if time() - path.lstat().st_mtime > YOUNG:
                    yield Finding(
                        "notice",
                        f"{path} was left by a write that was killed",
                        "the next command that writes clears it away",
                    )


def displaced(case: Case) -> Iterator[Finding]:
    """Find saves into a file that had just been exchanged for a new one."""
    for path in late_saves(case.local.kept) if case.local else ():
        yield Finding(
            "notice",
            f"an editor saved an older {path} while it was written",
            "the next command that writes merges what is new in it",
        )


def heads(case: Case) -> Iterator[Finding]:
    """Find front matter that says what nobody understands; one that cannot be read at all raises."""
    for state in case.states:
        if state.memory.exists:
            yield from _head(state, case.ws.today)


def _head(state: State, today: str) -> Iterator[Finding]:
    where = state.memory.path
    keys = front_matter(state.facts.document)
    words = {
        "share": (SHARES, "nothing is shared"),
        "write": (("inbox",), "the setting distill.write holds"),
        "history": ((PER_WRITER,), "there is one history for all"),
    }
    for key, (known, meanwhile) in words.items():
        if key in keys and keys[key] not in known:
            yield Finding(
                "problem",
                f"{where}: `{key}: {keys[key]}` means nothing, so {meanwhile}",
                f"use one of {', '.join(known)}, or take the line out",
            )
    if "expire" in keys and not isinstance(keys["expire"], dict):
        yield Finding("problem", f"{where}: `expire:` names no sections", "write expire: {Context: 90d}")
    for section, span in state.expiry.items():
        if default_until(state, section, today) is None:
            yield Finding(
                "problem",
                f"{where}: `expire: {section}: {span}` is no span",
                "write it as 90d, 12w, 6m or 1y",
            )


def _listed(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(folder.iterdir())


CHECKS = (copies, temporaries, displaced, heads)
