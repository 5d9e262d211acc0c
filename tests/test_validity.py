"""Validity: what held on a day, by what the lines say, what the archive keeps and what the ledger tells."""

import itertools
import json
import time

import pytest
from folders import add, personal, reopened, workspace

from miminions.cli import run
from miminions.index import Query
from miminions.layout import Layout
from miminions.memory.chain import newer
from miminions.memory.folder import read_folder
from miminions.memory.validity import facts_on


@pytest.fixture
def ws(tmp_path):
    """A workspace on 2026-05-04 without facts."""
    return workspace(tmp_path / "api")


def archive(ws, *lines):
    ws.layout.archive.write_text("\n".join(["# Archive", "", "## Facts", *lines, ""]), "utf-8")


def history(ws, day, *lines):
    with ws.layout.history.open("a", encoding="utf-8") as file:
        file.write("\n".join(["", f"## {day}", *lines, ""]))


def on(ws, day):
    return [fact.text for fact in ws.facts(as_of=day)]


# Live facts.


def test_a_line_without_days_held_always(ws):
    """What nobody dated was always so, and will be."""
    add(ws, "- By hand.")
    assert on(ws, "1999-01-01") == on(ws, "2099-01-01") == ["By hand."]


def test_both_ends_are_inclusive(ws):
    """A fact holds on its first day and on its last."""
    add(ws, "- Sale. <!-- mm:aaaaaa since=2026-03-02 until=2026-03-04 -->")
    held = [day for day in range(1, 7) if on(ws, f"2026-03-0{day}")]
    assert held == [2, 3, 4]


def test_a_month_begins_on_its_first_day(ws):
    """`since=2026-03` is March 1st."""
    add(ws, "- Spring. <!-- mm:aaaaaa since=2026-03 -->")
    assert (on(ws, "2026-02-28"), on(ws, "2026-03-01")) == ([], ["Spring."])


def test_days_that_nobody_can_read_bound_nothing(ws):
    """A fact with odd marks holds rather than vanishes."""
    add(ws, "- Odd. <!-- mm:aaaaaa since=soon until=later -->")
    assert on(ws, "1999-01-01") == on(ws, "2099-01-01") == ["Odd."]


def test_a_learned_fact_holds_from_the_day_of_its_line(ws):
    """The ledger knows when; a `since` of its own wins."""
    add(ws, "- Learned. <!-- mm:aaaaaa -->\n- Older. <!-- mm:bbbbbb since=2026-01-01 -->")
    history(ws, "2026-04-01", "- 09:00 Talk. <!-- mm:s=x turns=1-2 +aaaaaa#1 +bbbbbb#2 -->")
    assert on(ws, "2026-03-31") == ["Older."]
    assert on(ws, "2026-04-01") == ["Learned.", "Older."]


def test_between_taken_back_and_brought_back_it_did_not_hold(ws):
    """The ledger's last word until that day counts."""
    add(ws, "- Back. <!-- mm:aaaaaa -->")
    history(ws, "2026-04-01", "- 09:00 Talk. <!-- mm:s=x turns=1-2 +aaaaaa#1 -->")
    history(ws, "2026-04-03", "- 09:00 Took back. <!-- mm:-aaaaaa -->")
    history(ws, "2026-04-05", "- 09:00 Took back. <!-- mm:+aaaaaa -->")
    assert [day for day in range(1, 8) if on(ws, f"2026-04-0{day}")] == [1, 2, 5, 6, 7]


# Archived facts.


@pytest.mark.parametrize("why", ["replaced", "forgotten", "retracted", "moved", "undone"])
def test_a_retired_fact_does_not_hold_on_the_day_it_went(ws, why):
    """That day belongs to what came after."""
    archive(ws, f"- Gone. <!-- mm:aaaaaa until=2026-03-04 why={why} -->")
    assert (on(ws, "2026-03-03"), on(ws, "2026-03-04")) == (["Gone."], [])


def test_an_expired_fact_held_on_its_last_day(ws):
    """Its owner gave it that day."""
    archive(ws, "- Sale. <!-- mm:aaaaaa until=2026-03-04 why=expired -->")
    assert (on(ws, "2026-03-04"), on(ws, "2026-03-05")) == (["Sale."], [])


def test_what_was_forgotten_late_had_expired_before(ws):
    """`had=` is the owner's own last day, and what is shown as such."""
    archive(ws, "- Sale. <!-- mm:aaaaaa until=2026-03-09 why=forgotten had=2026-03-04 -->")
    (fact,) = ws.facts(as_of="2026-03-04")
    assert fact.until == "2026-03-04"
    assert on(ws, "2026-03-05") == []


def test_what_was_forgotten_early_had_an_until_of_its_own(ws):
    """It held until it was forgotten, and its line said more then."""
    archive(ws, "- Sale. <!-- mm:aaaaaa until=2026-03-04 why=forgotten had=2026-12-31 -->")
    (fact,) = ws.facts(as_of="2026-03-03")
    assert fact.until == "2026-12-31"
    assert on(ws, "2026-03-04") == []


def test_a_live_fact_beats_its_archived_copy(ws):
    """A killed write can leave a fact in both places; it is one fact."""
    add(ws, "- Both. <!-- mm:aaaaaa -->")
    archive(ws, "- Both. <!-- mm:aaaaaa until=2026-03-04 why=forgotten -->")
    assert on(ws, "2026-03-01") == on(ws, "2026-05-01") == ["Both."]


def test_an_archived_line_without_a_day_is_dated_by_the_ledger(ws):
    """Its successor's line tells; without any trace it held at no time that is known."""
    archive(ws, "- Traced. <!-- mm:aaaaaa by=bbbbbb -->", "- Lost. <!-- mm:cccccc -->")
    history(ws, "2026-04-02", "- 09:00 Talk. <!-- mm:s=x turns=1-2 +bbbbbb<aaaaaa#1 -->")
    assert (on(ws, "2026-04-01"), on(ws, "2026-04-02")) == (["Traced."], [])


# The commands that make them.


def test_a_replaced_fact_answers_for_its_time(tmp_path):
    """`--key` asks for what bore the key that day."""
    reopened(workspace(tmp_path / "api").layout.root, day="2026-01-10").remember(
        "We deploy on Heroku.", key="deploy", since="2026-01-10"
    )
    reopened(tmp_path / "api", day="2026-03-10").remember(
        "We deploy on ECS.", key="deploy", since="2026-03-10"
    )
    ws = reopened(tmp_path / "api")
    assert on(ws, "2026-01-09") == []
    assert on(ws, "2026-03-09") == ["We deploy on Heroku."]
    assert on(ws, "2026-03-10") == ["We deploy on ECS."]


def test_personal_facts_and_the_overlay_are_among_them(ws):
    """All memories that `show` shows answer, `own` leaves the person's out."""
    personal("- I like tea. <!-- mm:aaaaaa since=2026-03-01 -->")
    ws.remember("The staging login is shared.", private=True, since="2026-03-01")
    assert on(ws, "2026-03-01") == ["The staging login is shared.", "I like tea."]
    assert [fact.text for fact in ws.facts(own=True, as_of="2026-03-01")] == ["The staging login is shared."]
    assert on(ws, "2026-02-28") == []


def test_the_pure_part_reads_any_folder(tmp_path):
    """A folder without a file holds nothing on any day."""
    assert list(facts_on(read_folder(Layout(tmp_path)), "2026-01-01", workspace="x", scope="workspace")) == []


# show --as-of.


def show(capfd, ws, *words):
    code = run(["show", "-w", str(ws.layout.root), *words])
    out, err = capfd.readouterr()
    return code, out, err


def test_show_as_of(ws, capfd):
    """It lists what held that day, one by id or key, as JSON with the fields of every fact."""
    add(ws, "- New. <!-- mm:aaaaaa since=2026-03-01 key=k -->")
    archive(ws, "- Old. <!-- mm:bbbbbb until=2026-03-01 why=replaced by=aaaaaa key=k -->")
    facts = json.loads(show(capfd, ws, "--as-of", "2026-02-01", "--json")[1])["facts"]
    assert [(fact["id"], fact["until"]) for fact in facts] == [("bbbbbb", None)]
    assert "Old." in show(capfd, ws, "--as-of", "2026-02-01", "--key", "k")[1]
    assert "New." in show(capfd, ws, "--as-of", "2026-03-01", "aaaaaa")[1]


def test_show_as_of_says_what_is_wrong(ws, capfd):
    """No day, no fact of that day, and a choice that makes no sense are told apart."""
    add(ws, "- New. <!-- mm:aaaaaa since=2026-03-01 -->")
    assert "is no day" in show(capfd, ws, "--as-of", "March")[2]
    code, _, err = show(capfd, ws, "aaaaaa", "--as-of", "2026-02-01")
    assert (code, "held on 2026-02-01" in err) == (5, True)
    assert show(capfd, ws, "--as-of", "2026-02-01", "--include", "expired")[0] == 2


def test_a_long_ledger_is_read_once(ws):
    """What took whose place, and when, takes no look at all lines for each fact: 1,000 of them are read in no time."""
    ids = [format(number, "06d") for number in range(1001)]
    change(ws, ids)
    begin = time.perf_counter()
    hits = ws.answer(Query("heron", ws.today, limit=3, include=("retired",))).hits
    assert ("live", ids[-1]) in {(hit.state or "live", hit.id) for hit in hits}
    assert on(ws, "2025-12-31") == [f"Plan {ids[0]}."]
    assert newer(ids[0], ws.state()) == tuple(ids[1:])
    assert time.perf_counter() - begin < 20


def change(ws, ids):
    """Let each fact have taken the place of the one before."""
    add(ws, f"- The heron is live. <!-- mm:{ids[-1]} -->")
    pairs = list(itertools.pairwise(ids))
    archive(
        ws, *(f"- Plan {old}. <!-- mm:{old} until=2026-01-01 by={new} why=replaced -->" for old, new in pairs)
    )
    history(
        ws,
        "2026-01-01",
        *(f"- 10:00 Said. <!-- mm:s=s{old} turns=1-2 +{new}<{old} -->" for old, new in pairs),
    )
