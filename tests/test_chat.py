"""Chats: memory goes in, every turn is on disk, what was learned is distilled, nothing is lost when things fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from model_server import BROKEN, CLOSED
from sessions import write_session

from miminions import Workspace
from miminions.errors import ModelError
from miminions.layout import home_of
from miminions.transcripts import read_transcript
from miminions.workspace.init import make_workspace

NOTHING = '{"items": [], "summary": "Talked about deploys."}'
LEARNED = json.dumps(
    {
        "items": [
            {
                "quote": "we deploy on Mondays from now on",
                "turn": 1,
                "reason": "a standing decision",
                "op": "ADD",
                "target": "",
                "scope": "workspace",
                "section": "Decisions",
                "text": "Deploys happen on Mondays.",
            }
        ],
        "summary": "Deploys move to Mondays.",
    }
)


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """Return a workspace that remembers one fact, with the current folder in it."""
    root = tmp_path / "shop"
    root.mkdir()
    make_workspace(root, home=home_of(dict(os.environ)))
    monkeypatch.chdir(root)
    workspace = Workspace.open(root)
    workspace.remember("Deploys run on AWS ECS.", section="Decisions")
    return workspace


def serve(model_server, monkeypatch, *replies):
    """Start a server and let the environment name it."""
    server = model_server(*replies)
    monkeypatch.setenv("OPENAI_API_BASE", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    monkeypatch.setenv("MIMINIONS_MODEL", "openai/stub")
    return server


def chat(text, *words):
    """Run `miminions chat` with piped input."""
    command = [sys.executable, "-m", "miminions", "chat", *words]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


def sessions(ws):
    return sorted(ws.layout.sessions.glob("*.jsonl"))


def test_streamed_answer_with_memory(ws, model_server, monkeypatch):
    """The answer is streamed, the memory is in the system prompt, both turns are on disk."""
    server = serve(model_server, monkeypatch, "On ECS, as memory says.", NOTHING)
    done = chat("where do we deploy?\n")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "On ECS, as memory says.\n"
    first = server.requests[0]
    assert first["stream"] is True
    assert "Deploys run on AWS ECS." in first["messages"][0]["content"]
    assert "<miminions:memory" in first["messages"][0]["content"]
    turns = read_transcript(sessions(ws)[0]).turns
    assert [(turn.role, turn.text) for turn in turns] == [
        ("user", "where do we deploy?"),
        ("assistant", "On ECS, as memory says."),
    ]


def test_chat_is_distilled_at_its_end(ws, model_server, monkeypatch):
    """What a chat taught is in MEMORY.md when it ends, with its line of history."""
    serve(model_server, monkeypatch, "Good.", LEARNED)
    done = chat("we deploy on Mondays from now on\n")

    assert "learned: Deploys happen on Mondays." in done.stderr
    assert "- Deploys happen on Mondays. <!-- mm:" in ws.layout.memory.read_text("utf-8")
    assert "Deploys move to Mondays." in ws.layout.history.read_text("utf-8")


def test_injected_memory_is_not_learned(ws, model_server, monkeypatch):
    """The prompt that distils a chat holds its turns, not the memory block that was injected into it."""
    server = serve(model_server, monkeypatch, "Good.", NOTHING)
    chat("hello\n")

    asked = server.requests[1]["messages"]
    assert "response_format" in server.requests[1]
    assert "<miminions:memory" not in asked[1]["content"]
    assert "M1 (Decisions): Deploys run on AWS ECS." in asked[1]["content"]


def test_resume_keeps_memory_and_turns(ws, model_server, monkeypatch):
    """A resumed session has its earlier turns and today's memory."""
    server = serve(model_server, monkeypatch, "First.", NOTHING, "Second.", NOTHING)
    chat("one\n")
    ws.remember("The shop opens at nine.")
    done = chat("two\n", "--resume", "last")

    assert done.stdout == "Second.\n"
    messages = server.requests[2]["messages"]
    assert [message["content"] for message in messages[1:]] == ["one", "First.", "two"]
    assert "The shop opens at nine." in messages[0]["content"]
    assert len(sessions(ws)) == 1


def test_without_a_model(ws):
    """With no model chosen chat says so and answers with what memory knows; that answer is never learned."""
    done = chat("where do we deploy?\n")

    assert done.returncode == 0
    assert "No model answers here" in done.stdout
    assert "Deploys run on AWS ECS." in done.stdout
    assert [turn.role for turn in read_transcript(sessions(ws)[0]).turns] == ["user", "system"]


@pytest.mark.parametrize("fault", [BROKEN, CLOSED])
def test_a_failing_model_loses_nothing(ws, model_server, monkeypatch, fault):
    """When the model fails, the error is two lines, the question is on disk and can be asked again."""
    serve(model_server, monkeypatch, fault)
    done = chat("where do we deploy?\n", "--no-distill")

    assert done.returncode == 10
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr
    assert [turn.text for turn in read_transcript(sessions(ws)[0]).turns] == ["where do we deploy?"]


def test_catch_up(ws, model_server, monkeypatch):
    """A chat that was killed before it was distilled is distilled when the next one starts."""
    path = write_session(ws.layout.sessions, [("user", "From now on releases go out on Tuesdays.")])
    done = chat("hello\n")

    assert done.returncode == 0
    assert "releases go out on Tuesdays" in ws.layout.memory.read_text("utf-8")
    assert path.stem in ws.layout.history.read_text("utf-8")


def test_a_running_chat_is_left_alone(ws):
    """A session that another chat holds open is not distilled under its feet."""
    from miminions.files import try_lock

    path = write_session(ws.layout.sessions)
    with try_lock(ws.local.session_lock(path.stem)):
        assert ws.pending() == ()
    assert ws.pending() == (path,)


def test_transcripts_are_private(ws):
    """Transcripts are ignored by git; secrets and private spans never get into them."""
    secret = "ghp_" + "a1B2" * 9
    chat(f"my token is {secret} and <private>my age is fortyone</private> ok\n")
    text = sessions(ws)[0].read_text("utf-8")

    assert (ws.layout.sessions / ".gitignore").read_text("utf-8") == "*\n"
    assert secret not in text
    assert "fortyone" not in text


def test_minion_in_python(ws, model_server, monkeypatch):
    """`Minion` is the same conversation without a terminal."""
    serve(model_server, monkeypatch, "On ECS.", BROKEN)
    minion = Workspace.open(ws.layout.root).minion()

    assert "".join(minion.ask("where?")) == "On ECS."
    assert minion.usage.calls == 1
    with pytest.raises(ModelError):
        list(minion.ask("and now?"))
    assert [message["content"] for message in minion.messages] == ["where?", "On ECS.", "and now?"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize("leave", ["exit", "quit", "/exit", "\x04"])
def test_in_a_terminal(ws, leave):
    """In a terminal chat greets, answers each line, and exit, quit, /exit and Ctrl-D end it."""
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "miminions", "chat"]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, close_fds=True
    ) as process:
        os.close(follower)
        os.write(leader, b"\r")  # no model, when asked
        shown = read_until(leader, "session ")
        os.write(leader, b"where do we deploy?\r")
        shown += read_until(leader, "Deploys run on AWS ECS.")
        os.write(leader, leave.encode() + (b"" if leave == "\x04" else b"\r"))
        assert process.wait(timeout=30) == 0
    os.close(leader)

    assert "none answers" in shown


def read_until(descriptor, words):
    """Read from a terminal until words appear."""
    import select

    shown = ""
    while words not in shown:
        ready, _, _ = select.select([descriptor], [], [], 30)
        assert ready, shown
        shown += os.read(descriptor, 4096).decode("utf-8", "replace")
    return shown


def test_every_turn_is_on_disk_before_the_next(ws, model_server, monkeypatch):
    """The question is on disk while the model still answers."""
    seen = []

    def answer(_):
        seen.append(Path(sessions(ws)[0]).read_text("utf-8"))
        return "Yes."

    serve(model_server, monkeypatch, answer, NOTHING)
    chat("are you there?\n")

    assert "are you there?" in seen[0]
