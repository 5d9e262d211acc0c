"""forget --erase: afterwards no file of this machine has the words, and what is beyond reach is named."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from folders import add, change, home, personal, reopened, workspace
from sessions import SESSION, write_session

from miminions.cli import run
from miminions.distiller import by_rules
from miminions.errors import ConflictError, NotErasedError, NotFoundError
from miminions.files import lock
from miminions.journal import runs
from miminions.memory.upsert import Wish
from miminions.transcripts import read_transcript
from miminions.workspace.needle import Needle

SAID = "From now on the reactor of Zürich is cooled with “heavy” water & salt."
TALK = [
    ("user", "Hello there, good morning to you."),
    ("assistant", "Good morning."),
    ("user", SAID),
    ("assistant", "Understood."),
    ("user", "Never deploy on Fridays."),
    ("assistant", "Fine."),
]
WORDS = ("reactor", "heavy", "Zürich", "Z\\u00fcrich")


def git(root, *words):
    """Run git as a person, and return what it said."""
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", "-C", str(root), *person, *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def files(*roots):
    return [path for root in roots for path in sorted(root.rglob("*")) if path.is_file()]


def saying(*roots, words=WORDS):
    """Return the files in which any of the words stands, by their bytes."""
    return [path for path in files(*roots) if any(word.encode() in path.read_bytes() for word in words)]


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """Return a workspace that learned a fact from a session, and has it wherever a fact can get."""
    # The journal forgets commands of a month ago, and how they worded things.
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    made = workspace(tmp_path / "shop", "- Ports are 8080.\n", share="all", day=today)
    monkeypatch.chdir(made.layout.root)
    path = write_session(made.layout.sessions, TALK)
    made.distill(read_transcript(path), extractor=by_rules)
    learned = next(fact for fact in made.facts() if "reactor" in fact.text)
    made.recall("reactor")
    made.sync_global()
    made.edit(learned.id, Wish(learned.text.replace("heavy", "very heavy")))
    made.edit(learned.id, Wish(learned.text))
    made.forget(learned.id)
    made.restore(learned.id)
    made.note_once(f"Ask whether {learned.text[0].lower()}{learned.text[1:]}")
    copy = made.layout.memory.with_name("MEMORY.conflict-12345678.md")
    copy.write_text(made.layout.memory.read_text("utf-8"), "utf-8")
    wrapped = learned.text.replace(" is ", "\n> **is** ").replace("&", "&amp;")
    add(made, f"> A quote says: {wrapped}\n")
    log = home().root / "log"
    log.mkdir()
    (log / "miminions.log").write_text(f"served: {json.dumps(learned.text)}\n", "utf-8")
    return made


def learned(ws):
    return next(fact for fact in ws.facts(include=("retired",)) if "reactor" in fact.text)


def test_nothing_is_left(ws, tmp_path, capfd):
    """Memory, archive, history, journal, undo steps, index, transcript, log and copies: no byte of it stays."""
    identity = learned(ws).id
    assert len(saying(tmp_path, home().root)) >= 8
    count = read_transcript(ws.layout.sessions / f"{SESSION}.jsonl").records
    assert run(["forget", identity, "--erase", "--yes"]) == 0
    assert "erased" in capfd.readouterr().out
    assert saying(tmp_path, home().root) == []
    assert not list(home().root.rglob("index*.db*[!k]"))
    assert not (ws.local.folder / "erasing.json").exists()

    transcript = read_transcript(ws.layout.sessions / f"{SESSION}.jsonl")
    assert (transcript.records, transcript.skipped) == (count, 0)
    assert "[erased]" in transcript.turn(3).text
    assert "Never deploy on Fridays." in [fact.text for fact in ws.facts()]
    assert "Ports are 8080." in [fact.text for fact in ws.facts()]
    assert f"+{identity}" in ws.layout.history.read_text("utf-8")
    assert not any(hit for hit in ws.recall("reactor heavy water"))
    assert any(hit.kind == "fact" for hit in ws.recall("Fridays"))


def test_it_is_not_learned_again(ws):
    """The session that taught it, told anew or read again, does not bring it back."""
    fact = learned(ws)
    ws.erase(fact.id)
    path = ws.layout.sessions / f"{SESSION}.jsonl"
    ws.distill(read_transcript(path), extractor=by_rules, redo=True)
    write_session(ws.layout.sessions, TALK)
    report = ws.distill(read_transcript(path), extractor=by_rules, redo=True)
    assert not any("reactor" in one.text for one in ws.facts(include=("retired",)))
    assert "rejected" in {decision.judged.status for decision in report.decisions}
    with pytest.raises(NotFoundError):
        ws.erase("aaaaaa")


def test_a_replaced_fact_is_erased_out_of_the_archive(ws, tmp_path):
    """What took its place stays, and its own history with it."""
    old = learned(ws)
    new = ws.remember("Cooling is done with air.", replaces=old.id)
    ws.erase(old.id)
    assert saying(tmp_path, home().root) == []
    assert new.id in {fact.id for fact in ws.facts()}
    assert ws.state().archived.by_id(old.id) is None


def test_what_waits_is_erased_too(ws, tmp_path):
    """A plan that waits for its branch and items in review cannot bring it back."""
    fact = learned(ws)
    waiting = write_session(
        ws.layout.sessions,
        [("user", f"{fact.text} Maybe."), ("assistant", "Hm.")],
        session=f"{SESSION[:-1]}e",
    )
    ws.distill(read_transcript(waiting), extractor=by_rules)
    ws.erase(fact.id)
    assert saying(tmp_path, home().root) == []
    for found in runs(ws.local):
        decisions = found.details.get("decisions", [])
        assert not any("[erased]" in str(one.get("text")) for one in decisions)


def test_another_live_fact_stays_as_it_is(tmp_path, monkeypatch):
    """An old wording that another fact uses now is that fact's: not a byte of its line changes."""
    ws = workspace(tmp_path / "shop", day=f"{datetime.now(UTC):%Y-%m-%d}")
    monkeypatch.chdir(ws.layout.root)
    first = ws.remember("Tests use nose.", section="Facts").id
    ws.edit(first, Wish("Tests use pytest."))
    second = ws.remember("Tests use nose.", section="Facts").id
    longer = ws.remember("Old tests use nose, and new ones do not.", section="Decisions").id
    assert run(["forget", first, "--erase", "--yes"]) == 0
    assert {fact.id: fact.text for fact in ws.facts()} == {
        second: "Tests use nose.",
        longer: "Old tests use nose, and new ones do not.",
    }
    assert saying(tmp_path, home().root, words=("use pytest",)) == []


def test_what_another_live_fact_says_too_is_not_erased(tmp_path):
    """Neither can go without the other, so the other is named and nothing is written."""
    ws = workspace(tmp_path / "shop")
    personal("- Ports are 8080. <!-- mm:aaaaaa -->")
    add(ws, "- Ports are 8080. <!-- mm:bbbbbb -->\n- Only ports are 8080. <!-- mm:cccccc -->\n")
    before = {path: path.read_bytes() for path in files(tmp_path, home().root)}
    with pytest.raises(ConflictError, match=r"aaaaaa \(Ports are 8080\.\)") as refused:
        ws.erase("bbbbbb")
    assert "erase that one" in refused.value.hint
    assert {path: path.read_bytes() for path in files(tmp_path, home().root)} == before


def test_only_the_line_of_the_fact_goes(tmp_path):
    """The blank lines around it stay, also before the next heading and at the end of a file without a last line break."""
    ws = workspace(tmp_path / "shop")
    path = ws.layout.memory
    head = path.read_text("utf-8")
    kept = head + "\n## Ports\n\n- One is 1.\n{}\n## Hosts\n\n- Two is 2.\n{}"
    path.write_text(
        kept.format("- Three is 3. <!-- mm:aaaaaa -->\n", "- Four is 4. <!-- mm:bbbbbb -->"), "utf-8"
    )
    ws.erase("aaaaaa")
    ws.erase("bbbbbb")
    assert path.read_text("utf-8") == kept.format("", "")


def test_a_dry_run_shows_the_words_and_the_lines(ws, capfd):
    """The text, its old wordings, and what goes from each file."""
    fact = learned(ws)
    assert run(["forget", fact.id, "--erase", "--dry-run"]) == 0
    said = capfd.readouterr().out
    assert f"words: {fact.text}" in said
    assert f"words: {fact.text.replace('heavy', 'very heavy')}" in said
    number = ws.layout.memory.read_text("utf-8").split("\n").index(f"- {fact.text} <!-- mm:{fact.id} -->") + 1
    assert f"    {number}: - {fact.text}" in said
    assert f"    3: {SAID}" in said


def test_a_private_and_a_personal_fact(tmp_path, monkeypatch):
    """They are erased from where they are."""
    ws = workspace(tmp_path / "shop")
    monkeypatch.chdir(ws.layout.root)
    personal("- I keep a reactor at home. <!-- mm:aaaaaa -->")
    private = ws.remember("The Zürich account is mine.", private=True)
    ws.recall("reactor Zürich")
    ws.erase("aaaaaa")
    ws.erase(private.id)
    assert saying(tmp_path, home().root) == []


def test_what_is_only_staged_is_named(tmp_path):
    """Git's index keeps a version that no commit has."""
    ws = workspace(tmp_path / "shop", "- The reactor is heavy. <!-- mm:aaaaaa -->\n")
    git(ws.layout.root, "init", "-q")
    git(ws.layout.root, "add", "memory/MEMORY.md")
    beyond = ws.erase("aaaaaa").beyond
    assert [one.where for one in beyond] == [f"git's index: memory/MEMORY.md in {ws.layout.root}"]


def test_two_erasures_at_once(tmp_path):
    """Each lets go of its own words only, and neither puts back those of the other."""
    ws = workspace(
        tmp_path / "shop", "".join(f"- The reactor {n} is heavy. <!-- mm:aaaaa{n} -->\n" for n in range(4))
    )
    words = [sys.executable, "-m", "miminions", "forget", "--erase", "--yes", "-w", str(ws.layout.root)]
    running = [subprocess.Popen([*words, f"aaaaa{n}"], stderr=subprocess.PIPE) for n in range(4)]
    said = [one.communicate(timeout=60)[1] for one in running]
    assert [one.returncode for one in running] == [0] * 4, said
    assert saying(tmp_path, home().root) == []


def test_copies_in_a_wording_that_no_record_has_any_more(ws, tmp_path):
    """Displaced files go by the fact's id, too: how it was worded once may be known nowhere else."""
    identity = learned(ws).id
    for path in ws.local.journal.glob("*_edit.json"):
        path.unlink()
    ws.erase(identity)
    assert saying(tmp_path, home().root) == []


def test_a_short_fact_takes_no_longer_words_with_it(tmp_path):
    """Only whole words count: erasing Ada leaves Adagio."""
    ws = workspace(tmp_path / "shop", "- Ada.\n- We play an Adagio.\n")
    ws.erase(next(fact.id for fact in ws.facts() if fact.text == "Ada."))
    assert [fact.text for fact in ws.facts()] == ["We play an Adagio."]


def test_a_dry_run_and_no_terminal(ws, capfd, tmp_path):
    """The first says where it stands and changes nothing, without a terminal nothing is erased unless --yes says so."""
    before = {path: path.read_bytes() for path in files(tmp_path, home().root)}
    assert run(["forget", learned(ws).id, "--erase", "--dry-run", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert {Path(path).name for path in found["files"]} >= {
        "MEMORY.md",
        f"{SESSION}.jsonl",
        ws.local.index.name,
    }
    assert run(["forget", learned(ws).id, "--erase"]) == 2
    assert {path: path.read_bytes() for path in files(tmp_path, home().root)} == before


def test_what_is_beyond_reach_is_named(ws, tmp_path, capfd):
    """Git's history with the line for filter-repo, the remote, a worktree, another workspace, an editor's copy."""
    root = ws.layout.root
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(root, "worktree", "add", "-q", str(tmp_path / "there"), "-b", "there")
    fact = learned(ws)
    workspace(tmp_path / "other", f"- {fact.text}\n")
    (ws.layout.folder / ".MEMORY.md.swp").write_text(fact.text, "utf-8")
    assert run(["forget", fact.id, "--erase", "--yes"]) == 0
    said = capfd.readouterr().out
    for words in (
        "git filter-repo --replace-text", f"literal:{fact.text}==>[erased]", "the remote origin",
        f"worktree {tmp_path / 'there'}", f"workspace {tmp_path / 'other'}", ".MEMORY.md.swp",
    ):  # fmt: skip
        assert words in " ".join(said.split()), words
    assert fact.text in (tmp_path / "other" / "memory" / "MEMORY.md").read_text("utf-8")
    assert "reactor" not in ws.layout.memory.read_text("utf-8")


def test_an_agents_transcript_is_named(tmp_path, monkeypatch):
    """It belongs to the agent: its path is said."""
    ws = workspace(tmp_path / "shop")
    path = write_session(tmp_path / "agent", TALK)
    ws.distill(read_transcript(path), extractor=by_rules)
    erased = ws.erase(learned(ws).id)
    assert any(str(path) in one.where for one in erased.beyond)
    assert saying(ws.layout.root, home().root) == []


def test_a_file_that_cannot_be_written_is_named(ws, tmp_path):
    """What is no text is not touched, and not passed over in silence."""
    fact = learned(ws)
    strange = home().root / "strange.bin"
    strange.write_bytes(b"\0id" + fact.text.encode() + b"\0")
    with pytest.raises(NotErasedError, match=r"strange\.bin"):
        ws.erase(fact.id)
    assert set(saying(tmp_path, home().root)) == {ws.local.folder / "erasing.json", strange}
    strange.unlink()
    ws.erase(fact.id)
    assert saying(tmp_path, home().root) == []


def test_what_still_has_it_is_an_error_that_names_it(ws):
    """An open chat holds its transcript: the erasure fails loudly, and the next run ends it."""
    identity = learned(ws).id
    with lock(ws.local.session_lock(SESSION)), pytest.raises(NotErasedError, match=SESSION):
        ws.erase(identity)
    assert "reactor" not in ws.layout.memory.read_text("utf-8")
    ws.erase(identity)
    assert saying(ws.layout.root, home().root) == []


KILLED = """
import os, signal, sys
from miminions.workspace import Workspace, erasing
left = int(sys.argv[2])
def count(*words):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(lambda event, words: count() if event in {"os.rename", "os.remove", "os.replace"} else None)
Workspace.open(".").erase(sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such kill here")
@pytest.mark.parametrize("after", [1, 3, 6, 9, 13, 17, 22, 27, 33, 40, 50])
def test_killed_in_the_middle_a_rerun_finishes(ws, tmp_path, after):
    """Whenever it dies, the same command again leaves nothing."""
    identity = learned(ws).id
    done = subprocess.run(
        [sys.executable, "-c", KILLED, identity, str(after)], capture_output=True, check=False
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    if done.returncode:
        ws.erase(identity)
    assert saying(tmp_path, home().root) == []


@pytest.mark.parametrize(
    "written",
    [
        "Use `uv` & not pip.",
        "use uv &amp; **not** pip",
        "Use *uv* \\& not\n> pip.",
        'a "Use uv & not pip." b',
        "Use uv & not\\npip.",
        "x\\nUse uv \\u0026 not pip",
    ],
)
def test_words_are_found_in_any_dress(written):
    """Emphasis, escapes, entities, wrapped lines and JSON do not hide them."""
    needle = Needle(("Use `uv` & not pip.",))
    assert needle.stands_in(written)
    assert "[erased]" in needle.without(written)
    assert not needle.stands_in("Reuse uv & not pipenv.")


def test_reading_on_after_an_erasure(ws):
    """The workspace goes on: a fact can be remembered, doctor has no complaint about ids."""
    ws.erase(learned(ws).id)
    after = reopened(ws.layout.root)
    assert after.remember("Ports are 9090.").what == "added"
    change(after.layout.memory, "Ports are 9090.", "Ports are 9091.")
    assert any(fact.text == "Ports are 9091." for fact in after.facts())
