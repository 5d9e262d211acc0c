"""Writes a memory folder while people write it too: exchange a file, look at what was displaced, merge what was new in it.

An editor that saves between our reading and our writing is found in the displaced file at once. One that still holds
the displaced file open and writes later is found when it is looked at again: `settle` does that after two seconds and
at the next run.
"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

from miminions.errors import MemoryFileError
from miminions.files import (
    MISSING,
    Displaced,
    Prepared,
    Snapshot,
    exchange,
    leftovers,
    make_folder,
    prepare,
    read,
    remove,
    unchanged,
    write,
)
from miminions.layout import Layout, LocalLayout
from miminions.memory.folder import State, Texts, read_folder
from miminions.records import load, store

# An editor may hold a file open for so long before it writes.
HELD = timedelta(seconds=2)
ATTEMPTS = 200
EMPTY_TRIES, PAUSE = 20, 0.01
LONGEST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Kept:
    """A displaced file that is looked at again: where it lies, what it said when last looked at, and whose place it had.

    `beside` is where it lies until it could be moved to `kept`, `new` the digest of what took its place.
    """

    token: str
    path: str
    beside: str
    base: str
    digest: str
    new: str
    made: str
    looked: bool = False


def write_folder(state: State, texts: Texts, kept: Path) -> State:
    """Write what changed: archive, memory, history, in this order, so that a fact is in one place too many at worst.

    `kept` is where displaced files go. Raises ChangedError when one of the files is not the one that was read, before
    anything is written; MemoryFileError and FileError.
    """
    wanted = ((state.archive, texts.archive), (state.memory, texts.memory), (state.history, texts.history))
    changed = [(old, new) for old, new in wanted if old.text != new]
    for old, _ in changed:
        unchanged(old)
    for old, new in changed:
        make_folder(old.path.parent)
        _put(old, new, kept)
    return read_folder(state.layout) if changed else state


def settle(layout: Layout, local: LocalLayout, now: datetime, *, last: bool = True) -> int:
    """Look at the displaced files again, merge what an editor wrote into them, and let go of the older ones.

    The caller holds the lock. Not the `last` look keeps them for the next run, unless they lie in people's way. Returns
    how many had changed. Raises FileError, MemoryFileError.
    """
    merged, kept = 0, local.kept
    for one in _all_kept(kept):
        merged += _look(one, kept, now, last=last)
    held = {one.beside for one in _all_kept(kept)}
    for folder in _folders(layout, local):
        for path in leftovers(folder):
            # Whoever writes holds the lock: what nobody speaks for was left by a run that was killed before it wrote.
            if str(path) not in held:
                remove(path)
    return merged


def left_behind(layout: Layout, local: LocalLayout) -> bool:
    """Say whether a write was killed and left a temporary file."""
    return any(leftovers(folder) for folder in _folders(layout, local))


def _folders(layout: Layout, local: LocalLayout) -> tuple[Path, ...]:
    """Return the folders in which a write makes temporary files."""
    own = (layout.folder, layout.histories, layout.archives, local.overlay.folder)
    return (*own, local.folder, local.kept, local.journal, local.inbox)


def late_saves(kept: Path) -> tuple[Path, ...]:
    """Return the files of memory that an editor saved into after they were displaced; the next write merges them.

    Raises FileError.
    """
    late = []
    for one in _all_kept(kept):
        found = read(_where(one, kept))
        # Under the hidden name the new text itself may still lie, of a run that was killed before its exchange.
        if found.exists and found.digest not in {one.digest, one.new}:
            late.append(Path(one.path))
    return tuple(late)


def _put(old: Snapshot, new: str, kept: Path) -> None:
    """Exchange a file; what somebody else saved since it was read is merged, until nothing is displaced unseen."""
    base, text, seen = old, new, []
    for attempt in range(ATTEMPTS):
        prepared = prepare(base.path, text)
        record = _announce(prepared, base, kept)
        # Reaching the disk took a while; what was saved meanwhile is merged before anything is displaced.
        now = _settled(base)
        if now.digest != base.digest:
            _drop(record, kept)
            base, text = now, _merged(base.path, base.text, text, now.text)
            continue
        displaced = exchange(prepared)
        record = _take_in(record, displaced, kept)
        if displaced.path is not None and _emptied(displaced.text, base.text):
            found = _patiently(_where(record, kept), base)
            displaced = replace(displaced, text=found.text, digest=found.digest)
        merged = text
        if displaced.digest not in {base.digest, MISSING} and not _emptied(displaced.text, base.text):
            seen.append(replace(record, base=displaced.text, digest=displaced.digest))
            merged = _merged(base.path, base.text, text, displaced.text)
        if merged == text:
            # Only now is everything in its place: until here a rerun would merge what was displaced once more.
            for one in seen:
                _note(one, kept)
            return
        base, text = Snapshot(base.path, text, prepared.digest), merged
        sleep(min(LONGEST_PAUSE, 0.001 * attempt))
    copy = _conflict_copy(base.path, text)
    raise MemoryFileError(
        f"{base.path.name} changes faster than it can be written",
        hint=f"what was not merged stands in {copy.name}; run it again when it is quiet",
    )


def _settled(base: Snapshot) -> Snapshot:
    """Read a file again; one that an editor has emptied and not written yet counts as it was."""
    now = _patiently(base.path, base)
    return base if _emptied(now.text, base.text) else now


def _patiently(path: Path, base: Snapshot) -> Snapshot:
    """Read a file; an editor that has just emptied it gets a moment to write it."""
    found = read(path)
    for _ in range(EMPTY_TRIES):
        if not _emptied(found.text, base.text):
            break
        sleep(PAUSE)
        found = read(path)
    return found


def _announce(prepared: Prepared, base: Snapshot, kept: Path) -> Kept:
    """Write down what is about to be displaced: a run that is killed here is finished by the next one."""
    made = datetime.now(UTC).isoformat()
    record = Kept(
        secrets.token_hex(8),
        str(base.path),
        str(prepared.hidden),
        base.text,
        base.digest,
        prepared.digest,
        made,
    )
    _note(record, kept)
    return record


def _take_in(record: Kept, displaced: Displaced, kept: Path) -> Kept:
    """Move a displaced file to where it is kept, or leave it beside where it was when that is another disk."""
    if displaced.path is None:
        remove(_record(kept, record.token))
        return record
    with suppress(OSError):
        displaced.path.replace(_late(kept, record.token))
        return record
    record = replace(record, beside=str(displaced.path))
    _note(record, kept)
    return record


def _look(one: Kept, kept: Path, now: datetime, *, last: bool) -> bool:
    """Look at one displaced file, merge what is new in it, and let go of it when nobody can write there any more."""
    late, beside = _late(kept, one.token), Path(one.beside)
    if not late.exists():
        found = read(beside)
        if not found.exists or found.digest == one.new:
            # Nothing was displaced: the run was killed before its exchange.
            _drop(one, kept)
            return False
        with suppress(OSError):
            beside.replace(late)
    moved = late.exists()
    found = read(_where(one, kept))
    changed = found.digest != one.digest and not _emptied(found.text, one.base)
    if changed:
        _merge_late(one, found.text, kept)
        one = replace(one, base=found.text, digest=found.digest, looked=False)
        _note(one, kept)
    if now - datetime.fromisoformat(one.made) > HELD:
        if last or not moved:
            _drop(one, kept)
        elif not one.looked:
            _note(replace(one, looked=True), kept)
    return changed


def _emptied(text: str, base: str) -> bool:
    """Say whether an editor has emptied a file and not yet written it: that is no deletion of everything."""
    return not text and bool(base)


def _merge_late(one: Kept, text: str, kept: Path) -> None:
    path = Path(one.path)
    if not path.parent.is_dir():
        return
    live = read(path)
    merged = _merged(path, one.base, live.text, text)
    if merged != live.text:
        _put(live, merged, kept)


def _merged(path: Path, base: str, ours: str, hand: str) -> str:
    # Seldom needed: only when somebody saved within the same few milliseconds.
    from miminions.memory.merge import keep_both, union

    ledger = path.name == "HISTORY.md" or path.parent.name == "history"
    return (union if ledger else keep_both)(base, ours, hand)


def _conflict_copy(path: Path, text: str) -> Path:
    copy = path.with_name(f"{path.stem}.conflict-{secrets.token_hex(4)}{path.suffix}")
    write(copy, text)
    return copy


def _all_kept(kept: Path) -> Iterator[Kept]:
    for path in sorted(kept.glob("*.json")):
        with suppress(TypeError):
            yield Kept(**load(path))


def _drop(one: Kept, kept: Path) -> None:
    remove(_late(kept, one.token))
    remove(Path(one.beside))
    remove(_record(kept, one.token))


def _note(one: Kept, kept: Path) -> None:
    store(_record(kept, one.token), asdict(one))


def _where(one: Kept, kept: Path) -> Path:
    """Return where a displaced file lies: where it is kept, else where it was displaced to."""
    late = _late(kept, one.token)
    return late if late.exists() else Path(one.beside)


def _record(kept: Path, token: str) -> Path:
    return kept / f"{token}.json"


def _late(kept: Path, token: str) -> Path:
    return kept / f"{token}.late"
