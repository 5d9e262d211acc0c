"""The table of vectors and its cache: what is embedded once, what is found, what survives damage and is forgotten."""

import os
import random
import sqlite3
import subprocess
import sys
from importlib.util import find_spec

import pytest
from embedding import Words, numbers, packed

from miminions.errors import EmbedderError, IndexFileError
from miminions.index.vectors import VectorCache, VectorTable, query_vector
from miminions.index.vectors.directions import shrunk, unit
from miminions.index.vectors.nearest import Extension, Numpy, Plain

TEXTS = {
    "a1": "Deploys run on ECS",
    "b2": "The staging server is slow",
    "20261120T140233123456Z_1a2b3c4d#7": "Deploys ran on Heroku once",
    "ключ": "Tests run before each merge",
}


class Closed:
    """An engine that is not there."""

    def nearest(self, table, direction, k):
        """Say that this way is not open."""
        return


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "home" / "vectors.db")


@pytest.fixture
def table(tmp_path):
    return VectorTable(tmp_path / "local" / "index.vec", "words/1")


def asked(text):
    return packed(numbers(text))


def everything(table):
    return table.search(asked("deploys run"), None)


def test_the_nearest_come_first(table, cache):
    """A search gives keys and cosines, the nearest first, as many as asked for."""
    assert table.sync(TEXTS.items(), Words(), cache) == 4

    hits = table.search(asked("deploys run on ecs"), 2)

    assert hits[0][0] == "a1"
    assert hits[0][1] == pytest.approx(1.0, abs=1e-4)
    assert len(hits) == 2
    assert hits[0][1] > hits[1][1]


def test_a_search_among_some_keys(table, cache):
    """With keys only those are compared; a key that is not there is none."""
    table.sync(TEXTS.items(), Words(), cache)

    hits = table.search(asked("deploys run on ecs"), None, keys={"b2", "ключ", "nobody"})

    assert {key for key, _ in hits} == {"b2", "ключ"}
    every = table.search(asked("deploys run on ecs"), None)
    assert hits == [hit for hit in every if hit[0] in {"b2", "ключ"}]
    assert table.search(asked("deploys"), 3, keys=()) == []


def test_an_edited_line_costs_one_embedding(table, cache):
    """What did not change is not embedded again, and what is gone is not found."""
    embedder = Words()
    table.sync(TEXTS.items(), embedder, cache)
    changed = {**TEXTS, "b2": "The staging server is fast"}
    del changed["a1"]

    assert table.sync(changed.items(), embedder, cache) == 1
    assert embedder.given[4:] == ["The staging server is fast"]
    assert {key for key, _ in everything(table)} == set(changed)


def test_a_rebuild_costs_no_embedding(table, cache, tmp_path):
    """A table that is lost comes back from the cache with the same answers; so does that of another clone."""
    table.sync(TEXTS.items(), Words(), cache)
    before = everything(table)
    table.remove()
    other = VectorTable(tmp_path / "other" / "index.vec", "words/1")

    assert everything(table) == []
    assert table.sync(TEXTS.items(), Words(), cache) == 0
    assert other.sync(reversed(TEXTS.items()), Words(), cache) == 0
    assert everything(table) == everything(other) == before


def test_incremental_equals_rebuilt(table, cache, tmp_path):
    """After any edits a table answers as one that was made at once."""
    chance = random.Random(3)  # noqa: S311
    words = ["deploys", "run", "on", "ecs", "heroku", "staging", "server", "slow", "fast", "tests"]
    state = {}
    for _ in range(30):
        key = f"k{chance.randrange(12)}"
        if key in state and chance.random() < 0.4:
            del state[key]
            table.update((), [key], Words(), cache)
        else:
            state[key] = " ".join(chance.choices(words, k=3))
            table.update([(key, state[key])], (), Words(), cache)
    fresh = VectorTable(tmp_path / "fresh.vec", "words/1")
    fresh.sync(state.items(), Words(), cache)

    assert everything(table) == everything(fresh)
    assert len(table) == len(state)
    assert table.problems() == ()


def test_an_update_leaves_the_others(table, cache):
    """An update touches the keys it names only, and costs nothing for a text that is the same."""
    table.sync(TEXTS.items(), Words(), cache)
    embedder = Words()

    assert table.update([("c3", "A new line"), ("a1", TEXTS["a1"])], ["b2", "nobody"], embedder, cache) == 1
    assert embedder.given == ["A new line"]
    assert {key for key, _ in everything(table)} == {*TEXTS, "c3"} - {"b2"}


def test_equal_texts_are_embedded_once(table, cache):
    """Keys with one text share one embedding and rank by their name."""
    embedder = Words()

    assert table.sync([(f"k{n}", "yes, thanks") for n in (3, 1, 2)], embedder, cache) == 1
    assert [key for key, _ in table.search(asked("thanks"), 2)] == ["k1", "k2"]


def test_an_embedder_that_goes_down(table, cache):
    """What it did before is kept, a changed text never answers by its old vector, and the next sync goes on."""
    table.sync(TEXTS.items(), Words(), cache)
    many = {
        **TEXTS,
        "a1": "Deploys run on Nomad these days, all of them",
        **{f"n{n}": f"line {n}" for n in range(9)},
    }
    embedder = Words(most=8)

    with pytest.raises(EmbedderError, match="down"):
        table.sync(many.items(), embedder, cache)
    found = {key for key, _ in everything(table)}
    assert found >= set(TEXTS) - {"a1"}
    assert "a1" not in found
    assert len(found) == 3 + 8

    assert table.sync(many.items(), Words(), cache) == len(many) - len(found)
    assert len(table) == len(many)


def test_another_fingerprint_is_a_rebuild(table, cache, tmp_path):
    """Vectors of another model are neither compared nor kept, and going back costs nothing."""
    table.sync(TEXTS.items(), Words(), cache)
    other = VectorTable(tmp_path / "local" / "index.vec", "words/2")

    assert everything(other) == []
    assert len(other) == 0
    assert other.sync(TEXTS.items(), Words("words/2"), cache) == 4
    assert everything(table) == []
    assert table.sync(TEXTS.items(), Words(), cache) == 0
    assert len(everything(table)) == 4


def test_vectors_of_another_length_are_refused(table, cache):
    """A model that changed its length under its old name is told of, and nothing is compared with it."""

    class Longer(Words):
        def embed(self, texts):
            return [packed([*numbers(text), 1.0]) for text in texts]

    table.sync(TEXTS.items(), Words(), cache)
    with pytest.raises(EmbedderError, match="nonsense"):
        table.sync({**TEXTS, "c3": "new"}.items(), Longer(), cache)

    assert len(table) == 4
    assert table.search(packed([1.0] * 9), 3) == []


@pytest.mark.parametrize(
    "vectors",
    [[b""], [], [packed([1.0])] * 2, [packed([1.0])[:3]], [b"\0" * 96], [unit([1.0])[:0] + b"\xff" * 96]],
    ids=["empty", "none", "two", "torn", "zeros", "nan"],
)
def test_nonsense_of_an_embedder(table, cache, vectors):
    """What is no vector is an error, not a hit."""

    class Odd(Words):
        def embed(self, texts):
            return vectors

    with pytest.raises(EmbedderError):
        table.sync([("a", "one")], Odd(), cache)
    assert everything(table) == []


def engines():
    yield "plain", (Closed(), Closed(), Plain())
    if find_spec("numpy"):
        yield "numpy", (Closed(), Numpy(), Closed())
    if find_spec("sqlite_vec") and (find_spec("apsw") or find_spec("pysqlite3")):
        yield "sqlite-vec", (Extension(), Closed(), Closed())


@pytest.mark.parametrize("k", [1, 5, 40, 1000])
def test_all_engines_give_the_same_ranking(tmp_path, cache, k):
    """Whatever this Python has, keys, order and cosines are the same, ties included."""
    chance = random.Random(7)  # noqa: S311
    words = [f"w{n}" for n in range(40)]
    pairs = [(f"s{n % 7}#{n}", " ".join(chance.choices(words, k=chance.randrange(1, 4)))) for n in range(600)]
    VectorTable(tmp_path / "index.vec", "words/1").sync(pairs, Words(), cache)
    found = dict(engines())
    if len(found) == 1:
        pytest.skip("only plain Python is here")

    for text in ("w1 w2 w3", "w9", "something else"):
        answers = [
            VectorTable(tmp_path / "index.vec", "words/1", one).search(asked(text), k)
            for one in found.values()
        ]
        assert all(one == answers[0] for one in answers)
        assert len(answers[0]) == min(k, 600)


@pytest.mark.parametrize("engine", [pytest.param(one, id=name) for name, one in engines()])
def test_each_engine_sees_changes_and_damage(tmp_path, cache, engine):
    """A change is seen at once, another fingerprint and a file without use have no keys."""
    path = tmp_path / "index.vec"
    table = VectorTable(path, "words/1", engine)
    assert table.search(asked("deploys"), 3) == []
    assert not path.exists()
    table.sync(TEXTS.items(), Words(), cache)
    assert len(table.search(asked("deploys"), 9)) == 4
    table.update((), ["a1"], Words(), cache)
    assert len(table.search(asked("deploys"), 9)) == 3
    assert VectorTable(path, "words/2", engine).search(asked("deploys"), 9) == []

    for content in (b"", b"x", b"not a database at all" * 900):
        path.write_bytes(content)
        assert table.search(asked("deploys"), 9) == []
    path.unlink()
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE vector (a)")
    foreign.close()
    assert table.search(asked("deploys"), 9) == []
    assert table.sync(TEXTS.items(), Words(), cache) == 0
    assert len(table.search(asked("deploys"), 9)) == 4


def test_damage_is_found_and_mended(table, cache, tmp_path):
    """Bits that flipped, and a file cut short, bring no traceback; problems are named and a sync mends them."""
    path = tmp_path / "local" / "index.vec"
    texts = {f"k{n}": f"text number {n}" for n in range(300)}
    table.sync(texts.items(), Words(), cache)
    sound = path.read_bytes()
    chance = random.Random(1)  # noqa: S311
    for _ in range(60):
        damaged = bytearray(sound)
        for _ in range(10):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged[: chance.choice([len(damaged), 16384 * chance.randrange(1, 3)])])
        table.search(asked("text"), 5)
        len(table)
        table.problems()
        if table.problems():
            table.remove()
        table.sync(texts.items(), Words(), cache)
        assert len(everything(table)) == 300


def test_a_changed_row_is_noticed(table, cache, tmp_path):
    """A vector that is not what was written is a problem even where the file is in order."""
    table.sync(TEXTS.items(), Words(), cache)
    assert table.problems() == ()
    with sqlite3.connect(tmp_path / "local" / "index.vec") as connection:
        connection.execute("UPDATE vector SET direction = ? WHERE key = 'a1'", (bytes([1]) * 24,))
    connection.close()

    assert table.problems() == ("1 vectors are not what was written",)


def test_a_reader_is_not_blocked_by_a_writer(table, cache, tmp_path):
    """While another process is about to write, a search answers from what was there."""
    table.sync(TEXTS.items(), Words(), cache)
    writer = sqlite3.connect(tmp_path / "local" / "index.vec", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM vector")

    assert len(everything(table)) == 4
    writer.execute("ROLLBACK")
    writer.close()


def test_a_table_that_cannot_be_written(tmp_path, cache):
    """Where there is a folder in the file's place, the error says what to do."""
    (tmp_path / "index.vec").mkdir()

    with pytest.raises(IndexFileError):
        VectorTable(tmp_path / "index.vec", "words/1").sync(TEXTS.items(), Words(), cache)


def test_never_wal_and_private(table, cache, tmp_path):
    """Both files are for their owner alone and leave nothing beside them."""
    table.sync(TEXTS.items(), Words(), cache)
    files = [tmp_path / "local" / "index.vec", tmp_path / "home" / "vectors.db"]

    for file in files:
        assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
        assert [each.name for each in file.parent.iterdir()] == [file.name]
        assert file.read_bytes()[18:20] == b"\x01\x01"


def test_the_files_hold_no_text(table, cache, tmp_path):
    """Neither the table nor the cache holds a word of what was embedded."""
    table.sync(TEXTS.items(), Words(), cache)

    for file in (tmp_path / "local" / "index.vec", tmp_path / "home" / "vectors.db"):
        assert b"eploys" not in file.read_bytes()


def test_the_cache_forgets(table, cache, tmp_path):
    """A forgotten text leaves no vector behind, whatever embedder made it; the others stay."""
    table.sync(TEXTS.items(), Words(), cache)
    VectorTable(tmp_path / "o.vec", "words/2").sync(TEXTS.items(), Words("words/2"), cache)
    left = shrunk(asked(TEXTS["a1"]))
    file = tmp_path / "home" / "vectors.db"
    assert left in file.read_bytes()

    assert cache.forget([TEXTS["a1"], "never seen"]) == 2
    assert left not in file.read_bytes()
    assert cache.get("words/1", [TEXTS["a1"], TEXTS["b2"]]) == [None, shrunk(asked(TEXTS["b2"]))]
    assert cache.forget([]) == 0


def test_a_removed_key_leaves_no_vector(table, cache, tmp_path):
    """What an update removes is overwritten in the file."""
    table.sync(TEXTS.items(), Words(), cache)
    left = shrunk(asked(TEXTS["a1"]))
    assert left in (tmp_path / "local" / "index.vec").read_bytes()

    table.update((), ["a1"], Words(), cache)
    assert left not in (tmp_path / "local" / "index.vec").read_bytes()


def test_a_lost_or_broken_cache(table, cache, tmp_path):
    """A cache that cannot be used costs embeddings, no answers."""
    file = tmp_path / "home" / "vectors.db"
    assert cache.forget(["x"]) == 0
    assert not file.parent.exists()
    table.sync(TEXTS.items(), Words(), cache)
    for content in (b"x", b"not a database at all" * 900):
        file.write_bytes(content)
        assert cache.get("words/1", ["x"]) == [None]
        table.remove()
        assert table.sync(TEXTS.items(), Words(), cache) == 4
        table.remove()
        assert table.sync(TEXTS.items(), Words(), cache) == 0
        file.write_bytes(content)
        cache.forget(["x"])
        assert content not in (file.read_bytes() if file.exists() else b"")


def test_two_processes_share_a_cache(cache, tmp_path):
    """Processes that fill one cache at the same time lose nothing."""
    code = (
        "import sys; from pathlib import Path; from miminions.index.vectors import VectorCache\n"
        "cache = VectorCache(Path(sys.argv[1]))\n"
        "for n in range(40): cache.put('words/1', [(f'{sys.argv[2]} {n}', bytes([n + 1] * 24))])\n"
    )
    file = str(tmp_path / "home" / "vectors.db")
    running = [subprocess.Popen([sys.executable, "-c", code, file, name]) for name in ("one", "two", "three")]

    assert [process.wait() for process in running] == [0, 0, 0]
    for name in ("one", "two", "three"):
        assert None not in cache.get("words/1", [f"{name} {n}" for n in range(40)])


def test_a_question_without_the_names_it_addresses():
    """Names that only address are left out of what is embedded; a question of names alone is kept."""
    embedder = Words()

    query_vector(embedder, "Hey Caroline, what did Caroline's  brother say?", without=("caroline", "Mel"))
    query_vector(embedder, "Caroline?", without=("Caroline",))

    assert embedder.given == ["Hey what did brother say?", "Caroline?"]


def test_any_text_can_be_a_question():
    """Long texts are cut, half a surrogate pair and nothing at all are texts."""
    embedder = Words()
    for text in ("", "x" * 100_000, "a\ud800b", "🙂"):
        assert len(query_vector(embedder, text)) == 96

    assert max(map(len, embedder.given)) == 4000


def test_the_package_starts_light():
    """Importing it loads neither numpy nor a tokenizer nor litellm nor apsw."""
    code = (
        "import sys; import miminions.index.vectors\n"
        "print([m for m in ('numpy', 'tokenizers', 'litellm', 'apsw', 'miminions.model') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
