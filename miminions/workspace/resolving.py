"""resolve: settles the disputes of one memory, and of the histories of all its writers."""

from dataclasses import replace
from datetime import datetime

from miminions.journal import RESOLVE, Run, new_run
from miminions.keeper import Keeper, Which, again
from miminions.markdown import find_hunks
from miminions.memory.changes import Unite
from miminions.memory.resolve import Resolution, resolution
from miminions.memory.settle import Answers


def resolve(keeper: Keeper, which: Which, answers: Answers, now: datetime) -> Resolution:
    """Write what settles the disputes of a memory, under one record. Raises ChangedError, FileError, MemoryFileError."""
    with keeper.locked(now):
        run = new_run(keeper.local, RESOLVE, now, what="settle what is in conflict")
        return again(lambda: _write(keeper, which, answers, run, now))


def _write(keeper: Keeper, which: Which, answers: Answers, run: Run, now: datetime) -> Resolution:
    for other in keeper.read(which).other_histories:
        if find_hunks(other.text):
            state = keeper.read(which)
            run = keeper.write(run, ((replace(state, history=other), (Unite(),)),), now)
    state = keeper.read(which)
    found = resolution(state, answers, now)
    if found.changes:
        keeper.write(run, ((state, found.changes),), now)
    return found
