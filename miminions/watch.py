"""File events to a callback: saves of any kind, coalesced, so that the index follows the files."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

SUFFIXES = (".md", ".jsonl")
DEBOUNCE = 0.1


def watch(
    folders: Iterable[Path],
    changed: Callable[[], object],
    *,
    stop: threading.Event | None = None,
    debounce: float = DEBOUNCE,
) -> None:
    """Call `changed` once at the start and after each burst of saves below the folders, until `stop` or Ctrl-C.

    A burst has ended when nothing was saved for `debounce` seconds. Folders that are missing are left out.
    """
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    saved, ended = threading.Event(), stop or threading.Event()

    class Saves(FileSystemEventHandler):
        """Notes what could be a save; reading a file is none."""

        def on_any_event(self, event: FileSystemEvent) -> None:
            # An atomic save is reported as moved, with the file's name as destination.
            names = (str(event.src_path), str(event.dest_path or ""))
            if event.event_type in {"created", "modified", "moved", "deleted", "closed"} and any(
                name.endswith(SUFFIXES) for name in names
            ):
                saved.set()

    observer = Observer()
    for folder in folders:
        if folder.is_dir():
            observer.schedule(Saves(), str(folder), recursive=False)
    observer.start()
    try:
        changed()
        _loop(saved, ended, changed, debounce)
    except KeyboardInterrupt:
        pass
    finally:
        observer.stop()
        observer.join()


def _loop(
    saved: threading.Event, ended: threading.Event, changed: Callable[[], object], debounce: float
) -> None:
    while not ended.is_set():
        if not saved.wait(timeout=0.2):
            continue
        while saved.is_set():
            saved.clear()
            ended.wait(debounce)
        changed()
