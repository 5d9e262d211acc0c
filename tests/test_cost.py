"""What asking costs: said before a call, capped, summed over a day, and never paid twice."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from distilling import PRICED, TEXT, command, item, make_shop, reply, serve
from model_server import UNAUTHORIZED
from sessions import SESSION, START, TALK, write_session

from miminions.cli import run
from miminions.distiller.budget import Budget, Metered, foresee
from miminions.distiller.spending import Spending, local_day
from miminions.errors import BudgetError, ModelError, SettingError
from miminions.layout import LocalLayout
from miminions.model import LiteLLM, Usage, price
from miminions.settings import load, set_person

NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
ASKED = [{"role": "user", "content": "What did the session teach? " * 50}]

CALLS = 50


@pytest.fixture
def shop(tmp_path, monkeypatch):
    root = make_shop(tmp_path)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def distill(shop, capfd, model_server, monkeypatch):
    """Distil with a served model that has a price and return (exit code, answer, stderr, server)."""

    def call(*words, replies=(), model=PRICED):
        server = serve(model_server(*(replies or [reply(item())])), monkeypatch)
        return (*command(capfd, "distill", *words, "--model", model), server)

    call.path = shop / "sessions" / f"{SESSION}.jsonl"
    return call


@pytest.fixture
def budget(tmp_path):
    """Return a function that makes a budget with caps."""
    return lambda run=1.0, day=1.0, now=NOW: Budget(Spending(tmp_path / "spending"), run, day, lambda: now)


@pytest.fixture
def paid(model_server, monkeypatch):
    """Return a function that starts a server and gives a model with a price that asks it."""

    def make(*replies):
        server = serve(model_server(*replies), monkeypatch)
        return LiteLLM(PRICED, pause=lambda _: None), server

    return make


def fill(make):
    """Ask models until a cap is reached."""
    for _ in range(CALLS):
        make().complete(ASKED)


def everything(shop):
    """Return every file of the workspace and of this machine's own, with its bytes."""
    roots = (shop, Path(os.environ["MIMINIONS_HOME"]))
    paths = (path for root in roots for path in root.rglob("*"))
    return {path: path.read_bytes() if path.is_file() else b"" for path in paths}


def spread(shop, count):
    """Write more sessions, the later ones with earlier names, and return their ids."""
    for number in range(count):
        talk = [("user", f"We decided that service {number} runs on port {8100 + number}.")]
        write_session(
            shop / "sessions", talk, session=f"s{count - number}", start=START + timedelta(days=number + 1)
        )
    return [f"s{count - number}" for number in range(count)]


# before a call


def test_a_dry_run_says_what_it_costs(shop, distill, capfd):
    """Tokens and US dollars are printed for each session and in sum, with what the caps leave; nobody is asked."""
    write_session(shop / "sessions", [("user", "We decided to use uv.")], session="other")
    code, answer, _, server = distill(distill.path, shop / "sessions/other.jsonl", "--dry-run")

    costs = [one["cost"] for one in answer["sessions"]]
    assert (code, server.requests) == (0, [])
    assert all(cost["calls"] == 1 and cost["tokens_in"] > 100 and cost["usd"] > 0 for cost in costs)
    assert answer["foreseen"]["usd"] == pytest.approx(sum(cost["usd"] for cost in costs))
    assert answer["foreseen"]["usd_left"] == 0.25

    assert run(["distill", str(distill.path), "--model", PRICED, "--dry-run"]) == 0
    out = capfd.readouterr().out
    assert f"{SESSION}: 1 call, about " in out
    assert "the caps leave 0.2500 USD now; no model was asked" in out
    assert server.requests == []


def test_a_dry_run_shows_a_reply_that_is_there(shop, distill, capfd, monkeypatch):
    """What a model answered before, and what the rules find, is shown as a plan: that costs nothing."""
    distill(distill.path, "--yes")
    for path in (shop / "memory").iterdir():
        path.unlink() if path.name == "HISTORY.md" else None
    code, answer, _, server = distill(distill.path, "--dry-run", "--offline", "--redo")

    assert (code, server.requests) == (0, [])
    assert answer["sessions"][0]["decisions"]
    assert answer["foreseen"]["calls"] == 0


@pytest.mark.parametrize("words", [["--all"], ["--pending"]])
def test_a_dry_run_writes_nothing_at_all(shop, distill, words):
    """Neither the workspace nor this machine's own files are changed, locks included."""
    before = everything(shop)
    code, answer, _, server = distill(*words, "--dry-run")

    assert (code, answer["foreseen"]["calls"], server.requests) == (0, 1, [])
    assert everything(shop) == before


def test_a_model_without_a_price_is_named(shop, distill, capfd):
    """Where no price is known that is said, and the caps let it through."""
    assert run(["distill", str(distill.path), "--model", "openai/stub", "--dry-run"]) == 0
    assert "price not known" in capfd.readouterr().out
    code, answer, _, _ = distill(distill.path, "--yes", model="openai/stub")

    assert (code, answer["sessions"][0]["cost"]["usd"]) == (0, None)


# caps


@pytest.mark.parametrize("name", ["DAY", "RUN"])
def test_a_cap_stops_before_the_call(shop, distill, monkeypatch, name, capfd):
    """Beyond a cap no call is made: the session waits, nothing is lost, and a higher cap goes on."""
    monkeypatch.setenv(f"MIMINIONS_MODEL_USD_PER_{name}", "0.000001")
    code, answer, err, server = distill(distill.path, "--yes")

    assert (code, server.requests) == (BudgetError.exit_code, [])
    assert answer["sessions"][0]["state"] == "failed"
    assert f"the cap of 1e-06 USD a {name.lower()} is reached" in err
    assert command(capfd, "status")[1]["waiting"] == 1
    monkeypatch.setenv(f"MIMINIONS_MODEL_USD_PER_{name}", "0.25")
    assert distill("--pending", "--yes")[1]["sessions"][0]["state"] == "done"


def test_caps_count_each_call(budget, paid):
    """The call that would go beyond the cap is not made, whichever it is."""
    model, server = paid("yes")
    one = foresee(PRICED, ASKED).usd
    metered = Metered(model, budget(run=one * 1.5))
    with pytest.raises(BudgetError, match="USD a run is reached"):
        fill(lambda: metered)

    assert 1 <= len(server.requests) < CALLS


def test_a_day_counts_all_runs_and_ends_at_midnight(budget, paid):
    """The cap of a day is shared by all runs of it; another day begins at nothing."""
    model, server = paid("yes")
    one = foresee(PRICED, ASKED).usd
    with pytest.raises(BudgetError, match="USD a day is reached"):
        fill(lambda: Metered(model, budget(day=one * 1.01)))
    before = len(server.requests)
    Metered(model, budget(day=one * 1.01, now=NOW + timedelta(days=1))).complete(ASKED)

    assert len(server.requests) == before + 1


def test_a_call_over_midnight_counts_once(tmp_path):
    """What was begun before midnight counts on that day with what it came to, and not on the next one."""
    hours = iter([NOW, NOW, NOW + timedelta(days=1)])
    one = Budget(Spending(tmp_path), 1.0, 1.0, lambda: next(hours))
    call = one.begin(PRICED, Usage(1, 10, 900, 0.2))
    one.end(call, PRICED, Usage(1, 10, 5, 0.1), "done")

    assert one.spending.of(NOW).usd == pytest.approx(0.1)
    assert one.spending.of(NOW + timedelta(days=1)) == Usage()


def test_a_day_is_the_persons(monkeypatch):
    """A day is that of the clock on the wall, not of Greenwich."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no tzset")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        day = local_day(datetime(2026, 3, 21, 23, 30, tzinfo=UTC))
    time.tzset()

    assert day == "2026-03-22"


def test_what_failed_may_have_cost(budget, paid):
    """A reply of no use was read and counts; a server that refuses bills nothing; a killed call counts as foreseen."""
    from model_server import BROKEN

    one = budget()
    for replies, costs in (((BROKEN,), False), (("   ",), True)):
        before = one.spending.of(NOW).usd or 0.0
        with pytest.raises(ModelError):
            Metered(paid(*replies)[0], one).complete(ASKED)
        assert ((one.spending.of(NOW).usd or 0.0) > before) == costs
    before = one.spending.of(NOW).usd
    one.begin(PRICED, foresee(PRICED, ASKED))

    assert one.spending.of(NOW).usd == pytest.approx(before + foresee(PRICED, ASKED).usd)


def test_a_torn_line_loses_nothing_else(tmp_path):
    """A line that a kill tore, and one of another program, are passed over."""
    spending = Spending(tmp_path)
    spending.note(NOW, "a", PRICED, Usage(1, 10, 5, 0.1), "done")
    path = next(tmp_path.glob("*.jsonl"))
    path.write_text(path.read_text("utf-8") + '{"id": "b", "us', "utf-8")
    spending.note(NOW, "c", PRICED, Usage(1, 10, 5, 0.2), "done")
    path.write_text(
        path.read_text("utf-8") + "[1]\n" + json.dumps({"id": "d", "usd": "much"}) + "\n", "utf-8"
    )

    assert spending.of(NOW).usd == pytest.approx(0.3)
    assert spending.of(NOW).calls == 2


@pytest.mark.parametrize("amount", ["NaN", "1e999", "-5", "true", '"0.2"', "9" * 400])
def test_a_damaged_amount_moves_no_cap(tmp_path, amount):
    """An amount that is none neither lifts the cap nor closes it for the day; nor does a line that is all brackets."""
    spending = Spending(tmp_path)
    spending.note(NOW, "a", PRICED, Usage(1, 10, 5, 0.1), "done")
    path = next(tmp_path.glob("*.jsonl"))
    text = f'{path.read_text("utf-8")}{{"id": "b\u2028", "calls": true, "usd": {amount}}}\n' + "[" * 100_000
    path.write_text(text, "utf-8")

    assert spending.of(NOW) == Usage(1, 10, 5, 0.1)


def test_an_answer_is_no_longer_than_the_caps_leave(budget, paid):
    """Where a long answer would go beyond a cap it may only be as long as is left; elsewhere no limit is set."""
    model, server = paid("yes")
    cost, asked = price(PRICED), foresee(PRICED, ASKED)
    Metered(model, budget()).complete(ASKED)
    Metered(model, budget(day=asked.usd * 3)).complete(ASKED)
    Metered(model, budget(run=asked.usd * 2)).complete(ASKED, max_tokens=901)

    limits = [one.get("max_tokens") for one in server.requests]
    most = asked.tokens_in * cost.usd_in_per_million + limits[1] * cost.usd_out_per_million
    assert (limits[0], limits[2]) == (None, 901)
    assert 900 < limits[1] < 3000
    assert most / 1e6 <= asked.usd * 3


def test_what_a_client_reports_counts(budget):
    """An agent client's price is known when it says so: beyond a cap it is not asked again, and what is free always is."""
    one = budget(day=0.01)
    call = one.begin("agent", Usage(1, 10, 10, 0.0))
    one.end(call, "agent", Usage(1, 10, 10, 0.0125), "done")
    with pytest.raises(BudgetError, match="USD a day is reached"):
        one.begin("agent", Usage(1, 10, 10, 0.0))

    assert one.begin("ollama_chat/llama3.1", Usage(1, 10, 10, 0.0)).left == 0.0


def test_chats_are_counted_and_not_capped(budget, paid):
    """What a chat costs is noted apart, also where it is stopped; it takes nothing from what distilling may cost."""
    model, server = paid("one two three four")
    one = budget(day=0.0)
    assert "".join(Metered(model, one).stream(ASKED)) == "one two three four"
    whole = one.spending.of(NOW, chats=True)
    stopped = Metered(model, one).stream(ASKED)
    next(stopped)
    stopped.close()
    both = one.spending.of(NOW, chats=True)

    assert (whole.calls, both.calls, len(server.requests)) == (1, 2, 2)
    assert 0 < whole.usd < both.usd
    assert one.spending.of(NOW) == Usage()
    assert one.spent == Usage()


def test_amounts_are_settings(tmp_path):
    """A cap is a decimal number, from the file, the environment or the command line."""
    config = tmp_path / "config.toml"
    set_person(config, "model.usd_per_day", "1.5")
    assert load(config, {}).amount("model.usd_per_day") == 1.5
    assert '"model.usd_per_day" = 1.5' in config.read_text("utf-8")
    assert load(config, {"MIMINIONS_MODEL_USD_PER_DAY": "2"}).amount("model.usd_per_day") == 2.0
    for wrong in ("-1", "nan", "inf", "much", ""):
        with pytest.raises(SettingError):
            set_person(config, "model.usd_per_day", wrong)


# never twice


def test_answers_are_kept_until_all_are_there(shop, distill, capfd):
    """Of a long session only the parts without an answer are asked again, in another process, too."""
    talk = [
        ("user", f"Service {number} runs on port {8100 + number}. " + "It answers slowly. " * 2000)
        for number in range(40)
    ]
    path = write_session(shop / "sessions", talk, session="long")
    failing = [*[reply()] * 2, UNAUTHORIZED]
    code, _, _, server = distill(path, "--yes", replies=failing, model="openai/gpt-4o-mini")
    first = len(server.requests) - 1
    assert (code, first) == (11, 2)
    local = LocalLayout(next((Path(os.environ["MIMINIONS_HOME"]) / "workspaces").iterdir()))
    assert local.replies("long").is_file()
    _, left, _, _ = distill(path, "--dry-run")
    code, answer, _, server = distill(path, "--yes", replies=[reply()])

    assert (code, answer["sessions"][0]["state"]) == (0, "empty")
    _, foreseen, _, _ = distill(path, "--dry-run", "--redo")
    assert left["foreseen"]["calls"] == foreseen["foreseen"]["calls"] - first
    assert len(server.requests) <= left["foreseen"]["calls"]
    assert not local.replies("long").exists()


@pytest.mark.parametrize("items", [[item()], []])
def test_a_rerun_asks_nobody(distill, items):
    """The same session again makes no call, also where it taught nothing."""
    assert distill(distill.path, "--yes", replies=[reply(*items)])[0] == 0
    code, answer, _, server = distill(distill.path, "--yes")

    assert (code, answer["sessions"][0]["state"], server.requests) == (0, "unchanged", [])


def test_a_grown_session_sends_what_is_new(shop, distill):
    """Only the turns behind the cursor are asked about."""
    distill(distill.path, "--yes")
    write_session(shop / "sessions", [*TALK, ("user", "We decided to use uv.")])
    _, _, _, server = distill(distill.path, "--yes", replies=[reply()])

    assert len(server.requests) == 1
    assert "10" in server.requests[0]["messages"][1]["content"]


def test_two_runs_at_once_ask_once(shop, model_server, monkeypatch):
    """Of two runs over one session the second waits for the reply of the first, and pays nothing."""

    def slowly(_):
        time.sleep(1.0)
        return reply(item())

    server = serve(model_server(slowly), monkeypatch)
    words = [sys.executable, "-m", "miminions", "distill", f"sessions/{SESSION}.jsonl", "--yes", "--json"]
    runs = [
        subprocess.Popen([*words, "--model", "openai/stub"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ended = [one.communicate(timeout=60) for one in runs]

    assert [one.returncode for one in runs] == [0, 0], ended
    assert len(server.requests) == 1
    memory = (shop / "memory" / "MEMORY.md").read_text("utf-8")
    assert memory.count(TEXT) == 1
    assert (shop / "memory" / "HISTORY.md").read_text("utf-8").count(SESSION) == 1


def test_another_transcript_of_the_same_id(shop, distill):
    """A second transcript with a known session id is refused by name, not taken for known; --redo reads it."""
    distill(distill.path, "--yes")
    other = write_session(shop / "elsewhere", [("user", "We decided to use uv.")])
    code, answer, err, server = distill(other, "--yes")

    assert (code, answer["sessions"][0]["state"], server.requests) == (15, "failed", [])
    assert "it began otherwise" in err
    quoted = item(quote="We decided to use uv.", turn=1, text="We decided to use uv.")
    assert distill(other, "--yes", "--redo", replies=[reply(quoted)])[1]["sessions"][0]["state"] == "done"


# all of it


def test_all_goes_from_the_oldest_to_the_latest(shop, distill, capfd):
    """--all says what it costs, reads each session once in order of time, and has nothing left to do then."""
    ids = spread(shop, 3)
    code, answer, err, server = distill("--all", "--yes")

    assert code == 0
    assert [one["session"] for one in answer["sessions"]] == [SESSION, *ids]
    assert "4 sessions: 4 calls, about " in err
    lines = [line for line in err.splitlines() if line.startswith("[")]
    assert [line.split()[0] for line in lines] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert all("tokens, 0.0" in line and "USD" in line for line in lines)
    assert "left" in lines[0]
    assert len(server.requests) == 4
    code, answer, _, server = distill("--all", "--yes")
    assert (code, answer, server.requests) == (0, {"sessions": []}, [])


def test_all_asks_first(shop, distill, capfd):
    """Where nobody can be asked --all wants --yes; a dry run says what it would cost."""
    code, _, err, server = distill("--all")
    assert (code, server.requests) == (2, [])
    assert "hint: --yes" in err
    _, answer, _, server = distill("--all", "--dry-run")
    assert (answer["foreseen"]["calls"], server.requests) == (1, [])
    assert run(["distill", "--all", "--dry-run", "--offline"]) == 0
    assert "no model is asked" in capfd.readouterr().out
    assert run(["distill", "--all", "--pending"]) == 2


def test_all_stops_at_the_cap_and_goes_on(shop, distill, monkeypatch):
    """At the cap it says how many are left; the next run does those, and only those."""
    ids = spread(shop, 5)
    _, answer, _, _ = distill("--all", "--dry-run")
    monkeypatch.setenv("MIMINIONS_MODEL_USD_PER_RUN", str(answer["sessions"][0]["cost"]["usd"] * 1.2))
    code, answer, err, server = distill("--all", "--yes")
    first = len(server.requests)

    assert code == BudgetError.exit_code
    assert 1 <= first < 6
    assert f"the cap is reached: {6 - first} session" in err
    monkeypatch.delenv("MIMINIONS_MODEL_USD_PER_RUN")
    code, answer, _, server = distill("--all", "--yes")
    assert code == 0
    assert len(server.requests) == 6 - first
    assert answer["sessions"][-1]["session"] == ids[-1]


def test_all_gives_up_where_everything_fails(shop, distill):
    """Three failures in a row end it: the rest would only fail, too."""
    spread(shop, 5)
    code, answer, err, _ = distill("--all", "--yes", replies=["nonsense"])

    assert code == 10
    assert [one["state"] for one in answer["sessions"]] == ["failed"] * 3
    assert "3 failed in a row: 6 sessions are left" in err


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_all_can_be_stopped(shop, model_server, monkeypatch, distill):
    """Ctrl-C says what is left, loses nothing, and what was begun counts as spent."""
    ids = spread(shop, 2)
    reached = threading.Event()

    def hold(_):
        reached.set()
        time.sleep(5)
        return reply()

    serve(model_server(reply(), hold), monkeypatch)
    words = [sys.executable, "-m", "miminions", "distill", "--all", "--yes", "--model", PRICED]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert reached.wait(30)
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=30)

    assert child.returncode == 130
    assert "stopped: 2 sessions are left" in err
    spent = Spending(Path(os.environ["MIMINIONS_HOME"]) / "spending").of(datetime.now(UTC))
    assert spent.calls == 2
    code, answer, _, server = distill("--all", "--yes")
    assert (code, [one["session"] for one in answer["sessions"]]) == (0, ids)
    assert len(server.requests) == 2
