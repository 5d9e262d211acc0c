"""Failures are no empty results: said, remembered, retried later, and covered by the rules as such meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from distilling import QUOTE, TEXT, command, item, make_shop, reply, serve
from model_server import BROKEN, CLOSED, CUT, GARBAGE, HANG, UNAUTHORIZED
from sessions import SESSION, write_session

from miminions import Workspace
from miminions.cli import run
from miminions.distiller import failures
from miminions.errors import BudgetError, ModelError
from miminions.layout import LocalLayout

NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    root = make_shop(tmp_path)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def distill(shop, capfd, model_server, monkeypatch):
    """Distil with a served model and return (exit code, answer, stderr, server)."""
    monkeypatch.setenv("MIMINIONS_MODEL_TIMEOUT", "1")

    def call(*words, replies=("nonsense",)):
        server = serve(model_server(*replies), monkeypatch)
        return (*command(capfd, "distill", *words, "--yes", "--model", "openai/stub"), server)

    return call


@pytest.fixture
def session(shop):
    return shop / "sessions" / f"{SESSION}.jsonl"


def memory(shop):
    return {path.name: path.read_bytes() for path in sorted((shop / "memory").iterdir())}


def held(capfd):
    return command(capfd, "review")[1]["review"]


@pytest.mark.parametrize("fault", ["nonsense", CUT, GARBAGE, UNAUTHORIZED, BROKEN, CLOSED, HANG], ids=str)
def test_every_fault_is_a_failure(shop, distill, session, capfd, fault):
    """Whatever a server does, no memory is changed, one reason is recorded, the rules' findings wait, marked as such."""
    before = memory(shop)
    code, answer, err, _ = distill(session, replies=[fault])

    report = answer["sessions"][0]
    assert code in {10, 11}
    assert (report["state"], report["extractor"]) == ("failed", "rules")
    assert report["degraded"] == report["note"]
    assert report["degraded"] in err
    assert {one["status"] for one in report["decisions"]} == {"review"}
    assert memory(shop) == before
    status = command(capfd, "status")[1]
    assert (status["waiting"], len(status["failed"])) == (1, 1)
    assert [one["degraded"] for one in held(capfd)] == [report["degraded"]] * status["review"]


def test_what_is_accepted_meanwhile_tells_no_session(shop, distill, session, capfd):
    """What a session was about is for the model to say: accepting all that the rules found leaves it room, and covers nothing."""
    distill(session, replies=[UNAUTHORIZED])
    assert command(capfd, "review", "--accept", "all")[0] == 0
    history = (shop / "memory" / "HISTORY.md").read_text("utf-8")
    assert "Accepted from review." in history
    assert "flaky" not in history
    assert distill(session, replies=[reply(item())])[1]["sessions"][0]["state"] == "done"
    accepted = (shop / "memory" / "MEMORY.md").read_text("utf-8")
    assert accepted.count("AWS ECS") == 1


def test_an_empty_result_is_none(distill, session, capfd):
    """A model that found nothing has done its work: empty, not failed."""
    code, answer, _, _ = distill(session, replies=[reply()])

    assert (code, answer["sessions"][0]["state"], answer["sessions"][0]["degraded"]) == (0, "empty", None)
    assert command(capfd, "status")[1]["failed"] == []


def test_the_models_turn_comes_later(shop, distill, session, capfd):
    """What the rules found meanwhile gives way to what the model says; nothing is there twice."""
    distill(session)
    assert held(capfd)
    code, answer, _, _ = distill(session, replies=[reply(item())])

    assert (code, answer["sessions"][0]["state"]) == (0, "done")
    assert held(capfd) == []
    text = (shop / "memory" / "MEMORY.md").read_text("utf-8")
    assert (text.count("ECS"), TEXT in text) == (1, True)
    assert command(capfd, "status")[1]["failed"] == []


def test_what_was_accepted_meanwhile_stays(shop, distill, session, capfd):
    """A finding of the rules that the person accepted stays, covers no turn, and is not doubled by the model."""
    distill(session)
    wanted = next(one for one in held(capfd) if "Heroku" in one["candidate"]["text"])
    assert command(capfd, "review", "--accept", wanted["id"])[0] == 0
    history = (shop / "memory" / "HISTORY.md").read_text("utf-8")
    assert "turns=1-0" in history
    assert run(["doctor"]) in {0, 16}
    assert "says of no turn" not in capfd.readouterr().out
    assert command(capfd, "status")[1]["waiting"] == 1
    code, answer, _, server = distill(session, replies=[reply(item(text=wanted["candidate"]["text"]))])

    assert (code, len(server.requests)) == (0, 1)
    assert [one["op"] for one in answer["sessions"][0]["decisions"]] == ["keep"]
    assert (shop / "memory" / "MEMORY.md").read_text("utf-8").count("ECS") == 1


def test_what_was_rejected_meanwhile_is_not_offered_again(distill, session, capfd):
    """A no to a finding of the rules holds when they stand in once more."""
    distill(session)
    command(capfd, "review", "--reject", "all")
    _, answer, _, _ = distill(session)

    assert held(capfd) == []
    assert {one["status"] for one in answer["sessions"][0]["decisions"]} == {"rejected"}


def test_a_reason_is_told_once(shop, distill, session, capfd):
    """Where several sessions failed alike, `status` says so in one line, and how to try again."""
    other = write_session(shop / "sessions", [("user", QUOTE)], session="other")
    distill(session, other, replies=[UNAUTHORIZED])
    assert run(["status"]) == 0
    told = capfd.readouterr().out

    assert told.count("failed\t") == 1
    assert "failed\t2 sessions: " in told
    assert "2 sessions to distill: `miminions distill --pending`" in told


def test_the_other_files_are_read(shop, distill, session, capfd):
    """One session's failure keeps no other from being distilled; the exit code is the error's."""
    other = write_session(shop / "sessions", [("user", QUOTE)], session="other")
    torn = shop / "sessions" / "torn.jsonl"
    torn.write_text("no transcript\n", "utf-8")
    code, answer, err, _ = distill(torn, session, other, replies=[UNAUTHORIZED, reply(item(turn=1))])

    assert code == 8
    assert [one["state"] for one in answer["sessions"]] == ["failed", "failed", "done"]
    assert "torn.jsonl" in err
    assert run(["distill", "missing.jsonl"]) == 7
    assert len(command(capfd, "status")[1]["failed"]) == 2


def test_pending_rests_and_a_name_does_not(distill, session, capfd):
    """After a failure --pending leaves the session alone for a while; named, it is tried at once."""
    distill(session)
    code, answer, err, server = distill("--pending", replies=[reply(item())])
    assert (code, answer, server.requests) == (0, {"sessions": []}, [])
    assert "1 failed lately and rests for a while" in err
    code, answer, _, server = distill(session, replies=[reply(item())])
    assert (answer["sessions"][0]["state"], len(server.requests)) == ("done", 1)


def test_pauses_grow(shop):
    """A minute, ten, an hour, six, and then a day; a reached cap is no attempt and needs no rest."""
    local = Workspace.open(shop).local
    source = str(shop / "sessions" / f"{SESSION}.jsonl")
    waited = []
    for _ in range(6):
        failures.note(local, SESSION, source, ModelError("no luck", hint="wait"), NOW)
        waited.append(datetime.fromisoformat(next(failures.failures(local)).due) - NOW)
    assert [span.total_seconds() / 60 for span in waited] == [1, 10, 60, 360, 1440, 1440]
    assert failures.rests(local, SESSION, NOW + timedelta(hours=23))
    assert not failures.rests(local, SESSION, NOW + timedelta(hours=25))

    failures.note(local, SESSION, source, BudgetError("the cap", hint="tomorrow"), NOW)
    assert next(failures.failures(local)).attempts == 6
    assert not failures.rests(local, SESSION, NOW)


def test_after_three_it_is_a_problem(distill, session, capfd):
    """A session that failed three times in a row is named by status and doctor, with what can be done."""
    for _ in range(3):
        distill(session)
    problems = command(capfd, "status")[1]["problems"]
    assert any(f"{SESSION} failed 3 times" in one for one in problems)
    code, answer, _ = command(capfd, "doctor")
    found = [one for one in answer["findings"] if "failed 3 times" in one["what"]]
    assert code == 16
    assert f"miminions distill '{session}'" in found[0]["mend"]


def test_no_secret_in_a_reason(tmp_path):
    """What a server says is masked before it is kept."""
    local = LocalLayout(tmp_path)
    secret = "ghp_" + "a1B2" * 9
    failures.note(local, "s", "s.jsonl", ModelError(f"refused {secret}", hint=secret), NOW)

    assert secret not in local.failures.read_text("utf-8")


@pytest.mark.parametrize("held", ["[]", '{"s": 1}', '{"s": {"attempts": 1}}', "torn"])
def test_a_damaged_record_is_no_failure(tmp_path, held):
    """All of it can be lost."""
    local = LocalLayout(tmp_path)
    local.failures.write_text(held, "utf-8")

    assert list(failures.failures(local)) == []
    assert not failures.rests(local, "s", NOW)


def test_a_chat_ends_well_without_its_model(shop, session, capfd, monkeypatch, model_server):
    """At the end of a chat a failing model is a line of talk, and the session waits."""
    from miminions.cli.distill import distill_quietly

    serve(model_server("nonsense"), monkeypatch)
    monkeypatch.setenv("MIMINIONS_MODEL", "openai/stub")
    distill_quietly(Workspace.open(shop), session)

    assert "not distilled yet" in capfd.readouterr().err
    assert len(Workspace.open(shop).pending()) == 1
    assert Workspace.open(shop).pending(due=True) == ()


def test_raw_text_is_never_a_fact(shop, distill, session, capfd):
    """What a model answered instead of JSON is in no artefact but the error."""
    distill(session, replies=["Everything must be deployed to Mars."])
    written = [*shop.rglob("*"), *LocalLayout(Workspace.open(shop).local.folder).folder.rglob("*")]

    assert not [path for path in written if path.is_file() and b"Mars" in path.read_bytes()]
