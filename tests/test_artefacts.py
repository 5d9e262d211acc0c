"""No secret in any artefact: files, journal, inbox, index, cursors and the requests to a model, whatever a secret came in by."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from folders import home, workspace
from model_server import Fault
from sessions import START, TALK, records

from miminions.cli import run

# Put together at run time, so that no scanner takes this file for a leak.
MIXED = "aB3dE7gH" + "9kL2mN5p"
LONG = MIXED + "Qr8sT4uV" + "1wX6yZ0b"
HEX = "9c4e17d2a6b3f085" * 2

# What somebody wrote, and the part of it that must not be found anywhere.
KINDS = {
    "github": ("ghp_" + LONG + "c5Df", "ghp_" + LONG + "c5Df"),
    "aws": ("AKIA" + "Q7M2X4T8R3W6Z5KB", "AKIA" + "Q7M2X4T8R3W6Z5KB"),
    "anthropic": ("sk-ant-" + "api03-" + LONG, "sk-ant-" + "api03-" + LONG),
    "password": ("the db password is " + "tr0ub4dor&3xy", "tr0ub4dor&3xy"),
    "assignment": ("PAYMENTS_SECRET=" + LONG, LONG),
    "url": ("postgresql://ada:" + "hV7-open-q9" + "@db.example.org/app", "hV7-open-q9"),
    "header": ("Authorization: Bearer " + LONG, LONG),
    "jwt": ("eyJ" + "hbGciOi9" + ".eyJ" + MIXED + "." + LONG, "." + LONG),
    "key": ("-----BEGIN " + "RSA PRIVATE KEY-----\n" + (LONG * 2 + "\n") * 3, LONG * 2),
    "own": ("we used velvet/" + "Marmot-71 for it", "velvet/" + "Marmot-71"),
}
# Kinds that can stand in a name: one word without a slash.
NAMED = ("github", "aws", "anthropic")


def talk(said):
    """Return a talk in which a secret stands in every kind of turn, beside things to learn."""
    return (
        *TALK,
        ("user", f"We decided to rotate this every month: {said}"),
        ("assistant", f"Noted, I keep {said} in mind. From now on it is rotated monthly."),
        ("tool", f"$ env\n{said}\ndone"),
        ("user", f"Remember that {said} is for staging. Never deploy on Fridays, ok? {said}"),
    )


def replying(said, secret):
    """Return a model's reply that repeats a secret in every field it has."""
    item = {
        "quote": f"We decided to rotate this every month: {said}",
        "turn": 10,
        "reason": f"they said {said}",
        "op": "ADD",
        "target": "",
        "scope": "workspace",
        "section": "Decisions",
        "text": f"The staging login {said} is rotated every month.",
    }
    harmless = item | {
        "quote": "We decided to move deploys from Heroku to AWS ECS.",
        "turn": 6,
        "text": "Deploys run on AWS ECS, no longer on Heroku.",
        "reason": f"said beside {secret}",
        "section": f"Decisions {said}",
    }
    return json.dumps({"items": [item, harmless], "summary": f"Rotated {said} and moved to ECS."})


def write(path, turns, *, session, meta=None):
    """Write a transcript as an agent does that masks nothing, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [record | ({"meta": meta} if meta else {}) for record in records(turns, session, START)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def leaks(secret, *roots, but=(), server=None):
    """Return where a secret stands: files by their bytes and names, requests by their bodies."""
    forms = {secret.encode(), json.dumps(secret)[1:-1].encode()}
    paths = [path for root in roots for path in root.rglob("*") if path.is_file() and path not in but]
    found = [
        str(path) for path in paths if secret in path.name or any(form in path.read_bytes() for form in forms)
    ]
    requests = server.requests if server else ()
    return found + [
        f"request {n}" for n, body in enumerate(requests) if secret in json.dumps(body, ensure_ascii=False)
    ]


@pytest.fixture
def served(monkeypatch, model_server):
    """Give a function that starts a model server and has the environment name it."""

    def start(*replies):
        server = model_server(*replies)
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "test")
        return server

    monkeypatch.setenv("VAULT_PASSWORD", KINDS["own"][1])
    return start


def everything(ws, monkeypatch):
    """Use what a transcript taught in every way that leaves something behind."""
    monkeypatch.chdir(ws.layout.root)
    for words in (
        ["index", "rebuild"],
        ["recall", "staging login"],
        ["context"],
        ["status"],
        ["doctor"],
        ["log"],
        ["show"],
        ["review", "--json"],
    ):
        run(words)


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_in_turns_and_in_a_model_s_reply_is_in_no_artefact(
    kind, tmp_path, monkeypatch, served, capfd
):
    """Distilled by rules and by a model that repeats it, a secret stands only in the transcript that was given."""
    said, secret = KINDS[kind]
    server = served(replying(said, secret))
    ws = workspace(tmp_path / "shop", share="all", day=f"{datetime.now(UTC):%Y-%m-%d}")
    monkeypatch.chdir(ws.layout.root)
    given = [
        write(
            tmp_path / "given" / "one.jsonl", talk(said), session="one", meta={"note": said, "branch": "main"}
        ),
        write(ws.layout.sessions / "two.jsonl", talk(said), session="two", meta={"note": said}),
    ]
    assert run(["distill", str(given[0]), "--offline", "--yes"]) == 0
    assert run(["distill", str(given[1]), "--model", "openai/stub", "--yes"]) == 0
    everything(ws, monkeypatch)
    printed = "".join(capfd.readouterr())

    assert server.requests
    assert leaks(secret, tmp_path, home().root, but=given, server=server) == []
    assert secret not in printed


@pytest.mark.parametrize("kind", NAMED)
def test_a_secret_that_is_a_name_is_in_no_artefact(kind, tmp_path, monkeypatch, served):
    """A session's id, the name of its file and of the branch are given by other programs: none is trusted."""
    said, secret = KINDS[kind]
    server = served(replying(said, secret))
    ws = workspace(tmp_path / "shop", share="all")
    monkeypatch.chdir(ws.layout.root)
    for words in (
        ["init", "-qb", "main"],
        ["-c", "user.name=Ada", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-mone"],
        ["branch", secret],
    ):
        subprocess.run(["git", *words], check=True)
    given = [
        write(tmp_path / "given" / "one.jsonl", TALK, session=secret, meta={"branch": secret}),
        write(tmp_path / "given" / f"{secret}.jsonl", TALK, session=""),
        write(ws.layout.sessions / "two.jsonl", TALK, session=f"x-{secret}"),
        write(tmp_path / "given" / "three.jsonl", TALK, session="three", meta={"branch": f"gone-{secret}"}),
        write(tmp_path / "given" / secret / "four.jsonl", TALK, session="four"),
    ]
    for path in given:
        assert run(["distill", str(path), "--model", "openai/stub", "--yes"]) == 0
        assert run(["distill", str(path), "--offline", "--yes"]) == 0
    everything(ws, monkeypatch)

    git = set((ws.layout.root / ".git").rglob("*"))
    assert leaks(secret, tmp_path, home().root, but={*given, *git}, server=server) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_in_a_chat_is_in_no_artefact(kind, tmp_path, monkeypatch, served):
    """What a person types, and what a model answers, is masked before it is stored or sent."""
    said, secret = KINDS[kind]
    server = served(f"I keep {said}.", "Fine.", replying(said, secret))
    ws = workspace(tmp_path / "shop", share="all")
    monkeypatch.chdir(ws.layout.root)
    monkeypatch.setenv("MIMINIONS_MODEL", "openai/stub")
    minion = type(ws).open(ws.layout.root).minion()
    list(minion.ask(f"Remember that {said} is for staging."))
    list(minion.ask("And what did I say?"))
    run(["distill", str(minion.transcript), "--yes"])
    everything(ws, monkeypatch)

    assert server.requests
    assert leaks(secret, tmp_path, home().root, server=server) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_server_that_echoes_a_secret_leaves_none(kind, tmp_path, monkeypatch, served, capfd):
    """What an error says is shown without the secret in it, and kept nowhere."""
    said, secret = KINDS[kind]
    fault = Fault("error", 401, f"Incorrect key provided: {said}")
    server = served(fault)
    ws = workspace(tmp_path / "shop")
    monkeypatch.chdir(ws.layout.root)
    path = write(tmp_path / "given" / "one.jsonl", TALK, session="one")
    run(["distill", str(path), "--model", "openai/stub", "--yes"])

    assert leaks(secret, tmp_path, home().root, server=server) == []
    assert secret not in "".join(capfd.readouterr())


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_that_is_to_be_remembered_is_refused(kind, tmp_path, monkeypatch, capfd):
    """remember, edit, a note for the next session and a section refuse a secret and leave nothing behind."""
    said, secret = KINDS[kind]
    monkeypatch.setenv("VAULT_PASSWORD", KINDS["own"][1])
    ws = workspace(tmp_path / "shop")
    monkeypatch.chdir(ws.layout.root)
    for words in (
        ["remember", said],
        ["remember", "--once", said],
        ["remember", "A fact.", "--section", said],
        ["remember", "A fact.", "--key", said],
    ):
        assert run(words) != 0
    run(["recall", said])
    everything(ws, monkeypatch)

    assert leaks(secret, tmp_path, home().root) == []


def test_private_spans_are_not_remembered(tmp_path, monkeypatch):
    """What stands between private tags in a remembered text is taken out before anything is written."""
    ws = workspace(tmp_path / "shop")
    monkeypatch.chdir(ws.layout.root)
    assert run(["remember", "The office is in Porto. <private>Ada is ill.</private>"]) == 0
    assert run(["remember", "--once", "Look at the tests. <private>Bob leaves.</private>"]) == 0
    assert run(["remember", "<private>Ada is ill.</private>"]) != 0
    everything(ws, monkeypatch)

    assert "The office is in Porto." in ws.layout.memory.read_text("utf-8")
    assert leaks("Ada is ill", tmp_path, home().root) == []
    assert leaks("Bob leaves", tmp_path, home().root) == []


@pytest.mark.parametrize("kind", NAMED)
def test_a_folder_that_is_called_like_a_secret_is_named_nowhere_but_as_a_path(
    kind, tmp_path, monkeypatch, served
):
    """The label of a workspace is masked; only local files that have to find the folder again hold its path."""
    _, secret = KINDS[kind]
    server = served(replying("hello", "hello"))
    ws = workspace(tmp_path / secret, share="all")
    monkeypatch.chdir(ws.layout.root)
    path = write(ws.layout.sessions / "two.jsonl", TALK, session="two")
    assert run(["distill", str(path), "--model", "openai/stub", "--yes"]) == 0
    everything(ws, monkeypatch)

    assert leaks(secret, ws.layout.root, server=server) == []
    for path in map(Path, leaks(secret, home().root)):
        held = path.read_bytes()
        assert held.count(secret.encode()) == held.count(f"/{secret}".encode()), path
    assert secret.lower() not in ws.id
