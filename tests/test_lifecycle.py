"""The life of a fact: remembered, forgotten, moved, expired, removed, and every run of it taken back."""

import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from folders import DAY, add, change, home, reopened, workspace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sessions import SESSION, write_session

from miminions import Workspace
from miminions.cli import run
from miminions.distiller.review import inbox
from miminions.distiller.values import Candidate, Extraction
from miminions.errors import ConflictError, NotFoundError, UsageError
from miminions.memory.changes import Rename
from miminions.memory.upsert import Wish
from miminions.registry import trust
from miminions.transcripts import read_transcript
from miminions.workspace.asks import sections
from miminions.workspace.handing import handing_over

BEFORE = """## Decisions
*   Deploys run on Heroku. <!-- mm:aaaaa1 key=deploy -->
    - They did since 2019.

- [ ] Move the wiki
  to the new server. <!-- mm:aaaaa2 -->
- No id here.

## Facts
1. The API allows 100 requests. <!-- mm:aaaaa3 -->
"""


@pytest.fixture
def ws(tmp_path):
    """Return a workspace with facts that a hand wrote, as hands write them."""
    return workspace(tmp_path / "shop", BEFORE)


@pytest.fixture
def cli(capfd, monkeypatch, ws):
    """Run commands in that workspace and return (exit code, stdout, stderr)."""
    monkeypatch.chdir(ws.layout.root)

    def call(*words, lines=None):
        if lines is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return call


def text(ws):
    return ws.layout.memory.read_text("utf-8")


def archive(ws):
    return ws.layout.archive.read_text("utf-8") if ws.layout.archive.exists() else ""


def facts(ws):
    return {
        (f.id, f.text, f.section, f.detail, f.until, f.key, f.pin) for f in ws.facts(include=("expired",))
    }


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def git(ws, *words):
    names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names |= {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-C", str(ws.layout.root), *words]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | names)


def learn(ws, *said, section="Facts", unsure=()):
    """Distil a session that says these sentences; `unsure` ones wait for review."""
    said = (*said, *unsure)
    path = write_session(ws.layout.sessions, tuple(("user", sentence) for sentence in said))

    def extractor(material, facts):
        found = (
            Candidate(one, section, "workspace", one, turn, sure=one not in unsure)
            for turn, one in enumerate(said, 1)
        )
        return Extraction(tuple(found), "A session.", "test")

    return ws.distill(read_transcript(path), extractor=extractor)


# undo


@pytest.mark.parametrize(
    "words",
    [
        ("remember", "Releases go out on Tuesdays.", "-s", "Decisions"),
        ("remember", "Something new.", "-s", "Elsewhere", "--pin"),
        ("remember", "Deploys run on ECS.", "--key", "deploy"),
        ("remember", "Deploys run on ECS.", "--replaces", "aaaaa2"),
        ("remember", "The API allows 100 requests.", "--until", "2999-01-01"),
        ("forget", "aaaaa1"),
        ("forget", "--section", "Decisions", "--yes"),
        ("edit", "aaaaa1", "Deploys run elsewhere.", "--pin", "-s", "Facts"),
        ("edit", "aaaaa2", "--key", "wiki", "--until", "2999-01-01"),
        ("move", "aaaaa1", "aaaaa3", "--section", "Context"),
        ("move", "--section", "Decisions", "--rename", "Choices"),
        ("move", "--section", "Decisions", "--rename", "Facts"),
        ("move", "aaaaa1", "aaaaa2", "--to", "personal"),
        ("move", "aaaaa1", "--to", "local"),
        ("fmt",),
    ],
    ids=" ".join,
)
def test_undo_brings_the_file_back_to_the_byte(cli, ws, words):
    """After any command and its undo MEMORY.md is as it was, and so is what memory says; undoing that redoes it."""
    before, known = text(ws), facts(ws)
    assert cli(*words)[0] == 0
    after, then = text(ws), facts(ws)
    assert (after, then) != (before, known)
    if words == ("fmt",):
        # It only gives ids: there is nothing to take back.
        assert cli("undo")[0] == 5
        return

    code, out, _ = cli("undo", "--json")

    assert code == 0
    assert (text(ws), facts(ws)) == (before, known)
    assert cli("undo", json.loads(out)["undo"])[0] == 0
    assert facts(ws) == then
    assert text(ws) == after


WORDS = ("alpha", "beta", "gamma", "delta")
STEP = st.one_of(
    st.tuples(st.just("remember"), st.sampled_from(WORDS), st.sampled_from(["Facts", "Decisions", "New"])),
    st.tuples(st.just("replace"), st.integers(0, 9), st.sampled_from(WORDS)),
    st.tuples(st.just("forget"), st.integers(0, 9)),
    st.tuples(st.just("edit"), st.integers(0, 9), st.sampled_from(WORDS)),
    st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from(["Facts", "Decisions", "New"])),
    st.tuples(st.just("mark"), st.integers(0, 9), st.sampled_from(WORDS)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=1, max_size=4))
def test_undo_as_often_as_there_were_runs(tmp_path_factory, steps):
    """Any runs, each taken back: all files are as before but for what the archive and the ledger have more."""
    ws = workspace(tmp_path_factory.mktemp("law") / "shop", BEFORE)
    states = [(text(ws), facts(ws))]
    for number, step in enumerate(steps):
        live = sorted(fact.id for fact in ws.facts(own=True))
        one = live[step[1] % len(live)] if live and isinstance(step[1], int) else None
        if step[0] == "remember":
            ws.remember(f"Said {number}: {step[1]}.", section=step[2])
        elif one is None:
            continue
        elif step[0] == "replace":
            ws.remember(f"Anew {number}: {step[2]}.", replaces=one)
        elif step[0] == "forget":
            ws.forget(one, force=True)
        elif step[0] == "edit":
            ws.edit(one, Wish(f"Edited {number}: {step[2]}."))
        elif step[0] == "move":
            ws.change_all(lambda read, one=one, to=step[2]: sections(read, (one,), to), kind="move")
        else:
            ws.edit(one, Wish(ws.get(one).text, key=f"{step[2]}{number}", pin=True))
        if len(ws.undoable()) == len(states):
            states.append((text(ws), facts(ws)))
    runs = [run for run in ws.undoable() if run.kind != "undo"]
    assert len(runs) == len(states) - 1
    for run_before, state in zip(runs, reversed(states[:-1]), strict=True):
        undone = ws.undo()
        assert undone.run.id == run_before.id
        assert not undone.left
        assert (text(ws), facts(ws)) == state
    with pytest.raises(NotFoundError):
        ws.undo()


def test_undo_leaves_what_a_hand_did_since(ws):
    """A line reworded since stays, what it replaced stays in the archive, and the rest of the run goes back."""
    ws.remember_all((Wish("First."), Wish("Second.")))
    ws.remember("Deploys run on ECS.", key="deploy")
    new = ws.get(key="deploy").id
    change(ws.layout.memory, "Deploys run on ECS.", "Deploys run on ECS, mostly.")

    undone = ws.undo()
    assert undone.left[new] == "it was edited since"
    assert "took its place" in undone.left["aaaaa1"]
    assert ws.get(new).text == "Deploys run on ECS, mostly."
    assert ws.state().live("aaaaa1") is None

    change(ws.layout.memory, "Second.", "Second, by hand.")
    undone = ws.undo(next(run.id for run in ws.undoable() if run.what == "2 facts"))
    assert [undone.said[one] for one in undone.back] == ["First."]
    assert list(undone.left.values()) == ["it was edited since"]
    assert "Second, by hand." in text(ws)


def test_undo_elsewhere_in_an_edited_file(ws):
    """A hand that wrote elsewhere in the file keeps its lines; the run's facts go back all the same."""
    known = facts(ws)
    ws.forget("aaaaa1")
    add(ws, "- A line by hand.")

    undone = ws.undo()

    assert undone.back == ("aaaaa1",)
    assert {fact[:5] for fact in facts(ws)} > {fact[:5] for fact in known}
    assert "- A line by hand." in text(ws)


def test_undo_after_a_checkout(ws):
    """What git brought back already needs no undo: nothing changes, and what comes back can still be taken back."""
    git(ws, "init", "-q")
    git(ws, "add", "-A", "memory")
    git(ws, "commit", "-qm", "memory")
    ws.edit("aaaaa3", Wish("The API allows 200 requests.", pin=True))
    ws.remember("Deploys run on ECS.", key="deploy")
    git(ws, "stash", "-q")
    before = text(ws)

    runs = ws.undoable()
    assert len(runs) == 2
    for one in runs:
        undone = ws.undo(one.id)
        assert (undone.back, undone.left, undone.id) == ((), {}, "")
    assert text(ws) == before
    assert ws.undoable() == runs
    git(ws, "stash", "pop", "-q")
    assert ws.undo().run.kind == "remember"
    assert ws.undo().run.kind == "edit"
    assert facts(ws) == {fact for fact in facts(ws) if fact[1] != "Deploys run on ECS."}
    with pytest.raises(NotFoundError):
        ws.undo()


@pytest.mark.parametrize("words", [("worktree", "add", "-q"), ("clone", "-q", ".")], ids=" ".join)
def test_undo_in_another_clone_or_worktree(ws, tmp_path, words):
    """There the run before is no run at all: what another clone or worktree wrote stays and can be taken back there."""
    git(ws, "init", "-q")
    git(ws, "add", "-A", "memory")
    git(ws, "commit", "-qm", "memory")
    git(ws, *words, str(tmp_path / "other"))
    other = reopened(tmp_path / "other")
    trust(home(), other.id, other.layout.root)
    before = text(ws)
    ws.remember("First.")
    ws.remember("Second.")
    after = text(ws)

    with pytest.raises(NotFoundError):
        other.undo()
    assert not other.undoable()
    there = other.remember("Third.")
    assert other.undo().back == (there.id,)
    named = other.undo(ws.undoable()[0].id)

    assert named.is_nothing
    assert text(ws) == after
    assert [ws.undo().run.what, ws.undo().run.what] == ["Second.", "First."]
    assert text(ws) == before


def test_undo_in_the_wrong_order(ws):
    """A run that a later one stands on is left alone, and can be taken back after that one."""
    before = text(ws)
    ws.edit("aaaaa2", Wish("Move the wiki soon."))
    first = ws.undoable()[0].id
    ws.edit("aaaaa2", Wish("Move the wiki now."))
    assert list(ws.undo(first).left.values()) == ["it was edited since"]
    assert ws.undo().back == ("aaaaa2",)
    assert ws.undo().run.id == first
    assert text(ws) == before


def test_undo_on_another_branch_leaves_the_run(ws):
    """A run whose facts are on another branch is not taken back; the latest one that left something here is."""
    git(ws, "init", "-q", "-b", "main")
    git(ws, "add", "-A", "memory")
    git(ws, "commit", "-qm", "memory")
    git(ws, "branch", "side")
    ws.remember("On main.")
    git(ws, "add", "-A", "memory")
    git(ws, "commit", "-qm", "more")
    git(ws, "checkout", "-q", "side")
    assert ws.undo().is_nothing
    ws.remember("On side.")
    assert ws.undo().run.what == "On side."
    git(ws, "stash", "-q", "-u")
    git(ws, "checkout", "-q", "main")

    assert ws.undo().run.what == "On main."


def test_undo_of_what_was_forgotten_edited_or_moved_since(ws):
    """An older run is taken back by its id; what later runs did to its facts stays as they left it."""
    outcomes = ws.remember_all(tuple(Wish(f"Fact {n}.") for n in range(4)))
    first = ws.undoable()[0].id
    ids = [outcome.id for outcome in outcomes]
    ws.forget(ids[0])
    ws.edit(ids[1], Wish("Fact one, edited."))
    ws.change_all(lambda read: sections(read, [ids[2]], "Context"), kind="move")

    undone = ws.undo(first)

    assert undone.left == {ids[0]: "it is not there any more", ids[1]: "it was edited since"}
    assert set(undone.back) == {ids[2], ids[3]}
    assert ws.get(ids[1]).text == "Fact one, edited."
    assert ws.state().archived.by_id(ids[0]).marks["why"] == "forgotten"


def test_undo_does_not_take_a_key_or_say_a_thing_twice(ws):
    """A fact whose key or words another has now stays in the archive."""
    ws.forget("aaaaa1")
    ws.remember("Deploys run on Fly.", key="deploy")
    ws.forget("aaaaa3")
    ws.remember("The API allows 100 requests.")
    runs = {run.what: run.id for run in ws.undoable() if run.kind == "forget"}

    assert "its key deploy belongs to" in ws.undo(runs["Deploys run on Heroku."]).left["aaaaa1"]
    assert "says the same" in ws.undo(runs["The API allows 100 requests."]).left["aaaaa3"]


def test_undo_of_a_session_drops_what_it_left_for_review(ws):
    """Taking back a session empties its part of the inbox; taking that back fills it again."""
    learn(ws, "We decided to deploy with Nomad.", unsure=("Our tests need Postgres 16.",))
    learned = [fact for fact in ws.facts(own=True) if fact.session == SESSION]
    ws.edit(learned[0].id, Wish("Reworded by its owner."))
    waiting = list(inbox.waiting(ws.local))
    assert len(waiting) == 1

    undone = ws.undo(SESSION)

    assert set(undone.back) | set(undone.left) == {fact.id for fact in learned}
    assert list(inbox.waiting(ws.local)) == []
    ws.undo(undone.id)
    assert [one.id for one in inbox.waiting(ws.local)] == [one.id for one in waiting]
    assert {f.id for f in ws.facts(own=True)} >= {fact.id for fact in learned}


def test_undo_twice_takes_back_two_runs_and_an_undoing_back(ws):
    """Undo goes back run by run; by the id of an undoing it goes forth, and its run can be undone again."""
    first = ws.remember("One.").id
    second = ws.remember("Two.").id
    ws.undo()
    undoing = ws.undo()
    assert not {first, second} & {fact.id for fact in ws.facts()}

    redoing = ws.undo(undoing.id)
    assert ws.get(first).text == "One."
    ws.undo(redoing.id)
    assert first not in {fact.id for fact in ws.facts()}
    with pytest.raises(NotFoundError):
        ws.undo()


def test_undo_ends_after_thirty_days(ws):
    """A run is undone within 30 days, and not later."""
    ws.remember("One.")
    later = Workspace.open(ws.layout.root, clock=lambda: ws.now() + timedelta(days=31))

    with pytest.raises(NotFoundError, match="nothing to undo"):
        later.undo()
    assert len(ws.undoable()) == 1


def test_undo_of_a_personal_fact_from_here(ws):
    """What a command here did to the person's memory is taken back here."""
    person = ws.person_workspace()
    mine = person.remember("I like tabs.").id
    ws.forget(mine)
    assert person.state().live(mine) is None

    assert ws.undo().back == (mine,)
    assert person.state().live(mine)


def test_undo_on_the_command_line(cli, ws):
    """`undo --list` lists the runs, `--dry-run` shows a diff and writes nothing, `undo` says what came back."""
    assert cli("undo")[0] == 5
    cli("remember", "One fact.")
    cli("forget", "aaaaa1")
    rows = [line.split("\t") for line in cli("undo", "--list")[1].splitlines()]
    assert [row[1:4] for row in rows] == [
        ["forget", "Deploys run on Heroku.", "aaaaa1"],
        ["remember", "One fact.", rows[1][3]],
    ]
    listed = json.loads(cli("undo", "--list", "--json")[1])["runs"]
    assert all(one["id"].partition("T")[2].startswith(row[4]) for one, row in zip(listed, rows, strict=True))
    assert cli("undo", "2")[0] == 5

    before = tree(ws.layout.root), tree(ws.home.root)
    out = cli("undo", "--dry-run")[1]
    assert "+*   Deploys run on Heroku. <!-- mm:aaaaa1 key=deploy -->" in out
    assert (tree(ws.layout.root), tree(ws.home.root)) == before

    told = cli("undo", rows[0][4])[1]
    assert re.match(
        r"took back: forget Deploys run on Heroku\. \(.*\d\d:\d\d\)\n  aaaaa1  Deploys run on Heroku\.\n",
        told,
    )
    assert cli("undo", "nonsense")[0] == 5


# forget


def test_the_last_word_is_not_forgotten_by_the_way(cli, ws):
    """What replaced another fact is forgotten with --force only, or once the other is back."""
    new = ws.remember("Deploys run on ECS.", key="deploy").id
    before = tree(ws.layout.root)

    code, _, err = cli("forget", new)

    assert code == ConflictError.exit_code
    assert "the last word on what it replaced: 'Deploys run on Heroku.'" in err
    assert "--force" in err
    assert tree(ws.layout.root) == before
    assert cli("forget", new, "--force")[0] == 0
    assert cli("restore", "aaaaa1")[0] == 0
    assert cli("forget", "aaaaa1")[0] == 0


def test_forgetting_when_another_says_what_became(ws):
    """Of two facts that replaced one, either can be forgotten."""
    ws.remember("Deploys run on ECS.", replaces="aaaaa1")
    first = ws.get(key="deploy").id
    ledger = f"\n## {DAY}\n- 10:00 Another clone. <!-- mm:s=other turns=1-2 +bbbbb1<aaaaa1#1 -->\n"
    ws.layout.history.write_text(ws.layout.history.read_text("utf-8") + ledger, "utf-8")
    add(ws, "- Deploys run on Fly. <!-- mm:bbbbb1 -->")

    ws.forget(first)

    with pytest.raises(ConflictError):
        ws.forget("bbbbb1")


def test_forget_a_session(cli, ws):
    """`forget --session` takes all that a session added and that is live, in one run."""
    learn(ws, "We decided to deploy with Nomad.", "Our tests need Postgres 16.")
    ids = {fact.id for fact in ws.facts(own=True) if fact.session == SESSION}
    before = text(ws)

    out = json.loads(cli("forget", "--session", "last", "--json")[1])

    assert {fact["id"] for fact in out["facts"]} == ids
    assert ids
    assert cli("undo")[0] == 0
    assert text(ws) == before
    assert cli("forget", "--session", SESSION)[0] == 0
    assert cli("forget", "--session", SESSION)[0] == 5
    assert cli("forget", "--session", "nonsense")[0] == 5


def test_forget_a_section(cli, ws):
    """Without a terminal a section is forgotten with --yes only; a dry run shows the diff."""
    before = tree(ws.layout.root)
    assert cli("forget", "--section", "Decisions")[0] == 2
    assert cli("forget", "--section", "nowhere", "--yes")[0] == 5
    assert cli("forget", "aaaaa1", "--section", "Decisions")[0] == 2
    assert "-*   Deploys run on Heroku." in cli("forget", "--section", "Decisions", "--dry-run")[1]
    assert tree(ws.layout.root) == before

    assert cli("forget", "--section", "decisions", "--yes")[0] == 0

    assert {fact.section for fact in ws.facts()} == {"Facts"}
    assert len(ws.undoable()) == 1


# remember


def test_remember_lines(cli, ws):
    """Lines from stdin are one write and one undo; bullets go, blank lines are skipped, the same words come once."""
    before = text(ws)
    lines = "- One fact.\n\n* Two facts.\r\nThree facts.\n-\nOne fact.\nThe API allows 100 requests.\n"

    code, out, _ = cli("remember", "-", "--section", "Decisions", lines=lines)

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["added"] * 3 + ["unchanged", "updated"]
    assert len(ws.undoable()) == 1
    assert cli("undo")[0] == 0
    assert text(ws) == before
    assert cli("remember", "-", lines="\n")[0] == 0
    assert len([run for run in ws.undoable() if run.kind == "remember"]) == 0


def test_remember_lines_or_none(cli, ws):
    """A line that must not become a fact is named by its number, and nothing at all is written."""
    before = tree(ws.layout.root)
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"

    for lines, number in ((f"One.\n\nThe token is {token}\nTwo.\n", 3), ("One.\n#tag\n", 2)):
        code, _, err = cli("remember", "-", lines=lines)
        assert (code, err.startswith(f"error: line {number}: ")) == (2, True), err
    assert cli("remember", "-", "--key", "k", lines="One.\nTwo.\n")[0] == 2
    assert cli("remember", "-", "--key", "k", "--dry-run", lines="One.\nTwo.\n")[0] == 2
    assert tree(ws.layout.root) == before
    assert "+1. One." in cli("remember", "-", "--dry-run", lines="One.\nTwo.\n")[1]
    assert tree(ws.layout.root) == before


def test_remember_since_and_local(cli, ws):
    """--since is kept; a --local fact is in no file of the workspace, and can be shown, edited and forgotten."""
    before = tree(ws.layout.root)
    assert cli("remember", "The staging key is in my drawer.", "--local", "--since", "2026-01-01")[0] == 0
    assert cli("remember", "x.", "--since", "soon")[0] == 2
    assert cli("remember", "x.", "--local", "--global")[0] == 2
    assert tree(ws.layout.root) == before

    fact = next(fact for fact in ws.facts() if "drawer" in fact.text)
    assert fact.since == "2026-01-01"
    assert cli("edit", fact.id, "It is in my bag.", "--since", "2026-02-01")[0] == 0
    assert ws.get(fact.id).since == "2026-02-01"
    assert cli("forget", fact.id)[0] == 0
    assert tree(ws.layout.root) == before
    assert cli("undo")[0] == 0
    assert ws.get(fact.id).text == "It is in my bag."


def test_what_another_memory_says_is_not_said_twice(cli, ws):
    """A sentence of the person's memory or the private one is not written into the repository by the way."""
    person = ws.person_workspace().remember("I like tabs.").id
    private = ws.remember("Ask Ann for the key.", private=True).id
    before = tree(ws.layout.root)

    assert f"unchanged {person}" in cli("remember", "I like tabs.", "-s", "Decisions")[1]
    assert f"unchanged {private}" in cli("remember", "Ask ann for the key.")[1]
    assert ws.remember("No id here.", private=True).what == "unchanged"
    assert tree(ws.layout.root) == before


def test_one_key_a_memory(ws):
    """A key names one fact in each memory; the workspace's own answers first, then the private one, then the person's."""
    ws.person_workspace().remember("Personal.", key="k")
    assert ws.get(key="k").text == "Personal."
    private = ws.remember("Private.", key="k", private=True).id
    assert ws.get(key="k").text == "Private."
    own = ws.remember("Own.", key="k").id
    assert ws.get(key="k").id == own

    assert ws.remember("Private, anew.", key="k", private=True).replaced == private
    assert ws.remember("Own, anew.", key="k").replaced == own
    ws.forget(key="k", force=True)
    assert ws.get(key="k").text == "Private, anew."
    assert ws.person_workspace().get(key="k").text == "Personal."


# move


def test_renaming_touches_the_heading_alone(cli, ws):
    """A renamed section changes the bytes of its name and no others."""
    change(ws.layout.memory, "## Facts\n1. The API", "Odd ones\n--------\n1. The API")
    change(ws.layout.memory, "## Decisions\n*", "###   Decisions   ##\n*")
    before = text(ws)

    assert cli("move", "--section", "decisions", "--rename", "Choices made")[0] == 0
    assert cli("move", "--section", "Odd ones", "--rename", "Even")[0] == 0

    now = text(ws).replace(
        " <!-- mm:" + next(f.id for f in ws.facts() if f.text == "No id here.") + " -->", ""
    )
    assert "###   Choices made   ##\n*" in now
    assert "Even\n--------\n1." in now
    assert now.replace("Choices made", "Decisions").replace("Even\n-", "Odd ones\n-").count(
        "\n"
    ) == before.count("\n")
    assert cli("move", "--section", "nowhere", "--rename", "X")[0] == 5
    assert cli("move", "--section", "Even", "--rename", "  ")[0] == 2
    assert cli("move", "--rename", "X")[0] == 2


def test_renaming_into_a_section_that_exists(ws):
    """The facts move into the section of that name, and the emptied heading goes unless prose stands under it."""
    add(
        ws,
        "## Old\n\nSome prose.\n\n- An old fact. <!-- mm:aaaaa9 -->\n\n## Older\n- Older. <!-- mm:aaaaa8 -->\n",
    )
    ws.change(lambda _: (Rename("Older", "Old"),))
    assert "## Older" not in text(ws)
    ws.change(lambda _: (Rename("Old", "Decisions"),))

    assert {ws.get("aaaaa9").section, ws.get("aaaaa8").section} == {"Decisions"}
    assert "## Old\n\nSome prose." in text(ws)


@pytest.mark.parametrize(
    "name", ["a\nb", "#", "x ##", "---", "- a", "<!-- a -->", "`", "Ünïcode ☃", "a:b", "1."]
)
def test_odd_names_of_sections(ws, name):
    """Whatever a section is renamed to, either its facts are under that name or nothing was written."""
    before = text(ws)
    known = {(f.id, f.text) for f in ws.facts()}
    code = run(["move", "-w", str(ws.layout.root), "--section", "Decisions", "--rename", name])

    assert {(f.id, f.text) for f in ws.facts()} == known
    if code:
        assert text(ws) == before
    else:
        assert "Decisions" not in {f.section for f in ws.facts()}


def test_moving_between_memories(cli, ws):
    """A fact moves with id, marks and detail; the archive here says why, the ledger that it is gone."""
    assert cli("move", "aaaaa1", "--to", "personal")[0] == 0

    there = ws.person().live("aaaaa1")
    assert (there.text, there.key, there.detail) == (
        "Deploys run on Heroku.",
        "deploy",
        "- They did since 2019.",
    )
    assert ws.state().live("aaaaa1") is None
    assert ws.state().archived.by_id("aaaaa1").marks["why"] == "moved"
    assert ws.state().ledger.entries[-1].retired == ("aaaaa1",)
    assert not ws.state().ledger.entries[-1].session

    assert cli("move", "aaaaa1", "--to", "personal")[0] == 2
    assert cli("move", "aaaaa1", "--to", ws.layout.root)[0] == 0
    assert ws.state().live("aaaaa1").detail == "- They did since 2019."
    assert ws.state().archived.by_id("aaaaa1") is None
    assert cli("undo")[0] == 0
    assert cli("undo")[0] == 0
    assert ws.state().live("aaaaa1")
    assert ws.person().live("aaaaa1") is None
    assert cli("move", "zzzzzz", "--to", "personal")[0] == 5
    assert cli("move", "aaaaa1", "--to", "nowhere")[0] == 3


def test_what_is_private_stays_private(cli, ws):
    """A private fact goes into a file of the workspace with --yes only; a fact made private leaves traces."""
    private = ws.remember("Ask Ann for the key.", private=True).id
    before = tree(ws.layout.root)

    code, _, err = cli("move", private, "--to", ws.layout.root)
    assert (code, "never left this machine" in err) == (2, True)
    assert cli("move", private, "--to", "personal")[0] == 2
    assert tree(ws.layout.root) == before
    assert cli("move", private, "--to", ws.layout.root, "--yes")[0] == 0
    assert ws.state().live(private)
    assert ws.overlay().live(private) is None

    out = cli("move", "aaaaa3", "--to", "local")[1]
    assert "git's history" in out
    assert ws.overlay().live("aaaaa3")
    assert ws.state().live("aaaaa3") is None


def test_moving_to_another_workspace(cli, ws, tmp_path):
    """A fact goes to another workspace under its id, a new one where that is taken, in one run of each."""
    other = workspace(
        tmp_path / "other", "- Other. <!-- mm:aaaaa1 -->\n- Mine. <!-- mm:ccccc1 key=deploy -->\n"
    )
    assert cli("move", "aaaaa1", "--to", other.layout.root)[0] == ConflictError.exit_code
    assert ws.state().live("aaaaa1")
    other.edit("ccccc1", Wish("Mine.", key="mine"))

    out = json.loads(cli("move", "aaaaa1", "aaaaa3", "--to", "other", "--json")[1])

    new = {one["was"]: one["id"] for one in out["facts"]}
    assert new["aaaaa1"] != "aaaaa1"
    assert new["aaaaa3"] == "aaaaa3"
    assert other.get(new["aaaaa1"]).detail == "- They did since 2019."
    assert (other.undoable()[0].kind, ws.undoable()[0].kind) == ("move", "move")
    assert cli("undo")[0] == 0
    assert ws.state().live("aaaaa1")
    assert ws.state().live("aaaaa3")


def test_a_move_that_was_killed_halfway_ends_right(ws):
    """Where the destination has it already a rerun only retires it here."""
    before = ws.layout.memory.read_bytes()
    handing_over(ws, ["aaaaa1"], "personal").go()
    # As if the run had been killed before it wrote here.
    ws.layout.memory.write_bytes(before)
    ws.layout.archive.unlink()

    assert [one.id for one in handing_over(ws, ["aaaaa1"], "personal").go()] == ["aaaaa1"]

    assert ws.state().live("aaaaa1") is None
    assert [fact.text for fact in ws.person().facts.facts].count("Deploys run on Heroku.") == 1


# gc


def test_gc(cli, ws):
    """gc removes what was retired long ago from the archive, after a yes, and says whether git has it."""
    old = reopened(ws.layout.root, day="2026-01-01")
    learn(old, "Our tests need Postgres 16.")
    learned = next(fact.id for fact in old.facts(own=True) if fact.session == SESSION)
    old.forget(learned)
    reopened(ws.layout.root, day=f"{datetime.now(UTC):%Y-%m-%d}").forget("aaaaa3")
    before = tree(ws.layout.root)

    code, _, err = cli("gc", "--older-than", "30d")
    assert (code, "git does not have them" in err) == (2, True)
    assert cli("gc", "--older-than", "soon", "--yes")[0] == 2
    assert "nothing" in cli("gc", "--older-than", "9999y", "--yes")[1]
    assert "-- Our tests need Postgres 16." in cli("gc", "--older-than", "30d", "--dry-run")[1]
    assert tree(ws.layout.root) == before

    assert cli("gc", "--older-than", "30d", "--yes")[1].startswith(f"removed {learned}  Our tests need")

    assert "Postgres" not in archive(ws)
    assert ws.state().archived.by_id("aaaaa3")
    assert ws.state().ledger.entries[-1].retired == (learned,)
    assert not ws.state().deleted()
    assert all(run.kind != "gc" for run in ws.undoable())


def test_gc_of_what_git_has(cli, ws):
    """What is committed is said to be in git's history."""
    reopened(ws.layout.root, day="2026-01-01").forget("aaaaa3")
    git(ws, "init", "-q")
    git(ws, "add", "-A", "memory")
    git(ws, "commit", "-qm", "memory")

    assert "git does not" not in cli("gc", "--older-than", "30d")[2]
    assert json.loads(cli("gc", "--older-than", "30d", "--yes", "--json")[1])["in_git"] is True


# Expiry.


def test_a_section_gives_its_last_day(cli, ws):
    """With `expire: {Context: 90d}` a new fact of Context, remembered or learned, gets its last day, unless it has one."""
    change(ws.layout.memory, "share: insights", "share: insights\nexpire: {Context: 90d}")
    ws.remember("The demo is on Friday.", section="context")
    ws.remember("The office moves.", section="Context", until="none")
    ws.remember("Always true.", section="Facts")
    learn(ws, "We test on two phones.", section="Context")

    untils = {fact.text: fact.until for fact in ws.facts(own=True)}

    assert untils["The demo is on Friday."] == "2026-08-02"
    assert untils["We test on two phones."] == "2026-06-18"  # counted from its session
    assert untils["The office moves."] is None
    assert untils["Always true."] is None


def test_a_span_that_ends_after_all_days(ws):
    """A section's default that reaches beyond the calendar is none."""
    change(ws.layout.memory, "share: insights", "share: insights\nexpire: {Facts: 99999y}")
    assert ws.get(ws.remember("Ports are 8080.").id).until is None


def test_expired_facts_go_with_the_next_write(cli, ws):
    """An expired fact is hidden at once, archived by the next write of any kind, and comes back without its last day."""
    ws.remember("The demo is on Friday.", until="2026-05-10", key="demo")
    demo = ws.get(key="demo").id
    later = reopened(ws.layout.root, day="2026-05-11")
    assert demo not in {fact.id for fact in later.facts()}
    assert demo in {fact.id for fact in later.facts(include=("expired",))}
    later.remember("Something else.")
    assert later.state().archived.by_id(demo).marks["why"] == "expired"

    code, out, _ = cli("restore", demo)

    assert (code, "its last day was 2026-05-10" in out) == (0, True)
    assert ws.get(demo).until is None
    later.remember("Something else again.")
    assert later.get(demo).key == "demo"


def test_editing_the_last_day(cli, ws):
    """`edit --until none` takes the last day away, also of a fact that has expired already."""
    ws.remember("The demo is on Friday.", until="2026-01-10", key="demo")
    demo = ws.get(key="demo").id

    assert cli("edit", demo, "The demo was on Friday.")[0] == 0
    assert ws.get(demo).until == "2026-01-10"
    assert cli("edit", demo, "--until", "none")[0] == 0

    assert ws.get(demo).until is None
    assert f"<!-- mm:{demo} key=demo -->" in text(ws)
    assert cli("edit", demo, "--until", "never")[0] == 2


def test_a_forgotten_fact_keeps_a_last_day_to_come(ws):
    """Restored within its time a fact has the last day it had; when that has passed meanwhile it has none."""
    ws.remember("The demo is on Friday.", until=DAY, key="demo")
    demo = ws.forget(key="demo").id
    ws.restore(demo)
    assert ws.get(demo).until == DAY
    ws.forget(demo)
    later = reopened(ws.layout.root, day="2027-01-01")

    assert later.passed(demo) == DAY
    assert later.restore(demo).until is None


# Errors, and ids.


def test_errors_have_types(ws):
    """What is not there, what clashes and what is asked wrongly are three kinds of errors, none of which writes."""
    before = tree(ws.layout.root)
    for ask, kind in (
        (lambda: ws.get("zzzzzz"), NotFoundError),
        (lambda: ws.forget("zzzzzz"), NotFoundError),
        (lambda: ws.edit("zzzzzz", Wish("X.")), NotFoundError),
        (lambda: ws.restore("zzzzzz"), NotFoundError),
        (lambda: ws.undo("zzzzzz"), NotFoundError),
        (lambda: ws.remember("X.", replaces="zzzzzz"), NotFoundError),
        (lambda: ws.restore("aaaaa1"), ConflictError),
        (lambda: ws.edit("aaaaa2", Wish("X.", key="deploy")), ConflictError),
        (lambda: ws.remember("X.", replaces="aaaaa2", key="deploy"), ConflictError),
        (lambda: ws.remember("#tag"), UsageError),
        (lambda: handing_over(ws, ["zzzzzz"], "personal").go(), NotFoundError),
    ):
        with pytest.raises(kind):
            ask()
    assert tree(ws.layout.root) == before


def test_ids_belong_to_a_workspace(ws, tmp_path):
    """The same sentence has the same id in two workspaces, and a change in one never reaches the other."""
    other = workspace(tmp_path / "other", BEFORE)
    one, two = ws.remember("Both say this."), other.remember("Both say this.")
    before = tree(other.layout.root)

    ws.edit(one.id, Wish("Only here."))
    ws.forget("aaaaa1")
    ws.undo()

    assert one.id == two.id
    assert tree(other.layout.root) == before
    assert other.get(two.id).text == "Both say this."
