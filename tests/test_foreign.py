"""Other people's formats: what is read from them, whose id a fact bears, and that every edit keeps their marks."""

import os
import re
import time

import pytest

from miminions import Workspace
from miminions.layout import home_of
from miminions.memory.changes import Move, Restore, Retire, apply_changes
from miminions.memory.edits import Insert, insert, label, remark, remove, reword
from miminions.memory.facts import read_facts
from miminions.memory.folder import Texts
from miminions.memory.ids import birth, named_after, normalise
from miminions.memory.lines import item_text
from miminions.workspace.init import make_workspace

TODAY = "2026-11-20"
OPENCLAW = "<!-- trigger=deploy importance=0.8 project=shop -->"


@pytest.mark.parametrize(
    ("marks", "aliases"),
    [
        ("^k7f3q2", ("k7f3q2",)),
        ("^My-Block-7", ("My-Block-7",)),
        ("[id:: k7f3q2]", ("k7f3q2",)),
        ("(id:: some_id)", ("some_id",)),
        ("\\[id:: k7f3q2]", ("k7f3q2",)),
        ("\\[id:: k7f3q2\\]", ("k7f3q2",)),
        ("[id::k7f3q2] ^abc", ("k7f3q2", "abc")),
        ("<!-- a --> ^abc <!-- b -->", ("abc",)),
        (OPENCLAW, ()),
        ("<!-- x -->", ()),
    ],
)
@pytest.mark.parametrize("gap", [" ", "\n  "])
def test_marks_are_not_text(marks, aliases, gap):
    """What other programs put behind a text is not part of it, on its line or on one of its own."""
    for wrapped in {marks, marks.replace(":: ", "::\n  ")}:
        (fact,) = read_facts(f"- Tests run with uv.{gap}{wrapped}\n  - Nested.\n").facts

        assert (fact.text, fact.detail, fact.aliases) == ("Tests run with uv.", "- Nested.", aliases)
        assert fact.others.split() == marks.replace("::k", ":: k").split() or fact.others == marks


@pytest.mark.parametrize(
    "line", ["2^10", "`a ^b`", "x ^ y", "^abc", "[id:: x]", "see [id](id:: x) there", "x ^a_b", "f(id: x)", "x [due:: 1]", "`x [id:: y]`"]
)  # fmt: skip
def test_text_stays_text(line):
    """What only looks like a mark is text."""
    (fact,) = read_facts(f"- {line}\n").facts

    assert (fact.text, fact.aliases, fact.labelled) == (line, (), False)


def test_whose_id():
    """Our comment wins; another program's id of our shape is the id; any other gives one that is born from it."""
    text = "- A. ^aaaaaa <!-- mm:bbbbbb -->\n- B. ^cccccc\n- C. ^my-block\n- D. ^my-block\n- E. ^dddddd\n- F. <!-- mm:dddddd -->\n- G. ^uploil\n"
    ids = [fact.id for fact in read_facts(text).facts]

    assert ids == ["bbbbbb", "cccccc", named_after("my-block"), birth("D."), birth("E."), "dddddd", named_after("uploil")]  # fmt: skip
    assert named_after("my-block") == birth("^my-block")
    assert named_after("uploil") != "uploil"


def test_a_rewording_keeps_the_identity():
    """A line that another program named stays the same fact when a person rewords it."""
    before = read_facts("- Old words. ^my-block\n").facts[0]
    after = read_facts("- Quite other words. ^my-block\n").facts[0]

    assert before.id == after.id
    assert label("- Old words. ^my-block\n") == "- Old words. ^my-block\n"


def test_asked_for_by_alias():
    """A fact answers to the name another program gave it, with or without its mark; without it an id comes first."""
    memory = read_facts("- A. ^my-block\n- B. <!-- mm:cccccc --> ^k8f3q2\n- C. <!-- mm:k8f3q2 -->\n")

    named = {name: memory.by_id(name).text for name in ("my-block", "^my-block", "^k8f3q2", "k8f3q2")}

    assert named == {"my-block": "A.", "^my-block": "A.", "^k8f3q2": "B.", "k8f3q2": "C."}
    assert memory.by_id("^other") is None


def test_commands_answer_to_an_alias(tmp_path):
    """A fact can be read, forgotten and restored by the name another program gave it."""
    make_workspace(tmp_path, home=home_of(dict(os.environ)))
    path = tmp_path / "memory" / "MEMORY.md"
    path.write_text(path.read_text("utf-8") + "\n## Facts\n- Ada owns billing. ^billing-owner\n", "utf-8")
    ws = Workspace.open(tmp_path)

    assert ws.get("^billing-owner").id == named_after("billing-owner")
    ws.forget("billing-owner")
    assert "billing" not in path.read_text("utf-8")
    assert ws.restore("^billing-owner").text == "Ada owns billing."
    assert "^billing-owner\n" in path.read_text("utf-8")


MARKED = [
    "- Old words. ^my-block\n",
    "- Old words. <!-- mm:aaaaaa --> ^my-block\n",
    "- Old words.\n  ^my-block\n  - Nested.\n",
    "- Old words. [id:: x1] <!-- mm:aaaaaa -->\n",
    "- Old words. \\[id:: x1\\] ^y\n",
    f"- Old words. {OPENCLAW}\n",
    f"- [ ] Old words. {OPENCLAW} <!-- mm:aaaaaa pin --> <!-- owner: Ada -->\n",
    f"- Old words.\n  {OPENCLAW}\n  <!-- mm:aaaaaa -->\n  - Nested.\n",
]


@pytest.mark.parametrize("line", MARKED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_edits_keep_marks_where_they_are(line, newline):
    """Rewording, marking and labelling change no byte of other people's marks."""
    text = ("## Facts\n" + line + "- Next. <!-- mm:zzzzzz -->\n").replace("\n", newline)
    fact = read_facts(text).facts[0]
    for result in (
        reword(text, fact.id, "New words."),
        remark(text, fact.id, {"until": "2027-01-01"}),
        label(text),
    ):
        after = read_facts(result).facts[0]

        assert (after.id, after.others, after.aliases) == (fact.id, fact.others, fact.aliases)
        assert (after.box, after.detail) == (fact.box, fact.detail)
        bare = re.compile(r" ?<!-- mm:.*? -->")
        assert bare.sub("", result).replace("New words.", "Old words.") == bare.sub("", text)


@pytest.mark.parametrize("line", MARKED)
def test_marks_go_along(line):
    """Archived, restored and moved, a fact takes other people's marks along, in their order."""
    texts = Texts(f"## Facts\n{line}- Next. <!-- mm:zzzzzz -->\n", "", "")
    fact = read_facts(texts.memory).facts[0]
    retired = apply_changes(texts, [Retire(fact.id, TODAY, "forgotten")])
    restored = apply_changes(retired, [Restore(fact.id)])
    moved = apply_changes(restored, [Move(fact.id, "Decisions")])

    for text in (retired.archive, restored.memory, moved.memory):
        after = read_facts(text).by_id(fact.id)
        assert (after.text, after.detail, after.box) == (fact.text, fact.detail, fact.box)
        assert (after.ahead, after.behind, after.aliases) == (fact.ahead, fact.behind, fact.aliases)
    assert remove(texts.memory, fact.id) == "## Facts\n- Next. <!-- mm:zzzzzz -->\n"


@pytest.mark.parametrize(
    "said", ["Two to the ^10", "A field [id:: x]", "A field (id:: x)", "^a ^b ^c", "\\^a", "x \\[id:: y]"]
)
def test_a_mark_in_a_new_text_is_text(said):
    """A text that is remembered gives no fact another program's id."""
    fact = read_facts(insert("", Insert("aaaaaa", said, "Facts"))).by_id("aaaaaa")

    assert (normalise(fact.text), fact.aliases) == (normalise(said), ())
    assert item_text(item_text(said)) == item_text(said)


OBSERVED = """\
# Notes

## Observations
- [decision] Use PostgreSQL #db (because of JSON)
- \\[preference] Short answers. <!-- mm:aaaaaa -->
- \\[technique\\] Bisect first.
- [Fact] Ada owns billing.
- [insight] Retries hide faults.
- [context] Five people.
- [open question] Who pays?
- [x] A task.
- No category.
- [link](https://example.com) first.

## Relations
- relates_to [[Database]]
- [decision] stays text.
"""


def test_observations():
    """Under Observations a category names the section; elsewhere, and before a link, a bracket is text."""
    found = [(fact.section, fact.text) for fact in read_facts(OBSERVED).facts]

    assert found == [
        ("Decisions", "Use PostgreSQL #db (because of JSON)"),
        ("Preferences", "Short answers."),
        ("Procedures", "Bisect first."),
        ("Facts", "Ada owns billing."),
        ("Insights", "Retries hide faults."),
        ("Context", "Five people."),
        ("Open question", "Who pays?"),
        ("Observations", "A task."),
        ("Observations", "No category."),
        ("Observations", "[link](https://example.com) first."),
        ("Relations", "relates_to [[Database]]"),
        ("Relations", "[decision] stays text."),
    ]
    assert read_facts(OBSERVED).facts[-2].links == ("Database",)


def test_links_that_a_formatter_escaped():
    """A link is a link with whatever backslashes a formatter wrote."""
    (fact,) = read_facts("- \\[\\[a]] \\[[b]\\] [[c]]\n").facts

    assert fact.links == ("a", "b", "c")


def test_observations_are_edited_in_place():
    """A category stays through edits, goes to the archive and comes back; a move to another section takes it off."""
    fact = read_facts(OBSERVED).facts[0]
    retired = apply_changes(Texts(OBSERVED, "", ""), [Retire(fact.id, TODAY, "forgotten")])
    restored = apply_changes(retired, [Restore(fact.id)])

    assert "- [decision] Use MySQL <!-- mm" in reword(OBSERVED, fact.id, "Use MySQL")
    assert (
        f"## Observations\n- [decision] Use PostgreSQL #db (because of JSON) <!-- mm:{fact.id}"
        in retired.archive
    )
    assert read_facts(restored.memory).by_id(fact.id).section == "Decisions"
    moved = apply_changes(restored, [Move(fact.id, "Context")])
    assert f"## Context\n- Use PostgreSQL #db (because of JSON) <!-- mm:{fact.id} -->" in moved.memory


@pytest.mark.parametrize(
    "said", ["[decision] Use it.", "\\[decision] Use it.", "\\[decision\\] Use it.", "[x] Use it.", "Use it."]
)
def test_a_new_observation_names_no_section(said):
    """A text that is remembered under Observations keeps its bracket as text."""
    fact = read_facts(insert(OBSERVED, Insert("zzzzzz", said, "Observations"))).by_id("zzzzzz")

    assert (fact.section, normalise(fact.text)) == ("Observations", normalise(said))
    assert (
        read_facts(insert(OBSERVED, Insert("zzzzzz", "New.", "Decisions"))).by_id("zzzzzz").heading
        == "Decisions"
    )


REGION = """\
- One.

<claude-mem-context>
# Recent

- Not a fact.
</claude-mem-context>

- Two.
<!-- gbrain:facts:begin -->
- Three.
<!-- gbrain:facts:end -->
"""


def test_regions_of_other_programs_are_silent():
    """What stands in a region that a program rewrites is no fact, no section and no note; fences hide nothing."""
    memory = read_facts(REGION)

    assert [(fact.section, fact.text) for fact in memory.facts] == [
        ("Facts", "One."),
        ("Facts", "Two."),
        ("Facts", "Three."),
    ]
    assert memory.notes == ()
    assert "- Not a fact.\n</claude" in label(REGION)
    assert "Not a fact." in str(read_facts(REGION.replace("</claude-mem-context>", "")).facts)


@pytest.mark.parametrize(
    "text", ["- a" + " ^b" * 40_000, "- a" + " [id:: b]" * 20_000, "- a " + "[id:: " * 40_000 + "]", "- a\n" + "  <!-- x --> ^y\n" * 9_000]
)  # fmt: skip
def test_no_line_of_marks_takes_long(text):
    """A line made of marks is read in a moment."""
    began = time.perf_counter()
    read_facts(text)

    assert time.perf_counter() - began < 5
