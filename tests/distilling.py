"""What tests of distilling with a served model share: replies, a workspace with a session, and a call of the command."""

import json
import os

from sessions import write_session

from miminions.cli import run
from miminions.layout import home_of
from miminions.workspace.init import make_workspace

QUOTE = "We decided to move deploys from Heroku to AWS ECS."
TEXT = "Deploys run on AWS ECS, no longer on Heroku."
# A name that has a published price; the server of the tests answers for it.
PRICED = "openai/gpt-4o-mini"


def item(**changes):
    """Return a whole item of a model's reply, with changes."""
    given = {
        "quote": QUOTE,
        "turn": 6,
        "reason": "a decision",
        "op": "ADD",
        "target": "",
        "scope": "workspace",
        "section": "Decisions",
        "text": TEXT,
    }
    return given | changes


def reply(*items, summary="Moved deploys to ECS."):
    """Return a model's whole reply."""
    return json.dumps({"items": list(items), "summary": summary})


def make_shop(folder):
    """Make a workspace with one session and return its root."""
    root = folder / "shop"
    root.mkdir()
    make_workspace(root, home=home_of(dict(os.environ)))
    write_session(root / "sessions")
    return root


def serve(server, monkeypatch):
    """Have a server answer for OpenAI."""
    monkeypatch.setenv("OPENAI_API_BASE", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    return server


def command(capfd, *words):
    """Run a command that answers in JSON and return (exit code, answer, stderr)."""
    code = run([str(word) for word in (*words, "--json")])
    out, err = capfd.readouterr()
    return code, (json.loads(out) if out else None), err
