"""Review: item by item in a real terminal, by id elsewhere, stale items noticed, and one undo for all of it."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from distilling import command, make_shop
from sessions import SESSION, write_session

from miminions import Workspace
from miminions.cli import run
from miminions.distiller import Candidate, Extraction, by_rules
from miminions.distiller.plan_json import as_json, from_json
from miminions.distiller.review.inbox import waiting
from miminions.distiller.review.settle import Choice, settle, target_of
from miminions.distiller.values import op_of
from miminions.errors import UsageError
from miminions.layout import home_of
from miminions.transcripts import read_transcript

UNSURE = (
    "Staging runs Postgres 15.",
    "The build takes Python 3.12.",
    "Logs are kept for 30 days.",
    "Ports begin at 8100.",
)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    root = make_shop(tmp_path)
    (root / "sessions" / f"{SESSION}.jsonl").unlink()
    monkeypatch.chdir(root)
    return root


def learn(shop, *, session="s1", texts=UNSURE, **changes):
    """Distil a session that leaves these texts in review."""
    path = write_session(shop / "sessions", tuple(("user", text) for text in texts), session=session)

    def extractor(material, facts):
        found = (
            replace(Candidate(text, "Facts", "workspace", text, turn, sure=False), **changes)
            for turn, text in enumerate(texts, 1)
        )
        return Extraction(tuple(found), f"Session {session}.", "test")

    return Workspace.open(shop).distill(read_transcript(path), extractor=extractor)


def held(capfd):
    return command(capfd, "review")[1]["review"]


def files(shop):
    return {path.name: path.read_bytes() for path in sorted((shop / "memory").iterdir())}


def memory(shop):
    return (shop / "memory" / "MEMORY.md").read_text("utf-8")


# by id


def test_choices_by_id(shop, capfd):
    """--accept, --edit and --reject settle by id, and the answer says what became of each."""
    learn(shop)
    first, second, third, fourth = (one["id"] for one in held(capfd))
    code, answer, _ = command(
        capfd,
        "review",
        "--accept",
        first,
        "--edit",
        f"{second}=The build takes Python 3.13.",
        "--reject",
        third,
    )

    assert code == 0
    assert [one["text"] for one in answer["remembered"]] == [UNSURE[0], "The build takes Python 3.13."]
    assert ([one["id"] for one in answer["dropped"]], answer["left"]) == ([third], [])
    assert [one["id"] for one in held(capfd)] == [fourth]
    assert "3.13" in memory(shop)
    assert "3.12" not in memory(shop)


def test_what_gave_way_is_named(shop, capfd):
    """What an accepted item took the place of is said, once for each fact, so that nobody loses one unawares."""
    run(["remember", "Staging runs Postgres 14.", "--since", "2026-01-01", "--json"])
    old = json.loads(capfd.readouterr().out)["facts"][0]["id"]
    learn(shop, texts=UNSURE[:2], op="replace", target=old)
    run(["review"])
    assert f"a yes replaces {old}" in capfd.readouterr().out
    run(["review", "--accept", "all"])

    assert capfd.readouterr().out.count(f"(was {old}: Staging runs Postgres 14.)") == 1


def test_one_undo_takes_back_a_review(shop, capfd):
    """A whole review, of several sessions, is one run: undone, the files are as before and all of it waits again."""
    learn(shop)
    learn(shop, session="s2", texts=("Backups run at night.",))
    before, waited = files(shop), held(capfd)
    ids = [one["id"] for one in waited]
    command(
        capfd,
        "review",
        "--accept",
        f"{ids[0]},{ids[4]}",
        "--reject",
        ids[1],
        "--edit",
        f"{ids[2]}=Logs stay 40 days.",
    )
    assert len(held(capfd)) == 1
    code, answer, _ = command(capfd, "undo")

    assert code == 0
    assert memory(shop).encode() == before["MEMORY.md"]
    assert sorted(one["id"] for one in held(capfd)) == sorted(ids)
    assert {one["reason"] for one in held(capfd)} == {one["reason"] for one in waited}
    command(capfd, "undo", answer["undo"])
    assert [one["id"] for one in held(capfd)] == [ids[3]]
    assert "Logs stay 40 days." in memory(shop)


def test_a_review_that_only_rejects_can_be_undone(shop, capfd):
    """A no is taken back, too, and is forgotten then."""
    learn(shop)
    command(capfd, "review", "--reject", "all")
    assert held(capfd) == []
    assert command(capfd, "undo")[0] == 0
    assert len(held(capfd)) == 4


def test_why_knows_a_persons_words(shop, capfd):
    """What was reworded answers with the session, the turn and the words it rested on."""
    learn(shop)
    one = held(capfd)[1]
    _, answer, _ = command(capfd, "review", "--edit", f"{one['id']}=The build takes Python 3.13.")
    told = command(capfd, "why", answer["remembered"][0]["id"])[1]

    assert (told["session"], told["turn"], told["quote"]) == ("s1", 2, UNSURE[1])


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "characters"), ("x" * 400, "characters"), ("The token is ghp_" + "a1B2" * 9, "secret")],
)
def test_a_persons_words_are_checked(shop, capfd, text, says):
    """What is empty, too long or a secret is refused, and nothing is settled."""
    learn(shop)
    before = files(shop)
    code, _, err = command(capfd, "review", "--edit", f"{held(capfd)[0]['id']}={text}")

    assert (code, files(shop), len(held(capfd))) == (2, before, 4)
    assert says in err
    assert "ghp_a" not in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--edit", "noequals"], 2),
        (["--edit", "zzzzzz=Text."], 5),
        (["--accept", "all", "--reject", "all"], 2),
    ],
)
def test_wrong_choices(shop, capfd, words, code):
    """A choice without a text, of nothing, or twice, is an error."""
    learn(shop)
    assert command(capfd, "review", *words)[0] == code


@pytest.mark.parametrize(
    "damage",
    [
        {"text": 5},
        {"quote": None},
        {"section": ["Facts"]},
        {"scope": "moon"},
        {"op": "explode"},
        {"turn": "x"},
        {"turn": True},
        {"id": None},
        {"first": "x"},
    ],
)
def test_a_damaged_inbox(shop, capfd, damage):
    """An item that nobody can have written is passed over; the rest can be settled, and no command fails."""
    learn(shop)
    (path,) = Workspace.open(shop).local.inbox.glob("*.json")
    kept = json.loads(path.read_text("utf-8"))
    kept["items"][0] |= damage
    path.write_text(
        json.dumps(kept | {name: value for name, value in damage.items() if name == "first"}), "utf-8"
    )
    left = 0 if "first" in damage else 3

    assert len(held(capfd)) == command(capfd, "status")[1]["review"] == left
    code, answer, _ = command(capfd, "review", "--accept", "all")
    assert (code, len(answer["remembered"])) == (0, left)
    assert UNSURE[0] not in memory(shop)


def test_a_workspace_that_shares_nothing_by_now(shop, capfd):
    """What waits for the personal memory stays in a workspace that was closed since."""
    learn(shop, texts=("I like tabs better than spaces.",), section="Preferences", scope="global")
    (one,) = held(capfd)
    assert one["candidate"]["scope"] == "global"
    closed = memory(shop).replace("share: insights", "share: none")
    (shop / "memory" / "MEMORY.md").write_text(closed, "utf-8")
    assert command(capfd, "review", "--accept", one["id"])[0] == 0

    assert "tabs" in memory(shop)
    personal = home_of(dict(os.environ)).personal.memory
    assert not personal.exists() or "tabs" not in personal.read_text("utf-8")


@pytest.mark.parametrize("mode", ["commit", "tree"])
def test_what_is_accepted_is_committed(shop, capfd, monkeypatch, mode):
    """Where sessions are committed, what their review accepts is, too; where that cannot be, it is said."""
    git = ["git"]
    who = (["config", "user.name", "a"], ["config", "user.email", "a@example.org"])
    for words in (["init", "-q"], *who, ["add", "memory"], ["commit", "-q", "-m", "memory"]):
        subprocess.run([*git, *words], cwd=shop, check=True)
    monkeypatch.setenv("MIMINIONS_DISTILL_WRITE", mode)
    learn(shop, texts=UNSURE[:2])
    first, second = (one["id"] for one in held(capfd))
    answer = command(capfd, "review", "--accept", first)[1]
    log = subprocess.run([*git, "log", "--format=%s"], cwd=shop, check=True, capture_output=True, text=True)

    assert answer["note"] == ""
    assert log.stdout.splitlines()[:-1] == ([f"memory: {UNSURE[0]}"] if mode == "commit" else [])
    (shop / "memory" / "MEMORY.md").write_text(memory(shop) + "\nA note.\n", "utf-8")
    note = command(capfd, "review", "--accept", second)[1]["note"]
    assert note.startswith("not committed: ") == (mode == "commit")
    assert UNSURE[1] in memory(shop)


# stale


def test_a_digest_that_is_old(shop, capfd):
    """A program that decides on what it saw earlier is told that memory changed since."""
    learn(shop)
    answer = command(capfd, "review")[1]
    run(["remember", "Deploys run on ECS."])
    capfd.readouterr()
    ids = answer["review"][0]["id"]
    assert command(capfd, "review", "--accept", ids, "--digest", answer["digest"])[0] == 6
    fresh = command(capfd, "review")[1]["digest"]
    assert command(capfd, "review", "--accept", ids, "--digest", fresh)[0] == 0


@pytest.mark.parametrize("op", ["replace", "retire"])
@pytest.mark.parametrize("hand", ["edited", "deleted", "elsewhere"])
def test_what_changed_meanwhile(shop, capfd, op, hand):
    """What a decision was about and a hand has changed since is left, and said; other changes are no matter."""
    run(["remember", "Staging runs Postgres 14.", "--since", "2026-01-01", "--json"])
    old = json.loads(capfd.readouterr().out)["facts"][0]["id"]
    learn(shop, texts=UNSURE[:1], op=op, target=old)
    ws = Workspace.open(shop)
    distiller = ws.distiller(by_rules)
    choices = [Choice(one, "accept", seen=target_of(distiller, one)) for one in waiting(ws.local)]
    assert [one.seen for one in choices] == ["Staging runs Postgres 14."]
    text = memory(shop)
    edited = {
        "edited": text.replace("Postgres 14.", "Postgres 14.2."),
        "deleted": "".join(line for line in text.splitlines(keepends=True) if old not in line),
        "elsewhere": text.replace("# Memory", "# Memory\n\nA note."),
    }[hand]
    (shop / "memory" / "MEMORY.md").write_text(edited, "utf-8")
    outcome = settle(distiller, choices, now=ws.now())

    if hand == "elsewhere":
        assert (len(outcome.ids), dict(outcome.left)) == (1, {})
        assert "Postgres 14" not in memory(shop)
    else:
        assert (outcome.ids, memory(shop)) == ({}, edited)
        assert list(outcome.left) == [choices[0].item.id]
        assert len(list(waiting(ws.local))) == 1


def test_a_plan_is_json_and_back(shop, capfd):
    """A plan survives its JSON whole; about facts that are gone since it says so and changes nothing."""
    run(["remember", "Staging runs Postgres 14.", "--since", "2026-01-01", "--json"])
    old = json.loads(capfd.readouterr().out)["facts"][0]["id"]
    path = write_session(shop / "sessions", tuple(("user", text) for text in UNSURE), session="s1")

    def extractor(material, facts):
        ops = (
            {"op": "replace", "target": old},
            {},
            {"sure": False, "reason": "a guess"},
            {"op": "retire", "target": old},
        )
        found = (
            Candidate(text, "Facts", "workspace", text, turn, **op)
            for turn, (text, op) in enumerate(zip(UNSURE, ops, strict=True), 1)
        )
        return Extraction(tuple(found), "Session.", "test")

    distiller = Workspace.open(shop).distiller(extractor)
    plan, _ = distiller.plan(read_transcript(path), now=datetime(2026, 3, 21, tzinfo=UTC))
    held = json.loads(json.dumps(as_json(plan)))

    assert from_json(held, distiller.memories().facts) == plan
    assert {op_of(one) for one in plan.decisions} >= {"replace", "add"}
    stale = from_json(held, ())
    gone = {one.judged.reason for one in stale.decisions if one.judged.status == "rejected"}
    assert "the fact it is about is gone" in gone
    first = held["decisions"][1]
    damaged = (
        {"status": "maybe"},
        {"op": "explode"},
        {"text": 5},
        {"id": None},
        {"turn": "1"},
        {"proposed": 1},
    )
    wrongs = [{**held, "decisions": [first | one]} for one in damaged]
    wrongs += [{}, {"decisions": 1}, {"decisions": [1]}, {**held, "digests": None}, {**held, "first": "x"}]
    for wrong in wrongs:
        with pytest.raises(UsageError):
            from_json(wrong, ())


def test_a_plan_that_went_stale_says_so(shop):
    """A plan shown before a hand edit is made again on the new file, without asking again, and says what no longer fits."""
    path = write_session(shop / "sessions", [("user", "We decided to use uv.")], session="s1")
    ws = Workspace.open(shop)
    distiller, transcript = ws.distiller(by_rules), read_transcript(path)
    planned = distiller.plan(transcript, now=ws.now())
    (shop / "memory" / "MEMORY.md").write_text(
        memory(shop).replace("# Memory", "# Memory\n\nA note."), "utf-8"
    )
    report = distiller.finish(*planned, transcript, now=ws.now())

    assert report.note == "memory changed meanwhile, so it was planned again"
    assert "A note." in memory(shop)
    assert "uv" in memory(shop)


# in a terminal


pty = pytest.importorskip("pty")


class Terminal:
    """A command in a terminal of its own, read until it asks and answered."""

    def __init__(self, *words):
        self.child, self.screen = pty.fork()
        self.said = ""
        if self.child == 0:  # pragma: no cover
            os.environ |= {"TERM": "xterm-256color", "COLUMNS": "200"}
            os.environ.pop("NO_COLOR", None)
            os.execv(sys.executable, [sys.executable, "-m", "miminions", *words])  # noqa: S606

    def until(self, words, patience=30.0):
        """Read until words were printed, and return what came up to them."""
        ends = time.monotonic() + patience
        while words not in self.said:
            ready, _, _ = select.select([self.screen], [], [], max(0.0, ends - time.monotonic()))
            assert ready, f"{words!r} did not come: {self.said}"
            try:
                chunk = os.read(self.screen, 65536)
            except OSError:
                chunk = b""
            assert chunk, f"it ended before {words!r}: {self.said}"
            self.said += chunk.decode("utf-8", "replace")
        end = self.said.index(words) + len(words)
        said, self.said = self.said[:end], self.said[end:]
        return said

    def answer(self, words):
        """Type something."""
        os.write(self.screen, words.encode())

    def interrupt(self):
        """Press Ctrl-C until it is seen: Python overlooks one that comes just as it begins to wait for a key."""
        with suppress(OSError):  # it may end while it is pressed
            while "stopped" not in self.said:
                self.answer("\x03")
                while "stopped" not in self.said and select.select([self.screen], [], [], 2.0)[0]:
                    self.said += os.read(self.screen, 65536).decode("utf-8", "replace")

    def ended(self):
        """Read to the end and return (exit code, what was printed)."""
        while True:
            try:
                chunk = os.read(self.screen, 65536)
            except OSError:
                break
            if not chunk:
                break
            self.said += chunk.decode("utf-8", "replace")
        _, status = os.waitpid(self.child, 0)
        os.close(self.screen)
        return os.waitstatus_to_exitcode(status), self.said


def test_item_by_item(shop, capfd):
    """Each item comes with quote, turn, reason and a coloured difference; each answer does what it says."""
    learn(shop)
    terminal = Terminal("review")
    said = terminal.until("q(uit)")
    assert "[1/4]" in said
    assert f'said 2026-03-20, turn 1: "{UNSURE[0]}"' in said
    assert "waits because it was not said outright" in said
    assert f"\x1b[32m+- {UNSURE[0]}" in said
    terminal.answer("a\n")
    assert "[2/4]" in terminal.until("q(uit)")
    terminal.answer("edit\n")
    assert UNSURE[1] in terminal.until("text: " + UNSURE[1])
    terminal.answer("\x7f" * 5 + "3.13.\n")
    assert "The build takes Python 3.13." in terminal.until("Take these words?")
    terminal.answer("y\n")
    terminal.until("q(uit)")
    terminal.answer("what\n")
    terminal.until("q(uit)")
    terminal.answer("r\n")
    terminal.until("[4/4]")
    terminal.answer("s\n")
    code, said = terminal.ended()

    assert code == 0
    assert "remembered" in said
    assert "rejected" in said
    assert UNSURE[0] in memory(shop)
    assert "The build takes Python 3.13." in memory(shop)
    assert [one["candidate"]["text"] for one in held(capfd)] == [UNSURE[3]]
    assert run(["undo"]) == 0
    capfd.readouterr()
    assert len(held(capfd)) == 4


def test_all_and_quit(shop, capfd):
    """`all` accepts the rest; `quit` keeps what was decided and leaves the rest."""
    learn(shop)
    terminal = Terminal("review")
    terminal.until("q(uit)")
    terminal.answer("r\n")
    terminal.until("[2/4]")
    terminal.answer("q\n")
    assert terminal.ended()[0] == 0
    assert len(held(capfd)) == 3
    terminal = Terminal("review")
    terminal.until("q(uit)")
    terminal.answer("all\n")
    assert terminal.ended()[0] == 0
    assert held(capfd) == []
    assert all(text in memory(shop) for text in UNSURE[1:])


def test_stopped_in_the_middle(shop, capfd):
    """Ctrl-C writes nothing at all."""
    learn(shop)
    before = files(shop)
    terminal = Terminal("review")
    terminal.until("q(uit)")
    terminal.answer("a\n")
    terminal.until("[2/4]")
    terminal.until("q(uit)")
    terminal.interrupt()
    code, said = terminal.ended()

    assert code in {130, -signal.SIGINT}
    assert "nothing was written" in said
    assert (files(shop), len(held(capfd))) == (before, 4)


def test_a_hand_edit_during_the_dialogue(shop, capfd):
    """What is decided while a hand edits the same fact is left with the reason, the rest is written."""
    run(["remember", "Staging runs Postgres 14.", "--since", "2026-01-01", "--json"])
    old = json.loads(capfd.readouterr().out)["facts"][0]["id"]
    learn(shop, texts=UNSURE[:1], op="replace", target=old)
    learn(shop, session="s2", texts=UNSURE[1:2])
    terminal = Terminal("review")
    terminal.until("q(uit)")
    terminal.answer("a\n")
    terminal.until("[2/2]")
    path = shop / "memory" / "MEMORY.md"
    path.write_text(memory(shop).replace("Postgres 14.", "Postgres 14.2."), "utf-8")
    terminal.answer("a\n")
    code, said = terminal.ended()

    assert code == 0
    assert "memory changed meanwhile" in said
    assert "what it would change says now: Staging runs Postgres 14.2." in said
    assert "Postgres 14.2." in memory(shop)
    assert UNSURE[1] in memory(shop)
    assert len(held(capfd)) == 1


def test_distill_with_review(shop, capfd):
    """distill --review writes only what is accepted, personal facts as well; the session is covered, the rest waits."""
    talk = [("user", "We decided to use uv."), ("user", "From now on releases go out on Tuesdays.")]
    path = write_session(shop / "sessions", talk, session="s1")
    before = files(shop)
    terminal = Terminal("distill", str(path), "--offline", "--review")
    terminal.until("q(uit)")
    assert files(shop)["MEMORY.md"] == before["MEMORY.md"]
    terminal.answer("a\n")
    terminal.until("[2/2]")
    terminal.answer("s\n")
    code, _ = terminal.ended()

    assert code == 0
    assert ("uv" in memory(shop), "Tuesdays" in memory(shop)) == (True, False)
    assert "s=s1 turns=1-2" in (shop / "memory" / "HISTORY.md").read_text("utf-8")
    assert len(held(capfd)) == 1
    assert command(capfd, "distill", path, "--offline")[1]["sessions"][0]["state"] == "unchanged"


def test_distill_with_review_and_nobody_there(shop, capfd):
    """Without a terminal everything waits, and that is said."""
    path = write_session(shop / "sessions", [("user", "We decided to use uv.")], session="s1")
    before = files(shop)
    code, answer, _ = command(capfd, "distill", path, "--offline", "--review")

    assert code == 0
    assert [one["status"] for one in answer["sessions"][0]["decisions"]] == ["review"]
    assert "1 fact waits for `miminions review`" in answer["sessions"][0]["note"]
    assert (files(shop), len(held(capfd))) == (before, 1)
    assert run(["distill", str(path), "--review", "--yes"]) == 2


def test_an_erased_fact_leaves_the_review_too(shop, capfd):
    """What was accepted or reworded in review is erased from the record of that review as well."""
    learn(shop)
    first, second = (one["id"] for one in held(capfd)[:2])
    _, answer, _ = command(
        capfd, "review", "--accept", first, "--edit", f"{second}=The build takes Python 3.13."
    )
    (shop / "sessions" / "s1.jsonl").unlink()
    for one in answer["remembered"]:
        assert command(capfd, "forget", one["id"], "--erase", "--yes")[0] == 0
    kept = [*Path(os.environ["MIMINIONS_HOME"]).rglob("*"), *shop.rglob("*")]

    assert not [
        p for p in kept if p.is_file() and any(w in p.read_bytes() for w in (b"Postgres 15", b"Python 3.1"))
    ]
