"""The files room: read with a digest, write against it, append, lock."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from miminions.errors import ChangedError, FileError
from miminions.files import (
    MISSING,
    append,
    digest_of,
    encode,
    lock,
    make_folder,
    read,
    remove,
    try_lock,
    unchanged,
    write,
)

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes and links")
NOT_ROOT = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root may write into read-only folders; Windows has none"
)
HOLDER = """
import sys
from pathlib import Path
from miminions.files import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

BYTES = [
    b"",
    b"plain\n",
    b"\xef\xbb\xbfmark\r\nlines\r\n",
    b"no end",
    b"\r\r\n\n",
    b"nul \x00 and \xff\xfe and \xc3(\n",
    "é 😀 א\u2028\n".encode(),
]


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def holder(tmp_path):
    """Run another process that holds tmp_path/lock until its input is closed or it dies."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.parametrize("content", BYTES)
def test_any_bytes_come_back(tmp_path, content):
    """What was read is written back byte for byte, valid UTF-8 or not."""
    path = tmp_path / "a.md"
    path.write_bytes(content)
    snapshot = read(path)

    assert snapshot.exists
    assert snapshot.digest == digest_of(content)
    assert write(path, snapshot.text).digest == snapshot.digest
    assert path.read_bytes() == content


def test_half_a_character_is_replaced():
    """Half a character, which UTF-8 cannot hold, becomes a replacement mark; a byte that was no UTF-8 stays."""
    assert encode("a\ud800b\udfffc\udcffd") == b"a\xef\xbf\xbdb\xef\xbf\xbdc\xffd"


def test_a_missing_file_is_empty(tmp_path):
    """A missing file reads as empty, and is known to be missing."""
    snapshot = read(tmp_path / "none.md")

    assert (snapshot.text, snapshot.digest, snapshot.exists) == ("", MISSING, False)


@pytest.mark.parametrize("expected", ["", MISSING, "0" * 64])
def test_a_changed_file_is_not_overwritten(tmp_path, expected):
    """A file with another digest than expected stays as it is."""
    path = tmp_path / "a.md"
    path.write_text("theirs", "utf-8")

    with pytest.raises(ChangedError, match="was changed by someone else"):
        write(path, "ours", expected=expected)
    assert path.read_text("utf-8") == "theirs"
    assert names(tmp_path) == ["a.md"]


def test_a_file_that_appeared_is_not_overwritten(tmp_path):
    """A file that was missing when it was read must still be missing."""
    snapshot = read(tmp_path / "a.md")
    (tmp_path / "a.md").write_text("theirs", "utf-8")

    with pytest.raises(ChangedError):
        write(snapshot.path, "ours", expected=snapshot.digest)


def test_unchanged(tmp_path):
    """A snapshot can be compared with its file at any time."""
    path = tmp_path / "a.md"
    snapshot = write(path, "one")
    unchanged(snapshot)
    path.unlink()

    with pytest.raises(ChangedError):
        unchanged(snapshot)


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_the_mode_stays(tmp_path, mode):
    """A file keeps its mode when it is replaced."""
    path = tmp_path / "a.md"
    path.write_text("old", "utf-8")
    path.chmod(mode)
    write(path, "new")

    assert stat.S_IMODE(path.stat().st_mode) == mode


@POSIX
def test_a_new_file_obeys_the_umask(tmp_path):
    """A new file is no more open than the person's umask allows."""
    before = os.umask(0o077)
    try:
        write(tmp_path / "a.md", "")
    finally:
        os.umask(before)
    write(tmp_path / "b.md", "", mode=0o600)

    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "b.md").stat().st_mode) == 0o600


@POSIX
def test_a_link_keeps_pointing(tmp_path):
    """Writing through a symbolic link changes the file it points to, also where that is missing."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "a.md"
    link.symlink_to(tmp_path / "real" / "b.md")
    write(link, "one", expected=MISSING)
    write(link, "two", expected=digest_of(b"one"))

    assert link.is_symlink()
    assert (tmp_path / "real" / "b.md").read_text("utf-8") == "two"


@POSIX
def test_links_in_a_circle_are_an_error(tmp_path):
    """A link that leads nowhere is an error and stays."""
    link = tmp_path / "a.md"
    link.symlink_to(link)

    with pytest.raises(FileError):
        write(link, "x")
    assert link.is_symlink()


def test_a_failed_write_leaves_nothing(tmp_path):
    """A write that cannot end leaves the old state and no temporary file."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x", "utf-8")

    with pytest.raises(FileError, match="cannot write"):
        write(tmp_path / "folder", "text")
    with pytest.raises(FileError, match="cannot"):
        write(tmp_path / "file" / "a.md", "text", expected=MISSING)
    with pytest.raises(FileError, match="cannot write"):
        write(tmp_path / "none" / "a.md", "text")
    assert names(tmp_path) == ["file", "folder"]


@NOT_ROOT
def test_a_read_only_folder(tmp_path):
    """A read-only folder is named in the error, and stays empty."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileError) as caught:
            write(tmp_path / "a.md", "x")
    finally:
        tmp_path.chmod(0o700)

    assert "permissions" in caught.value.hint
    assert names(tmp_path) == []


def test_a_folder_is_no_file(tmp_path):
    """Reading or appending to a folder is an error with a hint."""
    with pytest.raises(FileError) as caught:
        read(tmp_path)
    with pytest.raises(FileError, match="cannot append to"):
        append(tmp_path, "x")
    assert caught.value.hint


def test_append_keeps_what_is_there(tmp_path):
    """Appending never changes what is there, not even a torn end."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"torn \xff")
    append(path, "one\n")
    append(path, "two\n")

    assert path.read_bytes() == b"torn \xffone\ntwo\n"


@POSIX
def test_append_makes_a_private_file(tmp_path):
    """A file that appending makes is its owner's alone."""
    append(tmp_path / "a.jsonl", "x\n")

    assert stat.S_IMODE((tmp_path / "a.jsonl").stat().st_mode) == 0o600


def test_appends_do_not_mix(tmp_path):
    """Lines that several writers append at once all arrive whole."""
    path = tmp_path / "a.jsonl"
    lines = [f"{number:02}" * 3000 + "\n" for number in range(8)]
    threads = [threading.Thread(target=append, args=(path, line)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(path.read_text("utf-8").splitlines(keepends=True)) == lines


@POSIX
def test_make_folder(tmp_path):
    """Folders are made with the mode asked for; those that were there keep theirs."""
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "a" / "b", mode=0o700)
    make_folder(tmp_path / "a" / "b")

    assert [stat.S_IMODE(p.stat().st_mode) for p in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [
        0o755,
        0o700,
        0o700,
    ]


def test_make_folder_over_a_file(tmp_path):
    """A file where a folder is wanted is an error."""
    (tmp_path / "file").write_text("", "utf-8")

    for path in (tmp_path / "file", tmp_path / "file" / "folder"):
        with pytest.raises(FileError, match="cannot create the folder"):
            make_folder(path)


def test_remove(tmp_path):
    """Removing a file that is not there is fine; removing a folder is an error."""
    (tmp_path / "a").write_text("", "utf-8")
    remove(tmp_path / "a")
    remove(tmp_path / "a")

    with pytest.raises(FileError):
        remove(tmp_path)


def test_a_lock_excludes_other_processes(tmp_path, holder):
    """A lock that another process holds cannot be had."""
    with try_lock(tmp_path / "lock") as free:
        assert not free


def test_a_lock_waits_for_its_owner(tmp_path, holder):
    """Waiting for a lock ends when its owner lets go of it."""
    threading.Timer(0.1, holder.stdin.close).start()
    with lock(tmp_path / "lock"):
        pass

    assert holder.wait(10) == 0


def test_a_lock_dies_with_its_process(tmp_path, holder):
    """A process that is killed holds no lock any more."""
    holder.kill()
    holder.wait(10)

    with try_lock(tmp_path / "lock") as free:
        assert free


def test_a_lock_can_be_had_again(tmp_path):
    """A lock is free after its block, also when the block failed."""
    with pytest.raises(RuntimeError), lock(tmp_path / "deep" / "lock"):
        raise RuntimeError
    with try_lock(tmp_path / "deep" / "lock") as free:
        assert free


def test_a_lock_needs_a_place(tmp_path):
    """A lock that cannot be made is an error of files."""
    (tmp_path / "lock").mkdir()

    with pytest.raises(FileError, match="cannot lock"), lock(tmp_path / "lock"):
        pass
