"""Difference: what was learned, reworded and retired between two days, two revisions, and in all."""

import json
import os
import subprocess

import pytest
from folders import add, change, workspace

from miminions.cli import run
from miminions.errors import UsageError
from miminions.memory.difference import between_texts, statistics
from miminions.memory.facts import read_facts
from miminions.workspace.between import between

EMPTY = read_facts("")


@pytest.fixture
def ws(tmp_path):
    """A workspace on 2026-05-04 without facts."""
    return workspace(tmp_path / "api")


def git(ws, *words, day="2026-05-01"):
    """Run git in the workspace, on a day."""
    names = {f"GIT_{role}_{what}": "ada" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {f"GIT_{role}_DATE": f"{day}T12:00:00+00:00" for role in ("AUTHOR", "COMMITTER")}
    command = ["git", "-C", str(ws.layout.root), *words]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **names, **dates})


def commit(ws, day):
    git(ws, "add", "memory")
    git(ws, "commit", "-qm", day, day=day)


def history(ws, day, *lines, name="HISTORY.md"):
    path = ws.layout.folder / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(["", f"## {day}", *lines, ""]))


def archive(ws, *lines):
    ws.layout.archive.write_text("\n".join(["# Archive", "", "## Facts", *lines, ""]), "utf-8")


def told(found):
    """Return the ids of what was learned, changed and retired."""
    facts = found.facts
    return tuple(" ".join(one.id for one in part) for part in (facts.learned, facts.changed, facts.retired))


# Two texts.


def test_texts_are_compared_by_id():
    """New ids were learned, known ids with other words reworded, missing ids retired for the reason the archive has."""
    old = read_facts("- Stays. <!-- mm:aaaaaa -->\n- Was so. <!-- mm:bbbbbb -->\n- Goes. <!-- mm:cccccc -->\n- Lost. <!-- mm:dddddd -->\n")  # fmt: skip
    new = read_facts(
        "- Comes. <!-- mm:eeeeee -->\n- Is so. <!-- mm:bbbbbb -->\n- Stays. <!-- mm:aaaaaa -->\n"
    )
    gone = read_facts("- Goes. <!-- mm:cccccc until=2026-03-01 why=replaced by=eeeeee -->\n")
    found = between_texts(old, new, gone)
    assert [one.id for one in found.learned] == ["eeeeee"]
    assert [(one.was, one.text) for one in found.changed] == [("Was so.", "Is so.")]
    assert [(one.id, one.why, one.by) for one in found.retired] == [
        ("cccccc", "replaced", "eeeeee"),
        ("dddddd", "deleted by hand", None),
    ]


def test_a_formatter_changes_no_fact():
    """Emphasis, white space and the order of lines are not what a fact says."""
    old = read_facts("- *One* fact. <!-- mm:aaaaaa -->\n- Two.\n")
    new = read_facts("* Two.\n* _One_  fact. <!-- mm:aaaaaa -->\n")
    assert between_texts(old, new, EMPTY) == between_texts(EMPTY, EMPTY, EMPTY)


def test_a_label_changes_no_fact():
    """A line has the same id before it is labelled and after."""
    old = read_facts("- Two.\n")
    new = read_facts(f"- Two. <!-- mm:{old.facts[0].id} -->\n")
    assert between_texts(old, new, EMPTY) == between_texts(EMPTY, EMPTY, EMPTY)


# Days.


def test_days_are_inclusive_and_either_may_be_missing(ws):
    """The ledger dates what sessions added, the archive what went; lines without a day are not among them."""
    add(ws, "- A. <!-- mm:aaaaaa -->\n- B. <!-- mm:bbbbbb since=2026-04-09 -->\n- By hand.")
    archive(ws, "- C. <!-- mm:cccccc until=2026-04-05 why=forgotten -->")
    history(ws, "2026-04-01", "- 09:00 One. <!-- mm:s=x turns=1-2 +aaaaaa#1 +cccccc#2 -->")
    history(ws, "2026-04-05", "- 09:00 Two. <!-- mm:s=y turns=1-2 -->")
    assert told(between(ws.state(), "2026-04-01..2026-04-05")) == ("aaaaaa cccccc", "", "cccccc")
    assert told(between(ws.state(), "2026-04-02..")) == ("bbbbbb", "", "cccccc")
    assert told(between(ws.state(), "..2026-04-04")) == ("aaaaaa cccccc", "", "")
    assert [one.session for one in between(ws.state(), "2026-04-02..2026-04-30").sessions] == ["y"]
    assert len(between(ws.state(), "..").sessions) == 2


def test_several_writers_histories_count_as_one(ws):
    """With `history: per-writer` the sessions of all of them are in the span."""
    change(ws.layout.memory, "share: insights", "share: insights\nhistory: per-writer")
    add(ws, "- A. <!-- mm:aaaaaa -->\n- B. <!-- mm:bbbbbb -->")
    history(ws, "2026-04-02", "- 09:00 Two. <!-- mm:s=y turns=1-2 +bbbbbb#1 -->", name="history/bob.md")
    history(ws, "2026-04-01", "- 09:00 One. <!-- mm:s=x turns=1-2 +aaaaaa#1 -->", name="history/ada.md")
    found = between(ws.state(), "2026-04-01..2026-04-02")
    assert ([one.session for one in found.sessions], told(found)[0]) == (["x", "y"], "aaaaaa bbbbbb")


def test_git_dates_what_people_did(ws):
    """Where the memory is committed, rewordings and undated lines of a span are found between its two ends."""
    git(ws, "init", "-q")
    add(ws, "- Tabs. <!-- mm:aaaaaa -->\n- Old. <!-- mm:bbbbbb -->")
    commit(ws, "2026-03-01")
    change(ws.layout.memory, "Tabs.", "Spaces.")
    change(ws.layout.memory, "- Old. <!-- mm:bbbbbb -->\n", "- New. <!-- mm:cccccc -->\n")
    commit(ws, "2026-03-10")
    found = between(ws.state(), "2026-03-05..2026-03-15")
    assert told(found) == ("cccccc", "aaaaaa", "bbbbbb")
    assert (found.facts.changed[0].was, found.facts.changed[0].text) == ("Tabs.", "Spaces.")
    assert told(between(ws.state(), "2026-03-11..")) == ("", "", "")
    assert told(between(ws.state(), "2026-03-02..2026-03-09")) == ("", "", "")


def test_a_memory_that_git_does_not_have_is_not_dated_by_it(ws):
    """Lines are not new because a repository has never seen the file."""
    git(ws, "init", "-q")
    git(ws, "commit", "-qm", "empty", "--allow-empty", day="2026-03-01")
    add(ws, "- By hand.")
    assert told(between(ws.state(), "2026-03-05..")) == ("", "", "")


# Revisions.


def test_revisions(ws):
    """Two commits are compared by fact, and the sessions are those that the second one's ledger has in addition."""
    git(ws, "init", "-q")
    add(ws, "- Tabs. <!-- mm:aaaaaa -->\n- Heroku. <!-- mm:bbbbbb -->")
    history(ws, "2026-03-01", "- 09:00 One. <!-- mm:s=x turns=1-2 +aaaaaa#1 -->")
    commit(ws, "2026-03-01")
    git(ws, "tag", "v1")
    change(ws.layout.memory, "Tabs.", "Spaces.")
    change(ws.layout.memory, "- Heroku. <!-- mm:bbbbbb -->", "- ECS. <!-- mm:cccccc -->")
    archive(ws, "- Heroku. <!-- mm:bbbbbb until=2026-03-10 why=replaced by=cccccc -->")
    history(ws, "2026-03-10", "- 09:00 Two. <!-- mm:s=y turns=1-2 +cccccc<bbbbbb#1 -->")
    commit(ws, "2026-03-10")
    found = between(ws.state(), "v1..HEAD")
    assert told(found) == ("cccccc", "aaaaaa", "bbbbbb")
    assert found.facts.retired[0].why == "replaced"
    assert [one.session for one in found.sessions] == ["y"]
    assert told(between(ws.state(), "HEAD..v1"))[0] == "bbbbbb"
    add(ws, "- Not committed.")
    assert len(between(ws.state(), "HEAD..").facts.learned) == 1
    assert told(between(ws.state(), "..v1"))[0] == "aaaaaa bbbbbb"


@pytest.mark.parametrize("span", ["yesterday", "2026-01-01", "a..b", "2026-01-01..v1", "a...b", "-x.."])
def test_what_is_no_span(ws, span):
    """A word that is neither day nor revision is named, and nothing is guessed."""
    with pytest.raises(UsageError):
        between(ws.state(), span)


# Numbers, and the command.


def test_statistics(ws):
    """Each section counts what holds, what was retired and what expired, each month what its sessions did."""
    add(ws, "## Decisions\n- A. <!-- mm:aaaaaa -->\n- Over. <!-- mm:bbbbbb until=2026-05-03 -->\n- Last day. <!-- mm:cccccc until=2026-05-04 -->")  # fmt: skip
    archive(ws, "- D. <!-- mm:dddddd until=2026-04-05 why=replaced by=aaaaaa -->", "- E. <!-- mm:eeeeee until=2026-04-05 why=expired -->")  # fmt: skip
    history(ws, "2026-04-01", "- 09:00 One. <!-- mm:s=x turns=1-2 +dddddd#1 -->")
    history(ws, "2026-04-05", "- 09:00 Two. <!-- mm:s=x turns=3-4 +aaaaaa<dddddd#1 -eeeeee -->")
    found = statistics(ws.state(), ws.today)
    assert [(one.section, one.live, one.retired, one.expired) for one in found.sections] == [
        ("Decisions", 2, 0, 1),
        ("Facts", 0, 1, 1),
    ]
    assert found.sessions == 1
    (month,) = found.months
    assert (month.month, month.sessions, month.added, month.replaced, month.retired) == (
        "2026-04",
        1,
        2,
        1,
        1,
    )


def log(capfd, ws, *words):
    code = run(["log", "-w", str(ws.layout.root), *words])
    out, err = capfd.readouterr()
    return code, out, err


def test_log_of_a_span(ws, capfd):
    """It prints a line a fact behind its sign; as JSON the sessions keep their shape."""
    add(ws, "- A. <!-- mm:aaaaaa -->")
    archive(ws, "- C. <!-- mm:cccccc until=2026-04-05 why=replaced by=aaaaaa -->")
    history(ws, "2026-04-05", "- 09:00 One. <!-- mm:s=x turns=1-2 +aaaaaa<cccccc#1 -->")
    out = log(capfd, ws, "2026-04-01..2026-04-30")[1].splitlines()
    assert out[0] == "2026-04-05 09:00  One."
    assert out[2:] == ["+ aaaaaa  A.  2026-04-05", "- cccccc  C.  (replaced by aaaaaa)  2026-04-05"]
    answer = json.loads(log(capfd, ws, "2026-04-01..", "--json")[1])
    assert answer["sessions"][0]["added"] == ["aaaaaa"]
    assert set(answer["facts"]) == {"learned", "changed", "retired"}
    assert "no fact came" in log(capfd, ws, "2027-01-01..")[1]
    assert log(capfd, ws, "a..b")[0] == 2


def test_log_in_numbers(ws, capfd):
    """`--stats` prints a row a section and a month, or all of it as JSON; a span beside it makes no sense."""
    add(ws, "- A. <!-- mm:aaaaaa -->")
    history(ws, "2026-04-05", "- 09:00 One. <!-- mm:s=x turns=1-2 +aaaaaa#1 -->")
    assert log(capfd, ws, "--stats")[1].splitlines()[:2] == ["Context\t1\t0\t0", "2026-04\t1\t1\t0\t0"]
    assert json.loads(log(capfd, ws, "--stats", "--json")[1])["stats"]["sessions"] == 1
    assert log(capfd, ws, "--stats", "..")[0] == 2
