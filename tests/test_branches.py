"""Branches: a session's plan is written on its branch, in its worktree, and waits or goes to review where it cannot be."""

import json
import shutil
import subprocess

import pytest
from folders import add, change, home, reopened, workspace
from sessions import SESSION, TALK, records, write_session

from miminions.cli import run
from miminions.distiller import by_rules
from miminions.distiller.review.inbox import waiting
from miminions.journal import runs, waiting_runs
from miminions.memory.folder import read_folder
from miminions.registry import trust
from miminions.transcripts import read_transcript

ECS = "We decided to move deploys from Heroku to AWS ECS."


def git(root, *words, check=True):
    """Run git as a person, and return what it said."""
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", "-C", str(root), *person, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Return the root of a workspace on the branch main, with a branch feature."""
    ws = workspace(tmp_path / "shop", "- Ports are 8080.\n")
    root = ws.layout.root
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Ada")
    git(root, "config", "user.email", "ada@example.org")
    (root / ".gitignore").write_text("sessions/\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "begin")
    git(root, "branch", "feature")
    monkeypatch.chdir(root)
    return root


def session_on(branch, folder, turns=TALK, name=SESSION, **more):
    """Write a transcript of ours that was held on a branch."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    lines = [record | {"meta": {"branch": branch}, **more} for record in records(turns, name)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def claude_session(branch, folder, path):
    """Write a transcript of Claude Code that ran in a folder, on a branch."""
    lines = [
        {
            "type": record["role"], "cwd": str(folder), "gitBranch": branch, "sessionId": SESSION,
            "uuid": str(number), "timestamp": record["timestamp"],
            "message": {"role": record["role"], "content": record["content"]},
        }
        for number, record in enumerate(records(), 1)
        if record["role"] != "tool"
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def tree(root):
    """Return every file of a work tree, without git's own folder."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git/" not in f"{path.relative_to(root)}/"
    }


def part(ws, name):
    context = ws.context()
    return next((part for part in context.parts if part.name == name), None), context.text


def distill(*words):
    return run(["distill", "--yes", *words])


def test_what_waits_in_one_clone_is_not_written_in_another(shop, tmp_path, monkeypatch):
    """Clones keep one journal: a plan waits for the clone its session was in, and is written by no other."""
    path = claude_session("feature", shop, tmp_path / "session.jsonl")
    assert distill(str(path), "--offline") == 0
    git(tmp_path, "clone", "-q", str(shop), "clone")
    clone = reopened(tmp_path / "clone")
    trust(home(), clone.id, clone.layout.root)
    git(clone.layout.root, "switch", "-q", "feature")
    before = clone.layout.memory.read_bytes()
    monkeypatch.chdir(clone.layout.root)
    assert not clone.pending()
    assert distill("--pending", "--offline") == 0
    assert clone.layout.memory.read_bytes() == before

    monkeypatch.chdir(shop)
    git(shop, "switch", "-q", "feature")
    assert distill("--pending", "--offline") == 0
    assert ECS in (shop / "memory/MEMORY.md").read_text("utf-8")


def test_a_session_of_another_branch_waits_and_is_written_there(shop, model_server, monkeypatch, capfd):
    """No byte of the tree changes, the context has it at once, and one call of the model is enough."""
    answer = {
        "quote": ECS, "turn": 6, "reason": "a decision", "op": "ADD", "target": "", "scope": "workspace",
        "section": "Decisions", "text": "Deploys run on AWS ECS, no longer on Heroku.",
    }  # fmt: skip
    server = model_server(json.dumps({"items": [answer], "summary": "Moved deploys to ECS."}))
    monkeypatch.setenv("OPENAI_API_BASE", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    session_on("feature", shop / "sessions")
    before = tree(shop)

    assert distill("--pending", "--model", "openai/stub", "--json") == 0
    report = json.loads(capfd.readouterr().out)["sessions"][0]
    assert report["state"] == "waiting"
    assert report["note"] == "it belongs to the branch feature, main is checked out"
    assert distill("--pending", "--model", "openai/stub") == 0
    said = capfd.readouterr().out
    assert f"not written yet: {SESSION} waits, since it belongs to the branch feature" in said
    assert tree(shop) == before
    assert git(shop, "status", "--porcelain") == ""
    assert len(server.requests) == 1

    ws = reopened(shop)
    learned, text = part(ws, "waiting")
    assert learned is not None
    assert "## Learned, not written yet\n- Deploys run on AWS ECS, no longer on Heroku." in text
    assert learned.ids == tuple(one["id"] for one in report["decisions"])
    assert not any(hit.kind == "fact" for hit in ws.recall("Heroku"))
    assert run(["context", "--explain"]) == 0
    assert "waiting\t" in capfd.readouterr().out

    git(shop, "checkout", "-q", "feature")
    assert distill("--pending", "--offline", "--json") == 0
    assert json.loads(capfd.readouterr().out)["sessions"][0]["state"] == "done"
    assert "no longer on Heroku" in (shop / "memory" / "MEMORY.md").read_text("utf-8")
    assert len(server.requests) == 1
    assert part(ws, "waiting")[0] is None
    assert part(ws, "workspace")[1].count("no longer on Heroku") == 1
    assert not waiting_runs(ws.local)


@pytest.mark.parametrize("operation", ["merge", "bisect", "rebase"])
def test_nothing_is_written_while_git_is_busy(shop, operation, capfd):
    """During a merge, a rebase or a bisect a session of this very branch waits until that is over."""
    ws = reopened(shop)
    if operation == "bisect":
        git(shop, "commit", "-q", "--allow-empty", "-m", "more")
        git(shop, "bisect", "start", "HEAD", "HEAD~1", check=False)
    else:
        for branch, text in (("feature", "one\n"), ("main", "two\n")):
            git(shop, "checkout", "-q", branch)
            (shop / "code.txt").write_text(text)
            git(shop, "add", "-A")
            git(shop, "commit", "-qm", text)
        git(shop, operation, "feature", check=False)
    session_on("main", shop / "sessions")
    before = tree(shop)
    assert distill("--pending", "--offline") == 0
    assert f"a {operation} is under way" in capfd.readouterr().out
    assert tree(shop) == before
    assert ECS[3:20] in part(ws, "waiting")[1]
    git(shop, operation, "reset" if operation == "bisect" else "--abort")
    assert distill("--pending", "--offline") == 0
    assert "move deploys" in (shop / "memory" / "MEMORY.md").read_text("utf-8").replace("Move", "move")


def test_a_detached_head_is_no_branch(shop):
    """A session of main waits while no branch is checked out."""
    git(shop, "checkout", "-q", "--detach")
    session_on("main", shop / "sessions")
    before = tree(shop)
    assert distill("--pending", "--offline") == 0
    assert tree(shop) == before
    git(shop, "checkout", "-q", "main")
    assert distill("--pending", "--offline") == 0
    assert tree(shop) != before


def test_what_belonged_to_a_deleted_branch_goes_to_review(shop):
    """It waits for a yes, is in the context until then, and nothing is lost."""
    session_on("feature", shop / "sessions")
    ws = reopened(shop)
    assert distill("--pending", "--offline") == 0
    git(shop, "branch", "-D", "feature")
    before = tree(shop)
    assert distill("--pending", "--offline") == 0
    assert tree(shop) == before
    held = list(waiting(ws.local))
    assert held
    assert any(one.sound and "its branch feature is gone" in one.reason for one in held)
    assert set(part(ws, "waiting")[0].ids) == {one.id for one in held if one.sound}
    assert run(["review", "--accept", "all"]) == 0
    assert part(ws, "waiting")[0] is None
    assert not ws.pending()


def test_what_waited_and_lost_its_transcript_goes_to_review(shop):
    """The journal has what it taught."""
    path = session_on("feature", shop / "sessions")
    ws = reopened(shop)
    assert distill("--pending", "--offline") == 0
    path.unlink()
    assert distill("--pending", "--offline") == 0
    assert not waiting_runs(ws.local)
    assert any(one.sound for one in waiting(ws.local))


def test_a_session_of_another_worktree_goes_to_its_files(shop, tmp_path):
    """Distilled from here, it is written there."""
    there = tmp_path / "feature"
    git(shop, "worktree", "add", "-q", str(there), "feature")
    path = claude_session("feature", there, tmp_path / "agent" / f"{SESSION}.jsonl")
    before = tree(shop)
    assert distill(str(path), "--offline") == 0
    assert tree(shop) == before
    assert "ECS" in (there / "memory" / "MEMORY.md").read_text("utf-8")
    assert git(shop, "status", "--porcelain") == ""


def test_a_session_of_a_vanished_worktree_goes_to_review(shop, tmp_path):
    """Its branch is still there, its folder is not: a person decides."""
    there = tmp_path / "feature"
    git(shop, "worktree", "add", "-q", str(there), "feature")
    path = claude_session("feature", there, tmp_path / "agent" / f"{SESSION}.jsonl")
    shutil.rmtree(there)
    before = tree(shop)
    assert distill(str(path), "--offline") == 0
    assert tree(shop) == before
    ws = reopened(shop)
    assert any(one.sound and "its worktree" in one.reason for one in waiting(ws.local))


def test_sessions_need_not_write_at_all(shop, monkeypatch):
    """With distill.write = inbox all waits for a yes, and is in the person's context all the same."""
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "inbox")
    session_on("main", shop / "sessions")
    before = tree(shop)
    assert distill("--pending", "--offline") == 0
    assert tree(shop) == before
    ws = reopened(shop)
    assert "ECS" in part(ws, "waiting")[1]
    assert "ECS" not in "".join(
        str([*source.rows()]) for origin in ws.global_origins() for source in origin.sources()
    )


def test_the_owner_keeps_sessions_from_writing(shop):
    """`write: inbox` in the front matter holds whatever the person's setting is."""
    change(shop / "memory" / "MEMORY.md", "share: insights", "share: insights\nwrite: inbox")
    session_on("main", shop / "sessions")
    before = tree(shop)
    assert distill("--pending", "--offline") == 0
    assert tree(shop) == before
    assert any(one.sound for one in waiting(reopened(shop).local))


def test_what_waits_is_shown_as_what_it_is(shop, monkeypatch, capfd):
    """Where sessions do not write there is no diff of the files but a list, and the report counts what waits."""
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "inbox")
    path = session_on("main", shop / "sessions")
    capfd.readouterr()
    assert distill(str(path), "--offline") == 0
    out = capfd.readouterr().out
    assert "memory/MEMORY.md" not in out
    assert "memory/HISTORY.md" not in out
    count = len(list(waiting(reopened(shop).local)))
    assert count > 1
    assert f"({count} facts wait for `miminions review`)" in out

    assert run(["review", "--reject", "all"]) == 0
    capfd.readouterr()
    assert distill(str(path), "--offline", "--redo", "--json") == 0
    report = json.loads(capfd.readouterr().out)["sessions"][0]
    assert (report["state"], report["note"]) == ("empty", "")
    assert not any(decision["status"] == "review" for decision in report["decisions"])
    assert list(waiting(reopened(shop).local)) == []


def test_accepting_a_session_leaves_one_line(shop, monkeypatch):
    """All that waits of a session gets the session's line, with every id; one alone gets a line of its own."""
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "inbox")
    session_on("main", shop / "sessions")
    assert distill("--pending", "--offline") == 0
    held = list(waiting(reopened(shop).local))
    assert run(["review", "--accept", "all"]) == 0
    ws = reopened(shop)
    (entry,) = ws.state().ledger.entries
    assert entry.summary == held[0].summary != "Accepted from review."
    assert [added.id for added in entry.added] == [one.id for one in held]
    assert {one.id for one in held} <= {fact.id for fact in ws.facts(own=True)}

    assert run(["undo"]) == 0
    assert not {one.id for one in held} & {fact.id for fact in reopened(shop).facts(own=True)}


def test_accepting_one_by_one(shop, monkeypatch):
    """Each has its line, and none of them says what did not come into memory."""
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "inbox")
    session_on("main", shop / "sessions")
    assert distill("--pending", "--offline") == 0
    first, second, *rest = waiting(reopened(shop).local)
    for one in (first, second):
        assert run(["review", "--accept", one.id]) == 0
    for one in rest:
        assert run(["review", "--reject", one.id]) == 0
    entries = reopened(shop).state().ledger.entries
    assert [entry.summary for entry in entries] == ["Accepted from review."] * 2


def test_what_came_with_a_pull_waits_no_more(shop, monkeypatch, capfd):
    """What a live fact says by now leaves the inbox, and nobody is asked about it."""
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "inbox")
    session_on("main", shop / "sessions")
    assert distill("--pending", "--offline") == 0
    held = list(waiting(reopened(shop).local))
    text = held[0].candidate.text
    memory = shop / "memory" / "MEMORY.md"
    change(memory, "## Facts\n", f"## Facts\n- {text}\n")
    capfd.readouterr()
    assert run(["status", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["review"] == len(held) - 1
    assert run(["review", "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)["review"]) == len(held) - 1
    assert [one.id for one in waiting(reopened(shop).local)] == [one.id for one in held[1:]]


def test_a_dry_run_says_that_the_session_would_wait(shop, capfd):
    """It names what the plan would wait for, and writes nothing."""
    path = session_on("feature", shop / "sessions")
    before = tree(shop)
    capfd.readouterr()
    assert run(["distill", str(path), "--offline", "--dry-run"]) == 0
    said = capfd.readouterr().out
    assert "would wait, since it belongs to the branch feature" in said
    assert run(["distill", str(path), "--offline", "--dry-run", "--json"]) == 0
    assert "feature" in json.loads(capfd.readouterr().out)["sessions"][0]["note"]
    assert tree(shop) == before


def test_waiting_memory_of_others_is_not_in_a_context(shop):
    """Where trust was taken back there is no context at all."""
    session_on("feature", shop / "sessions")
    assert distill("--pending", "--offline") == 0
    assert run(["trust", "--revoke"]) == 0
    assert run(["context"]) != 0


def test_a_committing_session_leaves_a_clean_tree(shop, tmp_path, monkeypatch):
    """`git switch` and `git pull --rebase` work right after it, and what the person staged is still staged."""
    origin = tmp_path / "origin.git"
    git(shop, "clone", "-q", "--bare", str(shop), str(origin))
    git(shop, "remote", "add", "origin", str(origin))
    git(shop, "push", "-q", "-u", "origin", "main")
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", "-b", "main", str(origin), str(other))
    (other / "code.txt").write_text("theirs\n")
    git(other, "add", "-A")
    git(other, "commit", "-qm", "theirs")
    git(other, "push", "-q")

    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "commit")
    (shop / "mine.txt").write_text("mine\n")
    git(shop, "add", "mine.txt")
    session_on("main", shop / "sessions")
    assert distill("--pending", "--offline") == 0
    assert git(shop, "status", "--porcelain") == "A  mine.txt"
    assert set(git(shop, "show", "--name-only", "--format=", "HEAD").split()) <= {
        "memory/MEMORY.md",
        "memory/HISTORY.md",
    }
    git(shop, "switch", "-q", "feature")
    git(shop, "switch", "-q", "main")
    git(shop, "commit", "-qm", "mine")
    git(shop, "pull", "-q", "--rebase")
    assert git(shop, "status", "--porcelain") == ""


def test_hand_edits_are_not_committed_for_the_person(shop, monkeypatch, capfd):
    """Where memory has edits that nobody committed, the session is written, not committed, and that is said."""
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", "commit")
    add(reopened(shop), "- Edited by hand.")
    head = git(shop, "rev-parse", "HEAD")
    session_on("main", shop / "sessions")
    assert distill("--pending", "--offline") == 0
    assert "not committed" in capfd.readouterr().out
    assert git(shop, "rev-parse", "HEAD") == head
    assert "ECS" in (shop / "memory" / "MEMORY.md").read_text("utf-8")


def test_a_chat_says_on_which_branch_it_is_held(shop):
    """Its turns carry the branch of their moment; a chat that moved belongs to the last one."""
    minion = reopened(shop).minion(model="")
    list(minion.ask("hello"))
    git(shop, "checkout", "-q", "feature")
    list(minion.ask("hello again"))
    assert read_transcript(minion.transcript).branch == "feature"
    metas = [json.loads(line).get("meta", {}) for line in minion.transcript.read_text("utf-8").splitlines()]
    assert [meta.get("branch") for meta in metas] == ["main", None, "feature", None]


def test_an_extractor_is_asked_once(shop):
    """What any extractor found is in the journal while it waits."""
    calls = []

    def counting(material, facts):
        calls.append(material.session)
        return by_rules(material, facts)

    path = session_on("feature", shop / "sessions")
    ws = reopened(shop)
    for _ in range(3):
        assert ws.distill(read_transcript(path), extractor=counting).state == "waiting"
    git(shop, "checkout", "-q", "feature")
    assert ws.distill(read_transcript(path), extractor=counting).state == "done"
    assert len(calls) == 1
    assert all(found.status == "done" for found in runs(ws.local, SESSION))


@pytest.fixture
def team(shop, tmp_path):
    """Return a repository with a remote and two committers, without a workspace."""
    shutil.rmtree(shop / "memory")
    git(shop, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(shop, "-c", "user.email=bob@example.org", "commit", "-q", "--allow-empty", "-m", "bob was here")
    return shop


def test_init_proposes_what_suits_several_writers(team, capfd):
    """Without a terminal it only says so; asked by options it sets two lines of the front matter, and no other."""
    assert run(["init"]) == 0
    assert "miminions init --write inbox --history per-writer" in capfd.readouterr().err
    path = team / "memory" / "MEMORY.md"
    assert "inbox" not in path.read_text("utf-8")
    change(path, "share: insights", "share: 'insights'  # quoted\n# a comment\nwrite: tree # for now")
    before = path.read_text("utf-8")
    assert run(["init", "--write", "inbox", "--history", "per-writer"]) == 0
    wanted = before.replace("write: tree # for now\n", "write: inbox # for now\nhistory: per-writer\n")
    assert path.read_text("utf-8") == wanted
    capfd.readouterr()
    assert run(["init"]) == 0
    assert "--write" not in capfd.readouterr().err
    assert run(["init", "--write", "tree", "--history", "one"]) == 0
    assert "write: tree # for now\nhistory: one\n" in path.read_text("utf-8")


def test_init_proposes_nothing_to_one_writer(shop, capfd):
    """There is nobody else; a word that nobody knows is an error."""
    assert run(["init"]) == 0
    assert "per-writer" not in capfd.readouterr().err
    assert run(["init", "--write", "sometimes"]) == 2


def test_two_writers_have_a_history_each(shop, monkeypatch, capfd):
    """With `history: per-writer` all are read together, and a session that one of them paid for is covered for all."""
    change(shop / "memory" / "MEMORY.md", "share: insights", "share: insights\nhistory: per-writer")
    first = write_session(shop / "sessions")
    second = write_session(
        shop / "sessions",
        [("user", "Never deploy on Fridays."), ("assistant", "Fine.")],
        session="20260321T140233123456Z_1a2b3c4e",
    )
    for writer, path in (("ada", first), ("bob", second)):
        monkeypatch.setenv("MIMINIONS_WRITER", writer)
        assert distill(str(path), "--offline") == 0
    folder = shop / "memory" / "history"
    assert sorted(path.name for path in folder.iterdir()) == ["ada.md", "bob.md"]
    state = read_folder(reopened(shop).layout)
    assert {entry.session for entry in state.ledger.entries} == {SESSION, second.stem}

    ws = reopened(shop)
    for path in ws.home.root.rglob("cursors.json"):
        path.unlink()
    before = tree(shop)
    capfd.readouterr()
    assert distill(str(first), "--json") == 0
    assert json.loads(capfd.readouterr().out)["sessions"][0]["state"] == "unchanged"
    assert tree(shop) == before
    assert run(["log", "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)["sessions"]) == 2
    learned = next(fact for fact in ws.facts() if "ECS" in fact.text)
    assert ws.why(learned.id).session == SESSION
    assert {hit.session for hit in ws.recall("deploys Fridays Heroku") if hit.kind == "history"} <= {
        SESSION,
        second.stem,
    }
