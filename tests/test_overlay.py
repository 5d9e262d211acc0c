"""The private overlay: known here, and nowhere else; and notes for one session only."""

import json
import subprocess

import pytest
from folders import home, workspace
from sessions import SESSION, write_session

from miminions import Workspace
from miminions.chat.conversation import Minion
from miminions.cli import run
from miminions.errors import UsageError
from miminions.journal import runs
from miminions.memory.ids import normalise
from miminions.workspace.asks import held
from miminions.workspace.handing import handing_over

SECRETS = [f"The canary number {n} sings in the cellar of house {n * 7}." for n in range(20)]


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """Return a workspace in a repository that shares everything, with twenty private facts."""
    made = workspace(tmp_path / "shop", "- Deploys run on ECS.\n", share="all")
    git(made.layout.root, "init", "-q", "-b", "main")
    monkeypatch.chdir(made.layout.root)
    for text in SECRETS:
        made.remember(text, private=True)
    return made


def git(root, *words):
    """Run git as a person, and return what it said."""
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", "-C", str(root), *person, *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def private_ids(ws):
    return [fact.id for fact in ws.overlay().facts.facts]


def test_what_is_private_is_known_here(ws, capfd):
    """Recall finds it, the context has it in a part of its own, `show` says where it is."""
    assert "canary number 7 " in ws.recall("canary 7 cellar")[0].text + " "
    context = ws.context()
    part = next(part for part in context.parts if part.name == "private")
    assert sorted(part.ids) == sorted(private_ids(ws))
    assert "## Private to this machine" in context.text
    assert run(["show"]) == 0
    lines = [line for line in capfd.readouterr().out.splitlines() if "canary" in line]
    assert len(lines) == 20
    assert all(line.endswith("\tprivate") for line in lines)


def test_what_is_private_is_edited_forgotten_restored_and_undone_where_it_is(ws):
    """Every command of a person works on it, and leaves it private."""
    identity = private_ids(ws)[0]
    before = ws.layout.memory.read_bytes()
    assert run(["edit", identity, "The canary number 0 is silent."]) == 0
    assert ws.overlay().live(identity).text == "The canary number 0 is silent."
    assert run(["forget", identity]) == 0
    assert ws.overlay().live(identity) is None
    assert ws.undo().back == (identity,)
    assert ws.overlay().live(identity)
    assert run(["forget", identity]) == run(["restore", identity]) == 0
    assert ws.overlay().live(identity)
    assert ws.layout.memory.read_bytes() == before


def test_nothing_private_leaves_its_folder(ws, tmp_path, capfd):
    """After all commands no other file of the machine has a text or an id of it, nor any answer elsewhere."""
    other = workspace(tmp_path / "other", "- Ports are 8080.\n", share="all")
    ids = private_ids(ws)
    write_session(ws.layout.sessions)
    commands = (
        ["status"],
        ["recall", "canary cellar", "--everywhere"],
        ["remember", "A public fact."],
        ["remember", "My own habit.", "--global"],
        ["distill", "--pending", "--yes"],
        ["context"],
        ["log"],
        ["why", ids[3]],
        ["edit", ids[1], "The canary number 1 sings in the cellar of house 7, loudly."],
        ["forget", ids[2]],
        ["restore", ids[2]],
        ["doctor"],
        ["fmt"],
        ["trust"],
        ["index", "rebuild"],
        ["review"],
        ["workspaces"],
    )
    for words in commands:
        assert run(words) in {0, 12, 13}, words
    ws.undo()
    list(Minion.ask(ws.minion(model=""), "what sings?"))
    git(ws.layout.root, "add", "-A")
    git(ws.layout.root, "commit", "-qm", "all")
    other.sync()
    other.sync_global()

    capfd.readouterr()
    for words in (["recall", "canary cellar", "-e"], ["context"], ["log"], ["show"], ["recall", "canary"]):
        assert run([*words, "-w", str(other.layout.root)]) == 0
    said = capfd.readouterr().out
    assert not any(text in said for text in SECRETS)
    assert not any(identity in said for identity in ids)

    own = ws.local.folder
    allowed = [own / "local", ws.local.index, own / "journal", own / "kept"]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    files += [path for path in home().root.rglob("*") if path.is_file()]
    looked = [path for path in files if not any(path.is_relative_to(place) for place in allowed)]
    assert len(looked) > 20
    for path in looked:
        content = path.read_bytes()
        # What somebody asks is noted on this machine, in the words of the question.
        assert path.name == "usage.jsonl" or b"canary" not in content, path
        assert not any(text.encode() in content for text in SECRETS), path
        assert not any(identity.encode() in content for identity in ids), path
    assert "canary" not in git(ws.layout.root, "log", "--all", "-p")
    assert not any("canary" in found.what for found in runs(ws.local))


@pytest.mark.parametrize("to", ["shop", "personal"])
def test_undoing_its_publication_leaves_it_nowhere(tmp_path, to):
    """What was moved out of the private memory and back by undo stands in no archive of others; redoing it brings it back."""
    ws = workspace(tmp_path / "shop")
    private = ws.remember("Wages are paid late.", private=True).id
    place = ws.layout if to == "shop" else ws.home.personal
    handing_over(ws, [private], str(ws.layout.root) if to == "shop" else to).go()
    then = place.memory.read_bytes()

    for _ in range(3):
        undone = ws.undo(ws.undoable()[0].id)
        assert not undone.left
        assert held(ws.keeper.read, private).which == "overlay"
        assert not any(b"Wages" in path.read_bytes() for path in place.folder.rglob("*.md"))
        again = ws.undo(undone.id)
        assert not again.left
        assert held(ws.keeper.read, private).which == ("own" if to == "shop" else "personal")
        assert place.memory.read_bytes() == then


def test_a_session_that_says_something_private_writes_it_nowhere(ws):
    """It is known, so nothing is learned, and the line in the history does not tell it, on a rerun neither."""
    text = "Never deploy from the cellar of house 99."
    ws.remember(text, private=True)
    before = {path: path.read_bytes() for path in ws.layout.folder.iterdir()}
    path = write_session(ws.layout.sessions, [("user", text), ("assistant", "Fine.")])
    for options in ([], ["--redo"]):
        assert run(["distill", str(path), "--yes", "--offline", *options]) == 0
        after = {path: path.read_bytes() for path in ws.layout.folder.iterdir()}
        assert not any(b"cellar" in content for content in after.values())
        assert before.keys() == after.keys()
    assert not home().personal.memory.exists()
    assert not list(ws.local.inbox.glob("*"))


def test_a_private_word_holds_nothing_back(ws):
    """Only a sentence that is private waits when a session says it among other words."""
    ws.remember("Tuesdays", private=True)
    path = write_session(ws.layout.sessions)
    assert run(["distill", str(path), "--yes", "--offline"]) == 0
    assert "Tuesdays" in ws.layout.memory.read_text("utf-8")


def test_a_plan_that_was_cut_short_puts_nothing_private_into_a_ledger(ws, monkeypatch):
    """A run meant to add what the person made private since: no ledger says its id."""
    text = "Never deploy on the day of the canary."
    path = write_session(ws.layout.sessions, [("user", f"Hello. {text}"), ("assistant", "Fine.")])
    git(ws.layout.root, "commit", "-q", "--allow-empty", "-m", "begin")
    (ws.layout.root / ".git" / "MERGE_HEAD").write_text("0" * 40)
    assert run(["distill", str(path), "--yes", "--offline"]) == 0
    assert [found.status for found in runs(ws.local, SESSION)] == ["waiting"]
    identity = ws.remember(text, private=True).id
    (ws.layout.root / ".git" / "MERGE_HEAD").unlink()
    assert run(["distill", str(path), "--yes", "--offline"]) == 0
    for folder in (ws.layout.folder, home().personal.folder):
        for file in folder.rglob("*.md"):
            assert identity not in file.read_text("utf-8"), file
            assert "day of the canary" not in file.read_text("utf-8")
    assert identity in private_ids(ws)


def test_a_replacement_of_something_private_never_happens(ws, model_server, monkeypatch):
    """A model that names a private id adds what it found, and the private fact stays."""
    old = ws.remember("Deploys of mine run on the old box.", private=True)
    quote = "My deploys run on the new box from now on."
    answer = {
        "quote": quote, "turn": 1, "reason": "a change", "op": "UPDATE", "target": old.id, "scope": "workspace",
        "section": "Decisions", "text": "Deploys run on the new box.",
    }  # fmt: skip
    server = model_server(json.dumps({"items": [answer], "summary": "Moved."}))
    monkeypatch.setenv("OPENAI_API_BASE", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    path = write_session(ws.layout.sessions, [("user", quote), ("assistant", "Fine.")])
    assert run(["distill", str(path), "--yes", "--model", "openai/stub"]) == 0
    assert not any("canary" in str(body) or old.id in str(body) for body in server.requests)
    assert ws.overlay().live(old.id)
    assert old.id not in ws.layout.history.read_text("utf-8")


def test_the_personal_workspace_needs_no_overlay(ws):
    """What is personal is private to the person; asking for more says so."""
    with pytest.raises(UsageError, match="yours alone"):
        ws.person_workspace().remember("Mine.", private=True)


def test_a_private_sentence_is_not_told_twice(ws):
    """What the workspace says, too, stands in its own part."""
    ws.remember("Deploys run on ECS.", private=True)
    context = ws.context()
    assert context.text.count("Deploys run on ECS.") == 1
    assert normalise("Deploys run on ECS.") in normalise(context.text)


def test_a_note_for_the_next_session_is_given_once(ws, capfd):
    """`context` shows it without using it up, the next session has it, the one after that does not."""
    assert run(["remember", "--once", "Look at the flaky login test first."]) == 0
    assert run(["context"]) == run(["context"]) == 0
    assert capfd.readouterr().out.count("- Look at the flaky login test first.") == 2
    assert "flaky" not in ws.layout.memory.read_text("utf-8")
    first, second = ws.minion(model=""), Workspace.open(ws.layout.root).minion(model="")
    assert "## For this session\n- Look at the flaky login test first." in first.system
    assert "flaky" not in second.system
    assert not ws.local.once.exists()


def test_a_resumed_session_is_not_the_next_one(ws):
    """It goes on; the note waits for one that begins."""
    write_session(ws.layout.sessions)
    ws.note_once("Begin with the tests.")
    ws.minion(model="", resume=SESSION)
    assert "Begin with the tests." in ws.minion(model="").system


def test_a_note_is_no_place_for_secrets(ws):
    """What looks like a secret is refused, like an empty note."""
    for text in ("ghp_" + "a1B2" * 9, "  "):
        with pytest.raises(UsageError):
            ws.note_once(text)
