"""The exchange: a new text takes a file's place, what stood there comes back, on strong and on weak disks."""

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from miminions.errors import FileError
from miminions.files import MISSING, digest_of, exchange, leftovers, prepare, read, remove
from miminions.files.kernel import NotOfferedError, swap_names
from miminions.files.swap import by_copy, by_link, by_swap

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, links and exchanges")
NOT_ROOT = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
STRONG = pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="no exchange on this system")
WAYS = [pytest.param(by_swap, marks=STRONG), by_link, by_copy]
# Exchanges while its parent makes one system call fail; says what it reports.
ONCE = """
import sys, ctypes
from pathlib import Path
from miminions.errors import FileError
from miminions.files import exchange, prepare
try:
    print(exchange(prepare(Path(sys.argv[1]), "new")).text)
except FileError as problem:
    print("error:", problem, "|", problem.hint)
"""
# Appends numbered lines as an editor that opens, writes and closes, until its input ends.
WRITER = """
import sys, threading
done = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
count = 0
while not done.is_set():
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(f"hand {count}\\n")
    count += 1
    done.wait(0.002)
print(count)
"""


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def memory(tmp_path):
    """Return a file with an old text."""
    path = tmp_path / "MEMORY.md"
    path.write_text("old\n", "utf-8")
    return path


def test_the_old_text_comes_back(memory):
    """The new text stands in its place, the old one under a hidden name of ours, and both are told."""
    prepared = prepare(memory, "new\n")
    assert memory.read_text("utf-8") == "old\n"
    assert prepared.digest == digest_of(b"new\n")
    assert leftovers(memory.parent) == (prepared.hidden,)
    displaced = exchange(prepared)

    assert memory.read_text("utf-8") == "new\n"
    assert (displaced.text, displaced.digest) == ("old\n", digest_of(b"old\n"))
    assert displaced.path.read_text("utf-8") == "old\n"
    assert leftovers(memory.parent) == (displaced.path,)


@STRONG
def test_this_disk_is_strong(memory):
    """Where two names can be swapped, the exchange is not weak, and the old file is the same file still."""
    try:
        twin = memory.with_name("twin")
        twin.touch()
        swap_names(memory, twin)
        swap_names(memory, twin)
    except NotOfferedError:
        pytest.skip("this disk has no exchange")
    before = memory.stat()
    displaced = exchange(prepare(memory, "new"))

    assert not displaced.weak
    assert os.path.samestat(displaced.path.stat(), before)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_keeps_the_old_text(memory, way):
    """Swapped, linked or copied: the target has the new text, the name that is returned the old one, no third file."""
    prepared = prepare(memory, "new")
    try:
        old = way(prepared.hidden, prepared.target)
    except NotOfferedError:
        pytest.skip("this disk has no such way")

    assert (memory.read_text("utf-8"), old.read_text("utf-8")) == ("new", "old\n")
    assert leftovers(memory.parent) == (old,)
    assert len(names(memory.parent)) == 2


@pytest.mark.parametrize("way", WAYS)
def test_a_way_that_fails_leaves_nothing(memory, way):
    """When the prepared file is gone, no way touches the target or leaves a second name of it."""
    prepared = prepare(memory, "new")
    remove(prepared.hidden)

    with pytest.raises((OSError, NotOfferedError)):
        way(prepared.hidden, prepared.target)
    assert memory.read_text("utf-8") == "old\n"


@POSIX
@pytest.mark.parametrize("way", [*WAYS[:2], None])
def test_an_open_editor_writes_to_the_old_file(memory, way):
    """What an editor writes to the file that it holds open since before is found under the hidden name."""
    with memory.open("a", encoding="utf-8") as editor:
        prepared = prepare(memory, "new")
        old = way(prepared.hidden, prepared.target) if way else exchange(prepared).path
        editor.write("late\n")

    assert old.read_text("utf-8") == "old\nlate\n"
    assert memory.read_text("utf-8") == "new"


def test_a_save_in_between_comes_back(memory):
    """What an editor saved by renaming, between the two steps, is what the exchange hands back."""
    prepared = prepare(memory, "new")
    draft = memory.with_name("draft")
    draft.write_text("theirs", "utf-8")
    draft.replace(memory)

    assert exchange(prepared).text == "theirs"
    assert memory.read_text("utf-8") == "new"


def test_any_bytes_come_back(memory):
    """Bytes that are no UTF-8 survive the exchange on both sides."""
    memory.write_bytes(b"\xff\r\n")
    displaced = exchange(prepare(memory, read(memory).text + "x"))

    assert displaced.digest == digest_of(b"\xff\r\n")
    assert memory.read_bytes() == b"\xff\r\nx"


def test_a_new_file(tmp_path):
    """Where nothing was, nothing is displaced and nothing hidden stays."""
    displaced = exchange(prepare(tmp_path / "a.md", "new"))

    assert (displaced.path, displaced.text, displaced.digest) == (None, "", MISSING)
    assert names(tmp_path) == ["a.md"]


def test_a_file_that_appeared(tmp_path):
    """A file that appeared after the preparation is handed back, not overwritten."""
    prepared = prepare(tmp_path / "a.md", "new")
    (tmp_path / "a.md").write_text("theirs", "utf-8")

    assert exchange(prepared).text == "theirs"


def test_a_file_that_vanished(memory):
    """A file that was deleted after the preparation is made anew."""
    prepared = prepare(memory, "new")
    memory.unlink()
    displaced = exchange(prepared)

    assert (displaced.path, displaced.digest) == (None, MISSING)
    assert names(memory.parent) == ["MEMORY.md"]


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_stays(memory, mode):
    """The new file has the mode of the old one, also while it is hidden."""
    memory.chmod(mode)
    prepared = prepare(memory, "new")
    assert stat.S_IMODE(prepared.hidden.stat().st_mode) == mode
    exchange(prepared)

    assert stat.S_IMODE(memory.stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(memory):
    """A file that belongs to somebody else still does."""
    os.chown(memory, 12345, 23456)
    memory.chmod(0o640)
    exchange(prepare(memory, "new"))
    after = memory.stat()

    assert (after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)) == (12345, 23456, 0o640)


@POSIX
def test_a_new_file_obeys_the_umask(tmp_path):
    """A new file gets the mode asked for without what the umask takes."""
    before = os.umask(0o027)
    try:
        exchange(prepare(tmp_path / "a.md", ""))
        exchange(prepare(tmp_path / "b.md", "", mode=0o600))
    finally:
        os.umask(before)

    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.md", "b.md")] == [0o640, 0o600]


@POSIX
def test_a_link_keeps_pointing(tmp_path):
    """Through a symbolic link its target is exchanged, beside which all hidden files lie."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "b.md").write_text("old", "utf-8")
    link = tmp_path / "a.md"
    link.symlink_to(Path("real") / "b.md")
    prepared = prepare(link, "new")
    displaced = exchange(prepared)

    assert (prepared.path, prepared.target) == (link, (tmp_path / "real" / "b.md").resolve())
    assert link.is_symlink()
    assert link.read_text("utf-8") == "new"
    assert displaced.path.parent == prepared.target.parent
    assert names(tmp_path) == ["a.md", "real"]


@POSIX
def test_a_dangling_link(tmp_path):
    """A link to a file that is not there yet stays, and the file is made."""
    link = tmp_path / "a.md"
    link.symlink_to("b.md")

    assert exchange(prepare(link, "new")).digest == MISSING
    assert link.is_symlink()
    assert (tmp_path / "b.md").read_text("utf-8") == "new"


@POSIX
def test_links_in_a_circle(tmp_path):
    """Links that lead round are an error and stay."""
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")

    with pytest.raises(FileError, match="cannot write"):
        prepare(tmp_path / "a.md", "new")
    assert names(tmp_path) == ["a.md", "b.md"]


@POSIX
def test_a_hard_link_keeps_the_old_file(memory):
    """Another name of the same file keeps the old text: the exchange is of names."""
    other = memory.with_name("other.md")
    other.hardlink_to(memory)
    displaced = exchange(prepare(memory, "new"))

    assert (memory.read_text("utf-8"), other.read_text("utf-8")) == ("new", "old\n")
    assert displaced.path.samefile(other)


def test_files_of_others_stay(memory):
    """Temporary files of editors and other tools are not touched."""
    foreign = ["vict.tmp", "MEMORY.md.tmp", ".MEMORY.md.swp", ".MEMORY.md.mm-ABCDEF12", "MEMORY.md~"]
    for name in foreign:
        memory.with_name(name).write_text(name, "utf-8")
    displaced = exchange(prepare(memory, "new"))
    remove(displaced.path)

    assert [memory.with_name(name).read_text("utf-8") for name in foreign] == foreign
    assert leftovers(memory.parent) == ()


@POSIX
def test_only_files_are_exchanged(tmp_path):
    """Folders and pipes are refused before anything is written."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "folder", tmp_path / "pipe", tmp_path / "none" / "a.md", tmp_path / "nul\0"):
        with pytest.raises(FileError, match="cannot write") as caught:
            prepare(path, "new")
        assert "nothing was changed" in caught.value.hint
    assert names(tmp_path) == ["folder", "pipe"]


@POSIX
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("elsewhere")])
def test_something_else_took_the_place(memory, make):
    """When a folder, a pipe or a link took the place after the preparation, it stays and nothing is left."""
    prepared = prepare(memory, "new")
    memory.unlink()
    make(memory)
    before = memory.lstat()

    with pytest.raises(FileError, match="cannot write"):
        exchange(prepared)
    assert os.path.samestat(memory.lstat(), before)
    assert names(memory.parent) == ["MEMORY.md"]


def test_a_prepared_file_that_vanished(memory):
    """Without the prepared file there is an error, which does not say that nothing was changed; the target stays."""
    prepared = prepare(memory, "new")
    remove(prepared.hidden)

    with pytest.raises(FileError) as caught:
        exchange(prepared)
    assert "nothing was changed" not in caught.value.hint
    assert memory.read_text("utf-8") == "old\n"
    assert names(memory.parent) == ["MEMORY.md"]


@NOT_ROOT
def test_a_read_only_folder(memory):
    """A folder that became read-only refuses, and the old text stays."""
    memory.parent.chmod(0o500)
    try:
        with pytest.raises(FileError, match="cannot write"):
            prepare(memory, "new")
    finally:
        memory.parent.chmod(0o700)
    assert names(memory.parent) == ["MEMORY.md"]


@STRONG
def test_no_line_of_a_busy_hand_is_lost(memory):
    """While another process appends lines, every one is in the file or in what was displaced."""
    command = [sys.executable, "-c", WRITER, str(memory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as hand:
        displaced = [exchange(prepare(memory, f"new {number}\n")) for number in range(60)]
        count = int(hand.communicate()[0])
    # The late reading of the old files is a part of the bargain.
    texts = [memory.read_text("utf-8"), *(one.path.read_text("utf-8") for one in displaced)]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("hand")]

    assert count > 5
    assert sorted(lines) == sorted(f"hand {number}" for number in range(count))


def test_exchanges_at_once(memory):
    """Of texts that are exchanged at once each is displaced once or stands at the end."""
    displaced = []

    def work(number):
        displaced.extend(exchange(prepare(memory, f"{number}-{i}")).text for i in range(10))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = ["old\n", *(f"{number}-{i}" for number in range(4) for i in range(10))]

    if sys.platform in {"linux", "darwin"}:
        assert sorted([*displaced, memory.read_text("utf-8")]) == sorted(expected)


def _traced(fault, path):
    command = ["strace", "-f", "-o", os.devnull, "-e", "trace=all", "-e", f"inject={fault}"]
    return subprocess.run(
        [*command, sys.executable, "-B", "-c", ONCE, path], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes system calls fail")
@pytest.mark.parametrize(
    ("fault", "text", "report"),
    [
        ("write:error=ENOSPC:when=1", "old\n", "nothing was changed"),
        ("write:error=EINTR:when=1", "new", "old"),
        ("fchmod:error=EPERM:when=1", "old\n", "nothing was changed"),
        ("fsync:error=EIO:when=1", "old\n", "nothing was changed"),
        ("renameat2:error=EACCES:when=1", "old\n", "nothing was changed"),
        ("renameat2:error=EINVAL:when=1", "new", "old"),
        ("renameat2:error=ENOSYS:when=1", "new", "old"),
        ("fsync:error=EINVAL:when=2", "new", "old"),
        ("fsync:error=EIO:when=2", "new", "the new text is in its place"),
    ],
)
def test_a_disk_that_fails(memory, fault, text, report):
    """Whatever step the disk refuses, the file is as before or as after, and the report says which."""
    done = _traced(fault, memory)
    if "PTRACE" in done.stderr or "ptrace" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("tracing is not allowed here")

    assert memory.read_text("utf-8") == text
    assert report in done.stdout
    if text == "old\n":
        assert names(memory.parent) == ["MEMORY.md"]
    else:
        assert "nothing was changed" not in done.stdout
        assert [path.read_text("utf-8") for path in leftovers(memory.parent)] == ["old\n"]
