"""Disputes: what counts as two versions of one thing, and that no reader takes a side."""

import pytest
from folders import workspace

from miminions.errors import ConflictError
from miminions.layout import Layout
from miminions.memory.changes import Insert, Label, Reword, apply_changes
from miminions.memory.disputes import disputes
from miminions.memory.facts import read_facts
from miminions.memory.folder import Texts, read_folder
from miminions.status import status_of

HEAD = "---\nworkspace: a-w\nshare: all\n---\n# Memory\n\n## Facts\n"
HUNK = "<<<<<<< HEAD\n- Left is right. <!-- mm:aaaaaa -->\n=======\n- Right is right. <!-- mm:aaaaaa -->\n>>>>>>> b\n"
SAFE = "- Nobody disputes this. <!-- mm:zzzzzz -->\n"


def state_of(tmp_path, memory="", archive="", history="", **others):
    folder = tmp_path / "memory"
    folder.mkdir(exist_ok=True)
    texts = {"MEMORY.md": HEAD + memory, "ARCHIVE.md": archive, "HISTORY.md": history}
    for name, text in texts.items():
        if text:
            (folder / name).write_text(text, "utf-8")
    for name, text in others.items():
        (folder / "history").mkdir(exist_ok=True)
        (folder / "history" / f"{name}.md").write_text(text, "utf-8")
    return read_folder(Layout(tmp_path))


def entry(session, words, time="10:00"):
    return f"## 2026-11-20\n- {time} Worked. <!-- mm:s={session} turns=1-9 {words} -->\n"


TWO = "- One. <!-- mm:aaaaaa -->\n- Other. <!-- mm:bbbbbb -->\n"
OLD = "# Archive\n\n## Facts\n- Old. <!-- mm:cccccc until=2026-11-20 why=replaced by=aaaaaa -->\n"
CASES = {
    "one id, two texts": (
        {"memory": "- One. <!-- mm:aaaaaa -->\n- Other. <!-- mm:aaaaaa -->\n"},
        ["id aaaaaa"],
        ["One.", "Other."],
    ),
    "one id, two days": (
        {"memory": "- One. <!-- mm:aaaaaa until=2027-01-01 -->\n- One. <!-- mm:aaaaaa until=2028-01-01 -->\n"},
        ["id aaaaaa"],
        ["One.", "One."],
    ),
    "one id, one text": (
        {"memory": "- One. <!-- mm:aaaaaa -->\n- One. <!-- mm:aaaaaa pin -->\n"},
        [],
        [],
    ),
    "one id of another program": (
        {"memory": "- One. ^aaaaaa\n- Other. ^aaaaaa\n"},
        ["id aaaaaa"],
        ["One.", "Other."],
    ),
    "one key": (
        {"memory": "- One. <!-- mm:aaaaaa key=k -->\n- Other. <!-- mm:bbbbbb key=k -->\n"},
        ["key k"],
        ["One.", "Other."],
    ),
    "two replaced one, by the ledger": (
        {
            "memory": TWO,
            "history": entry("x", "+aaaaaa<cccccc#3"),
            "ada": entry("y", "+bbbbbb<cccccc#4", "11:00"),
        },
        ["replaced cccccc"],
        ["One.", "Other."],
    ),
    "two replaced one, by archive and ledger": (
        {"memory": TWO, "archive": OLD, "history": entry("y", "+bbbbbb<cccccc#4")},
        ["replaced cccccc"],
        ["One.", "Other."],
    ),
    "two replaced one, by two lines of the archive": (
        {"memory": TWO, "archive": OLD + OLD.splitlines(keepends=True)[-1].replace("by=aaaaaa", "by=bbbbbb")},
        ["replaced cccccc"],
        ["One.", "Other."],
    ),
    "two replaced one, and one replaced the other": (
        {
            "memory": "- One. <!-- mm:aaaaaa -->\n",
            "archive": OLD + "- Other. <!-- mm:bbbbbb until=2026-11-20 why=replaced by=aaaaaa -->\n",
            "history": entry("y", "+bbbbbb<cccccc#4"),
        },
        [],
        [],
    ),
    "one replaced another, then a third": (
        {
            "memory": "- One. <!-- mm:aaaaaa -->\n",
            "archive": OLD,
            "history": entry("y", "+bbbbbb<cccccc +aaaaaa<bbbbbb"),
        },
        [],
        [],
    ),
    "one that replaces nothing any more": (
        {
            "memory": TWO,
            "archive": OLD,
            "history": entry("y", "+bbbbbb<cccccc#4") + "- 12:00 Kept both. <!-- mm:+bbbbbb -->\n",
        },
        [],
        [],
    ),
    "contradictory copies in the archive": (
        {
            "memory": SAFE,
            "archive": OLD + "- Older. <!-- mm:cccccc until=2026-11-20 why=forgotten -->\n",
        },
        ["archive cccccc"],
        [],
    ),
    "a conflict between markers": ({"memory": HUNK + SAFE}, ["hunk"], []),
    "a conflict, and its fact outside": (
        {"memory": HUNK + "- Somewhere else. <!-- mm:aaaaaa -->\n"},
        ["hunk"],
        ["Somewhere else."],
    ),
    "a conflict in the archive about two live facts": (
        {
            "memory": TWO,
            "archive": "# Archive\n\n<<<<<<< o\n- Old. <!-- mm:cccccc by=aaaaaa -->\n=======\n"
            "- Old. <!-- mm:cccccc by=bbbbbb -->\n>>>>>>> t\n",
        },
        ["hunk", "replaced cccccc"],
        ["One.", "Other."],
    ),
    "a conflict in another's history": (
        {
            "memory": SAFE,
            "ada": "<<<<<<< o\n- 10:00 a <!-- mm:s=a -->\n=======\n- 11:00 b <!-- mm:s=b -->\n>>>>>>> t\n",
        },
        ["hunk"],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_disputed(tmp_path, case):
    """Each kind of two versions is found under its name, and the live facts it is about are in dispute, all of them."""
    files, names, texts = CASES[case]
    state = state_of(tmp_path, **files)
    found = [one.name.split()[0] if one.kind == "hunk" else one.name for one in disputes(state)]

    assert found == names
    assert [fact.text for fact in state.facts.facts if fact.id in state.disputed] == texts


def test_ids_between_markers_are_taken_and_not_deleted(tmp_path):
    """An id that stands between markers only is in use, and was not deleted by hand; so is one that a ledger adds there."""
    marked = "<<<<<<< o\n- 10:00 a <!-- mm:s=a +bbbbbb -->\n=======\n- 11:00 b <!-- mm:s=b +cccccc -->\n>>>>>>> t\n"
    state = state_of(tmp_path, memory=HUNK, history=entry("x", "+aaaaaa +dddddd") + marked)

    assert {"aaaaaa", "bbbbbb", "cccccc"} <= state.ids
    assert state.deleted() == {"dddddd"}


def test_a_change_elsewhere_settles_nothing(tmp_path):
    """A change of another fact leaves the bytes of a conflict and the ids of two versions as they are."""
    two = "- One. <!-- mm:aaaaaa -->\n- Other. <!-- mm:aaaaaa -->\n"
    state = state_of(tmp_path, memory=HUNK + two + SAFE)
    changes = [Label(), Reword("zzzzzz", "Nobody disputes that."), Insert("yyyyyy", "New.", "Facts")]
    texts = apply_changes(Texts(state.memory.text, "", ""), changes)

    assert HUNK in texts.memory
    assert all(line in texts.memory for line in two.splitlines(keepends=True))


@pytest.fixture
def ws(tmp_path):
    found = workspace(tmp_path)
    memory = found.layout.memory
    two = "- Cats rule. <!-- mm:bbbbbb -->\n- Dogs rule. <!-- mm:bbbbbb -->\n"
    memory.write_text(
        memory.read_text("utf-8").replace("## Facts\n", f"## Facts\n{HUNK}{two}{SAFE}"), "utf-8"
    )
    return found


def test_no_reader_takes_a_side(ws):
    """Context and recall leave out what is disputed, on both sides; show, status and the context's list name it."""
    ws.sync()
    context = ws.context(prompts=False)
    shown = ws.facts(own=True, include=("disputed",))

    assert all(word not in context.text for word in (" is right", "Cats", "Dogs", "<<<<"))
    assert {one.id for one in context.dropped} >= {"aaaaaa", "bbbbbb"}
    assert {one.reason for one in context.dropped} == {"in conflict: miminions resolve"}
    assert ws.recall("Left Right Cats Dogs rule right") == ()
    assert [hit.text for hit in ws.recall("disputes")] == ["Nobody disputes this."]
    assert {one.text for one in shown if one.disputed} == {
        "Left is right.",
        "Right is right.",
        "Cats rule.",
        "Dogs rule.",
    }
    assert [one.text for one in shown if not one.disputed] == ["Nobody disputes this."]
    assert any("in conflict: miminions resolve" in line for line in status_of(ws).problems)


def test_the_index_follows_the_archive(ws):
    """What becomes disputed through the archive alone leaves the index, and comes back when that is settled."""
    memory = ws.layout.memory
    memory.write_text(memory.read_text("utf-8").replace(SAFE, TWO.replace("One", "Solitary") + SAFE), "utf-8")
    assert [hit.text for hit in ws.recall("solitary")] == []
    memory.write_text(memory.read_text("utf-8").replace("mm:bbbbbb", "mm:dddddd", 1), "utf-8")
    memory.write_text(memory.read_text("utf-8").replace(HUNK, ""), "utf-8")
    memory.write_text(memory.read_text("utf-8").replace("- Dogs rule. <!-- mm:bbbbbb -->\n", ""), "utf-8")
    assert [hit.text for hit in ws.recall("solitary")] == ["Solitary."]
    old = OLD.splitlines(keepends=True)[-1]
    ws.layout.archive.write_text(OLD + old.replace("by=aaaaaa", "by=bbbbbb"), "utf-8")
    assert ws.recall("solitary") == ()
    ws.layout.archive.write_text(OLD, "utf-8")
    assert [hit.text for hit in ws.recall("solitary")] == ["Solitary."]


def test_a_fact_between_markers_cannot_be_changed(ws):
    """Who names a fact that stands between markers is told that it is in conflict."""
    with pytest.raises(ConflictError, match="aaaaaa is in conflict"):
        ws.forget("aaaaaa")
    ws.remember("A new one.")
    ws.forget("zzzzzz")

    assert HUNK in ws.layout.memory.read_text("utf-8")
    assert len(read_facts(ws.layout.memory.read_text("utf-8")).hunks) == 1


def test_a_conflict_about_what_is_shared_hides_no_name(tmp_path):
    """A conflict in the front matter that is not about the workspace's id leaves that readable."""
    state = state_of(tmp_path)
    head = "---\nworkspace: a-w\n<<<<<<< o\nshare: all\n=======\nshare: none\n>>>>>>> t\n---\n"
    state.layout.memory.write_text(head + SAFE, "utf-8")

    assert read_folder(state.layout).identity == "a-w"
