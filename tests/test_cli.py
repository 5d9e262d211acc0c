"""The command line as people and programs use it: answers, diffs, JSON, errors and exit codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sessions import SESSION, TALK, write_session


def memory(cli):
    return (cli.folder / "memory" / "MEMORY.md").read_text("utf-8")


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def fact_id(cli, words):
    facts = json.loads(cli("show", "--json")[1])["facts"]
    return next(fact["id"] for fact in facts if words in fact["text"])


def test_init_writes_memory_only(cli):
    """init writes the three files of memory/ and says so; a second time it writes nothing."""
    code, out, _ = cli("init")

    assert code == 0
    assert sorted(files(cli.folder)) == ["memory/.gitattributes", "memory/HISTORY.md", "memory/MEMORY.md"]
    assert "wrote memory/MEMORY.md" in out
    before = files(cli.folder)
    assert cli("init")[0] == 0
    assert files(cli.folder) == before


def test_init_tells_git_how_to_merge(cli):
    """init writes git's attributes and names the merge driver in this clone; trust does the latter, too."""
    subprocess.run(["git", "init", "-q"], cwd=cli.folder, check=True)
    setting = ["git", "config", "--get", "merge.miminions.driver"]

    assert "git merges memory fact by fact in this clone now" in cli("init")[1]
    assert (cli.folder / "memory" / ".gitattributes").read_text("utf-8") == (
        "MEMORY.md merge=miminions\nARCHIVE.md merge=miminions\narchive/*.md merge=miminions\nHISTORY.md merge=union\nhistory/*.md merge=union\n"
    )
    assert (
        "miminions merge-driver"
        in subprocess.run(setting, cwd=cli.folder, capture_output=True, text=True, check=True).stdout
    )
    subprocess.run(["git", "config", "--remove-section", "merge.miminions"], cwd=cli.folder, check=True)
    assert cli("trust")[0] == 0
    assert subprocess.run(setting, cwd=cli.folder, check=False, capture_output=True).returncode == 0


def test_init_outside_a_repository_says_nothing_of_git(cli):
    """Without a repository there is no clone to speak of."""
    assert "git" not in cli("init")[1].replace(".gitattributes", "")


def test_init_keeps_attributes_that_were_there(cli):
    """init adds the lines that people have not decided otherwise, and keeps theirs byte for byte."""
    path = cli.folder / "memory" / ".gitattributes"
    path.parent.mkdir()
    ours = b"# caf\xe9\r\n*.md text\r\nHISTORY.md merge=union\r\nARCHIVE.md -merge"
    path.write_bytes(ours)

    assert cli("init")[0] == 0

    whole = (
        ours
        + b"\r\nMEMORY.md merge=miminions\r\narchive/*.md merge=miminions\r\nhistory/*.md merge=union\r\n"
    )
    assert path.read_bytes() == whole
    assert cli("init")[0] == 0
    assert path.read_bytes() == whole


def test_init_keeps_a_file_that_was_there(cli):
    """init adds only its id to a MEMORY.md that people wrote."""
    path = cli.folder / "memory" / "MEMORY.md"
    path.parent.mkdir()
    path.write_bytes(b"# Ours\r\n\r\n- We use tabs.\r\n")

    assert cli("init")[0] == 0

    assert path.read_bytes().endswith(b"---\r\n# Ours\r\n\r\n- We use tabs.\r\n")
    assert "We use tabs." in cli("show")[1]


def test_init_counts_past_sessions(cli):
    """init says how many sessions of agents this machine has of the folder."""
    folder = Path.home() / ".claude" / "projects" / "x"
    folder.mkdir(parents=True)
    record = {"type": "user", "cwd": str(cli.folder), "message": {"role": "user", "content": "hello"}}
    (folder / "a.jsonl").write_text(json.dumps(record) + "\n", "utf-8")

    assert "1 of Claude Code" in cli("init")[1]


def test_reading_creates_nothing(cli):
    """Commands that read create no file outside MIMINIONS_HOME, also where there is no workspace."""
    for words in (["status"], ["show"], ["recall", "x"], ["log"], ["context"], ["doctor"], ["workspaces"]):
        assert cli(*words)[0] == 0, words

    assert files(cli.folder) == {}


def test_remember_show_recall(ws):
    """A remembered fact stands in its section, is shown and is found."""
    assert ws("remember", "Deploys run on AWS ECS.", "-s", "Decisions")[0] == 0

    assert "## Decisions\n- Deploys run on AWS ECS. <!-- mm:" in memory(ws)
    assert "Deploys run on AWS ECS." in ws("show")[1]
    hit = json.loads(ws("recall", "where do we deploy", "--json")[1])["hits"][0]
    assert hit["text"] == "Deploys run on AWS ECS."
    assert hit["section"] == "Decisions"
    assert hit["workspace"] == "shop"


def test_remember_by_key_replaces(ws):
    """The same key replaces the fact, and the old one is in the archive."""
    ws("remember", "Deploys run on Heroku.", "--key", "deploy", "-s", "Decisions")
    code, out, _ = ws("remember", "Deploys run on AWS ECS.", "--key", "deploy")

    assert code == 0
    assert "replaced" in out
    assert "Heroku" not in memory(ws)
    assert "## Decisions\n- Deploys run on AWS ECS." in memory(ws)
    assert "Deploys run on Heroku." in (ws.folder / "memory" / "ARCHIVE.md").read_text("utf-8")
    shown = json.loads(ws("show", "--key", "deploy", "--json")[1])["facts"]
    assert [fact["text"] for fact in shown] == ["Deploys run on AWS ECS."]


def test_remember_twice_is_once(ws):
    """Remembering the same words again changes nothing."""
    ws("remember", "Deploys run on `ECS`.")
    before = memory(ws)

    assert "unchanged" in ws("remember", "deploys run on ECS.")[1]
    assert memory(ws) == before


def test_remember_reads_lines(ws, monkeypatch):
    """`remember -` takes one fact a line from stdin."""
    done = subprocess.run(
        [sys.executable, "-m", "miminions", "remember", "-"],
        input="One thing.\n\nAnother thing.\n",
        text=True,
        check=True,
    )

    assert done.returncode == 0
    assert "- One thing." in memory(ws)
    assert "- Another thing." in memory(ws)


def test_remember_refuses_a_secret(ws):
    """What looks like a secret is refused and written nowhere."""
    secret = "ghp_" + "a1B2" * 9
    code, _, err = ws("remember", f"The token is {secret}.")

    assert code == 2
    assert err.startswith("error: that looks like a secret")
    assert secret not in str(files(ws.folder)) + str(files(Path(os.environ["MIMINIONS_HOME"])))


def test_dry_run_is_a_diff(ws):
    """--dry-run prints the diff and writes nothing."""
    before = files(ws.folder)
    code, out, _ = ws("remember", "Deploys run on ECS.", "--dry-run")

    assert code == 0
    assert "+- Deploys run on ECS." in out
    assert files(ws.folder) == before


def test_edit_keeps_the_id(ws):
    """edit gives a fact another text, section and window; its id stays."""
    ws("remember", "Deploys run on Heroku.", "-s", "Facts")
    identity = fact_id(ws, "Heroku")

    assert ws("edit", identity, "Deploys run on ECS.", "-s", "Decisions", "--until", "2999-01-01")[0] == 0

    assert f"## Decisions\n- Deploys run on ECS. <!-- mm:{identity} until=2999-01-01 -->" in memory(ws)


def test_forget_and_restore(ws):
    """forget moves a fact to the archive, restore brings it back as it was."""
    ws("remember", "Deploys run on ECS.", "-s", "Decisions")
    before = memory(ws)
    identity = fact_id(ws, "ECS")

    assert ws("forget", identity)[0] == 0
    assert "ECS" not in memory(ws)
    assert "ECS" not in ws("show")[1]
    assert "ECS" in ws("show", "--include", "retired")[1]
    assert ws("restore", identity)[0] == 0
    assert memory(ws) == before


def test_personal_memory(ws):
    """--global remembers for the person: shown and recalled here, absent from the repository."""
    ws("remember", "I use uv for everything.", "--global", "-s", "Preferences")

    assert "uv" not in str(files(ws.folder))
    assert json.loads(ws("show", "--json")[1])["facts"][0]["scope"] == "global"
    assert "I use uv" in ws("recall", "uv")[1]
    assert ws("show", "--own", "--json")[1].strip() == json.dumps({"facts": []})


def test_distill_and_why(ws):
    """distill writes facts and a line of history, why names session, turn and quote."""
    path = write_session(ws.folder / "sessions")
    code, out, _ = ws("distill", path, "--offline", "--yes", "--json")
    report = json.loads(out)["sessions"][0]

    assert code == 0
    assert report["state"] == "done"
    assert report["extractor"] == "rules"
    assert report["cost"] == {"calls": 0, "tokens_in": 0, "tokens_out": 0, "usd": None}
    applied = [decision for decision in report["decisions"] if decision["status"] == "apply"]
    assert any("Tuesdays" in decision["text"] for decision in applied)
    assert f"mm:s={SESSION} turns=1-9 +" in (ws.folder / "memory" / "HISTORY.md").read_text("utf-8")
    why = json.loads(ws("why", fact_id(ws, "Tuesdays"), "--json")[1])
    assert (why["session"], why["turn"], why["checked"]) == (SESSION, 8, True)
    assert "releases go out on Tuesdays" in why["quote"]
    assert SESSION in ws("log")[1]


def test_distill_twice_is_once(ws):
    """The same transcript again changes no byte, also after all local state is gone."""
    path = write_session(ws.folder / "sessions")
    ws("distill", path, "--offline", "--yes")
    home = Path(os.environ["MIMINIONS_HOME"])
    before = files(ws.folder)

    assert (
        json.loads(ws("distill", path, "--offline", "--yes", "--json")[1])["sessions"][0]["state"]
        == "unchanged"
    )
    assert files(ws.folder) == before
    identity = json.loads(ws("status", "--json")[1])["workspace"]
    shutil.rmtree(home / "workspaces")
    (home / "global_memory.db").unlink(missing_ok=True)
    assert ws("distill", path, "--offline", "--yes")[0] == 0
    assert files(ws.folder) == before
    assert identity == "shop"


def test_distill_learns_what_was_added(ws):
    """A session that grew is distilled from where it was left, under a second line of history."""
    path = write_session(ws.folder / "sessions", TALK[:5])
    ws("distill", path, "--offline", "--yes")
    write_session(ws.folder / "sessions", TALK)

    assert (
        json.loads(ws("distill", path, "--offline", "--yes", "--json")[1])["sessions"][0]["state"] == "done"
    )
    history = (ws.folder / "memory" / "HISTORY.md").read_text("utf-8")
    assert "turns=1-5" in history
    assert "turns=6-9" in history


def test_distill_dry_run(ws):
    """--dry-run shows the diff and leaves no trace."""
    path = write_session(ws.folder / "sessions")
    before = files(ws.folder)
    code, out, _ = ws("distill", path, "--offline", "--dry-run")

    assert code == 0
    assert "+- " in out
    assert files(ws.folder) == before
    assert json.loads(ws("status", "--json")[1])["waiting"] == 1


def test_hand_edits_win(ws):
    """A reworded fact stays as its owner wrote it and a deleted one stays deleted, also when all is read again."""
    path = write_session(ws.folder / "sessions")
    ws("distill", path, "--offline", "--yes")
    text = memory(ws)
    deleted = next(line for line in text.splitlines() if "Tuesdays" in line)
    reworded = next(line for line in text.splitlines() if "ECS" in line)
    edited = text.replace(deleted + "\n", "").replace(
        reworded[2 : reworded.index("<!--")], "Deploys: ECS, by hand. "
    )
    (ws.folder / "memory" / "MEMORY.md").write_text(edited, "utf-8")

    assert ws("distill", path, "--offline", "--yes", "--redo")[0] == 0

    assert memory(ws) == edited
    assert "changed since miminions last wrote" not in ws("status")[1]


def test_status_shows_changes_by_others(ws):
    """status names memory files that changed behind our back, until we write again."""
    (ws.folder / "memory" / "MEMORY.md").write_text(memory(ws) + "\n- By hand.\n", "utf-8")

    assert "MEMORY.md changed since miminions last wrote" in ws("status")[1]


def test_pending(ws):
    """distill --pending takes the workspace's own chats that were never distilled."""
    write_session(ws.folder / "sessions")

    assert json.loads(ws("distill", "--pending", "--offline", "--json")[1])["sessions"][0]["state"] == "done"
    assert json.loads(ws("distill", "--pending", "--offline", "--json")[1])["sessions"] == []


def test_review(ws):
    """What is not certain waits; accepted it becomes a fact with its turn, rejected it is gone."""
    turns = [("user", "The staging server has to be restarted after each migration of the schema.")]
    path = write_session(ws.folder / "sessions", turns)
    ws("distill", path, "--offline", "--yes")
    waiting = json.loads(ws("review", "--json")[1])["review"]

    assert len(waiting) == 1
    assert "staging" not in memory(ws)
    code, out, _ = ws("review", "--accept", waiting[0]["id"], "--json")
    assert code == 0
    told = json.loads(out)
    assert told == {
        "remembered": [{"id": fact_id(ws, "staging"), "text": turns[0][1]}],
        "dropped": [],
        "left": [],
        "note": "",
    }
    assert ws("review", "--accept", "all")[1] == "nothing waits for review\n"
    assert "staging server has to be restarted" in memory(ws)
    assert json.loads(ws("review", "--json")[1])["review"] == []
    assert json.loads(ws("why", fact_id(ws, "staging"), "--json")[1])["turn"] == 1


def test_untrusted_clone(ws, tmp_path, monkeypatch):
    """Memory that came with a clone is neither injected nor recalled until it is trusted."""
    ws("remember", "Deploys run on ECS.")
    clone = tmp_path / "clone"
    shutil.copytree(ws.folder, clone)
    monkeypatch.chdir(clone)

    for words in (["context"], ["recall", "deploys"], ["remember", "x y z"], ["chat"]):
        code, out, err = ws(*words)
        assert (code, out) == (4, ""), words
        assert err.splitlines()[1] == "hint: read memory/MEMORY.md, then run `miminions trust`"
    assert ws("show")[0] == 0
    assert ws("trust")[0] == 0
    assert "ECS" in ws("context")[1]
    assert ws("trust", "--revoke")[0] == 0
    assert ws("context")[0] == 4


def test_named_workspace(ws, tmp_path, monkeypatch):
    """-w takes a path or a name from anywhere; an unknown name is an error."""
    ws("remember", "Deploys run on ECS.")
    monkeypatch.chdir(tmp_path)

    assert "ECS" in ws("show", "-w", "shop")[1]
    assert "ECS" in ws("show", "-w", ws.folder)[1]
    assert ws("show", "-w", "nowhere")[0] == 3


def test_everywhere_without_indexes(ws, tmp_path, monkeypatch):
    """recall --everywhere finds another workspace's insights, and equally so after the indexes were deleted."""
    ws("remember", "A fixed sleep in a browser test turns flaky.", "-s", "Insights")
    ws("remember", "The shop sells browser games.", "-s", "Facts")
    other = tmp_path / "blog"
    other.mkdir()
    monkeypatch.chdir(other)
    ws("init")
    ws("remember", "A fixed sleep in a browser test turns flaky.", "-s", "Insights")
    before = ws("recall", "browser", "--everywhere", "--json")[1]
    hits = json.loads(before)["hits"]

    assert [hit["text"] for hit in hits] == ["A fixed sleep in a browser test turns flaky."]
    assert sorted(hits[0]["workspaces"]) == ["blog", "shop"]
    for index in Path(os.environ["MIMINIONS_HOME"]).rglob("*.db"):
        index.unlink()
    assert ws("recall", "browser", "--everywhere", "--json")[1] == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["forget", "zzzzzz"], 5),
        (["forget"], 2),
        (["restore", "zzzzzz"], 5),
        (["why", "zzzzzz"], 5),
        (["show", "zzzzzz"], 5),
        (["edit", "zzzzzz", "text"], 5),
        (["remember", "  "], 2),
        (["remember", "x y", "--until", "soon"], 2),
        (["remember", "x y", "--key", "a b"], 2),
        (["remember", "x y", "--replaces", "zzzzzz"], 5),
        (["distill", "missing.jsonl"], 7),
        (["distill"], 2),
        (["recall", "x", "--in", "nothing"], 2),
        (["config", "set", "nonsense", "1"], 9),
        (["config", "set", "context.budget", "many"], 9),
        (["init", "nowhere"], 2),
        (["init", "--share", "everything"], 2),
        (["nonsense"], 2),
        (["show", "--nonsense"], 2),
        (["chat", "--resume", "../../etc/passwd"], 5),
        (["review", "--accept", "zzzzzz"], 5),
        (["show", "-w", ""], 0),
    ],
)
def test_errors_are_two_lines(ws, words, code):
    """Each error is two lines on stderr with its class's exit code, nothing on stdout, nothing written."""
    before = files(ws.folder)
    got, out, err = ws(*words)

    assert got == code
    assert files(ws.folder) == before
    if code:
        lines = err.splitlines()
        assert out == ""
        assert [line.split(":")[0] for line in lines] == ["error", "hint"]


def test_torn_transcript(ws):
    """A torn last record waits for its end; a bad line is skipped, counted and said."""
    path = write_session(ws.folder / "sessions")
    whole = path.read_bytes()
    path.write_bytes(b"not json\n\xff\xfe\n" + whole[:-40])
    code, out, err = ws("distill", path, "--offline", "--yes", "--json")

    assert code == 0
    assert json.loads(out)["sessions"][0]["state"] == "done"
    assert "2 of 10 records could not be read" in err


def test_not_a_transcript(ws):
    """A file that is no transcript is an error and teaches nothing."""
    path = ws.folder / "notes.jsonl"
    path.write_text("hello\nworld\n", "utf-8")
    before = files(ws.folder)
    code, _, err = ws("distill", path, "--offline")

    assert code == 8
    assert "hint:" in err
    assert files(ws.folder) == before


def test_invalid_utf8_stays(ws):
    """Bytes that are not UTF-8 are kept when something else in the file changes."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_bytes(path.read_bytes() + b"\n## Odd\n- caf\xe9 is open\n")

    assert ws("remember", "Deploys run on ECS.")[0] == 0
    assert b"- caf\xe9 is open" in path.read_bytes()
    assert ws("show")[0] == 0
    assert ws("show", "--json")[0] == 0
    assert ws("recall", "open", "--json")[0] == 0
    assert "is not UTF-8" in ws("doctor")[1]


def test_read_only_folder(ws):
    """A folder that cannot be written gives one error; nothing is half-written."""
    folder = ws.folder / "memory"
    before = files(ws.folder)
    folder.rename(ws.folder / "kept")
    # A file in the place of the folder refuses writes for every user, root included.
    (ws.folder / "memory").write_text("", "utf-8")
    code, _, err = ws("init")

    assert code == 7
    assert err.startswith("error: cannot")
    assert files(ws.folder / "kept") == {
        name.removeprefix("memory/"): content for name, content in before.items()
    }


ESCAPES = [
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\x08b",
    "\x1b]8;;http://x\x07y",
    "\u202egnirts",
    "[bold]x[/bold]",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_escapes_never_reach_the_terminal(ws, escape):
    """Text in files that could steer a terminal is made visible by every command, in JSON too."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_text(memory(ws) + f"\n## Odd {escape}\n- A fact with {escape} in it\n", "utf-8")

    for words in (
        ["show"],
        ["show", "--json"],
        ["recall", "fact"],
        ["recall", "fact", "--json"],
        ["context"],
        ["doctor"],
    ):
        code, out, err = ws(*words)
        assert code in {0, 16}
        assert not {
            c for c in out + err if c not in "\n\t" and (c < " " or "\x7f" <= c <= "\x9f" or c == "\u202e")
        }


def test_a_bug_is_said_as_one(ws, monkeypatch):
    """A front matter that is not YAML is an error with a hint, not a traceback."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_text("---\nworkspace: [\n---\n- x\n", "utf-8")
    code, _, err = ws("context")

    assert code == 14
    assert "Traceback" not in err


def test_config(ws):
    """Settings are set, listed with their source, and unset."""
    assert ws("config", "set", "context.budget", "500")[0] == 0
    listed = json.loads(ws("config", "list", "--json")[1])["settings"]
    assert listed["context.budget"] == {"value": 500, "source": "config.toml"}
    assert ws("config", "unset", "context.budget")[0] == 0
    assert json.loads(ws("config", "list", "--json")[1])["settings"]["context.budget"]["source"] == "default"


def test_config_model_says_who_gets_what(ws):
    """Choosing a model says who gets the transcripts and at what price."""
    code, out, _ = ws("config", "model", "openai/gpt-4o-mini")

    assert code == 0
    assert "OpenAI" in out
    assert "USD per million tokens" in out
    assert "openai/gpt-4o-mini" in ws("config", "model")[1]
    out = ws("config", "model", "agent:codex")[1]
    assert "limits of that subscription" in out
    assert "0 USD" not in out
    assert ws("config", "model", "none")[0] == 0


def test_a_key_alone_chooses_no_model(ws, monkeypatch):
    """A key in the environment sends nothing anywhere."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    path = write_session(ws.folder / "sessions")

    assert json.loads(ws("distill", path, "--yes", "--json")[1])["sessions"][0]["extractor"] == "rules"


def test_fmt_labels_once(ws):
    """fmt gives ids to lines without one; a second run changes nothing."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_text(memory(ws) + "\n## Own\n- By hand.\n", "utf-8")

    assert ws("fmt")[0] == 0
    assert "- By hand. <!-- mm:" in memory(ws)
    before = memory(ws)
    assert ws("fmt")[0] == 0
    assert memory(ws) == before


def test_fmt_strips(ws):
    """fmt --strip takes every comment of ours out of the files, if git has them or with --yes, and leaves the sentences."""
    path = ws.folder / "memory" / "MEMORY.md"
    path.write_text(memory(ws) + "\n## Own\n- By hand. <!-- owner -->\n  - Nested.\n", "utf-8")
    assert ws("fmt")[0] == 0
    labelled = memory(ws)
    assert "-<!-- mm:" not in ws("fmt", "--strip", "--dry-run")[1]
    assert memory(ws) == labelled
    code, _, err = ws("fmt", "--strip")
    assert (code, memory(ws)) == (2, labelled)
    assert "git does not have these files" in err
    code, out, _ = ws("fmt", "--strip", "--yes")

    assert code == 0
    assert "git restore memory" not in out
    assert "- By hand. <!-- owner -->\n  - Nested.\n" in memory(ws)
    assert "mm:" not in memory(ws)
    assert ws("fmt", "--strip")[1] == "there was nothing to strip\n"


def test_what_is_committed_can_be_stripped_without_asking(cli):
    """fmt --strip asks nothing where the last commit has the files as they are, and names the way back."""
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    cli("init")
    cli("remember", "Tea is served.")
    subprocess.run([*git, "add", "memory"], check=True)
    subprocess.run([*git, "commit", "-qm", "memory"], check=True)

    code, out, _ = cli("fmt", "--strip")

    assert code == 0
    assert "git restore memory" in out
    assert "mm:" not in memory(cli)


def test_doctor(ws):
    """doctor finds secrets, conflicts, double keys and expired facts, each with what mends it, and ends with 3."""
    assert ws("doctor")[:2] == (0, "all is well\n")
    secret = "ghp_" + "a1B2" * 9
    lines = [
        f"- token {secret}",
        "- one <!-- mm:aaaaaa key=k -->",
        "- two <!-- mm:bbbbbb key=k -->",
        "- old <!-- mm:cccccc until=2020-01-01 -->",
        "",
        "<<<<<<< ours",
    ]
    (ws.folder / "memory" / "MEMORY.md").write_text(memory(ws) + "\n".join(["", "## X", *lines, ""]), "utf-8")
    code, out, _ = ws("doctor", "--json")
    found = " ".join(finding["what"] for finding in json.loads(out)["findings"])

    assert code == 16
    assert secret not in out
    for words in ("holds a secret", "2 facts have the key k", "expired 2020-01-01", "merge conflict"):
        assert words in found


def test_demo(cli):
    """The demo plays to its end: nothing lost, nothing twice, the deleted fact stays deleted."""
    code, out, _ = cli("demo")

    assert code == 0
    assert "memory/MEMORY.md: not a byte of it changed" in out
    assert "deleted by hand since" in out
    assert "uv" in out.split("== 4.")[1]
    assert files(cli.folder) == {}
