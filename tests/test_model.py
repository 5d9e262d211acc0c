"""What goes over the wire to a model, what comes back, and what a person reads when it fails."""

import gzip
import json
import socket
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from model_server import (
    BROKEN,
    CLOSED,
    CUT,
    GARBAGE,
    HANG,
    LIMITED,
    TEXT,
    UNAUTHORIZED,
    Fault,
    Raw,
    completion,
)

from miminions.errors import ContextTooLongError, ModelError, ModelMissingError, ShapeRefusedError
from miminions.model import (
    SHAPES,
    LiteLLM,
    Manner,
    Manners,
    Price,
    Reply,
    Stream,
    Usage,
    missing_keys,
    price,
    receiver,
)
from miminions.model.providers import thinks

MESSAGES = [{"role": "user", "content": "Where do we deploy?"}]
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}
KEY = "sk-" + "test" + "aB3dE7gH9kL2mN5pQr8s"


@pytest.fixture
def stub(model_server, monkeypatch):
    """Start a server with replies and give it with a model that talks to it."""

    def start(*replies, **options):
        server = model_server(*replies)
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        waits = []
        options.setdefault("jitter", lambda: 0.0)
        model = LiteLLM("openai/stub", pause=waits.append, **options)
        return model, server, waits

    return start


def refused(*words):
    """Build a reply that refuses every request whose body has one of the words."""
    return lambda body: (
        Fault("error", 400, f"unknown: {words}") if any(word in str(body) for word in words) else TEXT
    )


def test_an_answer_comes_with_its_tokens(stub):
    """One request gives the text, one call and both token counts; no price is made up."""
    model, server, _ = stub("On ECS.")
    reply = model.complete(MESSAGES, max_tokens=50)
    assert reply == Reply("On ECS.", cut=False, usage=Usage(1, 4, 2, None))
    assert server.paths == ["/v1/chat/completions"]
    sent = server.requests[0]
    assert (sent["model"], sent["messages"], sent["temperature"], sent["max_tokens"]) == (
        "stub",
        MESSAGES,
        0,
        50,
    )
    assert "response_format" not in sent


def test_a_stream_gives_pieces_then_its_usage(stub):
    """The pieces are the text; usage is whole after the last one."""
    model, server, _ = stub("On ECS, since May.")
    stream = model.stream(MESSAGES)
    assert list(stream) == ["On", " ECS,", " since", " May."]
    assert (stream.text, stream.cut, stream.usage) == ("On ECS, since May.", False, Usage(1, 4, 4, None))
    assert server.requests[0]["stream"] is True


def test_a_stream_without_usage_is_remembered(stub):
    """A server that refuses to count is asked without counting, from then on at once."""
    model, server, _ = stub(refused("include_usage"))
    assert "".join(model.stream(MESSAGES)) == TEXT
    assert "".join(model.stream(MESSAGES)) == TEXT
    assert ["stream_options" in request for request in server.requests] == [True, False, False]


def test_a_stream_may_be_left_early(stub):
    """Closing a stream ends it; what had arrived stays."""
    model, _, _ = stub("one two three")
    stream = model.stream(MESSAGES)
    assert next(stream) == "one"
    stream.close()
    assert list(stream) == []
    assert stream.text == "one"


def test_a_stream_that_breaks_is_an_error(stub):
    """A torn connection is never taken for the end of the answer."""
    model, _, _ = stub(CLOSED)
    stream = model.stream(MESSAGES)
    with pytest.raises(ModelError, match="broke off"):
        list(stream)
    assert TEXT.startswith(stream.text.strip())


def test_a_cut_answer_says_so(stub):
    """An answer that met its limit of length is marked, plain or streamed."""
    model, _, _ = stub(CUT)
    assert model.complete(MESSAGES).cut
    stream = model.stream(MESSAGES)
    list(stream)
    assert stream.cut


def test_a_schema_is_sent_in_full(stub):
    """A schema goes out as a strict json_schema."""
    model, server, _ = stub('{"a": "b"}')
    assert model.complete(MESSAGES, schema=SCHEMA).text == '{"a": "b"}'
    sent = server.requests[0]["response_format"]
    assert (sent["type"], sent["json_schema"]["schema"], sent["json_schema"]["strict"]) == (
        "json_schema",
        SCHEMA,
        True,
    )


@pytest.mark.parametrize("shape", ["json_schema", "json_object"])
def test_a_refused_shape_says_so(stub, shape):
    """A server that refuses a shape is not asked in another one behind the caller's back, and not without it."""
    model, server, _ = stub(refused("response_format"))
    with pytest.raises(ShapeRefusedError, match="response_format"):
        model.complete(MESSAGES, schema=SCHEMA, shape=shape)
    assert [request["response_format"]["type"] for request in server.requests] == [shape]
    assert model.complete(MESSAGES, schema=SCHEMA, shape="text").text == TEXT


def test_manners_are_remembered_for_a_month(stub, tmp_path):
    """What a model's server refused is known to the next run, per address, and tried again after thirty days."""
    path, day = tmp_path / "home" / "models.json", date(2026, 3, 20)
    model, server, _ = stub(refused("temperature"), manners=Manners(path, lambda: day))
    model.complete(MESSAGES)
    model.settle("json_object")
    assert len(server.requests) == 2
    assert KEY not in path.read_text("utf-8")
    assert server.url not in path.read_text("utf-8")

    again = LiteLLM("openai/stub", manners=Manners(path, lambda: day + timedelta(29)))
    assert again.shapes == ("json_object", "text")
    again.complete(MESSAGES)
    assert len(server.requests) == 3
    later = LiteLLM("openai/stub", manners=Manners(path, lambda: day + timedelta(30)))
    assert later.shapes == SHAPES
    stub(TEXT)
    assert LiteLLM("openai/stub", manners=Manners(path, lambda: day)).shapes == SHAPES


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"openai/stub": 7}', '{"openai/stub": {"since": "x", "shape": "sonnet"}}']
)
def test_lost_manners_are_no_error(tmp_path, text, monkeypatch):
    """A damaged file of manners, or one that cannot be written, is as none."""
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    path = tmp_path / "models.json"
    path.write_text(text, "utf-8")
    assert LiteLLM("openai/stub", manners=Manners(path)).shapes == SHAPES
    blocked = tmp_path / "file" / "models.json"
    blocked.parent.write_text("", "utf-8")
    LiteLLM("openai/stub", manners=Manners(blocked)).settle("text")


def test_a_server_without_temperature_keeps_the_schema(stub):
    """A refused temperature is left out alone."""
    model, server, _ = stub(refused("temperature"))
    model.complete(MESSAGES, schema=SCHEMA)
    assert "temperature" not in server.requests[-1]
    assert server.requests[-1]["response_format"]["type"] == "json_schema"
    assert len(server.requests) == 2


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_what_a_model_thought_is_kept_apart(stub, field):
    """A model that put all into its reasoning has answered nothing, and what it thought can be looked at."""
    message = {"role": "assistant", "content": None, field: "On ECS."}
    model, _, _ = stub(completion("", choices=[{"index": 0, "message": message, "finish_reason": "stop"}]))
    reply = model.complete(MESSAGES)
    assert (reply.text, reply.thought) == ("", "On ECS.")


@pytest.mark.parametrize(
    "fault", [LIMITED, BROKEN, CLOSED, Fault("error", 529)], ids=["429", "500", "closed", "529"]
)
def test_a_failure_that_passes_is_tried_again(stub, fault):
    """After a failure of the moment the same request is sent once more."""
    model, server, waits = stub(fault, "On ECS.")
    assert model.complete(MESSAGES).text == "On ECS."
    assert len(server.requests) == 2
    assert waits == [0.5]


def test_the_server_says_how_long_to_wait(stub):
    """A retry-after is kept; one that is too long ends the tries at once."""
    model, server, waits = stub(Fault("error", 429, headers={"Retry-After": "7"}), "On ECS.")
    model.complete(MESSAGES)
    assert waits == [7.0]
    model, server, waits = stub(Fault("error", 429, headers={"Retry-After": "3600"}))
    with pytest.raises(ModelError, match="limits"):
        model.complete(MESSAGES)
    assert (len(server.requests), waits) == (1, [])


def test_a_date_says_how_long_to_wait(stub):
    """A retry-after may be a date; nonsense in it is none."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    model, _, waits = stub(Fault("error", 429, headers={"Retry-After": soon}), "On ECS.")
    model.complete(MESSAGES)
    assert 10 < waits[0] <= 20
    model, _, waits = stub(Fault("error", 429, headers={"Retry-After": "soon"}), "On ECS.")
    model.complete(MESSAGES)
    assert waits == [0.5]


def test_tries_end_in_time(stub):
    """However many tries are left, they end at twice the timeout; jitter stretches a wait."""
    moments = iter([0.0, 5.0, 199.9])
    model, server, waits = stub(BROKEN, tries=9, timeout=100, clock=lambda: next(moments), jitter=lambda: 0.5)
    with pytest.raises(ModelError, match="failed"):
        model.complete(MESSAGES)
    assert (len(server.requests), waits) == (2, [0.75])


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_what_does_not_pass_is_not_tried_again(stub, status):
    """A refused key, a missing model or a bad request are asked once."""
    model, server, waits = stub(Fault("error", status, "no"))
    model._manner = Manner(temperature=False)
    with pytest.raises((ModelError, ModelMissingError)):
        model.complete(MESSAGES)
    assert (len(server.requests), waits) == (1, [])


def test_tries_are_counted(stub):
    """A failure that stays is reported after the last try."""
    model, server, waits = stub(BROKEN, tries=3)
    with pytest.raises(ModelError, match="failed"):
        model.complete(MESSAGES)
    assert len(server.requests) == 3
    assert waits == [0.5, 1.0]


FAILURES = [
    (UNAUTHORIZED, ModelMissingError, "refused the key", "OPENAI_API_KEY"),
    (Fault("error", 404, "no such model"), ModelMissingError, "has no model", "provider/model"),
    (Fault("error", 400, "maximum context length is 10 tokens"), ModelError, "too long", "longer context"),
    (Fault("error", 413), ContextTooLongError, "too long", "longer context"),
    (Fault("error", 400, "prompt is too long: 9 tokens"), ContextTooLongError, "too long", "longer context"),
    (Fault("error", 429, "insufficient_quota"), ModelError, "no credit", "billing"),
    (Fault("error", 403, "not for you"), ModelError, "not for you", "name"),
    (Fault("error", 400, "strange words"), ModelError, "strange words", "name"),
    (GARBAGE, ModelError, "no chat completion", "/v1"),
    (" ", ModelError, "answered nothing", "chat completions"),
    (
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": []},
        ModelError,
        "nothing",
        "address",
    ),
]


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("failure", FAILURES, ids=[failure[2] for failure in FAILURES])
def test_a_failure_names_itself_and_the_way_out(stub, capfd, failure, streamed):
    """Every failure is one line with its own words, a hint, and nothing on the terminal."""
    reply, kind, message, hint = failure
    model, _, waits = stub(reply)
    with pytest.raises(kind) as caught:
        list(model.stream(MESSAGES)) if streamed else model.complete(MESSAGES)
    if not (streamed and (reply is GARBAGE)):  # a stream of a web page has no pieces, and says no more
        assert message in str(caught.value)
        assert hint in caught.value.hint
    assert waits == []
    assert capfd.readouterr() == ("", "")


def test_a_silent_server_is_given_up(stub):
    """A server that hangs is waited for as long as the timeout says."""
    model, _, _ = stub(HANG, timeout=0.2, tries=1)
    with pytest.raises(ModelError, match=r"no answer within 0\.2 seconds"):
        model.complete(MESSAGES)


def test_a_server_that_is_not_there(stub, monkeypatch):
    """A refused connection asks whether the server runs and says where it was looked for."""
    model, _, waits = stub()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    monkeypatch.setenv("OPENAI_API_BASE", url)
    with pytest.raises(ModelError, match="could not be reached") as caught:
        model.complete(MESSAGES)
    assert "running" in caught.value.hint
    assert url in caught.value.hint
    assert len(waits) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
def test_a_server_that_takes_no_connection(stub, monkeypatch):
    """A connection that nobody takes is no slow answer."""
    model, _, waits = stub(timeout=0.2)
    with socket.socket() as deaf, socket.socket() as one, socket.socket() as two:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for other in (one, two):
            other.setblocking(False)
            other.connect_ex(deaf.getsockname())
        monkeypatch.setenv("OPENAI_API_BASE", f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        with pytest.raises(ModelError, match="could not be reached for openai/stub: nobody took"):
            model.complete(MESSAGES)
    assert len(waits) < 2


def test_connecting_is_not_waited_for_as_long_as_an_answer():
    """However long an answer may take, a connection is there within ten seconds."""
    from miminions.model.transport import session

    request = session().build_request("GET", "http://localhost/", timeout=300)
    for hook in session().event_hooks["request"]:
        hook(request)
    assert request.extensions["timeout"] == {"connect": 10, "read": 300, "write": 300, "pool": 300}


@pytest.mark.parametrize(
    "address", ["http://nobody.invalid/v1", "https", "ftp://127.0.0.1/", "http://[", "//"]
)
def test_an_address_that_leads_nowhere(stub, monkeypatch, address):
    """A name that nobody has, a server without TLS, another scheme and a broken address are errors with a hint."""
    model, server, _ = stub(TEXT, tries=1)
    url = server.url.replace("http:", "https:") if address == "https" else address
    monkeypatch.setenv("OPENAI_API_BASE", url)
    with pytest.raises(ModelError) as caught:
        model.complete(MESSAGES)
    assert caught.value.hint
    assert server.requests == []


def test_a_key_is_never_repeated(stub):
    """What a server says is cut to one line and cleared of keys."""
    model, _, _ = stub(Fault("error", 400, f"bad key {KEY}\n and " + "words " * 200))
    with pytest.raises(ModelError) as caught:
        model.complete(MESSAGES)
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("openai/gpt-5-mini", ["OPENAI_API_KEY"]),
        ("anthropic/claude-haiku-4-5", ["ANTHROPIC_API_KEY"]),
        ("gemini/gemini-2.5-flash", ["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
    ],
)
def test_a_missing_key_is_named(name, keys):
    """Without its key nothing is sent, and the hint names the variable."""
    assert sorted(missing_keys(name)) == keys
    with pytest.raises(ModelMissingError, match="no key") as caught:
        LiteLLM(name).complete(MESSAGES)
    assert all(key in caught.value.hint for key in keys)


@pytest.mark.parametrize("name", ["nosuch", "foo/bar"])
def test_an_unknown_model_shows_the_form_of_a_name(name, capfd):
    """A name that no provider has is refused with an example, without noise."""
    with pytest.raises(ModelMissingError, match=name) as caught:
        LiteLLM(name).complete(MESSAGES)
    assert "openai/gpt-5-mini" in caught.value.hint
    assert capfd.readouterr() == ("", "")


def test_a_local_model_needs_no_key_and_costs_nothing():
    """Ollama on this machine is free, keyless, and named as what it is."""
    assert missing_keys("ollama_chat/llama3.1") == ()
    assert price("ollama_chat/llama3.1") == Price(0.0, 0.0)
    assert receiver("ollama_chat/llama3.1") == "your own machine (Ollama)"


def test_prices_are_per_million_tokens():
    """A known model has a price, an unknown one or another provider's has none."""
    known = price("openai/gpt-5-mini")
    assert known is not None
    assert 0 < known.usd_in_per_million < known.usd_out_per_million < 100
    assert price("openai/stub") is None
    assert price("groq/gpt-5-mini") is None


def test_the_receiver_is_who_gets_the_text(monkeypatch):
    """The provider is named in words, and an address in the environment outranks it."""
    assert receiver("openai/gpt-5-mini") == receiver("gpt-5-mini") == "OpenAI (api.openai.com)"
    assert receiver("somebody/else") == "somebody"
    monkeypatch.setenv("OPENAI_API_BASE", "https://ada:secret@models.example.org/v1")
    assert receiver("openai/gpt-5-mini") == "models.example.org"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1")
    assert receiver("openai/gpt-5-mini") == "your own machine (localhost:8000)"
    monkeypatch.setenv("OLLAMA_API_BASE", "http://gpu.example.org:11434")
    assert receiver("ollama_chat/llama3.1") == "gpu.example.org"
    assert price("ollama_chat/llama3.1") is None


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("https://api.openai.com@evil.example/v1", "evil.example"),
        ("https://\N{CYRILLIC SMALL LETTER A}pi.openai.com/v1", "xn--pi-6kc.openai.com"),
        ("evil.example/v1", "evil.example"),
        ("http://[", "http://["),
        ("http://localhost:8000", "your own machine (localhost:8000)"),
    ],
)
def test_the_receiver_is_told_as_it_is(monkeypatch, base, told):
    """A user name, or letters that look like others, hide no host."""
    monkeypatch.setenv("OPENAI_API_BASE", base)
    assert receiver("openai/x") == told


def test_usage_adds_up():
    """Counts add; the price is unknown only when every part of it is."""
    assert Usage(1, 10, 2, None) + Usage(1, 5, 1, None) == Usage(2, 15, 3, None)
    assert Usage(1, 10, 2, 0.5) + Usage(1, 5, 1, None) == Usage(2, 15, 3, 0.5)
    assert Usage(1, 1, 1, 0.5) + Usage(1, 1, 1, 0.25) == Usage(2, 2, 2, 0.75)


def test_a_stream_can_be_made_of_any_pieces():
    """Whoever writes a model of his own gives an iterator of pieces."""
    stream = Stream(iter(["On", " ECS."]))
    assert list(stream) == ["On", " ECS."]
    assert (stream.text, stream.usage) == ("On ECS.", Usage())


def test_litellm_is_imported_only_when_it_is_needed():
    """The room itself is quick to import; preload brings litellm in the background and leaves no trace."""
    code = """
import gc, sys, threading
from miminions import model
assert "litellm" not in sys.modules
model.preload()
[thread.join() for thread in threading.enumerate() if thread.name == "preload-litellm"]
assert "litellm" in sys.modules
assert gc.isenabled()
"""
    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


WHOLE = json.dumps(completion(TEXT)).encode()
WIRE = [
    (Raw(WHOLE, missing=40), "Content-Length"),
    (Raw(WHOLE[: len(WHOLE) // 2], missing=len(WHOLE) // 2), "half a body"),
    (Raw(WHOLE[: len(WHOLE) // 2], chunked=True), "half a chunked body"),
    (Raw(b""), "empty"),
    (Raw(b"", status=204), "no content"),
    (Raw(WHOLE, headers={"Content-Encoding": "gzip"}), "no gzip"),
    (Raw(gzip.compress(b" " * 300_000_000, 1), headers={"Content-Encoding": "gzip"}), "swollen"),
    (Raw(b" " * (17 * 1024 * 1024) + WHOLE), "long"),
    (Raw(WHOLE, pause=0.2), "slow"),
    (Raw(b"<html>Bad gateway</html>", status=502, headers={"Content-Type": "text/html"}), "502 page"),
    (Raw(json.dumps(completion("", choices=[])).encode()), "no choices"),
    (Raw(json.dumps(completion("no", "content_filter")).encode()), "filtered"),
    (Raw(b"[1, 2]"), "list"),
    (Raw(b"\xff\xfe{"), "bytes"),
]


@pytest.mark.parametrize(("fault", "name"), WIRE, ids=[name for _, name in WIRE])
def test_the_wire_fails(stub, fault, name):
    """Whatever the wire brings instead of an answer is one error, in one line, with a hint, and no answer."""
    model, _, _ = stub(fault, timeout=1.5, tries=2)
    with pytest.raises(ModelError) as caught:
        model.complete(MESSAGES)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/", "file:///etc/passwd", "/elsewhere"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed(stub, model_server, status, target):
    """A redirect leads nowhere: a key goes to the address that the person set and to no other."""
    other = model_server("Stolen.")
    target = f"{other.url}/chat/completions" if target.startswith("http:") else target
    model, server, _ = stub(Raw(b"", status=status, headers={"Location": target}), tries=1)
    with pytest.raises(ModelError):
        model.complete(MESSAGES)
    assert len(server.requests) == 1
    assert other.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        completion(TEXT, usage=None),
        completion(TEXT, None),
        Raw(WHOLE, headers={"Content-Type": "text/plain"}),
        Raw(gzip.compress(WHOLE), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["no usage", "no finish", "plain text", "packed"],
)
def test_small_faults_are_no_failure(stub, answer):
    """An answer without counts, without a reason or of a wrong type is an answer."""
    model, _, _ = stub(answer)
    assert model.complete(MESSAGES).text == TEXT


OLLAMA = {"model": "small", "created_at": "2026-03-20T10:00:00Z", "done": True, "done_reason": "stop"}


def ollama(read, length=None):
    """Serve an Ollama that says it read so many tokens; `length` is the model's context."""

    def answer(body):
        if "messages" not in body:
            return {"model_info": {"small.context_length": length} if length else {}}
        message = {"role": "assistant", "content": TEXT}
        return {**OLLAMA, "message": message, "prompt_eval_count": read, "eval_count": 9}

    return answer


def test_ollama_is_given_room(model_server, monkeypatch):
    """Ollama is told how much context a text needs, as much as the model has and no more than is sensible."""
    server = model_server(ollama(3000, 131_072))
    monkeypatch.setenv("OLLAMA_API_BASE", server.url.removesuffix("/v1"))
    model = LiteLLM("ollama_chat/small")
    assert model.complete(MESSAGES).text == TEXT
    model.complete([{"role": "user", "content": "word " * 3000}])
    model.complete([{"role": "user", "content": "word " * 4200}])
    asked = [request["options"]["num_ctx"] for request in server.requests if "options" in request]
    assert asked == [8192, 8192, 16384]
    with pytest.raises(ContextTooLongError, match="too long"):
        model.complete([{"role": "user", "content": "word " * 40_000}])
    assert sum("messages" in request for request in server.requests) == 3


def test_a_prompt_that_was_cut_is_noticed(model_server, monkeypatch):
    """An answer to a part of the prompt is none: Ollama leaves out the beginning and says nothing."""
    server = model_server(ollama(2048))
    monkeypatch.setenv("OLLAMA_API_BASE", server.url.removesuffix("/v1"))
    with pytest.raises(ContextTooLongError, match="a part of it"):
        LiteLLM("ollama_chat/small").complete([{"role": "user", "content": "word " * 3000}])


def test_reasoning_is_kept_short(stub):
    """A model that thinks is asked to think little where it takes such a wish, and never for a chat."""
    _, server, _ = stub('{"a": "b"}')
    model = LiteLLM("openai/gpt-5-mini")
    model.complete(MESSAGES, schema=SCHEMA)
    list(model.stream(MESSAGES))
    assert [request.get("reasoning_effort") for request in server.requests] == ["low", None]
    assert "temperature" not in server.requests[0]
    assert [thinks(f"anthropic/{name}") for name in ("claude-haiku-4-5", "claude-sonnet-4-5")] == [
        False,
        False,
    ]
