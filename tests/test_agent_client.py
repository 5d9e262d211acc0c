"""Distilling through an agent client: how it is run, what it answers, and what a person reads when it fails."""

import json
import os
import stat
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from sessions import write_session

from miminions.errors import ContextTooLongError, ModelError, ModelMissingError
from miminions.layout import home_of
from miminions.model import AgentModel, LiteLLM, Price, check_name, missing_keys, open_model, price, receiver
from miminions.model import window as window_of
from miminions.workspace.init import make_workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the clients here are scripts")

ASKED = [{"role": "system", "content": "You record."}, {"role": "user", "content": "A transcript — ünïcode."}]
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
USAGE = {
    "input_tokens": 5,
    "cache_creation_input_tokens": 20,
    "cache_read_input_tokens": 300,
    "output_tokens": 7,
}
CLAUDE = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "result": "On ECS.",
    "stop_reason": "end_turn",
    "total_cost_usd": 0.0125,
    "usage": USAGE,
}
CODEX = [
    {"type": "thread.started", "thread_id": "1"},
    {"type": "item.completed", "item": {"type": "reasoning", "text": "Hm."}},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "On ECS."}},
    {"type": "turn.completed", "usage": {"input_tokens": 40, "output_tokens": 6}},
]
SCRIPT = """#!{python}
import json, os, sys, time
record = {{
    "arguments": sys.argv[1:], "input": sys.stdin.read(), "folder": os.getcwd(), "files": os.listdir(),
    "environment": dict(os.environ), "group": os.getpgid(0),
}}
for word in sys.argv:
    path = word.partition("model_instructions_file=")[2].strip('"') or word
    if path.endswith((".md", "schema.json")):
        record[os.path.basename(path)] = open(path, encoding="utf-8").read()
with open({record!r}, "w", encoding="utf-8") as file:
    json.dump(record, file)
{body}
"""


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Install a small program as an agent client, the only one on the PATH; give a function that reads how it was run."""
    folder, record = tmp_path / "bin", tmp_path / "record.json"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "codex"))

    def install(name, body):
        path = folder / name
        path.write_text(SCRIPT.format(python=sys.executable, record=str(record), body=body), "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return lambda: json.loads(record.read_text("utf-8"))

    return install


def printing(*values):
    return "\n".join(f"print({json.dumps(value)!r})" for value in values)


def test_claude_answers(client, monkeypatch):
    """Claude Code is run once in an empty folder, without tools, hooks, servers or a session; its report is the usage."""
    monkeypatch.setenv("CLAUDECODE", "1")
    ran = client("claude", printing(CLAUDE))
    reply = AgentModel("agent").complete(ASKED, schema=SCHEMA)

    assert (reply.text, reply.cut) == ("On ECS.", False)
    assert (reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.usd) == (325, 7, 0.0125)
    seen = ran()
    words = seen["arguments"]
    assert words[0] == "-p"
    assert words[words.index("--tools") + 1] == ""
    assert words[words.index("--setting-sources") + 1] == "user"
    assert {"--strict-mcp-config", "--no-session-persistence", "--disable-slash-commands"} <= set(words)
    assert json.loads(words[words.index("--json-schema") + 1]) == SCHEMA
    assert (seen["input"], seen["system.md"], seen["files"]) == (ASKED[1]["content"], "You record.", [])
    assert "transcript" not in str(words)
    assert (seen["environment"]["MIMINIONS"], seen["environment"]["CLAUDE_CODE_SAFE_MODE"]) == ("off", "1")
    assert "CLAUDECODE" not in seen["environment"]
    assert seen["group"] != os.getpgid(0)
    assert not Path(seen["folder"]).exists()


def test_claude_answers_by_schema(client):
    """An answer that the client checked itself comes before its words; without a schema there is no such option."""
    ran = client("claude", printing({**CLAUDE, "structured_output": {"a": "b"}}))
    assert AgentModel("agent:claude").complete(ASKED, schema=SCHEMA).text == '{"a": "b"}'
    AgentModel("agent:claude/haiku").complete(ASKED, schema=SCHEMA, shape="text")
    assert "--json-schema" not in ran()["arguments"]
    assert ran()["arguments"][-2:] == ["--model", "haiku"]
    client("claude", printing({**CLAUDE, "stop_reason": "max_tokens"}))
    assert AgentModel("agent").complete(ASKED).cut


def test_codex_answers(client, tmp_path):
    """Codex is run once, read-only, without its tools, servers, hooks or a session; the last message is the answer."""
    (tmp_path / "codex").mkdir()
    servers = '[mcp_servers.one]\ncommand = "one"\n[mcp_servers."two.words"]\ncommand = "two"\n'
    (tmp_path / "codex" / "config.toml").write_text(servers, "utf-8")
    ran = client("codex", printing(*CODEX))
    reply = AgentModel("agent").complete(ASKED, schema=SCHEMA)

    assert (reply.text, reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.usd) == (
        "On ECS.",
        40,
        6,
        0.0,
    )
    seen = ran()
    words = seen["arguments"]
    assert words[0] == "exec"
    assert words[-1] == "-"
    assert {"--ephemeral", "--skip-git-repo-check", "--ignore-rules"} <= set(words)
    assert words[words.index("--sandbox") + 1] == "read-only"
    settings = {word for before, word in pairwise(words) if before == "-c"}
    assert {
        "features.shell_tool=false",
        "features.hooks=false",
        "project_doc_max_bytes=0",
        "notify=[]",
        "mcp_servers.one.enabled=false",
    } <= settings
    assert "two" not in str(settings)
    assert (seen["input"], seen["system.md"], seen["files"]) == (ASKED[1]["content"], "You record.", [])
    assert json.loads(seen["schema.json"]) == SCHEMA


def test_the_first_client_is_taken(client):
    """`agent` is the first that is installed, a name is that one."""
    client("codex", printing(*CODEX))
    assert "Codex" in receiver("agent")
    client("claude", printing({**CLAUDE, "result": "Claude."}))
    assert AgentModel("agent").complete(ASKED).text == "Claude."
    assert AgentModel("agent:codex").complete(ASKED).text == "On ECS."
    assert receiver("agent") == "your own Claude Code (its subscription; Anthropic)"


def test_a_conversation_is_told_as_one_text(client):
    """What the client answered before is shown to it."""
    ran = client("claude", printing(CLAUDE))
    repair = [{"role": "assistant", "content": "Nonsense."}, {"role": "user", "content": "Once more."}]
    AgentModel("agent").complete([*ASKED, *repair])
    told = ran()["input"]
    assert [told.index(m["content"]) for m in [ASKED[1], *repair]] == sorted(
        told.index(m["content"]) for m in [ASKED[1], *repair]
    )


@pytest.mark.parametrize(
    ("name", "body", "kind", "said", "hint"),
    [
        (
            "claude",
            printing({**CLAUDE, "is_error": True, "result": "Not logged in · Please run /login"})
            + "\nsys.exit(1)",
            ModelMissingError,
            "not signed in",
            "/login",
        ),
        (
            "claude",
            printing({**CLAUDE, "is_error": True, "result": "Prompt is too long"}) + "\nsys.exit(1)",
            ContextTooLongError,
            "too long",
            "less",
        ),
        (
            "claude",
            printing({**CLAUDE, "is_error": True, "result": "Claude usage limit reached."}) + "\nsys.exit(1)",
            ModelError,
            "at a limit",
            "Wait",
        ),
        (
            "claude",
            "sys.stderr.write(\"error: unknown option '--tools'\\n\"); sys.exit(1)",
            ModelError,
            "lacks an option",
            "update",
        ),
        ("claude", printing({**CLAUDE, "subtype": "error_during_execution"}), ModelError, "failed", "answer"),
        ("claude", "print('Hello!')", ModelError, "code 0", "answer"),
        ("claude", "", ModelError, "code 0", "answer"),
        ("claude", "sys.exit(1)", ModelError, "code 1", "answer"),
        ("claude", "os.kill(os.getpid(), 9)", ModelError, "signal 9", "answer"),
        (
            "codex",
            printing(
                CODEX[0], {"type": "turn.failed", "error": {"message": "unexpected status 401 Unauthorized"}}
            ),
            ModelMissingError,
            "not signed in",
            "codex login",
        ),
        ("codex", printing(*CODEX[:3]), ModelError, "failed", "answer"),
        (
            "codex",
            printing(CODEX[0], {"type": "error", "message": "no luck"}) + "\nsys.exit(1)",
            ModelError,
            "no luck",
            "answer",
        ),
    ],
)
def test_a_client_fails(client, name, body, kind, said, hint):  # noqa: PLR0917
    """What went wrong is one line, with what to do."""
    client(name, body)
    with pytest.raises(kind, match=said) as caught:
        AgentModel("agent").complete(ASKED, schema=SCHEMA)
    assert type(caught.value) is kind
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_client_that_hangs_is_killed_with_all_it_started(client, tmp_path):
    """After the timeout nothing of it runs any more, also what it started itself."""
    child = tmp_path / "child"
    code = f"import time, pathlib; time.sleep(1.2); pathlib.Path({str(child)!r}).touch()"
    client(
        "claude",
        f"import subprocess; subprocess.Popen([{sys.executable!r}, '-c', {code!r}]); time.sleep(60)",
    )
    begun = time.monotonic()
    with pytest.raises(ModelError, match=r"within 0\.8 seconds") as caught:
        AgentModel("agent", timeout=0.8).complete(ASKED)
    assert "model.timeout" in caught.value.hint
    assert time.monotonic() - begun < 20
    time.sleep(1.5)
    assert not child.exists()


def test_a_child_that_stays_does_not_hold_us(client):
    """A client that answered and left something running with its pipes open has answered."""
    client(
        "claude",
        f"import subprocess; subprocess.Popen(['{sys.executable}', '-c', 'import time; time.sleep(30)'])\n"
        + printing(CLAUDE),
    )
    begun = time.monotonic()
    assert AgentModel("agent", timeout=25).complete(ASKED).text == "On ECS."
    assert time.monotonic() - begun < 20


def test_a_client_that_writes_for_ever_is_killed(client):
    """More than sixteen megabytes are no answer."""
    client("claude", "while True: sys.stdout.write('x' * 1_000_000)")
    with pytest.raises(ModelError, match="more than an answer"):
        AgentModel("agent", timeout=60).complete(ASKED)


def test_no_client_is_installed(tmp_path, monkeypatch):
    """Without a client nothing is run, and the hint says where one comes from."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelMissingError, match="no agent client is installed") as caught:
        AgentModel("agent").complete(ASKED)
    assert "https://" in caught.value.hint
    with pytest.raises(ModelMissingError, match="Codex is not installed here"):
        AgentModel("agent:codex").complete(ASKED)


def test_an_agent_does_not_chat():
    """A chat says so when the first answer is wanted."""
    with pytest.raises(ModelMissingError, match="does not chat"):
        list(open_model("agent", 5).stream(ASKED))


def test_an_agent_is_a_model_to_choose(cli, tmp_path, monkeypatch):
    """`config model agent` takes it, says who gets what and what is not installed; a client that there is not is refused."""
    assert missing_keys("agent") == ()
    assert price("agent:codex") == Price(0.0, 0.0)
    assert window_of("agent") > 100_000
    check_name("agent:codex")
    with pytest.raises(ModelMissingError, match="netscape") as caught:
        check_name("agent:netscape")
    assert "agent:claude" in caught.value.hint
    assert isinstance(open_model("agent:claude", 5), AgentModel)
    assert isinstance(open_model("openai/agent", 5), LiteLLM)
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = cli("config", "model", "agent:claude")
    assert code == 0
    assert "your own Claude Code (its subscription; Anthropic)" in out
    assert "note: Claude Code is not installed here" in err


def test_a_session_is_distilled_by_a_client(client, cli):
    """From the command line a client's answer goes the way of any answer, and what failed can be run again."""
    shop = cli.folder
    make_workspace(shop, home=home_of(dict(os.environ)))
    path = write_session(shop / "sessions")
    item = {
        "quote": "We decided to move deploys from Heroku to AWS ECS.",
        "turn": 6,
        "reason": "a decision",
        "op": "ADD",
        "target": "",
        "scope": "workspace",
        "section": "Decisions",
        "text": "Deploys run on AWS ECS, no longer on Heroku.",
    }
    before = (shop / "memory" / "MEMORY.md").read_bytes()
    client("claude", "sys.exit(3)")
    assert cli("distill", path, "--model", "agent", "--yes", "--json")[0] == 10
    assert (shop / "memory" / "MEMORY.md").read_bytes() == before

    answer = {"items": [item], "summary": "Moved deploys."}
    ran = client("claude", printing({**CLAUDE, "result": "", "structured_output": answer}))
    code, out, _ = cli("distill", path, "--model", "agent", "--yes", "--json")
    report = json.loads(out)["sessions"][0]
    assert (code, report["state"], report["extractor"]) == (0, "done", "agent")
    assert report["cost"] == {"calls": 1, "tokens_in": 325, "tokens_out": 7, "usd": 0.0125}
    assert "AWS ECS" in (shop / "memory" / "MEMORY.md").read_text("utf-8")
    assert "We decided to move deploys" in ran()["input"]
