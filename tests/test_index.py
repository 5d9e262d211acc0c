"""The index: always equal to the files, safe to ask anything, and silent about what is not shared."""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import threading
import time
from dataclasses import replace

import pytest
from folders import DAY, add, change, home, personal, reopened, workspace
from indexed import dump, edit
from sessions import write_session

from miminions.errors import FileError, IndexFileError
from miminions.files import lock, read
from miminions.index import Query, Row, Source, SqliteIndex
from miminions.index.analysis import analyse
from miminions.index.sqlite.reader import opened
from miminions.index.sqlite.shelf import SqliteShelf
from miminions.registry import trust

FACTS = """## Decisions
- Deploys run on AWS ECS, no longer on Heroku.
- The staging API allows 100 requests a second per key.

## Insights
- Wait for the thing itself, never for a fixed time.
"""
KINDS = ("fact", "note", "history", "turn")


def texts(hits):
    """Return what hits say, in their order."""
    return [hit.text for hit in hits]


def ask(index, text, day=DAY, **more):
    """Search an index."""
    return index.search(Query(text, day, **more))


def source(*rows, file="a.md", digest="1", workspace="one"):
    """Return a source of given rows."""
    return Source(workspace, workspace, file, digest, lambda: rows)


def names(folder):
    """Return the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def fact(text, **more):
    """Return a row that is a fact."""
    return Row("fact", "aaaaaa", text, **more)


# Sync.


class Watched:
    """An origin that notes the names of the files whose rows are read."""

    def __init__(self, origin, read):
        self.key, self.stamp, self._origin, self._read = origin.key, origin.stamp, origin, read

    def sources(self):
        """Return the sources of the origin, watched."""

        def watched(one):
            name = os.path.basename(one.file)  # noqa: PTH119
            return replace(one, records=lambda: (self._read.append(name), one.read())[1])

        return [watched(one) for one in self._origin.sources()]


def test_a_sync_reads_only_the_sources_that_changed(tmp_path):
    """Each edit costs the reading of what depends on that file, and nothing when nothing changed."""
    ws = workspace(tmp_path / "api", FACTS)
    paths = [write_session(ws.layout.sessions, session=name) for name in ("s1", "s2")]
    ws.layout.history.write_text("# History\n\n## 2026-05-01\n- 10:00 Began.\n", "utf-8")
    index, read = SqliteIndex(tmp_path / "index.db"), []

    def synced():
        read.clear()
        return index.sync([Watched(one, read) for one in ws.origins()])

    assert synced().rebuilt
    assert sorted(read) == ["HISTORY.md"] * 3 + ["MEMORY.md"] * 3 + ["s1.jsonl", "s2.jsonl"]
    assert synced() == replace(synced(), read=0, dropped=0, rebuilt=False)
    assert read == []
    write_session(ws.layout.sessions, (("user", "More."),) * 20, session="s1")
    assert (synced().read, read) == (1, ["s1.jsonl"])
    add(ws, "- A new fact.")
    assert (synced().read, read) == (1, ["MEMORY.md"])
    change(ws.layout.history, "Began", "Started")
    assert (synced().read, sorted(read)) == (2, ["HISTORY.md", "MEMORY.md"])
    paths[1].unlink()
    assert (synced().dropped, read) == (1, [])


@pytest.mark.parametrize("seed", range(4))
def test_an_index_that_followed_every_edit_equals_one_made_anew(tmp_path, seed):
    """Rows and answers are the same, however the files came to be as they are."""
    ws, rng = workspace(tmp_path / "api", FACTS), random.Random(seed)  # noqa: S311
    personal("## Insights\n- Cookies go stale.\n")
    own, everywhere = SqliteIndex(ws.local.index), SqliteIndex(home().global_index)
    for step in range(25):
        edit(ws, rng, step)
        ws.sync()
        ws.sync_global()
    for grown, sources in ((own, ws.origins()), (everywhere, ws.global_origins())):
        fresh = SqliteIndex(tmp_path / f"fresh-{grown.path.name}")
        fresh.sync(sources)
        assert dump(grown) == dump(fresh)
        for text in ("deploy", "staging cookie", "tuesday heroku cache", "naive uber", "until"):
            for limit in (1, 3, 50):
                assert ask(grown, text, kinds=KINDS, limit=limit) == ask(
                    fresh, text, kinds=KINDS, limit=limit
                )


def other_schema(path):
    """Leave a file of another version of this program."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA user_version = 99; DROP TABLE memory_fts")
    connection.close()


def half_zeroed(path):
    """Leave the first pages as they are and nothing of the rest."""
    content = path.read_bytes()
    path.write_bytes(content[:8192] + bytes(len(content) - 8192))


DAMAGES = {
    "another schema": other_schema,
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-5000]),
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_text("# Memory\n" * 500),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_no_index_of_ours_is_made_anew_by_the_next_sync(tmp_path, damage):
    """Another schema, a truncated file and no database at all cost nothing but the time to read the files."""
    ws = workspace(tmp_path / "api", FACTS)
    before = ws.recall("where do we deploy")
    index = SqliteIndex(ws.local.index)
    DAMAGES[damage](index.path)
    assert index.problems()
    assert index.sync(ws.origins()).rebuilt
    assert index.problems() == ()
    assert before
    assert ws.recall("where do we deploy") == before


def test_damage_that_only_a_write_meets_is_mended_by_that_write(tmp_path):
    """The sources' table can be sound while the rows are not."""
    ws = workspace(tmp_path / "api", FACTS)
    write_session(ws.layout.sessions, (("user", "words " * 500),) * 30)
    ws.sync()
    half_zeroed(ws.local.index)
    add(ws, "- Caches are warm.")
    assert texts(ws.recall("caches warm"))[0] == "Caches are warm."
    assert SqliteIndex(ws.local.index).problems() == ()


def test_a_source_that_cannot_be_read_leaves_the_old_index_in_place(tmp_path):
    """The error names the source's trouble; the answers stay as they were and nothing is left behind."""

    def broken():
        yield fact("never finished")
        raise FileError("cannot read it", hint="mend it")

    index = SqliteIndex(tmp_path / "home" / "index.db")
    index.sync([source(fact("deploys run on ecs"))])
    before = index.path.read_bytes()
    with pytest.raises(FileError, match="cannot read it"):
        index.sync([Source("one", "one", "b.md", "1", broken)])
    assert index.path.read_bytes() == before
    assert names(index.path.parent) == ["index.db", "index.db.lock"]


def test_an_index_that_cannot_be_written_says_so(tmp_path):
    """A folder in its place is an error of ours, with a hint, and nothing is left behind."""
    index = SqliteIndex(tmp_path / "index.db")
    index.path.mkdir()
    with pytest.raises(IndexFileError, match=r"index\.db"):
        index.sync([source(fact("deploys"))])
    with pytest.raises(IndexFileError):
        ask(index, "deploys")
    assert names(tmp_path) == ["index.db", "index.db.lock"]


def test_what_a_killed_sync_left_behind_is_in_nobodys_way(tmp_path):
    """The next sync takes the unfinished file's place and leaves none."""
    index = SqliteIndex(tmp_path / "index.db")
    (tmp_path / ".index.db.new").write_bytes(b"half a page")
    index.sync([source(fact("deploys run on ecs"))])
    assert texts(ask(index, "deploys")) == ["deploys run on ecs"]
    assert names(tmp_path) == ["index.db", "index.db.lock"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_nobody_else_can_read_an_index(tmp_path):
    """The file is its owner's alone, from the first sync on."""
    index = SqliteIndex(tmp_path / "index.db")
    for digest in "12":
        index.sync([source(fact("deploys"), digest=digest)])
        assert index.path.stat().st_mode & 0o777 == 0o600


def test_damage_that_the_engine_calls_no_damage_is_damage_too(tmp_path):
    """A schema that is no text any more is mended like all else, though Python stumbles over its message."""
    ws = workspace(tmp_path / "api", FACTS)
    before = ws.recall("where do we deploy")
    index = SqliteIndex(ws.local.index)
    found = index.path.stat()
    content = index.path.read_bytes()
    index.path.write_bytes(content.replace(b"CREATE TABLE origin", b"CREATE TABLE ori\xff\xfe\xff"))
    os.utime(index.path, ns=(found.st_atime_ns, found.st_mtime_ns))
    with pytest.raises(IndexFileError):
        ask(index, "deploys")
    assert index.problems()
    assert ws.recall("where do we deploy") == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_its_place_keeps_nobody_waiting(tmp_path):
    """What is no file is neither opened nor written to: the index takes its place."""
    ws = workspace(tmp_path / "api", FACTS)
    before = ws.recall("where do we deploy")
    ws.local.index.unlink()
    os.mkfifo(ws.local.index)
    assert SqliteIndex(ws.local.index).counts() == {}
    assert ws.recall("where do we deploy") == before


def test_a_writer_that_was_stopped_keeps_no_question_waiting(tmp_path):
    """Who cannot have the lock for a moment goes on without it; of a killed one of these nothing stays for long."""
    ws = workspace(tmp_path / "api", FACTS)
    ws.sync()
    left = ws.local.index.with_name(f".{ws.local.index.name}.new-0badcafe")
    left.write_text("half a page")
    os.utime(left, (1, 1))
    with lock(ws.local.index.with_name(f"{ws.local.index.name}.lock")):
        add(ws, "- Caches are warm.")
        asked = time.perf_counter()
        assert texts(ws.recall("caches warm"))[0] == "Caches are warm."
        assert time.perf_counter() - asked < 5
    add(ws, "- Queues are short.")
    assert texts(ws.recall("queues short"))[0] == "Queues are short."
    assert [name for name in names(ws.local.folder) if ".new" in name] == []


def test_where_no_index_can_be_kept_memory_answers_all_the_same(tmp_path, monkeypatch):
    """As in a sandbox or on a full disk; what was made for the moment is gone with it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ws = workspace(tmp_path / "api", FACTS)
    other = workspace(tmp_path / "web", "## Insights\n- Deploys freeze in spring.\n")
    before = (ws.recall("where do we deploy"), other.recall("where do we deploy", everywhere=True))
    for path in (ws.local.index, other.local.index, home().global_index):
        path.unlink()
        path.mkdir()
    assert (ws.recall("where do we deploy"), other.recall("where do we deploy", everywhere=True)) == before
    assert [name for name in names(tmp_path) if name.startswith("miminions-")] == []


# Readers.


def test_a_query_writes_nothing(tmp_path):
    """Searching, counting and checking leave every byte and every name as it was, and could not do otherwise."""
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(fact("deploys run on ecs"))])
    before = (index.path.read_bytes(), index.path.stat().st_mtime_ns, names(tmp_path))
    assert ask(index, "deploys")
    assert index.counts() == {"fact": 1}
    assert index.problems() == ()
    assert (index.path.read_bytes(), index.path.stat().st_mtime_ns, names(tmp_path)) == before
    with index._reader() as connection:
        assert connection.execute("PRAGMA query_only").fetchone()[0] == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM source")


def test_a_missing_index_answers_nothing_and_is_not_made_by_asking(tmp_path):
    """Only a sync makes the file."""
    index = SqliteIndex(tmp_path / "index.db")
    assert ask(index, "deploys") == ()
    assert index.counts() == {}
    assert index.problems() == ()
    assert names(tmp_path) == []


def test_a_reader_during_a_sync_sees_the_old_state_and_does_not_wait(tmp_path):
    """The new state is there as a whole, once the sync is done; who began to read before goes on with the old."""
    index, begun, go_on = SqliteIndex(tmp_path / "index.db"), threading.Event(), threading.Event()
    index.sync([source(fact("deploys run on heroku"))])

    def slow():
        yield fact("deploys run on ecs")
        begun.set()
        assert go_on.wait(30)
        yield fact("deploys take a minute")

    with index._reader() as early:
        early.execute("SELECT * FROM memory").fetchall()
        thread = threading.Thread(target=lambda: index.sync([Source("one", "one", "a.md", "2", slow)]))
        thread.start()
        try:
            assert begun.wait(30)
            asked = time.perf_counter()
            assert texts(ask(index, "deploys")) == ["deploys run on heroku"]
            assert time.perf_counter() - asked < 1
        finally:
            go_on.set()
            thread.join()
        assert sorted(texts(ask(index, "deploys"))) == ["deploys run on ecs", "deploys take a minute"]
        assert [text for (text,) in early.execute("SELECT text FROM memory")] == ["deploys run on heroku"]


def test_an_index_that_is_published_while_it_is_opened_is_no_damaged_one(tmp_path):
    """Who asks in the very moment in which a new state takes the name gets an answer of the old or of the new one."""
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(fact("Alpha 0"))])

    def write():
        for number in range(1, 150):
            index.sync([source(fact(f"Alpha {number}"), digest=str(number + 1))])

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        assert len(ask(index, "alpha")) == 1
    writer.join()


def test_syncs_at_the_same_time_end_in_one_sound_index(tmp_path):
    """Writers take turns; none of them spoils the other's work."""
    ws = workspace(tmp_path / "api", FACTS)
    threads = [threading.Thread(target=ws.sync) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SqliteIndex(ws.local.index).problems() == ()
    assert texts(ws.recall("heroku")) == ["Deploys run on AWS ECS, no longer on Heroku."]


def test_a_deleted_index_changes_no_answer(tmp_path):
    """The index holds nothing that the files do not: asking again makes it again."""
    ws = workspace(tmp_path / "api", FACTS)
    workspace(tmp_path / "web", "## Insights\n- Wait for cookies, never for a fixed time.\n")
    write_session(ws.layout.sessions)
    questions = ("deploys", "fixed time", "staging api key", "login cookie")
    before = [ws.recall(text, everywhere=True, kinds=KINDS) for text in questions]
    for index in (ws.local.index, home().global_index):
        SqliteIndex(index).remove()
        assert not index.exists()
    assert all(before)
    assert [ws.recall(text, everywhere=True, kinds=KINDS) for text in questions] == before


def test_two_processes_build_what_one_does(tmp_path):
    """Many sources are read by two; what one of them cannot read is an error as ever, and nothing is left behind."""
    sources = [source(*(fact(f"Fact {n} of {m}") for m in range(20)), file=f"{n}.md") for n in range(80)]
    index, plain = SqliteIndex(tmp_path / "a.db"), SqliteIndex(tmp_path / "b.db")
    index.rebuild(sources)
    for end in range(1, 81):
        plain.sync(sources[:end])
    assert dump(index) == dump(plain)
    assert index.problems(sources) == ()

    def broken():
        raise FileError("cannot read it", hint="mend it")

    for place in (0, 40, 79):
        failing = [*sources[:place], Source("one", "one", "broken.md", "1", broken), *sources[place:]]
        with pytest.raises(FileError, match="cannot read it"):
            index.rebuild(failing)
    assert names(tmp_path) == ["a.db", "a.db.lock", "b.db", "b.db.lock"]


def test_a_word_that_no_row_has_any_more_is_not_in_the_file(tmp_path):
    """Whether its line was reworded, deleted or is no longer shared; words that others have stay where they are."""
    ws, other = (
        everything(tmp_path, "all"),
        workspace(tmp_path / "other", "## Insights\n- Deploys are dull.\n"),
    )
    fillers = "".join(f"- Filler number{n} deploys.\n" for n in range(200))
    add(ws, f"## Facts\n- Quaggas deploy.\n{fillers}")
    other.recall("deploys", everywhere=True)
    assert b"quagga" in home().global_index.read_bytes().lower()
    change(ws.layout.memory, "- Quaggas deploy.", "- Okapis deploy.")
    other.recall("deploys", everywhere=True)
    content = home().global_index.read_bytes().lower()
    assert b"quagga" not in content
    assert b"okapi" in content
    change(ws.layout.memory, "- Zebratag deploys. #global\n", "")
    change(ws.layout.memory, "share: all", "share: insights")
    other.recall("deploys", everywhere=True)
    content = home().global_index.read_bytes().lower()
    assert b"zebrainsight" in content
    assert not any(word in content for word in (b"zebratag", b"okapi", b"filler", b"number17"))


def test_a_rebuild_makes_the_same_index_anew(tmp_path):
    """Readers see the old one until the new one is whole."""
    ws = workspace(tmp_path / "api", FACTS)
    ws.sync()
    index = SqliteIndex(ws.local.index)
    before, inode = dump(index), index.path.stat().st_ino
    assert index.rebuild(ws.origins()).rebuilt
    assert dump(index) == before
    assert index.path.stat().st_ino != inode


# Questions.

ANYTHING = {
    "FTS syntax": 'text:deploys NEAR(a b) AND (OR NOT "',
    "column filter": "{text section}: ecs* ^deploys",
    "quotes": "\"'`''\"\"",
    "SQL": "'; DROP TABLE row; --",
    "C++": "C++ && C#",
    "emoji": "🚀🔥 👩‍👩‍👧",
    "NUL": "deploys\x00heroku",
    "controls": "\x01\x02\x03\x1b[31m\x7f",
    "surrogates": "\ud800 \udcff deploys",
    "percent": "%s {} {0} $1 ?1 :name @x",
    "underscores": "__ _ snake_case",
    "long": "deploys " * 12_500,
    "one long word": "x" * 100_000,
    "many words": " ".join(f"word{n}" for n in range(15_000)),
    "wide": "東京にデプロイする ไทย العربية",
    "empty": "",
    "blank": " \t\n\u3000",
    "stopwords": "what is it that we do with this",
}


@pytest.mark.parametrize("name", ANYTHING)
def test_anything_can_be_asked(tmp_path, name):
    """No text is a syntax error, changes the index, or takes long."""
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(fact("Deploys run on ECS, written in C++."), fact("Heroku is history"))])
    before, begun = index.path.read_bytes(), time.perf_counter()
    hits = ask(index, ANYTHING[name])
    assert time.perf_counter() - begun < 1
    assert index.path.read_bytes() == before
    if name in {"quotes", "emoji", "controls", "underscores", "empty", "blank", "stopwords", "many words"}:
        assert hits == ()


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Deploys run on ECS.", "DEPLOYING to ecs?"),
        ("Straße in München", "straße"),
        ("Das Café in der MÜNCHNER Straße", "cafe munchner"),
        ("re\u0301sume\u0301s are stored", "résumés"),
        ("Résumés are stored", "re\u0301sume\u0301s"),
        ("The flag is set_by_hand", "set_by_hand"),
        ("Written in C++", "c++"),
        ("Имена файлов на русском", "ИМЕНА"),
        ("Ports are 8080 and 9090", "9090?"),
    ],
)
def test_a_word_is_found_in_its_other_forms(tmp_path, stored, asked):
    """Case, inflection, accents and the way they are encoded make no difference."""
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(fact(stored), fact("Something else altogether"))])
    assert texts(ask(index, asked)) == [stored]


SCRIPTS = [
    ("本番環境は東京リージョンで動いています", "東京リージョン"),
    ("本番環境は東京リージョンで動いています", "環境"),
    ("本番環境は東京リージョンで動いています", "動いて"),
    ("デプロイはECSに行う", "ECS デプロイ"),
    ("デプロイはECSに行う", "ecs"),
    ("Deploys run in 東京 only", "東京"),
    ("Deploys run in 東京 only", "deploys 東京?"),
    ("数据库每天晚上备份", "备份"),
    ("数据库每天晚上备份", "数据库 备份"),
    ("数据库每天晚上备份", "晚"),
    ("데이터베이스는 매일 백업합니다", "백업"),
    ("데이터베이스는 매일 백업합니다", "\u1107\u1162\u11a8\u110b\u1165\u11b8"),
    ("ฐานข้อมูลสำรองทุกคืน", "ข้อมูล"),
    ("ຖານຂໍ້ມູນສຳຮອງທຸກຄືນ", "ຂໍ້ມູນ"),
    ("មូលដ្ឋានទិន្នន័យ", "ទិន្នន័យ"),
    ("ဒေတာဘေ့စ်ကိုညတိုင်း", "ညတိုင်း"),
    ("ｶﾞｲﾄﾞを読む", "ガイド"),
    ("ガイドを読む", "ｶﾞｲﾄﾞ"),
    ("The \uff21\uff30\uff29 is open", "api"),
    ("The API is open", "\uff21\uff30\uff29"),
    ("Ports are \uff18\uff10\uff18\uff10", "8080"),
    ("The ﬁle is here", "file"),
    ("الكِتَابُ على الطاولة", "الكتاب"),
    ("الكتاب على الطاولة", "الكِتَاب"),
    ("שָׁלוֹם לכולם", "שלום"),
    ("База данных копируется ночью", "ДАННЫХ"),
    ("डेटाबेस का बैकअप रात को", "बैकअप"),
    ("🚀 Launch is on Tuesday 👩\u200d👩\u200d👧", "launch 🚀"),
    ("⚠️Never push on Friday", "never push friday"),
]


@pytest.mark.parametrize("rows", [2, 900])
@pytest.mark.parametrize("kind", ["fact", "turn"])
def test_every_script_is_found(tmp_path, kind, rows):
    """A part of a sentence without spaces, one letter, other widths, left-out points, scripts side by side: each finds its row."""
    index = SqliteIndex(tmp_path / "index.db")
    stored = list(dict.fromkeys(text for text, _ in SCRIPTS))
    others = [f"Something else altogether {n}" for n in range(rows)]
    index.sync([source(*(Row(kind, "", text, line=n, turn=n) for n, text in enumerate(stored + others)))])
    missed = [
        (text, asked)
        for text, asked in SCRIPTS
        if text not in texts(ask(index, asked, kinds=(kind,), limit=2))
    ]
    assert missed == []
    assert index.problems() == ()


@pytest.mark.parametrize("kind", ["fact", "turn"])
def test_letters_in_another_order_are_other_words(tmp_path, kind):
    """Two letters make a word only next to each other, and none over the end of a sentence."""
    index = SqliteIndex(tmp_path / "index.db")
    said = ("京で東を見る。阪に大", "हद", "दह", "Rocks")
    index.sync([source(*(Row(kind, "", text, line=n, turn=n) for n, text in enumerate(said)))])
    for asked in ("東京", "見阪", "夜", "हिन्दी", "डाटा", "\ufe0f", "\u0301", "\ue000"):
        assert ask(index, asked, kinds=(kind,)) == ()


def test_letters_of_other_scripts_leave_the_index_with_their_rows(tmp_path):
    """What was written in letters of their own is changed, dropped and erased like all else."""
    index = SqliteIndex(tmp_path / "index.db")
    kept, gone = fact("Something else"), fact("本番は東京で हिन्दी كِتَاب")
    index.sync([source(kept, gone, section_of("大阪")), source(kept, file="b.md")])
    assert len(ask(index, "東京")) == 1
    index.sync([source(kept, digest="2"), source(kept, file="b.md")])
    assert ask(index, "東京") == ()
    assert not [
        word for word in ("東", "京", "हिन्दी", "كتاب", "大") if word.encode() in index.path.read_bytes()
    ]
    assert index.problems() == ()


def section_of(name):
    """Return a fact of a section."""
    return fact("Something of a section", section=name)


def test_a_section_is_found_in_any_script(tmp_path):
    """A heading is words of its facts, too."""
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(*(fact(f"Filler {n}") for n in range(900)), section_of("決定事項"))])
    with reader(index) as shelf:
        assert len(shelf.best(analyse("決定", DAY).words, 5)) == 1


@contextlib.contextmanager
def reader(index):
    """Give the shelf of memory of an index."""
    with opened(index.path) as connection:
        yield SqliteShelf(connection, "memory", Query("", DAY))


def test_nonsense_gets_nothing(tmp_path):
    """A question none of whose words is known has no answer."""
    ws = workspace(tmp_path / "api", FACTS)
    assert ws.recall("xyzzy plugh quux") == ()
    assert ws.recall("what is the") == ()


def test_facts_end_with_their_last_day(tmp_path):
    """The day of the question decides; a date nobody can read never comes."""
    memory = """## Facts
- Freeze until May. <!-- mm:aaaaa1 until=2026-05-04 -->
- Freeze until a month. <!-- mm:aaaaa2 until=2026-06 -->
- Freeze until further notice. <!-- mm:aaaaa3 until=1-may -->
"""
    ws = workspace(tmp_path / "api", memory)

    def ids(day):
        return {hit.id for hit in reopened(ws.layout.root, day=day).recall("freeze")}

    assert ids("2026-05-04") == {"aaaaa1", "aaaaa2", "aaaaa3"}
    assert ids("2026-05-05") == {"aaaaa2", "aaaaa3"}
    assert ids("2026-06-01") == {"aaaaa2", "aaaaa3"}
    assert ids("2026-06-02") == {"aaaaa3"}
    assert {fact.id for fact in reopened(ws.layout.root, day="2026-06-02").facts(own=True)} == {"aaaaa3"}


@pytest.mark.parametrize("others", [0, 1, 2])
def test_among_a_handful_of_rows_more_of_the_words_count_more(tmp_path, others):
    """The score is more than nothing and puts the row with most words first, wherever it stands."""
    rows = [fact("Deploys take long", line=1), fact("Releases go out on Tuesdays", line=2)][:others]
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(*rows, fact("Deploys go out on Tuesdays", line=3))])
    hits = ask(index, "deploys tuesdays")
    assert hits[0].line == 3
    assert hits[0].score > 0.5
    assert all(hits[0].score > hit.score > 0 for hit in hits[1:])
    assert hits[0].why == "words: deploys, tuesdays"


def test_equal_scores_come_in_the_order_of_the_files(tmp_path):
    """However the index came about, and whatever the limit cuts off."""
    rows = [fact(f"Deploy number {n}", line=n) for n in range(1, 60)]
    sources = [source(*rows[n::3], file=f"{n}.md") for n in range(3)]
    answers = []
    for name, order in (("a.db", sources), ("b.db", sources[::-1])):
        index = SqliteIndex(tmp_path / name)
        for end in range(1, 4):
            index.sync(order[:end])
        answers.append([ask(index, "deploy", limit=limit) for limit in (1, 5, 59)])
    assert answers[0] == answers[1]
    assert [hit.file for hit in answers[0][2]] == sorted(hit.file for hit in answers[0][2])


def test_a_fact_is_not_crowded_out_by_talk(tmp_path):
    """What is true now is found among hundreds of turns that say the same."""
    talk = [Row("turn", "", f"deploy tuesday talk {n}", line=n) for n in range(300)]
    fillers = [fact(f"Something about {n} other things", line=n) for n in range(400)]
    index = SqliteIndex(tmp_path / "index.db")
    index.sync([source(*talk, *fillers, fact("Deploy tuesday not friday", line=999), file="z.md")])
    assert [hit.line for hit in ask(index, "deploy tuesday", kinds=KINDS, limit=1)] == [999]


# What is shared.


def test_an_insight_of_several_workspaces_is_one_hit_that_names_them_all(tmp_path):
    """However many say it, it takes one place."""
    for n in range(15):
        workspace(tmp_path / f"w{n:02}", "## Insights\n- Never sleep in **tests**.\n")
    ws = workspace(tmp_path / "mine", "## Insights\n- Tests never sleep at night.\n")
    hits = ws.recall("never sleep tests", everywhere=True, k=2)
    assert sorted(texts(hits)) == ["Never sleep in **tests**.", "Tests never sleep at night."]
    shared = next(hit for hit in hits if "**" in hit.text)
    assert set(shared.workspaces) == {f"w{n:02}" for n in range(15)}


TOKEN = "ghp_" + "a1B2" * 9


def test_a_secret_in_a_hand_written_fact_is_in_no_index(tmp_path):
    """Wherever in the memory files it stands: not a byte of it gets into the index, nor into the global one."""
    memory = f"""## Insights {TOKEN}
- The deploy token is {TOKEN}. <!-- mm:aaaaaa since={TOKEN} -->
  - detail {TOKEN}

Prose with {TOKEN} deploy.
"""
    ws = workspace(tmp_path / "api", memory, share="all")
    ws.layout.history.write_text(f"# History\n\n## 2026-05-01\n- 10:00 deploy with {TOKEN}\n", "utf-8")
    write_session(ws.layout.sessions, (("user", f"deploy with {TOKEN}, <private>tell nobody</private>"),))
    hits = ws.recall("deploy", everywhere=True, kinds=KINDS)
    assert {hit.kind for hit in hits} == set(KINDS)
    for index in (ws.local.index, home().global_index):
        content = index.read_bytes().lower()
        assert b"deploy" in content
        assert TOKEN[4:].lower().encode() not in content
        assert b"tell nobody" not in content


MEMORY = """## Facts
- Zebrafact deploys.
- Zebratag deploys. #global

## Insights
- Zebrainsight deploys.

## Context

Zebranote deploys.
"""


def everything(tmp_path, share):
    """Make a workspace that holds one of each kind."""
    ws = workspace(tmp_path / "zoo", MEMORY, share=share)
    ws.layout.history.write_text("# History\n\n## 2026-05-01\n- 10:00 Zebrahistory deploys.\n", "utf-8")
    write_session(ws.layout.sessions, (("user", "Zebraturn deploys."),))
    return ws


def shared_words():
    """Return which of the words that give a kind away are in the bytes of the global index."""
    content = home().global_index.read_bytes().lower()
    words = {"fact", "tag", "insight", "note", "history", "turn"}
    return {word for word in words if f"zebra{word}".encode() in content}


SHARED = {
    "none": set(),
    "insights": {"insight", "tag"},
    "all": {"fact", "tag", "insight", "note", "history"},
}


@pytest.mark.parametrize("share", SHARED)
def test_a_workspace_shares_what_it_says_and_nothing_else(tmp_path, share):
    """None is absent byte for byte, insights are those and what is tagged #global, turns are in no case there."""
    everything(tmp_path, share)
    other = workspace(tmp_path / "other")
    found = {
        hit.text.split()[0].lower().removeprefix("zebra")
        for hit in other.recall("deploys", everywhere=True, kinds=KINDS)
    }
    assert found == SHARED[share]
    assert shared_words() == SHARED[share]
    assert (b"zoo" in home().global_index.read_bytes()) == (share != "none")


@pytest.mark.parametrize(("before", "after"), [("all", "insights"), ("all", "none"), ("insights", "none")])
def test_what_is_shared_no_longer_leaves_no_byte_behind(tmp_path, before, after):
    """A changed word in the front matter is obeyed by the next answer."""
    ws, other = (
        everything(tmp_path, before),
        workspace(tmp_path / "other", "## Insights\n- Deploys are dull.\n"),
    )
    other.recall("deploys", everywhere=True)
    assert shared_words() == SHARED[before]
    change(ws.layout.memory, f"share: {before}", f"share: {after}")
    other.recall("deploys", everywhere=True)
    assert shared_words() == SHARED[after]


def test_the_persons_setting_can_only_tighten(tmp_path, monkeypatch):
    """The tighter of the workspace's word and the person's holds."""
    everything(tmp_path, "all")
    other = workspace(tmp_path / "other")
    for word in ("all", "insights", "none"):
        monkeypatch.setenv("MIMINIONS_SHARE", word)
        reopened(other.layout.root).recall("deploys", everywhere=True)
        assert shared_words() == SHARED[word]
    monkeypatch.setenv("MIMINIONS_SHARE", "all")
    change(tmp_path / "zoo" / "memory" / "MEMORY.md", "share: all", "share: insights")
    reopened(other.layout.root).recall("deploys", everywhere=True)
    assert shared_words() == SHARED["insights"]


def test_a_word_that_nobody_knows_shares_nothing(tmp_path):
    """A typing error in `share` does not give anything away, and neither does broken front matter."""
    ws, other = everything(tmp_path, "all"), workspace(tmp_path / "other")
    for old, new in (("share: all", "share: al"), ("share: al", "share: [")):
        change(ws.layout.memory, old, new)
        assert other.recall("deploys", everywhere=True) == ()
        assert shared_words() == set()


def test_an_untrusted_workspace_feeds_nothing(tmp_path):
    """What came with a clone is in no other workspace's answer, until it is trusted."""
    ws, other = everything(tmp_path, "all"), workspace(tmp_path / "other")
    for trusted in (False, True):
        trust(home(), ws.id, ws.layout.root, trusted=trusted)
        assert bool(other.recall("deploys", everywhere=True)) == trusted
        assert bool(shared_words()) == trusted


def test_a_workspace_that_is_gone_vanishes_from_the_answers(tmp_path):
    """Moved away, deleted, or another workspace in its place: it is not there any more."""
    ws, other = everything(tmp_path, "all"), workspace(tmp_path / "other")
    root = ws.layout.root
    assert other.recall("deploys", everywhere=True)
    root.rename(tmp_path / "elsewhere")
    assert other.recall("deploys", everywhere=True) == ()
    (tmp_path / "elsewhere").rename(root)
    assert other.recall("deploys", everywhere=True)
    change(ws.layout.memory, f"workspace: {ws.id}", "workspace: ffffffff-someone-else")
    assert other.recall("deploys", everywhere=True) == ()
    shutil.rmtree(root)
    assert other.recall("deploys", everywhere=True) == ()
    assert shared_words() == set()


@pytest.mark.parametrize("closed", ["api", "zoo"])
def test_of_several_places_the_tightest_word_holds(tmp_path, closed):
    """A copy with the same id cannot give away what another of its places keeps to itself."""
    shutil.copytree(workspace(tmp_path / "api", FACTS, share="all").layout.root, tmp_path / "zoo")
    copy, other = reopened(tmp_path / "zoo"), workspace(tmp_path / "web")
    change(tmp_path / closed / "memory" / "MEMORY.md", "share: all", "share: none")
    trust(home(), copy.id, copy.layout.root)
    assert other.recall("deploys staging wait", everywhere=True) == ()
    assert b"Heroku" not in home().global_index.read_bytes()
    trust(home(), copy.id, tmp_path / closed, trusted=False)
    assert other.recall("deploys staging wait", everywhere=True)


def test_the_persons_word_closes_the_workspaces_around_too(tmp_path, monkeypatch):
    """The setting `share` tightens what a folder of a repository sees of the ones above it."""
    (tmp_path / "mono" / ".git").mkdir(parents=True)
    workspace(tmp_path / "mono", FACTS)
    inner = workspace(tmp_path / "mono" / "web")
    assert inner.recall("where do we deploy")
    monkeypatch.setenv("MIMINIONS_SHARE", "none")
    inner = reopened(inner.layout.root)
    assert inner.recall("where do we deploy") == ()
    assert "Heroku" not in inner.context().text


def test_two_clones_are_one_workspace(tmp_path):
    """What both say is one hit that names one of them."""
    ws, other = everything(tmp_path, "all"), workspace(tmp_path / "other")
    shutil.copytree(ws.layout.root, tmp_path / "clone")
    clone = workspace(tmp_path / "clone")
    assert clone.id == ws.id
    hits = other.recall("zebrafact", everywhere=True)
    assert [(hit.text, len(hit.workspaces)) for hit in hits] == [("Zebrafact deploys.", 1)]


def indexes(ws):
    """Return the index files that there are of a workspace, with the times at which each was written."""
    return {path.name: path.stat().st_ino for path in ws.local.indexes}


def test_clones_and_worktrees_have_an_index_each(tmp_path):
    """Asked by turns, each is read once and says what its own files say; one that is gone leaves nothing."""
    ws = workspace(tmp_path / "one", FACTS, share="none")
    shutil.copytree(ws.layout.root, tmp_path / "two")
    other = workspace(tmp_path / "two", "- Only here: cookies expire.\n")
    assert other.id == ws.id
    for space in (ws, other):
        space.recall("cookies")
    before = indexes(ws)
    assert len(before) == 2
    for _ in range(2):
        assert texts(ws.recall("cookies expire")) != texts(other.recall("cookies expire"))
    time.sleep(0.1)
    for space in (ws, other):
        space.sync()
    written = indexes(ws)
    for space in (ws, other, ws):
        assert not space.sync()
    assert indexes(ws) == written
    shutil.rmtree(tmp_path / "two")
    ws.local.index.unlink()
    ws.sync()
    assert list(indexes(ws)) == [ws.local.index.name]
    assert not any(
        "Only here" in path.read_bytes().decode("latin-1") for path in ws.local.folder.rglob("*.db")
    )


def test_a_moved_and_a_renamed_workspace_are_found_where_they_are(tmp_path):
    """The old place answers no more, the new one says its own path and label."""
    ws, other = everything(tmp_path, "all"), workspace(tmp_path / "other")
    assert other.recall("zebrafact", everywhere=True)[0].workspaces == ("zoo",)
    identity, moved = ws.id, ws.layout.root.rename(tmp_path / "park")
    assert other.recall("zebrafact", everywhere=True) == ()
    trust(home(), identity, moved)
    hit = other.recall("zebrafact", everywhere=True)[0]
    assert (hit.workspaces, hit.file) == (("park",), str(moved / "memory" / "MEMORY.md"))
    assert b"/zoo/" not in home().global_index.read_bytes()
    assert texts(reopened(moved).recall("zebrafact")) == ["Zebrafact deploys."]


@pytest.mark.skipif(os.name == "nt", reason="Windows needs a privilege for links")
def test_a_memory_behind_a_link_is_followed(tmp_path):
    """A link to the folder and one to the file: what they point to is read, also when they point elsewhere."""
    ws = workspace(tmp_path / "api", "- Deploys on Monday.\n")
    elsewhere = tmp_path / "elsewhere"
    ws.layout.folder.rename(elsewhere)
    ws.layout.folder.symlink_to(elsewhere)
    assert texts(ws.recall("deploys")) == ["Deploys on Monday."]
    change(elsewhere / "MEMORY.md", "Monday", "Friday")
    assert texts(ws.recall("deploys")) == ["Deploys on Friday."]
    real = tmp_path / "real.md"
    (elsewhere / "MEMORY.md").rename(real)
    (elsewhere / "MEMORY.md").symlink_to(real)
    change(real, "Friday", "Sunday")
    assert texts(ws.recall("deploys")) == ["Deploys on Sunday."]
    second = tmp_path / "second.md"
    second.write_text(real.read_text("utf-8").replace("Sunday", "Monday"), "utf-8")
    os.utime(second, ns=(real.stat().st_atime_ns, real.stat().st_mtime_ns))
    (elsewhere / "MEMORY.md").unlink()
    (elsewhere / "MEMORY.md").symlink_to(second)
    assert texts(ws.recall("deploys")) == ["Deploys on Monday."]


def test_places_that_differ_in_case_only_are_two(tmp_path):
    """Where the file system tells them apart, so does the index."""
    (tmp_path / "API").mkdir()
    if (tmp_path / "api").exists():
        pytest.skip("this file system folds case")
    one = workspace(tmp_path / "API", "## Insights\n- Kestrels are grey.\n")
    two = workspace(tmp_path / "api", "## Insights\n- Kestrels are brown.\n")
    hits = workspace(tmp_path / "other").recall("kestrels", everywhere=True)
    assert {hit.workspaces for hit in hits} == {("API",), ("api",)}
    assert (texts(one.recall("kestrels")), texts(two.recall("kestrels"))) == (
        ["Kestrels are grey."],
        ["Kestrels are brown."],
    )


def test_a_save_with_the_same_size_and_time_is_seen(tmp_path):
    """Right after another one, and with its time put back: what was saved a moment ago is looked into, the rest has another change time."""
    ws = workspace(tmp_path / "api", "- Deploys on Monday.\n")
    for day, other in (("Monday", "Friday"), ("Friday", "Sunday"), ("Sunday", "Monday")):
        before = ws.layout.memory.stat()
        assert texts(ws.recall("deploys")) == [f"Deploys on {day}."]
        ws.layout.memory.write_text(ws.layout.memory.read_text("utf-8").replace(day, other), "utf-8")
        os.utime(ws.layout.memory, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert texts(ws.recall("deploys")) == [f"Deploys on {other}."]


def test_a_sync_where_nothing_changed_reads_no_file(tmp_path, monkeypatch):
    """Nothing but stat tells that."""
    ws = workspace(tmp_path / "api", FACTS, share="all")
    write_session(ws.layout.sessions)
    time.sleep(0.1)
    ws.sync()
    ws.sync_global()
    opened = []

    def noted(path):
        opened.append(path.name)
        return read(path)

    monkeypatch.setattr("miminions.index.rows.folders.read", noted)
    ws.sync()
    ws.sync_global()
    assert opened == []


def test_a_workspace_can_be_left_out_of_the_answer(tmp_path):
    """Whose own index is asked needs no second voice from the global one."""
    ws = everything(tmp_path, "all")
    ws.sync_global()
    index = SqliteIndex(home().global_index)
    assert ask(index, "zebrafact")
    assert ask(index, "zebrafact", without=("personal", ws.id)) == ()


def test_personal_memory_answers_everywhere(tmp_path):
    """What is true of the person is found from each workspace, whatever the workspaces share."""
    personal("## Preferences\n- I prefer uv over pip.\n")
    ws = workspace(tmp_path / "api", share="none")
    assert [(hit.text, hit.workspaces) for hit in ws.recall("uv pip")] == [
        ("I prefer uv over pip.", ("personal",))
    ]


# Secrets.


def test_what_the_environment_calls_a_secret_since_is_masked(tmp_path, monkeypatch):
    """An index made before knows it as a word."""
    word = "plum77" + "tree99x"
    ws = workspace(tmp_path / "api", f"- The door opens with {word}.\n")
    assert texts(ws.recall("door opens")) == [f"The door opens with {word}."]
    monkeypatch.setenv("SHOP_DB_PASSWORD", word)
    assert texts(reopened(ws.layout.root).recall("door opens")) == [
        "The door opens with [redacted:SHOP_DB_PASSWORD]."
    ]


@pytest.mark.parametrize("begin", ["", "A paragraph makes it other than plain.\n\n| a |\n\n"])
def test_no_column_of_an_index_has_a_secret(tmp_path, begin):
    """Keys, links, sessions and sections are words of people as well."""
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    memory = (
        f"{begin}## Keys {token}\n\n- Herons. <!-- mm:aaaaaa key={token} -->\n- Two [[{token}]] #{token}\n"
    )
    ws = workspace(tmp_path / "api", memory, share="all")
    ws.layout.history.write_text(
        f"# History\n\n## 2026-05-01\n- 10:00 Said. <!-- mm:s={token} turns=1-2 +aaaaaa -->\n", "utf-8"
    )
    assert ws.recall("herons", everywhere=True)
    for path in (ws.local.index, home().global_index):
        assert token.encode() not in path.read_bytes()


# Bytes that are no text.


def test_bytes_that_are_no_utf8_do_not_stop_a_sync(tmp_path):
    """Facts, turns and file names with lone surrogates are found by the words around them."""
    ws = workspace(tmp_path / "api")
    content = ws.layout.memory.read_bytes()
    ws.layout.memory.write_bytes(
        content + b"\n- Caf\xe9 deploys \xff.\n- Marked \x02deploys\x03 twice \x00.\n"
    )
    ws.layout.sessions.mkdir()
    record = {
        "role": "user",
        "content": "deploys \ud800 lone",
        "session_id": "s\udc80",
        "timestamp": "2026-05-01",
    }
    name = os.fsdecode(b"caf\xe9.jsonl") if os.name == "posix" else "cafe.jsonl"
    try:
        path = ws.layout.sessions / name
        path.touch()
    except OSError:
        path = ws.layout.sessions / "cafe.jsonl"
    path.write_text(json.dumps(record) + "\n", "utf-8")
    hits = ws.recall("deploys", kinds=KINDS)
    assert sorted(texts(hits)) == ["Caf? deploys ?.", "Marked \x02deploys\x03 twice \x00.", "deploys ? lone"]
    assert ws.sync() is False


def test_what_is_no_transcript_has_no_turns(tmp_path):
    """Folders, binaries and other people's JSON among the transcripts stop nothing."""
    ws = workspace(tmp_path / "api", FACTS)
    write_session(ws.layout.sessions)
    (ws.layout.sessions / "folder.jsonl").mkdir()
    (ws.layout.sessions / "binary.jsonl").write_bytes(bytes(range(256)) * 20)
    (ws.layout.sessions / "other.jsonl").write_text('{"a": 1}\n[]\n', "utf-8")
    (ws.layout.sessions / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    assert ws.recall("heroku")
    assert {hit.kind for hit in ws.recall("cookie", kinds=("turn",))} == {"turn"}
