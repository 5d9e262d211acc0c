"""The memory files: facts, ids, edits, changes, the ledger, and what people ask of them."""

import time
from datetime import UTC, date, datetime

import pytest
from case_files import cases

from miminions.errors import ChangedError, ConflictError, MemoryFileError, NotFoundError, UsageError
from miminions.files import write
from miminions.layout import Layout
from miminions.memory.changes import (
    Insert,
    Label,
    Move,
    Record,
    Remark,
    Restore,
    Retire,
    Reword,
    apply_changes,
)
from miminions.memory.edits import insert, label, remark, remove, reword
from miminions.memory.facts import Fact, as_date, read_facts
from miminions.memory.folder import State, Texts, read_folder
from miminions.memory.history import Added, Entry, append_entry, read_history, render_entry, stamp
from miminions.memory.ids import birth, births, born_of, normalise
from miminions.memory.lines import item_text, newline_of
from miminions.memory.shown import live_facts, retired_facts
from miminions.memory.upsert import Outcome, Wish, edit, forget, remember, restore
from miminions.memory.write import write_folder

TODAY = "2026-11-20"
MEMORY = """\
---
workspace: shop-1
share: all
---
# Memory

## Decisions
- Deploys run on Heroku. <!-- mm:h3q9zz key=deploy pin -->
- The API allows 100 requests a second. <!-- mm:k7f3q2 until=2027-01-01 -->

## Facts
- Ada owns billing. #people
"""


@pytest.fixture
def layout(tmp_path) -> Layout:
    """Make a workspace."""
    layout = Layout(tmp_path / "shop")
    layout.folder.mkdir(parents=True)
    layout.memory.write_bytes(MEMORY.encode())
    return layout


def apply(state: State, changes) -> State:
    """Write changes to a folder."""
    return write_folder(state, apply_changes(state.texts, changes), state.layout.root / "kept")


def wish(layout: Layout, text: str, **more: object) -> tuple[Outcome, State]:
    """Ask that something be remembered."""
    state = read_folder(layout)
    outcome = remember(state, Wish(text, **more), TODAY)
    return outcome, apply(state, outcome.changes)


# Facts.


def outline(text: str) -> str:
    """Show a memory file's facts and notes, one a line."""
    memory = read_facts(text)
    notes = [f"note {note.line} {note.section}: {note.text}\n" for note in memory.notes]
    return "".join([_show(fact) for fact in memory.facts] + notes)


def _show(fact: Fact) -> str:
    words = [f"{fact.line} {fact.section}: {fact.text}"]
    words += [f"[{fact.id}]"] if fact.labelled else []
    words += [f"{key}={value}" if value else key for key, value in fact.marks.items()]
    words += ['+ "' + fact.detail.replace("\n", "↵") + '"'] if fact.detail else []
    return " ".join(words) + "\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("given", "wanted"), cases("facts.md"))
def test_facts(given, wanted, newline):
    """A memory file holds the facts and notes that the case says, whatever ends its lines."""
    assert outline(given.replace("\n", newline)) == wanted


def test_a_facts_own_words():
    """A fact tells its tags, links, key and dates."""
    memory = read_facts(
        "- See [[runbook]], #infra/aws and C#1. <!-- mm:aaaaaa key=k since=2026-01 until=2026-11-20 -->\n"
    )
    (fact,) = memory.facts

    assert (fact.tags, fact.links, fact.key) == (("infra/aws",), ("runbook",), "k")
    assert (fact.since, fact.until, fact.pin) == ("2026-01", "2026-11-20", False)
    assert not fact.expired(date(2026, 11, 20))
    assert fact.expired(date(2026, 11, 21))
    assert memory.by_key("k") is memory.by_id("aaaaaa") is fact
    assert memory.by_key("x") is memory.by_id("bbbbbb") is None


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11", date(2026, 11, 1)),
        ("2026-13", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(word, day):
    """A day is YYYY-MM-DD or YYYY-MM; what nobody can read is none, and never expires."""
    assert as_date(word) == day


def test_many_equal_lines():
    """The same line many times is read in a moment, each with an id of its own."""
    began = time.perf_counter()
    facts = read_facts("- The same.\n" * 3000).facts

    assert len({fact.id for fact in facts}) == 3000
    assert facts[0].id == birth("The same.")
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "text", ["- a" + " " * 200_000 + "b\n", "- " + "<!-- " * 40_000, "- a" + " <!-- x -->" * 20_000 + "\n"]
)
def test_no_line_takes_long(text):
    """A line made to be slow is read in a moment."""
    began = time.perf_counter()
    read_facts(text)
    read_history(text)

    assert time.perf_counter() - began < 5


# Ids.


def test_ids_are_stable():
    """An id is a hash of what the text says, the same on every machine and for all time."""
    assert birth("Deploys run on ECS.") == "94rpbk"
    assert list(births("Deploys run on ECS."))[:2] == ["94rpbk", birth("Deploys run on ECS.", {"94rpbk"})]
    assert len(set(births("x"))) == 8
    assert birth("x", set(births("x"))) not in births("x")


@pytest.mark.parametrize(
    "text",
    [
        "Use `uv` for *all* of __it__ in src/my_file.py #tools",
        "use uv  for all\nof it in src/my_file.py",
        "\\Use uv for all of it in src/my\\_file.py",
        "Use uv for #all all of it in src/my_file.py \\#tools",
        "USE UV FOR ALL OF IT IN SRC/MY_FILE.PY",
    ],
)
def test_what_formatters_do_changes_no_id(text):
    """Escapes, emphasis, code marks, tags, white space and case are no part of what a text says."""
    assert normalise(text.removeprefix("\\")) == "use uv for all of it in src/my_file.py"


def test_one_letter_one_form():
    """A letter written in two ways is one letter; a comment's marks are the same escaped and plain."""
    assert normalise("Cafe\u0301") == normalise("Café")
    assert normalise("&lt;!-- x --&gt;") == normalise("<!-- x -->")


def test_a_rewording_shows():
    """An id that does not belong to its text was reworded by a person."""
    assert born_of(birth("Deploys run on ECS."), "deploys run on **ECS**.")
    assert not born_of(birth("Deploys run on ECS."), "Deploys run on Fargate.")


# Edits.


def change(line: str, text: str) -> str:
    """Carry out a change as a case writes it."""
    verb, _, rest = line.partition(" ")
    words = [word.strip() for word in rest.split("|")]
    if verb == "insert":
        return insert(text, Insert(words[0], words[2], words[1]))
    if verb == "remark":
        return remark(text, words[0], dict(word.partition("=")[::2] for word in words[1].split()))
    return {"remove": remove, "reword": reword, "label": lambda text, _: label(text)}[verb](text, *words)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("given", "wanted"), cases("edits.md"))
def test_edits(given, wanted, newline):
    """A change gives the file that the case says, whatever ends its lines."""
    line, _, text = given.partition("\n")

    assert change(line, text.replace("\n", newline)) == wanted.replace("\n", newline)


@pytest.mark.parametrize(("given", "wanted"), cases("edits.md"))
def test_edits_without_a_final_line_end(given, wanted):
    """A file without a final line end keeps that where nothing is taken from its end."""
    line, _, text = given.partition("\n")

    assert change(line, text.removesuffix("\n")).removesuffix("\n") == wanted.removesuffix("\n")


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", "---\nworkspace: a\n---", "no facts"])
def test_the_first_fact_of_all(text):
    """Any file takes a first fact, and keeps what it had."""
    for section in ("Facts", "Decisions"):
        result = insert(text, Insert("aaaaaa", "New.", section))

        assert result.startswith(text)
        assert [(fact.id, fact.section) for fact in read_facts(result).facts] == [("aaaaaa", section)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("# Memory\n```\nopen", "a code fence begins in line 2"),
        ("<!-- open\n", "HTML begins in line 1"),
        ("- One.\n\n~~~\n", "a code fence begins in line 3"),
    ],
)
def test_what_is_open_is_not_written_into(text, what):
    """Where a fence or comment is open to the end, nothing can be added, and the error says where it begins."""
    with pytest.raises(MemoryFileError, match="nothing was written") as caught:
        insert(text, Insert("aaaaaa", "New.", "Decisions"))

    assert "fence" in caught.value.hint
    assert what in str(caught.value)


SECTIONS = [
    "Facts\n- evil",
    "# x",
    "x #",
    "x # #",
    "---",
    "`code`",
    "a  b",
    "<!-- x -->",
    "é😀",
    "  ",
    "1.",
    "#",
]


@pytest.mark.parametrize("section", SECTIONS)
def test_any_section(section):
    """Any word makes a section, once."""
    text = insert("- One.\n", Insert("aaaaaa", "New.", section))
    text = insert(text, Insert("bbbbbb", "Newer.", section))
    facts = {fact.id: fact for fact in read_facts(text).facts}

    assert len(facts) == 3
    assert facts["aaaaaa"].section == facts["bbbbbb"].section
    assert text.count("##") <= 1


DETAILS = [
    "prose",
    "- a\n- b",
    "1. a\n   b",
    "```\ncode\n\n  more\n```",
    "# title",
    "| a |\n|---|",
    "a\n\nb",
    "<!-- mm:zzzzzz -->",
    "    deep",
    "a\r\nb",
]


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("prefix", ["- ", "  *   ", "10. ", "-\t"])
def test_any_detail(detail, prefix):
    """A detail of any shape stands under its fact and comes back."""
    text = f"{prefix}One. <!-- mm:000000 -->\n\n## Context\n"
    text = insert(text, Insert("aaaaaa", "New.", "Facts", {"pin": ""}, detail))
    fact = read_facts(text).by_id("aaaaaa")

    assert fact.detail == detail.replace("\r\n", "\n").strip()
    assert (fact.text, dict(fact.marks)) == ("New.", {"pin": ""})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Plain.", "Plain."),
        ("# x", "\\# x"),
        ("1. x", "1\\. x"),
        ("12) x", "12\\) x"),
        ("- x", "\\- x"),
        ("> x", "\\> x"),
        ("[ ] x", "\\[ ] x"),
        ("[a]: /b", "\\[a]: /b"),
        ("***", "\\***"),
        ("```", "\\```"),
        ("<div>", "\\<div>"),
        ("a\nb\tc\x00d", "a b c d"),
        ("<!-- x -->", "&lt;!-- x --&gt;"),
        ("2026 was fine. 1. x", "2026 was fine. 1. x"),
        ("*args and `code`", "*args and `code`"),
    ],
)
def test_item_text(text, line):
    """A text is one line, escaped where Markdown would take it for more."""
    assert item_text(text) == line
    assert item_text(line) == line


@pytest.mark.parametrize(
    ("text", "newline"), [("", "\n"), ("a", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r"), ("a\nb\r\n", "\n")]
)
def test_newline_of(text, newline):
    """A file's line end is the first it has."""
    assert newline_of(text) == newline


def test_marks_cannot_break_out():
    """Whatever a mark holds, it ends neither its word nor the comment."""
    text = insert("", Insert("aaaaaa", "New.", "Facts", {"why": "a --> b <c>\n--", "key": "x"}))

    assert read_facts(text).by_id("aaaaaa").key == "x"
    assert text.count("-->") == 1


def test_a_key_belongs_to_one_fact():
    """A key of another live fact is refused."""
    with pytest.raises(ConflictError, match="belongs to aaaaaa"):
        remark("- A. <!-- mm:aaaaaa key=k -->\n- B. <!-- mm:bbbbbb -->\n", "bbbbbb", {"key": "k"})


@pytest.mark.parametrize(
    "edit_of", [remove, lambda text, i: reword(text, i, "x"), lambda text, i: remark(text, i, {})]
)
def test_an_unknown_id(edit_of):
    """An id that is not there is an error that says where the ids are."""
    with pytest.raises(NotFoundError) as caught:
        edit_of(MEMORY, "zzzzzz")

    assert "miminions show" in caught.value.hint


# Changes.


def test_retiring_and_restoring():
    """A retired fact lies in the archive with its day and reason, and comes back byte for byte."""
    line = "- [x] Old, `code`. <!-- todo --> <!-- mm:aaaaaa until=2027-01-01 pin odd -->\n  - Nested.\n"
    before = Texts(f"## Decisions\n- New. <!-- mm:bbbbbb -->\n{line}", "", "")
    retired = apply_changes(before, [Retire("aaaaaa", TODAY, "replaced", "bbbbbb")])

    assert retired.memory == "## Decisions\n- New. <!-- mm:bbbbbb -->\n"
    assert retired.archive.endswith(
        "## Decisions\n- [x] Old, `code`. <!-- todo --> "
        "<!-- mm:aaaaaa until=2026-11-20 pin odd why=replaced by=bbbbbb had=2027-01-01 -->\n  - Nested.\n"
    )
    restored = apply_changes(retired, [Restore("aaaaaa")])
    fact = read_facts(restored.memory).by_id("aaaaaa")
    assert dict(fact.marks) == {"until": "2027-01-01", "pin": "", "odd": ""}
    assert (fact.text, fact.box, fact.others, fact.detail) == (
        "Old, `code`.",
        "[x] ",
        "<!-- todo -->",
        "- Nested.",
    )
    assert not read_facts(restored.archive).facts


def test_an_archived_copy_is_replaced():
    """A fact that is retired again stands in the archive once."""
    texts = Texts(
        "- A. <!-- mm:aaaaaa -->\n",
        "",
        "- Older A. <!-- mm:aaaaaa why=x -->\n- Older A. <!-- mm:aaaaaa -->\n",
    )
    archive = apply_changes(texts, [Retire("aaaaaa", TODAY, "forgotten")]).archive

    assert [fact.text for fact in read_facts(archive).facts] == ["A."]


def test_a_change_labels_the_others():
    """Any change of facts gives ids to those without; a line of the ledger alone does not touch them."""
    texts = Texts("- A.\n- B. <!-- mm:bbbbbb -->\n", "", "")

    assert f"- A. <!-- mm:{birth('A.')} -->" in apply_changes(texts, [Remark("bbbbbb", {"pin": ""})]).memory
    assert f"- A. <!-- mm:{birth('A.')} -->" in apply_changes(texts, [Label()]).memory
    assert apply_changes(texts, [Record(Entry(TODAY, "14:02", "Talked."))]).memory == texts.memory


def test_changes_in_a_row():
    """Changes build on one another, in their order."""
    changes = [
        Insert("aaaaaa", "A.", "Facts"),
        Reword("aaaaaa", "B."),
        Move("aaaaaa", "Context"),
        Remark("aaaaaa", {"pin": ""}),
    ]
    (fact,) = read_facts(apply_changes(Texts("# Memory\n", "", ""), changes).memory).facts

    assert (fact.text, fact.section, fact.pin) == ("B.", "Context", True)


def test_files_that_are_missing_get_their_heads():
    """A file that is made has a title of its own."""
    changes = [
        Insert("aaaaaa", "A.", "Facts"),
        Retire("aaaaaa", TODAY, "forgotten"),
        Record(Entry(TODAY, "14:02", "x")),
    ]
    texts = apply_changes(Texts("", "", ""), changes)

    assert "# Memory" in texts.memory
    assert texts.archive.startswith("# Archive")
    assert texts.history.startswith("# History")


# The ledger.

ENTRY = Entry(
    day="2026-11-20",
    time="14:02",
    summary="Moved deploys from Heroku to ECS; fixed the flaky login test.",
    session="20261120T140233123456Z_1a2b3c4d",
    first=1,
    last=48,
    added=(Added("p2m4xa", ("h3q9zz",), 14), Added("w8k2dd", (), 31), Added("aaaaaa", ("bbbbbb", "cccccc"))),
    retired=("dddddd",),
    review=2,
)
LINE = (
    "- 14:02 Moved deploys from Heroku to ECS; fixed the flaky login test. "
    "<!-- mm:s=20261120T140233123456Z_1a2b3c4d turns=1-48 +p2m4xa<h3q9zz#14 +w8k2dd#31 +aaaaaa<bbbbbb<cccccc -dddddd review=2 -->"
)


def test_an_entry_is_one_line():
    """A line of the ledger says the session, its turns, what it added, replaced and retired, and what waits."""
    assert render_entry(ENTRY) == LINE
    (entry,) = read_history(f"# History\n\n## 2026-11-20\n{LINE}\n").entries
    assert entry == Entry(**{name: getattr(ENTRY, name) for name in ENTRY.__slots__} | {"line": 4})


def test_a_wrapped_entry_is_still_one():
    """A line that a formatter wrapped is the same entry."""
    said, _, comment = LINE.partition(" <!--")
    wrapped = f"## 2026-11-20\n\n* {said[2:40]}\n  {said[40:].strip()}\n  <!--{comment}\n"
    (entry,) = read_history(wrapped).entries

    assert (entry.session, entry.last, entry.added) == (ENTRY.session, 48, ENTRY.added)
    assert entry.summary.replace(" ", "") == ENTRY.summary.replace(" ", "")


def test_lines_by_hand():
    """A line without a comment is an entry without a session; dates stand in headings of any kind."""
    text = "2026-11-19\n===\n- Wrote this by hand.\n\n### Day 2026-11-20\n- 09:30 And this.\n- <!-- mm:s=x turns=2-3 odd -->\n"
    entries = read_history(text).entries

    assert [(e.day, e.time, e.summary, e.session) for e in entries] == [
        ("2026-11-19", "", "Wrote this by hand.", ""),
        ("2026-11-20", "09:30", "And this.", ""),
    ]


@pytest.mark.parametrize(
    "session", ["a", "my chat", "a-->b", "50%", "é😀", "a=b c<d>", "x" * 300, "-", "%41", "a\nb", "agent-7"]
)
def test_any_session_name(session):
    """A session of any name is found again under that name."""
    ledger = read_history(append_entry("", Entry(TODAY, "14:02", "x", session, 3, 9)))

    assert ledger.covered(session) == 9
    assert ledger.covered("other") == 0


@pytest.mark.parametrize(
    "summary", ["", "# x", "<!-- mm:s=evil -->", "-->", "a\nb", "12:30 noon", "- [ ] x", "x" * 3000]
)
@pytest.mark.parametrize("moment", ["14:02", ""])
def test_any_summary(summary, moment):
    """A summary of any shape stays on its line, and the session is found."""
    text = append_entry("## 2026-11-19\n- x\n", Entry(TODAY, moment, summary, "s1", 1, 2))

    assert read_history(text).covered("s1") == 2
    assert len(read_history(text).entries) == (2 if f"{moment}{summary}" else 1) or not summary


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_days_stay_in_order(newline, end):
    """An entry goes to the end of its day, a new day between its neighbours; all other bytes stay."""
    text = f"# History\n\n## 2026-11-18\n- One.\n\n## 2026-11-20\n- Two.{end}".replace("\n", newline)
    before = text
    for day in ("2026-11-19", "2026-11-18", "2026-11-21", "2026-11-17", "2026-11-20"):
        text = append_entry(text, Entry(day, "14:02", f"New on {day}."))

    assert text.replace(newline, "\n") == (
        "# History\n\n## 2026-11-17\n- 14:02 New on 2026-11-17.\n\n## 2026-11-18\n- One.\n- 14:02 New on 2026-11-18.\n\n"
        "## 2026-11-19\n- 14:02 New on 2026-11-19.\n\n## 2026-11-20\n- Two.\n- 14:02 New on 2026-11-20.\n\n"
        "## 2026-11-21\n- 14:02 New on 2026-11-21.\n"
    )
    assert all(line in text for line in before.split(newline))


def test_an_open_fence_in_the_history():
    """Where a fence is open, the line goes in front of it; where it cannot be read back, nothing is written."""
    text = append_entry("## 2026-11-20\n- One.\n```\nopen\n", Entry(TODAY, "14:02", "New."))

    assert text == "## 2026-11-20\n- 14:02 New.\n- One.\n```\nopen\n"
    with pytest.raises(MemoryFileError, match="nothing was written"):
        append_entry("<!-- open\n", Entry(TODAY, "14:02", "New."))


def test_what_the_ledger_knows():
    """The ledger knows every id a session added, which line did so last, and how far a session is covered."""
    text = append_entry("", ENTRY)
    later = Entry("2026-11-21", "09:00", "More.", ENTRY.session, 49, 60, (Added("p2m4xa", (), 50),))
    ledger = read_history(append_entry(text, later))

    assert ledger.covered(ENTRY.session) == 60
    assert ledger.origin("p2m4xa")[1].turn == 50
    assert ledger.origin("w8k2dd")[0].day == "2026-11-20"
    assert ledger.origin("zzzzzz") is None
    assert ledger.known() == {"p2m4xa", "w8k2dd", "aaaaaa"}


def test_a_long_history_is_read_in_a_moment():
    """Ten thousand lines are read, and added to, in a moment."""
    text = "## 2026-11-19\n" + f"{LINE}\n" * 10_000
    began = time.perf_counter()
    entries = read_history(append_entry(text, ENTRY)).entries

    assert [entries[-1].line, len(entries)] == [10_004, 10_001]
    assert time.perf_counter() - began < 5


def test_the_stamp_is_utc():
    """Day and time of a line are those of UTC, so that every machine writes the same."""
    moment = datetime.fromisoformat("2026-11-21T01:30:00+02:00")

    assert stamp(moment) == stamp(moment.astimezone(UTC)) == ("2026-11-20", "23:30")


# The folder.


def test_a_folder_without_files(tmp_path):
    """A folder without memory reads as empty, shares nothing of its own accord, and is not made."""
    state = read_folder(Layout(tmp_path / "none"))

    assert (state.texts, state.identity, state.facts.facts, state.ledger.entries) == (
        Texts("", "", ""),
        "",
        (),
        (),
    )
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "share"),
    [("share: all", "all"), ("share: none", "none"), ("share: al", "none"), ("x: y", "insights")],
)
def test_what_a_folder_shares(layout, line, share):
    """A folder shares what it says, insights when it says nothing, and nothing when nobody knows the word."""
    layout.memory.write_text(f"---\nworkspace: shop-1\n{line}\n---\n", "utf-8")

    assert (read_folder(layout).identity, read_folder(layout).share) == ("shop-1", share)


def test_only_what_changed_is_written(layout):
    """A change writes the files that it changes; a change of nothing writes none."""
    state = read_folder(layout)
    before = layout.memory.stat().st_mtime_ns
    state = apply(state, [Record(ENTRY)])

    assert layout.memory.stat().st_mtime_ns == before
    assert not layout.archive.exists()
    assert apply(state, []).digests == state.digests == read_folder(layout).digests


@pytest.mark.parametrize("name", ["memory", "archive", "history"])
def test_a_hand_edit_is_never_overwritten(layout, name):
    """When any of the files to be written changed since it was read, none is written."""
    state = read_folder(layout)
    changes = apply_changes(state.texts, [Retire("h3q9zz", TODAY, "forgotten"), Record(ENTRY)])
    path = getattr(layout, name)
    write(path, "by hand")
    before = {p.name: p.read_bytes() for p in layout.folder.iterdir()}

    with pytest.raises(ChangedError):
        write_folder(state, changes, layout.root / "kept")
    assert {p.name: p.read_bytes() for p in layout.folder.iterdir()} == before


def test_invalid_bytes_survive(layout):
    """A file that is not UTF-8 throughout keeps its bytes when a fact is added."""
    content = b"\xef\xbb\xbf- Caf\xe9. <!-- mm:aaaaaa -->\r\n\r\nProse \xff\xfe.\r\n"
    layout.memory.write_bytes(content)
    wish(layout, "New é.")

    new = b"- New \xc3\xa9. <!-- mm:" + birth("New é.").encode() + b" -->\r\n"
    assert layout.memory.read_bytes().replace(new, b"") == content


def test_ids_of_a_folder(layout):
    """Ids that live, are archived or were added are in use; those added and nowhere any more were deleted by hand."""
    state = apply(read_folder(layout), [Retire("h3q9zz", TODAY, "forgotten"), Record(ENTRY)])

    assert {"k7f3q2", "h3q9zz", "p2m4xa", "w8k2dd"} <= state.ids
    assert state.deleted() == {"p2m4xa", "w8k2dd", "aaaaaa"}
    assert apply(state, [Insert("p2m4xa", "x", "Facts")]).deleted() == {"w8k2dd", "aaaaaa"}


# Upserts.


def test_something_new(layout):
    """A new text is a new fact, in Facts unless told otherwise."""
    outcome, state = wish(layout, "We use uv.")

    assert (outcome.what, outcome.id) == ("added", birth("We use uv."))
    assert state.live(outcome.id).section == "Facts"
    assert (
        wish(layout, "Tabs.", section="Preferences", until="2027-01", pin=True)[1]
        .facts.by_id(birth("Tabs."))
        .pin
    )


def test_the_same_again(layout):
    """What is known is unchanged, however it is written; what is set anew is updated."""
    assert wish(layout, "deploys run on *Heroku*.")[0].what == "unchanged"
    outcome, state = wish(layout, "Deploys run on Heroku.", until="2027-05-05", section="Context")

    assert (outcome.what, outcome.id) == ("updated", "h3q9zz")
    fact = state.live("h3q9zz")
    assert (fact.until, fact.key, fact.pin, fact.section) == ("2027-05-05", "deploy", True, "Context")


@pytest.mark.parametrize("how", [{"key": "deploy"}, {"replaces": "h3q9zz"}])
def test_replacing(layout, how):
    """A fact is replaced by key or by id: the old goes to the archive, the new has its section, key and pin, not its dates."""
    outcome, state = wish(layout, "Deploys run on ECS.", **how)
    new, old = state.live(outcome.id), state.archived.by_id("h3q9zz")

    assert (outcome.what, outcome.replaced) == ("replaced", "h3q9zz")
    assert (new.section, new.key, new.pin, new.until) == ("Decisions", "deploy", True, None)
    assert (dict(old.marks)["by"], old.until) == (outcome.id, TODAY)
    assert state.live("h3q9zz") is None


def test_replacing_by_what_is_known(layout):
    """A fact replaced by one that is known already goes, and hands over its key and pin."""
    outcome, state = wish(layout, "Ada owns billing.", key="deploy")

    assert outcome.what == "replaced"
    assert [(f.text, f.key, f.pin) for f in state.facts.facts if f.id == outcome.id] == [
        ("Ada owns billing. #people", "deploy", True)
    ]
    assert state.live("h3q9zz") is None
    assert len(state.facts.facts) == 2


def test_a_new_id_for_what_was_forgotten(layout):
    """What was forgotten and is said anew gets another id."""
    state = apply(read_folder(layout), forget(read_folder(layout), "h3q9zz", TODAY))
    first = wish(layout, "Fresh.")[0].id
    apply(read_folder(layout), forget(read_folder(layout), first, TODAY))

    assert wish(layout, "Fresh.")[0].id == list(births("Fresh."))[1]
    assert state.archived.by_id("h3q9zz").marks["why"] == "forgotten"


def test_forgetting_and_restoring(layout):
    """A forgotten fact is restored as it was, unless it is live or its key is taken."""
    before = read_folder(layout).live("h3q9zz")
    state = apply(read_folder(layout), forget(read_folder(layout), "h3q9zz", TODAY))
    after = apply(state, restore(state, "h3q9zz", TODAY)).live("h3q9zz")
    assert (after.text, after.section, after.marks) == (before.text, before.section, before.marks)

    with pytest.raises(ConflictError, match="is live"):
        restore(read_folder(layout), "h3q9zz", TODAY)
    with pytest.raises(NotFoundError):
        restore(read_folder(layout), "zzzzzz", TODAY)
    with pytest.raises(NotFoundError):
        forget(read_folder(layout), "zzzzzz", TODAY)
    wish(layout, "Deploys run on ECS.", key="deploy")
    with pytest.raises(ConflictError, match="key deploy"):
        restore(read_folder(layout), "h3q9zz", TODAY)


def test_editing_keeps_the_id(layout):
    """An owner's edit keeps the id and what is not named; nothing to change is no change."""
    state = read_folder(layout)
    fact = state.live("h3q9zz")
    state = apply(state, edit(fact, Wish("Deploys run on Fly.", "Context", until="2027-01-01"), unpin=True))
    edited = state.live("h3q9zz")

    assert (edited.text, edited.section, edited.until) == ("Deploys run on Fly.", "Context", "2027-01-01")
    assert (edited.key, edited.pin) == ("deploy", False)
    assert edit(edited, Wish(edited.text)) == ()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wish(""), "nothing to remember"),
        (Wish(" *_* "), "nothing to remember"),
        (Wish("#tag"), "nothing to remember"),
        (Wish("The password is hunter2xyz9"), "secret"),
        (Wish("x", detail="AWS_SECRET=" + "aB3dE7gH9kL2mN5pQr8s"), "secret"),
        (Wish("x", until="soon"), "--until 'soon' is no date"),
        (Wish("x", since="2026-13-01"), "--since '2026-13-01' is no date"),
        (Wish("x", key="a b"), "cannot be a key"),
        (Wish("x", key="a-->b"), "cannot be a key"),
        (Wish("x", key="a=b"), "cannot be a key"),
    ],
)
def test_what_must_not_become_a_fact(layout, wanted, says):
    """A text that says nothing or holds a secret, a date that is none and a key that breaks its line are refused."""
    with pytest.raises(UsageError, match=says):
        remember(read_folder(layout), wanted, TODAY)


def test_conflicting_wishes(layout):
    """A key of one fact and the id of another, or an id that is not there, are refused."""
    state = read_folder(layout)

    with pytest.raises(ConflictError, match="belongs to h3q9zz"):
        remember(state, Wish("x", key="deploy", replaces="k7f3q2"), TODAY)
    with pytest.raises(NotFoundError):
        remember(state, Wish("x", replaces="zzzzzz"), TODAY)


# Shown.


def test_shown_facts(layout):
    """A fact is shown with all that files and ledger know of it."""
    outcome, _ = wish(layout, "Deploys run on ECS.", key="deploy", detail="- Since May.")
    entry = Entry("2026-11-20", "14:02", "x", "s1", 1, 9, (Added(outcome.id, ("h3q9zz",), 7),))
    state = apply(read_folder(layout), [Record(entry)])
    shown = {fact.id: fact for fact in live_facts(state, workspace="shop", scope="workspace")}
    new, old = shown[outcome.id], shown["k7f3q2"]

    assert (new.session, new.turn, new.replaces, new.since, new.confidence) == (
        "s1",
        7,
        "h3q9zz",
        "2026-11-20",
        0.8,
    )
    assert (new.scope, new.workspace, new.detail, new.key, new.pin) == (
        "workspace",
        "shop",
        "- Since May.",
        "deploy",
        True,
    )
    assert (old.session, old.turn, old.replaces, old.until, old.confidence) == (
        None,
        None,
        None,
        "2027-01-01",
        1.0,
    )
    assert layout.memory.read_text("utf-8").splitlines()[new.line - 1].startswith("- Deploys run on ECS.")
    assert [(f.id, f.file) for f in retired_facts(state, workspace="shop", scope="workspace")] == [
        ("h3q9zz", str(layout.archive))
    ]


def test_scopes(layout):
    """A fact tagged #global is shared by hand; all of the personal workspace is global."""
    wish(layout, "Ada likes tea. #global")
    state = read_folder(layout)

    assert {fact.text: fact.scope for fact in live_facts(state, workspace="shop", scope="workspace")}[
        "Ada likes tea. #global"
    ] == "global"
    assert {
        (fact.scope, fact.workspace) for fact in live_facts(state, workspace="personal", scope="global")
    } == {("global", "personal")}


def test_a_live_id_beats_its_archived_copy(layout):
    """A fact that is in both files, as after a crash between two writes, is live."""
    write(
        layout.archive,
        "- Deploys run on Heroku. <!-- mm:h3q9zz why=forgotten -->\n- Gone. <!-- mm:aaaaaa -->\n",
    )

    assert [fact.id for fact in retired_facts(read_folder(layout), workspace="w", scope="workspace")] == [
        "aaaaaa"
    ]


def test_what_replaced_what_without_a_ledger(layout):
    """The archive alone tells what a fact took the place of."""
    outcome, state = wish(layout, "Deploys run on ECS.", key="deploy")

    assert {f.id: f.replaces for f in live_facts(state, workspace="shop", scope="workspace")}[
        outcome.id
    ] == "h3q9zz"
