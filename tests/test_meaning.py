"""Meaning beside words: vectors follow the index, the nearest texts are looked at, and nobody waits for an embedder."""

import contextlib
import json
import queue
import threading
from pathlib import Path

import pytest
from embedding import Words, answer
from folders import DAY, add, change, home, workspace
from model_server import UNAUTHORIZED
from sessions import write_session

from miminions.errors import EmbedderError, IndexFileError, NotTrustedError
from miminions.index import Query, Row, Source, SqliteIndex
from miminions.index.vectors import VectorTable, open_embedder
from miminions.layout import vectors_of
from miminions.registry import trust
from miminions.watch import watch
from miminions.workspace.erasing import erase
from miminions.workspace.following import Following
from miminions.workspace.meaning import NEAREST, Meaning
from miminions.workspace.outage import LONG, PAUSE, Outage
from miminions.workspace.recalling import Asker, Near

NAME = "litellm:openai/small-embedder"
FACTS = (
    "Deploys run on ECS",
    "Alice leads the billing team",
    "Coffee is bought on Mondays",
    "Staging lives in Oslo",
)


def always(*_):
    """Go on."""
    return True


@pytest.fixture
def ws(tmp_path):
    """Give a workspace of a few facts, its index made."""
    found = workspace(tmp_path / "api", "## Facts\n" + "".join(f"- {fact}.\n" for fact in FACTS), share="all")
    found.sync()
    return found


@pytest.fixture
def index(ws):
    """Give its index."""
    return SqliteIndex(ws.local.index)


@pytest.fixture
def words():
    """Give an embedder of words that counts what it is given."""
    return Words()


@pytest.fixture
def meaning(words, tmp_path):
    """Give the meaning that the embedder sees."""
    return Meaning(words, tmp_path / "vectors.db")


@pytest.fixture
def provider(model_server, monkeypatch):
    """Start a provider's server with answers, choose its embedder, and return it."""

    def start(*replies):
        server = model_server(*replies)
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        monkeypatch.setenv("MIMINIONS_INDEX_EMBEDDER", NAME)
        return server

    return start


def asker(index, meaning, tmp_path):
    """Return who answers by words and by meaning."""
    return Asker(index, near=Near(meaning, Outage(tmp_path / "embedder.json", "words")))


def found(asker, question, **more):
    """Return the texts of the hits."""
    return [hit.text for hit in asker.ask(Query(question, DAY, **more)).hits]


# Vectors follow the index.


def test_only_what_is_new_is_embedded(ws, index, meaning, words, tmp_path):
    """Nothing where nothing changed, one text for one edited line, and another machine's cache does the rest."""
    assert meaning.sync(index, always) == (0, len(FACTS))
    assert len(words.given) == len(FACTS)
    assert meaning.sync(index, always) == (0, 0)
    change(ws.layout.memory, "Oslo", "Bergen")
    ws.sync()
    assert meaning.sync(index, always) == (0, len(FACTS))
    assert words.given[len(FACTS) :] == ["Staging lives in Bergen."]
    assert len(VectorTable(vectors_of(index.path), "words/1")) == len(FACTS)
    index.remove()
    vectors_of(index.path).unlink()
    ws.sync()
    Meaning(words, tmp_path / "vectors.db").sync(index, always)
    assert len(words.given) == len(FACTS) + 1


def test_a_row_never_gets_the_nearness_of_another(ws, index, meaning, tmp_path):
    """Between the exchange of an index and the next sync of its vectors other texts stand where it knows some."""
    meaning.sync(index, always)
    lines = ws.layout.memory.read_text("utf-8").splitlines()
    facts = [line for line in lines if line.startswith("- ")]
    text = "\n".join([*(line for line in lines if line not in facts), "- Something new.", *reversed(facts)])
    ws.layout.memory.write_text(f"{text}\n", "utf-8")
    index.rebuild(ws.origins())
    near = asker(index, meaning, tmp_path)
    assert found(near, "alice leads billing")[0] == f"{FACTS[1]}."
    meaning.sync(index, always)
    assert found(near, "alice leads billing")[0] == f"{FACTS[1]}."


def test_broken_vectors_are_made_anew(index, meaning, words):
    """From the cache, with no text given to the embedder once more."""
    meaning.sync(index, always)
    vectors_of(index.path).write_bytes(b"no database at all" * 500)
    assert meaning.sync(index, always) == (0, len(FACTS))
    assert len(words.given) == len(FACTS)


def test_more_is_looked_at_where_a_query_rules_much_out(ws, index, meaning):
    """The nearest texts may all be of a section that was not asked for."""
    near = "".join(f"- quick brown fox {number}.\n" for number in range(NEAREST[0]))
    add(ws, f"## Animals\n{near}\n## Drinks\n- quick brown tea.\n")
    ws.sync()
    meaning.sync(index, always)
    nearness = {}

    def near_of(*asked):
        nearness.update(meaning.near(index, *asked))
        return nearness

    hits = index.search(Query("quick brown fox", DAY, sections=("Drinks",)), near_of)
    assert [hit.text for hit in hits] == ["quick brown tea."]
    assert len(nearness) == 1


def test_names_that_only_address_are_left_out(ws, index, meaning, words, tmp_path):
    """Of a question to a conversation, not of one to memory."""
    turns = (("user", "The cake was lemon."), ("assistant", "Which cake?"))
    path = write_session(ws.layout.sessions, turns)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line, speaker in zip(lines, ("Melanie", "Caroline"), strict=True):
        line["meta"] = {"speaker": speaker}
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    ws.sync()
    meaning.sync(index, always)
    given = len(words.given)
    found(asker(index, meaning, tmp_path), "What cake did Melanie like?", kinds=("fact", "turn"))
    assert words.given[given:] == ["What cake did Melanie like?", "What cake did like?"]


# Silence.


def test_nonsense_gets_nothing(index, meaning, tmp_path):
    """Neither words that nobody knows nor no words at all; what is clearly near is found without a known word."""
    meaning.sync(index, always)
    near = asker(index, meaning, tmp_path)
    for question in ("xqzzy blorf", "???", "", "of the and", "who are you"):
        assert found(near, question) == [], question


def test_a_question_without_telling_words_is_answered_by_what_is_clearly_near(ws, index, meaning, tmp_path):
    """As a song's name that has none."""
    add(ws, "- who are you\n")
    ws.sync()
    assert found(Asker(index), "who are you") == []
    meaning.sync(index, always)
    assert found(asker(index, meaning, tmp_path), "who are you") == ["who are you"]


# Nobody waits.


def test_who_asks_waits_for_some_texts_only(index, meaning, words):
    """What is left is embedded by the next ones, and how many those are is told."""
    assert meaning.sync(index, lambda done, total: done == 0 and total == len(FACTS)) == (0, len(FACTS))
    words.given.clear()
    add_many = [f"Fact number {number}" for number in range(10)]
    index.rebuild(sources(add_many))
    assert meaning.sync(index, lambda done, _: done < 5) == (2, 10)
    assert len(words.given) == 8
    assert meaning.sync(index, lambda *_: False) == (2, 10)
    assert meaning.sync(index, always) == (0, 10)
    assert len(words.given) == 10


def sources(texts):
    """Return a source of facts."""
    rows = [
        Row(kind="fact", id=f"f{place:05d}", text=text, line=place + 1) for place, text in enumerate(texts)
    ]
    return [Source("one", "one", "a.md", "1", lambda: rows)]


def test_what_is_not_embedded_yet_is_said(ws, tmp_path, monkeypatch, provider):
    """By words alone where most has no vector; `index rebuild` does all of it."""
    monkeypatch.setattr("miminions.workspace.recalling.PATIENCE", -1.0)
    server = provider(answer)
    ws = type(ws).open(ws.layout.root)
    told = ws.answer(Query("alice", DAY))
    assert (
        told.degraded == f"{len(FACTS)} texts are not embedded yet; `miminions index rebuild` does it at once"
    )
    assert [hit.text for hit in told.hits] == [f"{FACTS[1]}."]
    assert not server.requests


def test_an_embedder_that_let_us_wait_is_left_alone_for_a_minute(tmp_path):
    """And one that failed at once is not: the next question is answered as quickly."""
    now = [1000.0]
    outage = Outage(tmp_path / "embedder.json", NAME, lambda: now[0])

    def fail(seconds):
        with contextlib.suppress(EmbedderError), outage.noted():
            now[0] += seconds
            raise EmbedderError("it is down.", hint="Start it.")

    fail(LONG / 2)
    outage.check()
    fail(LONG)
    with pytest.raises(EmbedderError, match="it is down; it is asked again in a minute"):
        outage.check()
    Outage(tmp_path / "embedder.json", "litellm:other", lambda: now[0]).check()
    now[0] += PAUSE
    outage.check()
    now[0] -= 10 * PAUSE
    outage.check()
    fail(LONG)
    outage.over()
    outage.check()


def test_a_dead_embedder_degrades(ws, provider):
    """The same hits as by words, and why."""
    provider(UNAUTHORIZED)
    told = type(ws).open(ws.layout.root).answer(Query("alice", DAY))
    assert [hit.text for hit in told.hits] == [f"{FACTS[1]}."]
    assert "openai/small-embedder" in told.degraded


# What reaches vectors beside questions.


def test_the_watcher_embeds(ws, provider):
    """A saved fact has a vector before anybody asks."""
    provider(answer)
    follow, said, stop = Following(type(ws).open(ws.layout.root)), queue.Queue(), threading.Event()
    table = vectors_of(ws.local.index)
    thread = threading.Thread(
        target=lambda: watch(
            follow.folders, lambda saved: said.put(follow.sync(saved, said.put)), stop=stop, debounce=0.05
        )
    )
    thread.start()
    try:
        fingerprint = open_embedder(NAME).fingerprint
        while said.get(timeout=60) is not None:
            pass
        assert len(VectorTable(table, fingerprint)) == len(FACTS)
        add(ws, "- Tea is bought on Fridays.\n")
        while said.get(timeout=60) is not None:
            pass
        assert len(VectorTable(table, fingerprint)) == len(FACTS) + 1
    finally:
        stop.set()
        thread.join(20)


def test_the_watcher_goes_on_without_its_embedder(ws, provider):
    """The index is fresh all the same, and it is said."""
    provider(UNAUTHORIZED)
    lines = []
    follow = Following(type(ws).open(ws.layout.root))
    follow.folders()
    add(ws, "- Tea is bought on Fridays.\n")
    follow.sync([ws.layout.folder], lines.append)
    assert lines[0] == "synced api"
    assert any(line.startswith("not embedded: api: ") for line in lines)
    assert SqliteIndex(ws.local.index).search(Query("fridays", DAY))


def test_erasing_reaches_vectors(ws, index, words):
    """Of the fact, of what quotes it in a transcript, in the tables and in the cache; all else stays cached."""
    fact = ws.remember("The pass phrase is a grey heron").id
    write_session(
        ws.layout.sessions, (("user", "Note: the pass phrase is a grey heron, please."), ("user", "Fine."))
    )
    ws.sync()
    ws.sync_global()
    meaning = Meaning(words, home().vectors)
    for one in (index, SqliteIndex(home().global_index)):
        meaning.sync(one, always)
    assert vectors_of(home().global_index).exists()
    words.given.clear()
    erase(ws, fact)
    assert not vectors_of(index.path).exists()
    assert not vectors_of(home().global_index).exists()
    cache = meaning._cache
    texts = ["The pass phrase is a grey heron", "Note: the pass phrase is a grey heron, please.", "Fine."]
    assert [one is None for one in cache.get(words.fingerprint, texts)] == [True, True, False]


# What the commands say.


@pytest.fixture
def memory(tmp_path, cli):
    """Run commands in a workspace with facts."""
    cli("init")
    for fact in FACTS:
        cli("remember", fact)
    return cli


def test_status_says_what_there_is(memory, provider):
    """Missing, fresh, stale with the file, damaged; the embedder, and how many texts have a vector."""
    code, out, _ = memory("index", "status")
    assert (code, out.splitlines()[0].split("\t")[:3]) == (0, ["shop", "missing", "none"])
    provider(answer)
    code, out, _ = memory("index", "rebuild")
    assert (code, out.split(";")[0]) == (0, "rebuilt: 4 rows here, 0 shared")
    first, second, *_, last = memory("index", "status")[1].splitlines()
    assert first.split("\t")[:3] == ["shop", "fresh", "4 facts"]
    assert first.split("\t")[4] == "4 of 4 texts"
    assert second.split("\t")[:3] == ["everywhere", "fresh", "none"]
    assert last.startswith(f"embedder: {NAME} ({NAME}/1/")
    path = json.loads(memory("index", "status", "--json")[1])["indexes"][0]["path"]
    memory("remember", "Tea is bought on Fridays")
    told = json.loads(memory("index", "status", "--json")[1])
    assert told["indexes"][0]["state"] == "stale"
    assert [name.rsplit("/", 1)[-1] for name in told["indexes"][0]["changed"]] == ["MEMORY.md"]
    assert told["embedder"]["problem"] is None
    with Path(path).open("r+b") as file:
        file.seek(5000)
        file.write(b"\0" * 3000)
    assert json.loads(memory("index", "status", "--json")[1])["indexes"][0]["state"] == "damaged"


def test_verify_says_what_is_damaged(memory):
    """Each on a line, and the command ends with an error; the vectors are looked at, too."""
    memory("index", "rebuild")
    assert memory("index", "verify")[:2] == (0, "sound\n")
    path = json.loads(memory("index", "status", "--json")[1])["indexes"][0]["path"]
    with Path(path).open("r+b") as file:
        file.seek(5000)
        file.write(b"\0" * 3000)
    vectors_of(Path(path)).write_bytes(b"no database" * 100)
    code, out, err = memory("index", "verify")
    assert code == IndexFileError.exit_code
    assert [line.split(": ")[0] for line in out.splitlines()] == [path, path]
    assert "its vectors" in out
    assert "damaged" in err


def test_a_question_after_the_registry_forgot_trust(ws, index, meaning):
    """Vectors are no way around trust."""
    meaning.sync(index, always)
    trust(home(), ws.id, ws.layout.root, trusted=False)
    with pytest.raises(NotTrustedError):
        type(ws).open(ws.layout.root).answer(Query("alice", DAY))
