"""The files room: read with a digest, write against it, append, lock."""

import os
import socket
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
    leftovers,
    lock,
    make_folder,
    read,
    remove,
    try_lock,
    unchanged,
    weakness,
    write,
)
from miminions.files.folders import file_system

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

# Writes with room for 4096 bytes a file: the system takes a part, then refuses.
CRAMPED = """
import resource, signal, sys
from pathlib import Path
from miminions import files
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    getattr(files, sys.argv[1])(Path(sys.argv[2]), "new " * 4000)
except files.problems.FileError as problem:
    print(problem, "|", problem.hint)
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


@pytest.fixture
def special(tmp_path):
    """Return a pipe, a socket and a device, none of which anybody serves."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        # A socket's path has to be short.
        os.chdir(tmp_path)
        server.bind("socket")
        os.chdir(here)
        yield [tmp_path / "pipe", tmp_path / "socket", Path("/dev/full"), Path("/dev/zero")]


@POSIX
def test_what_is_no_file_is_refused_at_once(special):
    """Pipes, sockets and devices are neither waited for nor replaced."""
    for path in special:
        before = path.lstat()
        with pytest.raises(FileError, match="cannot read"):
            read(path)
        with pytest.raises(FileError, match="cannot write"):
            write(path, "x")
        with pytest.raises(FileError, match="cannot append to"):
            append(path, "x")
        assert os.path.samestat(path.lstat(), before)


@POSIX
def test_a_pipe_that_is_read_is_refused_too(tmp_path):
    """A pipe with a reader at its other end gets nothing."""
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(FileError, match="it is a pipe"):
            append(tmp_path / "pipe", "x")
        assert os.read(reader, 10) == b""
    finally:
        os.close(reader)


@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_impossible_names(tmp_path, name):
    """A name that no file can have is an error of files, whatever was asked for."""
    path = tmp_path / name
    for call in (read, remove, lambda p: write(p, "x"), lambda p: append(p, "x"), make_folder, leftovers):
        with pytest.raises(FileError, match="no file can have that name"):
            call(path)
    with pytest.raises(FileError, match="cannot lock"), lock(path):
        pass
    assert weakness(path) is None
    assert names(tmp_path) == []


@POSIX
def test_a_file_without_room(tmp_path):
    """When the system takes a part of the bytes only, the file stays as it was and nothing is left beside it."""
    path = tmp_path / "a.md"
    path.write_text("old", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CRAMPED, "write", path], capture_output=True, text=True, check=True
    )

    assert "cannot write" in done.stdout
    assert "nothing was changed" in done.stdout
    assert (path.read_text("utf-8"), names(tmp_path)) == ("old", ["a.md"])


@POSIX
def test_an_append_without_room(tmp_path):
    """When a part was appended only, the error does not say that nothing was changed."""
    path = tmp_path / "a.jsonl"
    path.write_text("old\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CRAMPED, "append", path], capture_output=True, text=True, check=True
    )

    assert "could not append" in done.stdout
    assert "nothing was changed" not in done.stdout
    assert path.read_bytes()[:8] == b"old\nnew "


@NOT_ROOT
def test_a_read_only_file_stays(tmp_path):
    """A file that its owner made read-only is not replaced."""
    path = tmp_path / "a.md"
    path.write_text("old", "utf-8")
    path.chmod(0o444)

    with pytest.raises(FileError, match="read-only"):
        write(path, "new")
    assert path.read_text("utf-8") == "old"


def test_leftovers(tmp_path):
    """Hidden files of ours are found by their exact shape, those of other programs are not."""
    ours = [
        ".MEMORY.md.mm-0123abcd",
        "..x.mm-00000000",
        ".a b\n.mm-ffffffff" if os.name != "nt" else ".b.mm-ffffffff",
    ]
    theirs = [
        "vict.tmp",
        ".MEMORY.md.swp",
        ".MEMORY.md.mm-0123ABCD",
        ".MEMORY.md.mm-0123abc",
        "MEMORY.md.mm-0123abcd",
    ]
    theirs += [".MEMORY.md.mm-0123abcd.bak", ".MEMORY.md.mm-0123abcde", ".mm-0123abcd"]
    for name in [*ours, *theirs]:
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / ".folder.mm-0123abcd").mkdir()

    assert leftovers(tmp_path) == tuple(tmp_path / name for name in sorted(ours))
    assert leftovers(tmp_path / "none") == ()
    with pytest.raises(FileError, match="cannot list"):
        leftovers(tmp_path / "vict.tmp")


MOUNTS = rb"""21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:40 / /home rw master:3 - nfs4 server:/home rw
23 22 0:41 / /home/ann/my\040disk rw - fuse.sshfs ann@server: rw
24 21 0:42 / /mnt/c rw - 9p drvfs rw
25 24 0:43 / /mnt/c rw - ext4 /dev/sdb rw
torn line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/homes", "ext4"),
        ("/home", "nfs4"),
        ("/home/ann", "nfs4"),
        ("/home/ann/my disk/x", "fuse.sshfs"),
        ("/mnt/c/x", "ext4"),
    ],
)
def test_the_file_system_of_a_folder(folder, kind):
    """The deepest mount counts, of two at one place the later one; spaces are written as numbers."""
    assert file_system(folder, MOUNTS) == kind
    assert file_system(folder, b"") is None


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux tells its mounts")
def test_weakness_of_what_is_mounted():
    """The system's own pseudo file systems raise no doubt, also where no folder is."""
    assert weakness(Path("/proc")) is None
    assert weakness(Path("/proc/none/at/all")) is None


def test_the_room_is_light():
    """Importing the room brings nothing that only one of its functions needs."""
    code = "import sys, miminions.files; print({'ctypes', 'platform', 'secrets', 'subprocess', 'tempfile'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@POSIX
def test_a_lock_whose_file_was_removed(tmp_path, holder):
    """Who waited for a lock whose file was removed meanwhile holds the new one, not the ghost."""
    got = []

    def wait():
        with lock(tmp_path / "lock"), try_lock(tmp_path / "lock") as free:
            got.append(free)

    waiter = threading.Thread(target=wait)
    waiter.start()
    (tmp_path / "lock").unlink()
    holder.kill()
    waiter.join(10)

    assert got == [False]


@POSIX
def test_a_lock_follows_no_link(tmp_path):
    """A lock's name that leads elsewhere is refused, and nothing is made there."""
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileError, match="cannot lock"), lock(tmp_path / "lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()


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
