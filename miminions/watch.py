"""File events to a callback: saves of any kind, coalesced, each with its folder, so that the index follows the files."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from miminions.errors import FileError

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

SUFFIXES = (".md", ".jsonl", ".json")
SAVES = {"created", "modified", "moved", "deleted", "closed"}
# Seconds without a save that end a burst, and the most that a burst without end is waited for.
DEBOUNCE, LONGEST = 0.1, 2.0
# How often a stop, and folders that appear or vanish, are looked for, in seconds.
TICK = 0.25


def watch(
    folders: Callable[[], Iterable[Path]],
    changed: Callable[[frozenset[Path]], object],
    *,
    stop: threading.Event | None = None,
    debounce: float = DEBOUNCE,
) -> None:
    """Call `changed` with the folders at the start, and after each burst of saves with those in which something was saved.

    A burst has ended when nothing was saved for `debounce` seconds. `folders` is asked again after each, files in
    folders below them are not looked at. A folder that is missing, vanishes or has another take its place is followed
    as soon as it is there. Goes on until `stop` or Ctrl-C. Raises FileError when the system watches no more folders,
    and whatever `folders` and `changed` raise.
    """
    from watchdog.observers import Observer

    ended, follower = stop or threading.Event(), _Follower(Observer())
    try:
        follower.start(folders())
        changed(follower.take(ended, debounce))
        while not ended.is_set():
            saved = follower.saved.wait(TICK)
            if not saved and not follower.look():
                continue
            changed(follower.take(ended, debounce))
            follower.follow(folders())
    except KeyboardInterrupt:
        pass
    finally:
        follower.end()


def is_save(event: "FileSystemEvent") -> bool:
    """Say whether an event can be a save of a file we read; opening and reading one is none."""
    # An atomic save is reported as moved, with the file's name as destination.
    names = (str(event.src_path), str(event.dest_path or ""))
    return event.event_type in SAVES and any(name.endswith(SUFFIXES) for name in names)


@dataclass(slots=True)
class _Follower:
    """Folders that are followed or waited for, and what was saved in them since it was last asked."""

    observer: "BaseObserver"
    saved: threading.Event = field(default_factory=threading.Event)
    _wanted: dict[Path, tuple[int, int] | None] = field(default_factory=dict)
    _watches: "dict[Path, ObservedWatch]" = field(default_factory=dict)
    _where: set[Path] = field(default_factory=set)
    _last: float = 0.0
    # Events come from a thread of their own.
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, folders: Iterable[Path]) -> None:
        """Follow folders from now on, each as if something had been saved in it. Raises FileError."""
        try:
            self.observer.start()
        except OSError as problem:
            raise _refused(problem) from problem
        self.follow(folders)
        for folder in self._wanted:
            self._note(folder)

    def end(self) -> None:
        """Follow nothing any more."""
        self.observer.stop()
        if self.observer.ident is not None:
            self.observer.join()

    def follow(self, folders: Iterable[Path]) -> None:
        """Follow these folders and no others. Raises FileError."""
        wanted = dict.fromkeys(folders)
        for folder in [folder for folder in self._wanted if folder not in wanted]:
            self._leave(folder)
            del self._wanted[folder]
        for folder in wanted:
            self._wanted.setdefault(folder, None)
        self.look()

    def look(self) -> bool:
        """Follow folders that came or were exchanged, leave those that went; say whether there were any. Raises FileError."""
        moved = [(folder, now) for folder, was in self._wanted.items() if (now := _identity(folder)) != was]
        for folder, now in moved:
            self._leave(folder)
            self._wanted[folder] = now
            if now is not None:
                self._join(folder)
            self._note(folder)
        return bool(moved)

    def take(self, ended: threading.Event, debounce: float) -> frozenset[Path]:
        """Wait until a burst has ended, and return where something was saved."""
        latest = time.monotonic() + LONGEST
        # Counted from the save itself: one that was reported in two parts is not waited for twice.
        while self.saved.is_set() and not ended.is_set():
            left = min(self._last + debounce, latest) - time.monotonic()
            if left <= 0:
                break
            ended.wait(left)
        with self._lock:
            self.saved.clear()
            where, self._where = frozenset(self._where), set()
        return where

    def _note(self, folder: Path) -> None:
        with self._lock:
            self._where.add(folder)
            self._last = time.monotonic()
            self.saved.set()

    def _join(self, folder: Path) -> None:
        from watchdog.events import FileSystemEventHandler

        note = self._note

        class Saves(FileSystemEventHandler):
            def on_any_event(self, event: "FileSystemEvent") -> None:
                if is_save(event):
                    note(folder)

        try:
            self._watches[folder] = self.observer.schedule(Saves(), str(folder), recursive=False)
        except FileNotFoundError:
            # It went while we looked; the next look finds it missing.
            self._wanted[folder] = None
        except OSError as problem:
            raise _refused(problem) from problem

    def _leave(self, folder: Path) -> None:
        if watch := self._watches.pop(folder, None):
            self.observer.unschedule(watch)


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another of its name, None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if folder.is_dir() else None


def _refused(problem: OSError) -> FileError:
    return FileError(
        f"the folders cannot be watched: {problem.strerror or problem}",
        hint="raise the system's limit of watches (on Linux fs.inotify.max_user_watches); memory works without",
    )
