"""Merge conflicts in a text: what is one, what stands around it, and that nobody takes a side for the truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_laws import FACTS, LAW, NASTY, PLAIN, texts

from miminions.errors import MemoryFileError
from miminions.markdown import Prose, front_matter, parse, splice
from miminions.markdown.commonmark import read
from miminions.markdown.hunks import find_hunks, masked
from miminions.markdown.scan import scan
from miminions.memory.facts import read_facts
from miminions.memory.history import read_history

MARKERS = ["<<<<<<< ours", "<<<<<<<", "||||||| 1a2b3c", "=======", "=======", ">>>>>>> theirs", ">>>>>>>"]
WHOLE = ["<<<<<<< ours\n- Left. <!-- mm:aaaaaa -->\n=======\n- Right. <!-- mm:aaaaaa -->\n>>>>>>> theirs"]


@LAW
@given(
    st.one_of(
        texts(PLAIN, FACTS, MARKERS), texts(PLAIN, WHOLE), texts(FACTS, NASTY, WHOLE), texts(MARKERS, NASTY)
    )
)
def test_every_hunk_is_one_block(text):
    """With conflicts the blocks follow one another as ever, and every conflict behind the head is one of them."""
    document = parse(text)
    cuts = [document.body, *(cut for block in document.blocks for cut in (block.start, block.end))]
    conflicts = [(b.start, b.end) for b in document.blocks if isinstance(b, Prose) and b.kind == "conflict"]

    assert cuts == sorted(cuts)
    assert splice(text, []) == text
    assert conflicts == [(hunk.start, hunk.end) for hunk in document.hunks if hunk.start >= document.body]
    for fact in read_facts(text).facts:
        assert all(fact.end <= hunk.start or hunk.end <= fact.start for hunk in document.hunks)


@LAW
@given(st.one_of(texts(PLAIN, FACTS, MARKERS), texts(PLAIN, NASTY, WHOLE)))
def test_scanner_and_parser_agree_around_hunks(text):
    """With conflicts blanked out, the scanner gives the parser's blocks wherever it does not decline."""
    plain = masked(text, find_hunks(text))
    blocks = scan(plain, 0)

    assert len(plain) == len(text)
    assert blocks is None or blocks == read(plain, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_sides_and_labels(end):
    """A hunk gives its three sides as they stand, and their names; any line end will do."""
    lines = ["- a", "<<<<<<< HEAD", "- b", "||||||| 1a2b", "- x", "=======", "- c", ">>>>>>> a branch", "- d"]
    text = end.join(lines) + end
    (hunk,) = parse(text).hunks

    assert (hunk.ours, hunk.base, hunk.theirs) == (f"- b{end}", f"- x{end}", f"- c{end}")
    assert hunk.labels == ("HEAD", "1a2b", "a branch")
    assert [fact.text for fact in read_facts(text).facts] == ["a", "d"]
    assert read_facts(text).notes == ()
    assert read_facts(text).hunks == (hunk,)


def test_a_hunk_inside_a_side_belongs_to_the_outer_one():
    """Of nested conflicts the outermost is the hunk."""
    inner = "<<<<<<< x\n- 1\n=======\n- 2\n>>>>>>> y\n"
    text = f"- a\n<<<<<<< ours\n{inner}||||||| base\n- b\n=======\n- c\n>>>>>>> theirs\n- d\n"
    (hunk,) = find_hunks(text)

    assert (hunk.ours, hunk.base, hunk.theirs) == (inner, "- b\n", "- c\n")


@pytest.mark.parametrize(
    "text",
    [
        "Title\n=======\n\n- a\n",
        "<<<<<<< never closed\n- a\n",
        "<<<<<<< ours\n- a\n>>>>>>> theirs\n",
        "<<<<<<<< eight\n=======\n>>>>>>>> eight\n",
        " <<<<<<< indented\n=======\n>>>>>>> x\n",
        ">>>>>>> quoted\n",
    ],
)
def test_what_is_no_hunk(text):
    """Underlined headings, single markers and rows of another length stay text."""
    assert find_hunks(text) == ()
    assert parse(text).hunks == ()


def test_a_marker_without_end_does_not_hide_a_hunk():
    """Behind a marker that nobody closed a whole conflict is still found."""
    text = "<<<<<<< prose\n\n- a\n\n<<<<<<< ours\n- b\n=======\n- c\n>>>>>>> theirs\n"

    assert [hunk.ours for hunk in find_hunks(text)] == ["- b\n"]


def test_a_hunk_ends_what_reaches_over_it():
    """An item whose nested lines are in conflict ends before them; what is left of it is prose."""
    text = "- a <!-- mm:aaaaaa -->\n<<<<<<< o\n  - one\n=======\n  - two\n>>>>>>> t\n  - three\n- b\n"
    memory = read_facts(text)

    assert [(fact.text, fact.detail) for fact in memory.facts] == [("a", ""), ("b", "")]
    assert [note.text for note in memory.notes] == ["- three"]


def test_front_matter_in_conflict_is_refused():
    """A conflict among the keys of the front matter is an error that says so, and what follows reads as ever."""
    text = "---\nworkspace: a\n<<<<<<< o\nshare: all\n=======\nshare: none\n>>>>>>> t\n---\n- a\n"

    assert [fact.text for fact in read_facts(text).facts] == ["a"]
    assert len(read_facts(text).hunks) == 1
    with pytest.raises(MemoryFileError, match="merge conflict"):
        front_matter(parse(text))


def test_a_hunk_in_the_ledger_is_no_entry():
    """Neither side of a conflict in the ledger is an entry, and the lines around it are."""
    entry = "- 14:02 x <!-- mm:s={} turns=1-2 -->\n"
    sides = f"<<<<<<< o\n{entry.format('b')}=======\n{entry.format('c')}>>>>>>> t\n"
    text = f"## 2026-11-20\n{entry.format('a')}{sides}{entry.format('d')}"

    assert [entry.session for entry in read_history(text).entries] == ["a", "d"]
