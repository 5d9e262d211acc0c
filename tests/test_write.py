"""Writing a memory folder beside people: what is displaced is looked at, merged, looked at again, and let go."""

import os
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from folders import reopened, workspace

from miminions.errors import ChangedError
from miminions.files import leftovers
from miminions.layout import LocalLayout
from miminions.memory.folder import read_folder
from miminions.memory.write import HELD, settle, write_folder

LINE = "- A person's own line.\n"


@pytest.fixture
def ws(tmp_path):
    """Give a workspace with one fact."""
    return workspace(tmp_path / "shop", "## Facts\n\n- Ports are 8080.")


@pytest.fixture
def kept(ws):
    """Return where displaced files go, empty."""
    ws.local.kept.mkdir(parents=True, exist_ok=True)
    for path in ws.local.kept.iterdir():
        path.unlink()
    return ws.local.kept


def later(seconds=0.0):
    """Return a moment when what was displaced now is old enough, and some seconds."""
    return datetime.now(UTC) + HELD + timedelta(seconds=1 + seconds)


def text(ws):
    """Return what MEMORY.md says."""
    return ws.layout.memory.read_text("utf-8")


def write(ws, addition, kept):
    """Write MEMORY.md with something added, as a command does."""
    state = ws.state()
    return write_folder(state, replace(state.texts, memory=state.memory.text + addition), kept)


def test_a_displaced_file_is_kept_and_let_go(ws, kept):
    """It is looked at once when two seconds have passed, and once more by the next run; then nothing is left."""
    write(ws, "- Ours.\n", kept)
    assert len(list(kept.glob("*.late"))) == 1
    assert settle(ws.layout, ws.local, datetime.now(UTC)) == 0
    assert len(list(kept.glob("*.late"))) == 1
    settle(ws.layout, ws.local, later(), last=False)
    assert len(list(kept.glob("*.late"))) == 1
    settle(ws.layout, ws.local, later(1))
    assert list(kept.iterdir()) == []
    assert leftovers(ws.layout.folder) == ()


@pytest.mark.parametrize("where", ["end", "middle"])
def test_what_a_held_descriptor_writes_late_is_merged(ws, kept, where):
    """An editor that had the file open writes into the displaced one; its line comes into the live file, once."""
    with ws.layout.memory.open("r+b") as editor:
        write(ws, "- Ours.\n", kept)
        if where == "end":
            editor.seek(0, os.SEEK_END)
            editor.write(LINE.encode())
        else:
            whole = editor.read()
            editor.seek(0)
            editor.write(whole.replace(b"- Ports", LINE.encode() + b"- Ports"))
    assert LINE not in text(ws)

    assert settle(ws.layout, ws.local, datetime.now(UTC)) == 1
    for moment in (datetime.now(UTC), later(), later(1), later(2)):
        settle(ws.layout, ws.local, moment)
        assert [text(ws).count(line) for line in (LINE, "- Ours.\n", "- Ports are 8080.")] == [1, 1, 1]


def test_the_next_command_looks_again_by_itself(ws):
    """No settling by hand is needed: any command that writes merges what came late."""
    with ws.layout.memory.open("ab", buffering=0) as editor:
        ws.remember("Ours stands.")
        editor.write(LINE.encode())
    ws.remember("Another one stands.")

    assert "- A person's own line." in text(ws)
    assert [fact.text for fact in ws.facts(own=True)].count("A person's own line.") == 1


def test_a_changed_file_is_not_written(ws, kept):
    """A file that is not as it was read is left as it is, and nothing is displaced."""
    state = ws.state()
    ws.layout.memory.write_text(text(ws) + LINE, "utf-8")
    with pytest.raises(ChangedError):
        write_folder(state, replace(state.texts, memory="ours"), kept)
    assert text(ws).endswith(LINE)
    assert list(kept.iterdir()) == []


def test_an_emptied_file_deletes_nothing(ws):
    """An editor that empties the file before it writes it is waited for, then refused; its text stays the truth."""
    whole, identity = text(ws), ws.id
    ws.layout.memory.write_text("", "utf-8")
    assert identity
    with pytest.raises(ChangedError, match="does not name its workspace"):
        ws.remember("Ours stands.")
    assert text(ws) == ""

    ws.layout.memory.write_text(whole + LINE, "utf-8")
    ws.remember("Ours stands.")
    assert {"Ports are 8080.", "A person's own line.", "Ours stands."} <= {f.text for f in ws.facts()}


def test_a_workspace_is_opened_while_an_editor_saves(ws):
    """A file that is empty for a moment is no missing workspace."""
    whole = text(ws)
    ws.layout.memory.write_text("", "utf-8")
    editor = threading.Timer(0.05, ws.layout.memory.write_text, (whole, "utf-8"))
    editor.start()
    reopened(ws.layout.root).remember("Ours stands.")
    editor.join()

    assert {"Ports are 8080.", "Ours stands."} <= {fact.text for fact in ws.facts(own=True)}


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_killed_write_is_cleaned_up(ws, exchanged, tmp_path):
    """A child killed around the exchange leaves a hidden file; the next write merges what it must and removes it."""
    marker = tmp_path / "marker"
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException):
            _die_at_the_exchange(ws, exchanged=exchanged)
        marker.touch()
        os._exit(1)
    assert os.waitpid(pid, 0)[1] == 9
    assert not marker.exists()
    assert len(leftovers(ws.layout.folder)) == 1
    if exchanged:
        hidden = leftovers(ws.layout.folder)[0]
        hidden.write_text(hidden.read_text("utf-8") + LINE, "utf-8")

    again = reopened(ws.layout.root)
    again.remember("Ours stands.")
    assert leftovers(ws.layout.folder) == ()
    assert text(ws).count("Ours stands.") == 1
    assert (LINE in text(ws)) is exchanged


def _die_at_the_exchange(ws, *, exchanged):
    """Remember a fact, and be killed just before or just behind the exchange of MEMORY.md."""
    import signal
    import sys

    def watch(frame, event, _):
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        wanted = "_take_in" if exchanged else "exchange"
        if event == "call" and name == wanted and file.endswith(("write.py", "swap.py")):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    ws.remember("Ours stands.")


def test_files_on_another_disk_stay_beside(ws, kept):
    """What cannot be moved to where it is kept stays hidden beside the file until it has been looked at."""
    other = LocalLayout(ws.local.folder)
    write(ws, "- Ours.\n", kept)
    (late,) = kept.glob("*.late")
    record = late.with_suffix(".json")
    beside = ws.layout.folder / ".MEMORY.md.mm-0a1b2c3d"
    late.rename(beside)
    held = record.read_text("utf-8")
    start = held.index('"beside": "') + len('"beside": "')
    record.write_text(held[:start] + str(beside) + held[held.index('"', start) :], "utf-8")

    settle(ws.layout, other, datetime.now(UTC))
    assert leftovers(ws.layout.folder) == ()
    assert len(list(kept.glob("*.late"))) == 1


def test_reading_a_folder_with_several_writers(tmp_path, monkeypatch):
    """With `history: per-writer` each writes a history and an archive of his own; all of them are read."""
    ws = workspace(tmp_path / "shop", "## Facts\n\n- One.\n- Two.")
    head = text(ws).replace("share:", "history: per-writer\nshare:", 1)
    ws.layout.memory.write_text(head, "utf-8")
    ids = {fact.text: fact.id for fact in ws.facts(own=True)}
    for name, said in (("Ada L.", "One."), ("bob", "Two.")):
        monkeypatch.setenv("MIMINIONS_WRITER", name)
        ws.forget(ids[said])

    assert sorted(path.name for path in ws.layout.archives.iterdir()) == ["ada-l.md", "bob.md"]
    assert not ws.layout.archive.exists()
    retired = ws.facts(own=True, include=("retired",))
    assert {(fact.text, fact.file.rpartition("/")[2]) for fact in retired} == {
        ("One.", "ada-l.md"),
        ("Two.", "bob.md"),
    }

    ws.restore(ids["One."])
    assert [fact.text for fact in ws.facts(own=True)] == ["One."]
    assert "One." in (ws.layout.archives / "ada-l.md").read_text("utf-8")
    assert [f.text for f in ws.facts(own=True, include=("retired",))] == ["One.", "Two."]
    assert read_folder(ws.layout).digests.keys() >= {str(ws.layout.archives / "ada-l.md")}
