"""Watching: each burst of saves is one callback, reading is none, and nothing is left behind."""

import contextlib
import queue
import shutil
import threading

import pytest
from folders import DAY, add, change, home, personal, workspace
from sessions import write_session
from watchdog.events import FileSystemEvent

from miminions.documents.adding import Adding
from miminions.documents.adding import add as add_documents
from miminions.errors import FileError
from miminions.files import append, write
from miminions.index import Query, SqliteIndex
from miminions.registry import trust
from miminions.watch import is_save, watch
from miminions.workspace.following import Following

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


def test_a_folder_that_vanishes_and_comes_back_is_followed(tmp_path):
    """As when another branch is checked out, which has no memory; where it was saved is told."""
    folder, other = tmp_path / "memory", tmp_path / "other"
    for one in (folder, other):
        one.mkdir()
    with watching(folder, other) as calls:
        shutil.rmtree(folder)
        assert calls.get(timeout=LONG) == {"memory"}
        folder.mkdir()
        assert calls.get(timeout=LONG) == {"memory"}
        (folder / "MEMORY.md").write_text("# Memory\n", "utf-8")
        assert calls.get(timeout=LONG) == {"memory"}
        other.rename(tmp_path / "moved")
        assert calls.get(timeout=LONG) == {"other"}
        (tmp_path / "moved" / "MEMORY.md").write_text("# Memory\n", "utf-8")
        assert is_quiet(calls)


def test_a_folder_that_another_takes_the_place_of_is_followed(tmp_path):
    """By its name, however quickly they are exchanged."""
    folder, other = tmp_path / "memory", tmp_path / "other"
    for one in (folder, other):
        one.mkdir()
    with watching(folder) as calls:
        folder.rename(tmp_path / "gone")
        other.rename(folder)
        calls.get(timeout=LONG)
        (folder / "MEMORY.md").write_text("# Memory\n", "utf-8")
        calls.get(timeout=LONG)


def test_a_burst_without_end_is_not_waited_for(tmp_path):
    """Somebody who saves all the time is answered all the same."""
    path, stop = tmp_path / "MEMORY.md", threading.Event()

    def saving():
        while not stop.wait(0.02):
            path.write_text("# Memory\n", "utf-8")

    with watching(tmp_path) as calls:
        saver = threading.Thread(target=saving)
        saver.start()
        try:
            assert calls.get(timeout=LONG) == {tmp_path.name}
        finally:
            stop.set()
            saver.join()


@contextlib.contextmanager
def following(ws, **options):
    """Watch what a workspace's indexes are made from, and yield a queue of what was said."""
    said, stop = queue.Queue(), threading.Event()
    follow = Following(ws, **options)
    thread = threading.Thread(
        target=lambda: watch(
            follow.folders, lambda saved: follow.sync(saved, said.put), stop=stop, debounce=0.05
        )
    )
    thread.start()
    try:
        yield said
    finally:
        stop.set()
        thread.join(LONG)
        assert not thread.is_alive()


def until(index, word, found=True):
    """Wait until an index has a word, or has it no more."""
    for _ in range(LONG * 100):
        if bool(index.search(Query(word, DAY, kinds=("fact", "history", "turn", "source")))) == found:
            return
        threading.Event().wait(0.01)
    raise AssertionError(word)


def test_every_file_that_an_index_is_made_from_is_followed(tmp_path):
    """Memory, writers' own histories, sessions, documents, private and personal memory: each reaches the index unasked."""
    ws = workspace(tmp_path / "api", share="all")
    index, shared = SqliteIndex(ws.local.index), SqliteIndex(home().global_index)
    with following(ws):
        add(ws, "## Facts\n- Alpha is a fact.")
        until(index, "alpha")
        until(shared, "alpha")
        write_session(ws.layout.sessions, (("user", "Bravo was said."),))
        until(index, "bravo")
        write_session(ws.layout.sessions, (("user", "Charlie was said."),), session="s2")
        until(index, "charlie")
        personal("## Facts\n- Delta is personal.")
        until(index, "delta")
        until(shared, "delta")
        ws.remember("Echo is private.", private=True)
        until(index, "echo")
        ws.layout.histories.mkdir()
        (ws.layout.histories / "ann.md").write_text(
            "# History\n\n## 2026-05-01\n- 10:00 Foxtrot happened.\n", "utf-8"
        )
        until(index, "foxtrot")
        document = tmp_path / "golf.txt"
        document.write_text("Golf is a document.", "utf-8")
        add_documents(ws.local, [document], Adding(ws.now()))
        until(index, "golf")
        assert not shared.search(Query("echo bravo golf", DAY, kinds=("fact", "turn", "source")))


def test_other_workspaces_are_followed_as_they_come_and_go(tmp_path):
    """The global index hears of all that are trusted, their own ones with `everywhere`; what is private again goes."""
    ws, other = workspace(tmp_path / "api"), workspace(tmp_path / "web", share="all")
    shared = SqliteIndex(home().global_index)
    with following(ws, everywhere=True):
        add(other, "## Facts\n- Alpha is a fact.")
        until(shared, "alpha")
        until(SqliteIndex(other.local.index), "alpha")
        late = workspace(tmp_path / "late", "## Facts\n- Bravo is a fact.", share="all")
        until(shared, "bravo")
        until(SqliteIndex(late.local.index), "bravo")
        change(late.layout.memory, "share: all", "share: none")
        until(shared, "bravo", found=False)
        trust(home(), other.id, other.layout.root, trusted=False)
        until(shared, "alpha", found=False)
        shutil.rmtree(late.layout.root)
        add(ws, "## Insights\n- Charlie goes on.")
        until(shared, "charlie")


def test_what_cannot_be_read_is_said_and_stops_nothing(tmp_path):
    """The next save is synced as if nothing had been."""
    ws = workspace(tmp_path / "api", "## Facts\n- Alpha is a fact.")
    with following(ws) as said:
        until(SqliteIndex(ws.local.index), "alpha")
        trust(home(), ws.id, ws.layout.root, trusted=False)
        lines = iter(lambda: said.get(timeout=LONG), None)
        assert next(line for line in lines if line.startswith("not synced")).startswith("not synced: api: ")
        trust(home(), ws.id, ws.layout.root)
        add(ws, "- Bravo is a fact.")
        until(SqliteIndex(ws.local.index), "bravo")


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
