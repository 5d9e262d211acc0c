"""File events to a callback: saves of any kind, coalesced, so that the index follows the files."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from miminions.errors import FileError

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

SUFFIXES = (".md", ".jsonl")
SAVES = {"created", "modified", "moved", "deleted", "closed"}
DEBOUNCE = 0.1
# How often a stop and folders that appear are looked for, in seconds.
TICK = 0.2


def watch(
    folders: Iterable[Path],
    changed: Callable[[], object],
    *,
    stop: threading.Event | None = None,
    debounce: float = DEBOUNCE,
) -> None:
    """Call `changed` once at the start and after each burst of saves in the folders, until `stop` or Ctrl-C.

    A burst has ended when nothing was saved for `debounce` seconds. A folder that is missing is followed as soon as
    it is there. Raises FileError when the system watches no more folders, and whatever `changed` raises.
    """
    from watchdog.observers import Observer

    saved, ended, missing = threading.Event(), stop or threading.Event(), list(folders)
    observer = Observer()
    try:
        _follow(observer, missing, saved)
        _start(observer)
        changed()
        while not ended.is_set():
            if saved.wait(TICK):
                _settle(saved, ended, debounce)
                changed()
            elif _follow(observer, missing, saved):
                saved.set()
    except KeyboardInterrupt:
        pass
    finally:
        observer.stop()
        if observer.ident is not None:
            observer.join()


def is_save(event: "FileSystemEvent") -> bool:
    """Say whether an event can be a save of a file we read; opening and reading one is none."""
    # An atomic save is reported as moved, with the file's name as destination.
    names = (str(event.src_path), str(event.dest_path or ""))
    return event.event_type in SAVES and any(name.endswith(SUFFIXES) for name in names)


def _follow(observer: "BaseObserver", missing: list[Path], saved: threading.Event) -> bool:
    """Watch those of the missing folders that are there by now, and say whether there were any."""
    from watchdog.events import FileSystemEventHandler

    class Saves(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            if is_save(event):
                saved.set()

    there = [folder for folder in missing if folder.is_dir()]
    for folder in there:
        missing.remove(folder)
        try:
            observer.schedule(Saves(), str(folder), recursive=False)
        except OSError as problem:
            raise _refused(problem) from problem
    return bool(there)


def _start(observer: "BaseObserver") -> None:
    try:
        observer.start()
    except OSError as problem:
        raise _refused(problem) from problem


def _settle(saved: threading.Event, ended: threading.Event, debounce: float) -> None:
    """Wait until a burst has ended."""
    while saved.is_set():
        saved.clear()
        ended.wait(debounce)


def _refused(problem: OSError) -> FileError:
    return FileError(
        f"the folders cannot be watched: {problem.strerror or problem}",
        hint="raise the system's limit of watches (on Linux fs.inotify.max_user_watches); memory works without",
    )
