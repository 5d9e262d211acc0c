"""Watching: each burst of saves is one callback, reading is none, and nothing is left behind."""

import contextlib
import queue
import threading

import pytest
from folders import workspace
from watchdog.events import FileSystemEvent

from miminions.errors import FileError
from miminions.files import append, write
from miminions.watch import is_save, watch

# Longer than any system takes to report a save, and long enough to say that none was reported.
LONG, QUIET = 20, 0.8


@contextlib.contextmanager
def watching(*folders, changed=lambda: None):
    """Watch folders from another thread and yield a queue that gets an item for each callback."""
    calls, stop = queue.Queue(), threading.Event()

    def called(where):
        changed()
        calls.put({folder.name for folder in where})

    thread = threading.Thread(target=lambda: watch(lambda: folders, called, stop=stop, debounce=0.2))
    thread.start()
    try:
        calls.get(timeout=LONG)
        yield calls
    finally:
        stop.set()
        thread.join(LONG)
        assert not thread.is_alive()


def is_quiet(calls):
    """Say whether no callback comes any more."""
    try:
        calls.get(timeout=QUIET)
    except queue.Empty:
        return True
    return False


def by_rename(path):
    """Save as editors and we ourselves do."""
    write(path, "# Memory\n\n- renamed\n")


def by_append(path):
    """Save as a transcript grows."""
    append(path, "- appended\n")


def by_truncating(path):
    """Save as the simplest programs do."""
    path.write_text("# Memory\n\n- truncated\n", "utf-8")


def by_deleting(path):
    """Take the file away."""
    path.unlink()


@pytest.mark.parametrize("save", [by_rename, by_append, by_truncating, by_deleting])
def test_a_burst_of_saves_is_one_callback(tmp_path, save):
    """However a program saves, and however often at a time."""
    paths = [tmp_path / f"{n}.md" for n in range(3)]
    for path in paths:
        path.write_text("# Memory\n", "utf-8")
    with watching(tmp_path) as calls:
        for path in paths:
            save(path)
        calls.get(timeout=LONG)
        assert is_quiet(calls)


def test_reading_is_no_save(tmp_path):
    """Otherwise each sync would call for the next one."""
    path = tmp_path / "MEMORY.md"
    path.write_text("# Memory\n", "utf-8")
    with watching(tmp_path, changed=path.read_bytes) as calls:
        path.read_text("utf-8")
        list(tmp_path.iterdir())
        assert is_quiet(calls)


def test_other_files_are_no_saves(tmp_path):
    """Temporary files of an atomic save count only once they have their name."""
    with watching(tmp_path) as calls:
        (tmp_path / "index.db").write_bytes(b"x")
        (tmp_path / ".MEMORY.md.mm-x1").write_bytes(b"x")
        assert is_quiet(calls)
        (tmp_path / ".MEMORY.md.mm-x1").replace(tmp_path / "MEMORY.md")
        calls.get(timeout=LONG)


@pytest.mark.parametrize(
    ("kind", "path", "is_one"),
    [
        ("modified", "/a/MEMORY.md", True),
        ("closed", "/a/s.jsonl", True),
        ("opened", "/a/MEMORY.md", False),
        ("closed_no_write", "/a/MEMORY.md", False),
        ("modified", "/a/MEMORY.md~", False),
        ("modified", "/a/memory", False),
    ],
)
def test_what_is_a_save(kind, path, is_one):
    """A change under a name we read is one; opening, reading and folders are none."""
    event = FileSystemEvent(path)
    event.event_type = kind
    assert is_save(event) == is_one


def test_a_folder_that_appears_later_is_followed(tmp_path):
    """The first chat makes sessions/, and what it writes there is seen."""
    sessions = tmp_path / "sessions"
    with watching(tmp_path, sessions) as calls:
        sessions.mkdir()
        calls.get(timeout=LONG)
        (sessions / "s.jsonl").write_text("{}\n", "utf-8")
        calls.get(timeout=LONG)


def test_the_index_follows_a_save(tmp_path):
    """A fact saved in an editor is in the index without anybody asking for it."""
    ws = workspace(tmp_path / "api")
    synced = queue.Queue()
    with watching(ws.layout.folder, ws.layout.sessions, changed=lambda: synced.put(ws.sync())) as calls:
        assert synced.get(timeout=LONG)
        by_rename(ws.layout.folder / "other.md")
        calls.get(timeout=LONG)
        assert synced.get(timeout=LONG) is False
        write(ws.layout.memory, ws.layout.memory.read_text("utf-8") + "\n- Deploys run on ECS.\n")
        calls.get(timeout=LONG)
        assert synced.get(timeout=LONG)


def test_no_thread_is_left(tmp_path):
    """Neither after a stop, nor after Ctrl-C, nor after an error, which comes through."""
    before = set(threading.enumerate())
    with watching(tmp_path, tmp_path / "missing"):
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) == before

    def interrupted(_):
        raise KeyboardInterrupt

    watch(lambda: [tmp_path], interrupted)
    assert set(threading.enumerate()) == before

    def failing(_):
        raise FileError("no space", hint="make some")

    with pytest.raises(FileError, match="no space"):
        watch(lambda: [tmp_path], failing)
    assert set(threading.enumerate()) == before
