"""Law: whatever happens to an index file, no answer is wrong, verify finds the damage, and the next sync mends it."""

import os
import random
import signal
import sqlite3
import time

import pytest
from bench import figures
from folders import add, workspace
from indexed import dump
from natural import Writer
from sessions import write_session

from miminions.errors import IndexFileError
from miminions.index import Query, SqliteIndex

KINDS = ("fact", "note", "history", "turn")
QUESTIONS = ("deploys tuesday", "object method", "type value string", "kestrel", "login cookie")


@pytest.fixture
def space(tmp_path):
    """Return a workspace with a few pages of index, with its index up to date."""
    writer = Writer(3)
    facts = "".join(f"- {writer.sentence()}\n" for _ in range(60))
    ws = workspace(
        tmp_path / "api",
        f"## Facts\n- Deploys go out on Tuesday.\n- The kestrel is grey.\n{facts}\nSome prose.\n",
    )
    ws.layout.history.write_text("# History\n\n## 2026-05-01\n- 10:00 Deploys began.\n", "utf-8")
    write_session(ws.layout.sessions)
    # What was saved a moment ago is read again by each sync.
    time.sleep(0.1)
    ws.sync()
    return ws


def answers(index):
    """Return what an index answers, as text and place, or None where it says that it is damaged."""
    found = []
    for text in QUESTIONS:
        try:
            hits = index.search(Query(text, "2026-05-04", kinds=KINDS))
        except IndexFileError:
            return None
        found.append(
            [(hit.kind, hit.id, hit.text, hit.section, hit.file, hit.line, hit.workspaces) for hit in hits]
        )
    return found


class Sound:
    """An index as it was before any damage, which can be done to it again and again."""

    def __init__(self, ws):
        self.index = SqliteIndex(ws.local.index)
        self.ws = ws
        self.content, self.stat = self.index.path.read_bytes(), self.index.path.stat()
        self.dump, self.answers = dump(self.index), answers(self.index)

    def write(self, content, *, unseen=False):
        """Leave other bytes in its place, with the time as it was where nobody shall see it."""
        self.index.path.write_bytes(content)
        if unseen:
            os.utime(self.index.path, ns=(self.stat.st_atime_ns, self.stat.st_mtime_ns))

    def check(self, *, found=True):
        """Check that no answer is wrong, that the damage is found where it must be, and that it is mended."""
        said = answers(self.index)
        rows = {repr(row) for row in self.dump}
        for hit in (hit for hits in said or () for hit in hits):
            assert any(repr(hit[2]) in row and repr(hit[4]) in row for row in rows), hit
        problems = self.index.problems(self.ws.origins())
        if found:
            assert problems
        self.ws.sync()
        assert self.index.problems(self.ws.origins()) == ()
        # Damage that nobody finds changes nothing.
        assert dump(self.index) == self.dump
        assert answers(self.index) == self.answers
        return bool(problems)


def flipped(content, rng):
    """Return bytes with one bit turned."""
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def test_a_flipped_bit_is_found_and_mended(space, full):
    """A program that writes into the file shows by the file's time; a disk that rots, by what is checked."""
    sound, rng, count = Sound(space), random.Random(1), 600 if full else 25  # noqa: S311
    for _ in range(count):
        sound.write(flipped(sound.content, rng))
        sound.check()
    found = 0
    for _ in range(count):
        sound.write(flipped(sound.content, rng), unseen=True)
        found += sound.check(found=False)
    figures(
        f"{count} bits flipped by a program: all found; {count} by a disk: {found} found, the others changed no row or answer"
    )


def test_a_truncated_file_is_found_and_mended(space, full):
    """At every page, seen or unseen."""
    sound = Sound(space)
    pages = range(0, len(sound.content), 4096)
    for end in pages if full else [*pages][:: max(1, len(pages) // 12)]:
        for unseen in (False, True):
            sound.write(sound.content[:end], unseen=unseen)
            sound.check()
    figures(f"{len(pages)} pages: cut at each, all found and mended")


def foreign(path):
    """Leave another program's database."""
    path.unlink()
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE memory (place, text); INSERT INTO memory VALUES (1, 'Deploys never go out.')"
    )
    connection.close()


def own_but_older(path):
    """Leave a file of ours with another schema."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 3")
    connection.close()


def other_rows(path):
    """Change what a row says."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE memory SET text = replace(text, 'Tuesday', 'Sunday')")
    connection.commit()
    connection.close()


def other_source(path):
    """Change where rows come from."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE source SET file = '/etc/passwd'")
    connection.commit()
    connection.close()


def words_gone(path):
    """Take out words that can be found."""
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM memory_fts_data WHERE id > 10")
    connection.commit()
    connection.close()


def rows_gone(path):
    """Take out rows, and leave their words."""
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM memory WHERE place % 3 = 1")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("unseen", [False, True])
@pytest.mark.parametrize("damage", [foreign, own_but_older, other_rows, other_source, words_gone, rows_gone])
def test_a_file_that_somebody_changed_is_found_and_mended(space, damage, unseen):
    """Other rows, other words, another schema, another program's file: nothing of it is ever shown."""
    sound = Sound(space)
    damage(sound.index.path)
    sound.write(sound.index.path.read_bytes(), unseen=unseen)
    assert "Sunday" not in repr(answers(sound.index))
    sound.check()


def test_a_question_to_a_damaged_index_is_answered(space):
    """Who asks the workspace gets the right answer at once, and sees nothing of it."""
    sound, rng = Sound(space), random.Random(2)  # noqa: S311
    right = [space.recall(text, kinds=KINDS) for text in QUESTIONS]
    for damage in (other_rows, rows_gone, words_gone):
        damage(sound.index.path)
        assert [space.recall(text, kinds=KINDS) for text in QUESTIONS] == right
    for _ in range(10):
        sound.write(flipped(sound.content, rng))
        assert [space.recall(text, kinds=KINDS) for text in QUESTIONS] == right
    # The row is wrong and nothing but its own seal says so.
    sound.write(sound.content.replace(b"go out on Tuesday", b"go out on Sundays"), unseen=True)
    assert [space.recall(text, kinds=KINDS) for text in QUESTIONS] == right
    sound.index.remove()
    assert [space.recall(text, kinds=KINDS) for text in QUESTIONS] == right


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot fork")
def test_a_killed_sync_leaves_the_old_index_or_the_new_one(space, full):
    """Killed at any moment, and the next sync ends where an unbroken one would."""
    rng, killed = random.Random(3), 0  # noqa: S311
    index = SqliteIndex(space.local.index)
    for number in range(150 if full else 8):
        add(space, f"- Fact number {number} of the kestrel.")
        child = os.fork()
        if not child:
            try:
                space.sync()
            finally:
                os._exit(0)
        time.sleep(rng.random() * 0.02)
        os.kill(child, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        assert index.problems() == ()
        space.sync()
        fresh = SqliteIndex(index.path.with_name("fresh.db"))
        fresh.rebuild(space.origins())
        assert dump(index) == dump(fresh)
    figures(f"{killed} syncs killed: each left a sound index, and the next one ended as an unbroken one")
