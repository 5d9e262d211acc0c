"""SQLiteMemory: records, three ways to search, both drivers, and files that are not ours."""

import math
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from miminions.errors import ConflictError, FileError, MiminionsError, NotFoundError, UsageError
from miminions.memory.sqlite import MemoryRecord, SQLiteMemory
from miminions.memory.sqlite_file import apsw_driver, connect, standard_driver

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guides" / "sqlite-memory.md"

LANES = {
    "stdlib": partial(connect, drivers=[standard_driver]),
    "apsw": partial(connect, drivers=[apsw_driver]),
}
PLAIN = partial(connect, drivers=[])
SPECIAL = ["", " ", "C++", "C#", '"', '""', "'", "a AND", "NOT", "NEAR(", "*", "text:x", "^a", "(", "-x", "%", "_", "\\", "🎉", "\0", "a\0b", "é" * 9, "}{", "x" * 60_000]  # fmt: skip


def ticking():
    """Return a clock that is a second later each time it is asked."""
    seconds = count()
    return lambda: datetime(2026, 11, 20, 14, tzinfo=UTC) + timedelta(seconds=next(seconds))


def numbered():
    """Return a generator of the ids m0, m1, m2 and so on."""
    numbers = count()
    return lambda: f"m{next(numbers)}"


def opened(path=":memory:", connect=PLAIN):
    """Return a store with a clock and ids that repeat."""
    return SQLiteMemory(path, clock=ticking(), new_id=numbered(), connect=connect)


def texts(records):
    """Return the texts of records in their order."""
    return [record.text for record in records]


def can_rank(lane):
    """Say whether that driver can load sqlite-vec here."""
    store = LANES[lane](":memory:")
    store.connection.close()
    return store.vectors


@pytest.fixture(params=sorted(LANES))
def lane(request):
    """Give a way to open files with vectors, by each driver that this machine has."""
    if not can_rank(request.param):
        reasons = {
            "stdlib": "this Python's sqlite3 cannot load extensions, or sqlite-vec is not installed",
            "apsw": "apsw or sqlite-vec is not installed",
        }
        pytest.skip(reasons[request.param])
    return LANES[request.param]


@pytest.fixture
def memory():
    """Give an empty store that has no need of sqlite-vec."""
    with opened() as store:
        yield store


@pytest.fixture
def vectors(lane):
    """Give an empty store with vectors, once for each driver."""
    with opened(connect=lane) as store:
        yield store


def test_the_documented_lines_work_as_written(tmp_path, monkeypatch):
    """The constructor, store and search take the arguments that the documentation shows."""
    if not connect(":memory:").vectors:
        pytest.skip("no driver here can load sqlite-vec")
    monkeypatch.chdir(tmp_path)
    memory = SQLiteMemory("memory.db")
    memory.store("Python is a programming language", embedding=[0.1, 0.2, 0.3])
    results = memory.search(query_vector=[0.1, 0.2, 0.3], limit=5)
    memory.close()
    assert texts(results) == ["Python is a programming language"]
    assert results[0].score == pytest.approx(1, abs=1e-6)
    assert (tmp_path / "memory.db").is_file()


def test_importing_the_module_imports_no_driver():
    """The import brings in neither numpy nor apsw nor sqlite_vec nor sqlite3."""
    program = "import sys, miminions.memory.sqlite; print({'numpy', 'apsw', 'sqlite_vec', 'sqlite3'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"


def test_ranking_vectors_does_not_import_the_extension_s_module(lane):
    """sqlite-vec is loaded by path, so that neither its module nor numpy is imported."""
    before = {"numpy", "sqlite_vec"} & set(sys.modules)
    with opened(connect=lane) as memory:
        memory.store("x", embedding=[1, 2])
    assert {"numpy", "sqlite_vec"} & set(sys.modules) == before


def test_constructing_touches_no_file(tmp_path):
    """The file is made at first use, not by the constructor."""
    memory = opened(tmp_path / "memory.db")
    assert list(tmp_path.iterdir()) == []
    assert len(memory) == 0
    memory.close()
    assert (tmp_path / "memory.db").exists()


def test_a_relative_path_is_that_of_the_constructor(tmp_path, monkeypatch):
    """Changing the working directory before the first use does not move the file."""
    monkeypatch.chdir(tmp_path)
    memory = opened("memory.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    memory.store("here")
    memory.close()
    assert (tmp_path / "memory.db").exists()


def test_a_record_comes_back_as_it_was_stored(memory):
    """`get` returns text, metadata and both times, and no score."""
    key = memory.store("Größe\n zählt \0 🎉", metadata={"tags": ["a", None, 1.5], "ü": {"deep": True}})
    assert key == "m0"
    assert memory.get(key) == MemoryRecord(
        id="m0",
        text="Größe\n zählt \0 🎉",
        metadata={"tags": ["a", None, 1.5], "ü": {"deep": True}},
        created="2026-11-20T14:00:00.000000+00:00",
        updated="2026-11-20T14:00:00.000000+00:00",
        score=None,
    )


def test_times_are_utc_whatever_the_clock_says():
    """A clock in another time zone is written as UTC."""
    east = timezone(timedelta(hours=2))
    with SQLiteMemory(
        ":memory:", clock=lambda: datetime(2026, 1, 1, 1, tzinfo=east), connect=PLAIN
    ) as memory:
        assert memory.get(memory.store("x")).created == "2025-12-31T23:00:00.000000+00:00"


def test_ids_are_random_unless_given():
    """Two stores of one text get two ids; a given id is kept."""
    with SQLiteMemory(":memory:", connect=PLAIN) as memory:
        ids = {memory.store("x"), memory.store("x"), memory.store("x", id="mine")}
        assert len(ids) == 3
        assert "mine" in ids


def test_an_id_is_taken_once(memory):
    """Storing an existing id raises ConflictError and changes nothing."""
    memory.store("first", id="k")
    with pytest.raises(ConflictError, match="'k'"):
        memory.store("second", id="k")
    assert memory.get("k").text == "first"
    assert texts(memory.full_text_search("second")) == []


@pytest.mark.parametrize(
    ("change", "text", "metadata"),
    [
        ({}, "old words", {"a": 1}),
        ({"text": "new words"}, "new words", {"a": 1}),
        ({"metadata": {"b": 2}}, "old words", {"b": 2}),
        ({"metadata": {}}, "old words", {}),
        ({"text": "new words", "metadata": {"b": 2}}, "new words", {"b": 2}),
    ],
)
def test_update_keeps_what_it_is_not_told_to_change(memory, change, text, metadata):
    """Only the given parts change, and the time of the update."""
    key = memory.store("old words", metadata={"a": 1})
    created = memory.get(key).created
    memory.update(key, **change)
    record = memory.get(key)
    assert (record.text, record.metadata, record.created) == (text, metadata, created)
    assert record.updated > created


def test_update_moves_the_words(memory):
    """After an update the old words find nothing and the new words find the record."""
    key = memory.store("heroku hosts it")
    memory.update(key, text="fargate hosts it")
    assert memory.full_text_search("heroku") == memory.keyword_search("heroku") == []
    assert texts(memory.full_text_search("fargate")) == texts(memory.keyword_search("FARGATE"))
    assert len(memory.full_text_search("fargate")) == 1


def test_update_of_an_embedding_keeps_the_text(vectors):
    """A new embedding replaces the old, an update without one keeps it."""
    key = vectors.store("x", embedding=[1, 0])
    vectors.update(key, text="y")
    assert vectors.search(query_vector=[1, 0])[0].score == pytest.approx(1, abs=1e-6)
    vectors.update(key, embedding=[0, 1])
    (found,) = vectors.search(query_vector=[1, 0])
    assert found.text == "y"
    assert found.score == pytest.approx(0, abs=1e-6)


def test_update_can_add_an_embedding(vectors):
    """A record that was stored without an embedding can be given one."""
    key = vectors.store("x")
    assert vectors.search(query_vector=[1, 0]) == []
    vectors.update(key, embedding=[1, 0])
    assert len(vectors.search(query_vector=[1, 0])) == 1


def test_a_deleted_record_is_in_no_table(tmp_path, lane):
    """Delete removes the row, its words and its embedding, and leaves the others."""
    path = tmp_path / "memory.db"
    with opened(path, lane) as memory:
        gone = memory.store("alpha beta", embedding=[1, 0])
        memory.store("alpha gamma", embedding=[0, 1])
        memory.delete(gone)
        assert len(memory) == 1
        assert texts(memory.full_text_search("alpha beta")) == ["alpha gamma"]
        assert texts(memory.search(query_vector=[1, 0])) == ["alpha gamma"]
    raw = sqlite3.connect(path)
    counts = [
        raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - our own names
        for name in ("memories", "vectors", "words_docsize")
    ]
    raw.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    raw.close()
    assert counts == [1, 1, 1]


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
def test_an_unknown_id_is_not_found(memory, verb):
    """get, update and delete of a missing id raise NotFoundError with a hint."""
    with pytest.raises(NotFoundError, match="'nobody'") as caught:
        getattr(memory, verb)("nobody")
    assert "list()" in caught.value.hint


def test_list_is_newest_first_in_pages(memory):
    """Pages follow one another without gap or repeat."""
    for number in range(7):
        memory.store(f"text {number}")
    assert texts(memory.list()) == [f"text {number}" for number in reversed(range(7))]
    assert texts(memory.list(limit=3)) == ["text 6", "text 5", "text 4"]
    assert texts(memory.list(limit=3, offset=5)) == ["text 1", "text 0"]
    assert memory.list(limit=0) == memory.list(offset=7) == []


def test_list_of_one_instant_is_last_stored_first():
    """Records of the same time keep a fixed order."""
    with SQLiteMemory(":memory:", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), connect=PLAIN) as memory:
        for text in "abc":
            memory.store(text)
        assert texts(memory.list()) == ["c", "b", "a"]


def test_len_counts_records(memory):
    """`len` follows store and delete."""
    key = memory.store("a")
    memory.store("b")
    assert len(memory) == 2
    memory.delete(key)
    assert len(memory) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("%", ["100% sure"]),
        ("0%", ["100% sure"]),
        ("_", ["snake_case"]),
        ("\\", ["C:\\path"]),
        ("c++", ["C++ and Straße"]),
        ("STRASSE", ["C++ and Straße"]),
        ("ÉCOLE", ["l'école"]),
        ("e\u0301cole", ["l'école"]),
        ("🎉", ["party🎉"]),
        ("nothing", []),
        ("", []),
        ("  ", []),
    ],
)
def test_keyword_search_finds_what_is_written(memory, query, found):
    """A keyword is a substring without wildcards, and letter case does not count."""
    for text in ("100% sure", "snake_case", "C:\\path", "C++ and Straße", "l'école", "party🎉"):
        memory.store(text)
    assert texts(memory.keyword_search(query)) == found


def test_keyword_search_is_newest_first(memory):
    """The limit cuts the oldest."""
    for number in range(4):
        memory.store(f"note {number}")
    assert texts(memory.keyword_search("NOTE", limit=2)) == ["note 3", "note 2"]


def test_full_text_search_ranks_by_words(memory):
    """A record with more of the words comes first, and scores fall."""
    memory.store("the cat sat on the mat")
    memory.store("dogs and cats are friends")
    memory.store("a cat and a dog on a mat, the dog asleep")
    memory.store("nothing of the kind")
    found = memory.full_text_search("cat dog")
    assert texts(found) == ["a cat and a dog on a mat, the dog asleep", "the cat sat on the mat"]
    assert found[0].score > found[1].score
    assert texts(memory.full_text_search("cat dog", limit=1)) == texts(found[:1])


def test_full_text_search_ignores_accents_and_case(memory):
    """Words match whatever their case and accents."""
    memory.store("Das Café öffnet um acht")
    assert len(memory.full_text_search("CAFE")) == 1


def test_full_text_search_finds_words_with_signs(memory):
    """A word with signs finds the record that holds it."""
    memory.store("We write C++ and some foo-bar.")
    memory.store("bar foo")
    assert texts(memory.full_text_search("C++")) == ["We write C++ and some foo-bar."]
    assert texts(memory.full_text_search("foo-bar")) == ["We write C++ and some foo-bar."]
    assert texts(memory.full_text_search("+++ c++")) == ["We write C++ and some foo-bar."]


@pytest.mark.parametrize("query", SPECIAL, ids=range(len(SPECIAL)))
def test_any_query_is_safe(memory, query):
    """No text is an operator: every query returns records or nothing."""
    memory.store("plain words")
    for found in (memory.full_text_search(query), memory.keyword_search(query), memory.search(query)):
        assert texts(found) in ([], ["plain words"])


@pytest.mark.parametrize("query", SPECIAL, ids=range(len(SPECIAL)))
def test_any_query_is_safe_beside_a_vector(vectors, query):
    """With a vector too, every query returns the record near it."""
    vectors.store("plain words", embedding=[1, 0])
    assert texts(vectors.search(query, query_vector=[1, 0])) == ["plain words"]


def test_a_very_long_query_is_safe(memory):
    """Thousands of different words are one query."""
    memory.store("word17 and others")
    assert len(memory.full_text_search(" ".join(f"word{number}" for number in range(3000)))) == 1


def test_any_text_can_be_stored_and_found(memory):
    """Texts full of operators are kept byte for byte."""
    for text in filter(str.strip, SPECIAL):
        assert memory.get(memory.store(text)).text == text


def test_half_a_surrogate_pair_is_refused(memory):
    """Text that no encoding can write raises UsageError and leaves the store usable."""
    for use in (memory.store, memory.full_text_search, memory.keyword_search, memory.get):
        with pytest.raises(UsageError, match="surrogate"):
            use("a\ud800")
    assert len(memory) == 0


@pytest.mark.parametrize("metadata", [{"x": object()}, {"x": math.nan}, {"x": {1, 2}}])
def test_metadata_that_is_no_json_is_refused(memory, metadata):
    """Metadata that JSON cannot hold raises UsageError and stores nothing."""
    with pytest.raises(UsageError, match="JSON"):
        memory.store("x", metadata=metadata)
    assert len(memory) == 0


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_is_refused(memory, text):
    """A memory without text raises UsageError when stored or updated."""
    with pytest.raises(UsageError, match="empty"):
        memory.store(text)
    key = memory.store("x")
    with pytest.raises(UsageError, match="empty"):
        memory.update(key, text=text)


@pytest.mark.parametrize("number", [-1, 2**63, 1.5, None])
def test_a_limit_is_a_whole_number(memory, number):
    """Every limit and offset outside the whole numbers from 0 up raises UsageError."""
    calls = [
        lambda: memory.list(limit=number),
        lambda: memory.list(offset=number),
        lambda: memory.keyword_search("x", limit=number),
        lambda: memory.full_text_search("x", limit=number),
        lambda: memory.search("x", limit=number),
    ]
    for call in calls:
        with pytest.raises(UsageError, match=r"limit|offset"):
            call()


def test_a_search_wants_something(memory):
    """Search without query and vector raises UsageError."""
    with pytest.raises(UsageError, match="nothing to search"):
        memory.search()


def test_a_query_alone_is_full_text(memory):
    """Search with only a query answers as full_text_search does."""
    memory.store("a cat")
    memory.store("a dog")
    assert memory.search("cat") == memory.full_text_search("cat") != []


def cosine(one, other):
    """Return the cosine similarity of two vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True)) / math.hypot(*one) / math.hypot(*other)


def test_a_thousand_vectors_rank_as_by_brute_force(vectors):
    """All of 1,000 vectors come in the order of their cosine similarity, which is their score."""
    chance = random.Random(20)  # noqa: S311 - a repeatable test
    known = {f"v{n}": [chance.gauss(0, 1) * 10 ** (n % 7 - 3) for _ in range(16)] for n in range(1000)}
    for key, vector in known.items():
        vectors.store(f"text {key}", embedding=vector, id=key)
    query = [chance.gauss(0, 1) for _ in range(16)]
    similarity = {key: cosine(query, vector) for key, vector in known.items()}
    found = vectors.search(query_vector=query, limit=1000)
    assert {record.id for record in found} == set(known)
    assert [record.score for record in found] == pytest.approx([similarity[r.id] for r in found], abs=1e-5)
    assert [similarity[r.id] for r in found] == pytest.approx(
        sorted(similarity.values(), reverse=True), abs=1e-5
    )
    best = sorted(similarity, key=similarity.__getitem__, reverse=True)[:10]
    assert [record.id for record in vectors.search(query_vector=query)] == best


def test_very_large_and_very_small_vectors_keep_their_direction(vectors):
    """Numbers whose squares no float holds are ranked by direction like all others."""
    vectors.store("large", embedding=[1e300, 1e300])
    vectors.store("small", embedding=[1e-300, 0])
    found = vectors.search(query_vector=[1e308, 1e308])
    assert texts(found) == ["large", "small"]
    assert [record.score for record in found] == pytest.approx([1, math.sqrt(0.5)], abs=1e-6)


def test_vectors_that_are_equally_near_come_newest_first(vectors):
    """Ties have a fixed order."""
    for text in "abc":
        vectors.store(text, embedding=[3, 4])
    assert texts(vectors.search(query_vector=[3, 4])) == ["c", "b", "a"]


def test_any_iterable_of_numbers_is_an_embedding(vectors):
    """Tuples, generators and integers do as well as lists of floats."""
    vectors.store("x", embedding=(n for n in (1, 2)))
    assert len(vectors.search(query_vector=(1.0, 2.0))) == 1


def test_records_without_embedding_are_not_near_anything(vectors):
    """Vector search returns only records that have an embedding."""
    vectors.store("without")
    vectors.store("with", embedding=[1, 0])
    assert texts(vectors.search(query_vector=[1, 0])) == ["with"]


def test_the_first_embedding_fixes_the_length(vectors):
    """Another length raises UsageError naming both, for store, update and search, and changes nothing."""
    key = vectors.store("three", embedding=[1, 2, 3])
    calls = [
        lambda: vectors.store("two", embedding=[1, 2]),
        lambda: vectors.update(key, text="two", embedding=[1, 2]),
        lambda: vectors.search(query_vector=[1, 2]),
        lambda: vectors.search("three", query_vector=[1, 2]),
    ]
    for call in calls:
        with pytest.raises(UsageError, match=r"2 numbers.* 3"):
            call()
    assert texts(vectors.list()) == ["three"]
    assert vectors.full_text_search("two") == vectors.keyword_search("two") == []


@pytest.mark.parametrize(
    ("embedding", "said"),
    [
        ([], "empty"),
        ([math.nan, 1], "finite"),
        ([math.inf, 1], "finite"),
        ([0.0, 0], "zeros"),
        (["one"], "not numbers"),
        ([[1.0]], "not numbers"),
        (7, "not numbers"),
        ([10**400], "not numbers"),
    ],
)
def test_an_embedding_without_direction_is_refused(vectors, embedding, said):
    """What has no direction raises UsageError, for store, update and search, and changes nothing."""
    key = vectors.store("x", embedding=[1, 0])
    calls = [
        lambda: vectors.store("y", embedding=embedding),
        lambda: vectors.update(key, text="y", embedding=embedding),
        lambda: vectors.search(query_vector=embedding),
    ]
    for call in calls:
        with pytest.raises(UsageError, match=said):
            call()
    assert texts(vectors.list()) == ["x"]


def test_query_and_vector_are_fused_by_rank(vectors):
    """A record that both rankings find comes before those that one of them finds first."""
    vectors.store("cat cat cat")
    vectors.store("near but other words", embedding=[1, 0])
    both = vectors.store("a cat, among many other things", embedding=[1, 0.2])
    vectors.store("words only: nothing")
    found = vectors.search("cat", query_vector=[1, 0])
    assert found[0].id == both
    assert found[0].score == pytest.approx(2 / 62)
    assert {record.text for record in found[1:]} == {"cat cat cat", "near but other words"}
    assert vectors.search("cat", query_vector=[1, 0], limit=1) == found[:1]


def test_without_sqlite_vec_all_but_vectors_works(memory):
    """Embeddings and query vectors raise an error that says what to install, and store nothing."""
    key = memory.store("a cat")
    calls = [
        lambda: memory.store("x", embedding=[1.0]),
        lambda: memory.update(key, text="x", embedding=[1.0]),
        lambda: memory.search(query_vector=[1.0]),
        lambda: memory.search("cat", query_vector=[1.0]),
    ]
    for call in calls:
        with pytest.raises(MiminionsError, match="sqlite-vec") as caught:
            call()
        assert "pip install sqlite-vec apsw" in caught.value.hint
    assert (
        texts(memory.list())
        == texts(memory.search("cat"))
        == texts(memory.keyword_search("CAT"))
        == ["a cat"]
    )


def test_a_store_with_vectors_can_be_changed_without_sqlite_vec(tmp_path, lane):
    """Reading, rewording and deleting need no extension, and take the embedding along."""
    path = tmp_path / "memory.db"
    with opened(path, lane) as memory:
        kept, gone = memory.store("kept", embedding=[1, 0]), memory.store("gone", embedding=[1, 0])
    with opened(path) as memory:
        memory.update(kept, text="still kept")
        memory.delete(gone)
    with opened(path, lane) as memory:
        assert texts(memory.search(query_vector=[1, 0])) == ["still kept"]


def test_reopening_finds_everything(tmp_path, lane):
    """A second store on the same file answers every search as the first did."""
    path = tmp_path / "memory.db"

    def answers(memory):
        return (
            memory.list(),
            memory.keyword_search("CAT"),
            memory.full_text_search("cat"),
            memory.search(query_vector=[1, 1]),
            memory.search("cat", query_vector=[1, 1]),
        )

    with opened(path, lane) as memory:
        memory.store("a cat", embedding=[1, 0], metadata={"n": 1})
        memory.store("a dog", embedding=[0, 1])
        before = answers(memory)
    with opened(str(path), lane) as memory:
        assert answers(memory) == before
        with pytest.raises(UsageError, match=r"3 numbers.* 2"):
            memory.store("x", embedding=[1, 2, 3], id="other")


def test_both_drivers_read_each_other_s_file(tmp_path):
    """What one driver wrote the other ranks."""
    if not all(map(can_rank, LANES)):
        pytest.skip("only one driver here can load sqlite-vec, or none")
    for writer, reader in (("stdlib", "apsw"), ("apsw", "stdlib")):
        path = tmp_path / f"{writer}.db"
        with opened(path, LANES[writer]) as memory:
            memory.store("a cat", embedding=[1, 0])
        with opened(path, LANES[reader]) as memory:
            assert texts(memory.search("cat", query_vector=[1, 0])) == ["a cat"]


def foreign_database(path):
    """Write a database with a table of the name of ours."""
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE memories (id TEXT)")
    raw.commit()
    raw.close()


def newer_store(path):
    """Write a store of a later schema."""
    with opened(path) as memory:
        memory.list()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()


def damaged_store(path):
    """Write a store and then overwrite most of it."""
    with opened(path) as memory:
        memory.store("x")
    path.write_bytes(path.read_bytes()[:40] + b"\xff" * 5000)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("# Notes\n"),
        lambda path: path.write_bytes(b"\x00"),
        lambda path: path.write_text("long text " * 1000),
        foreign_database,
        newer_store,
        damaged_store,
    ],
    ids=["text", "byte", "long text", "foreign", "newer", "damaged"],
)
@pytest.mark.parametrize("use", [len, lambda memory: memory.store("x"), lambda memory: memory.search("x")])
def test_a_file_that_is_no_store_is_refused_untouched(tmp_path, make, use):
    """Every use raises FileError naming the file, and no byte of the folder changes."""
    path = tmp_path / "memory.db"
    make(path)
    before = path.read_bytes()
    with opened(path) as memory, pytest.raises(FileError, match=r"memory\.db") as caught:
        use(memory)
    assert caught.value.hint
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["memory.db"]


def test_apsw_s_errors_are_ours_too(tmp_path, lane):
    """Whichever driver meets a foreign or impossible path, FileError comes out."""
    (tmp_path / "text").write_text("# Notes\n" * 200)
    for path in (tmp_path / "text", tmp_path, tmp_path / "missing" / "memory.db"):
        with opened(path, lane) as memory, pytest.raises(FileError):
            memory.list()


def test_a_read_only_store_can_be_searched(tmp_path):
    """Without permission to write, reading works and writing raises FileError."""
    path = tmp_path / "memory.db"
    with opened(path) as memory:
        memory.store("a cat")
    path.chmod(0o400)
    if os.access(path, os.W_OK):
        path.chmod(0o600)
        pytest.skip("this user may write to read-only files")
    with opened(path) as memory:
        assert texts(memory.search("cat")) == ["a cat"]
        with pytest.raises(FileError):
            memory.store("x", id="other")


def test_a_failed_write_is_followed_by_a_good_one(memory):
    """An error inside a write leaves no transaction behind."""
    memory.store("first", id="k")
    with pytest.raises(ConflictError):
        memory.store("again", id="k")
    memory.store("second")
    assert texts(memory.list()) == ["second", "first"]


def test_a_closed_store_says_so(tmp_path):
    """After close every use raises UsageError; closing twice is allowed."""
    for path in (":memory:", tmp_path / "memory.db"):
        memory = opened(path)
        memory.store("x")
        memory.close()
        memory.close()
        with pytest.raises(UsageError, match="closed"):
            memory.list()


def test_leaving_the_context_closes(tmp_path):
    """The end of a with block closes the store."""
    with opened(tmp_path / "memory.db") as memory:
        memory.store("x")
    with pytest.raises(UsageError, match="closed"):
        len(memory)


def run_all(works):
    """Run each of `works` in a thread of its own and return the errors they met."""
    errors = []

    def guarded(work):
        try:
            work()
        except MiminionsError as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_threads_may_share_one_store(lane):
    """Writes from several threads are all kept."""
    with SQLiteMemory(":memory:", connect=lane) as memory:

        def work():
            for number in range(10):
                memory.store(f"text {number}", embedding=[1, number])
                memory.search("text", query_vector=[1, 1])

        assert run_all([work] * 4) == []
        assert len(memory) == 40


def test_several_stores_may_share_one_new_file(tmp_path, lane):
    """Stores that make and write one file at once wait for each other."""

    def work():
        with SQLiteMemory(tmp_path / "memory.db", connect=lane) as memory:
            for number in range(3):
                memory.store(f"text {number}", embedding=[1, number])

    assert run_all([work] * 3) == []
    with opened(tmp_path / "memory.db", lane) as memory:
        assert len(memory) == len(memory.search(query_vector=[1, 0], limit=99)) == 9


def test_the_guide_runs_from_top_to_bottom(tmp_path, monkeypatch, capsys):
    """Every code block of the guide runs, in order, in an empty folder."""
    if not connect(":memory:").vectors:
        pytest.skip("the guide shows vector search; no driver here can load sqlite-vec")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks
    assert {language for language, _ in blocks} == {"python"}
    names = {}
    for number, (_, code) in enumerate(blocks):
        exec(compile(code, f"{GUIDE.name}, block {number + 1}", "exec"), names)  # noqa: S102 - our own guide
    assert capsys.readouterr().out
