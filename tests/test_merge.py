"""Three-way merges of memory files: what merges, what is a conflict, and what holds for every text."""

import re
import time
from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from test_laws import ANY, CALM, HISTORY, LAW, NASTY, texts

from miminions.markdown import lines_of
from miminions.memory.changes import Insert, Retire, apply_changes
from miminions.memory.facts import read_facts
from miminions.memory.folder import Texts
from miminions.memory.history import read_history
from miminions.memory.merge import _Merge, keep_both, merge, union

BASE = """---
workspace: a  # its id
share: all
---
# Memory

Some words of the owner's.

## Decisions
- One stays. <!-- mm:aaaaaa -->
- Two has marks. <!-- mm:bbbbbb until=2027-01-01 -->
- Three has detail. <!-- mm:cccccc -->
  - nested

## Facts
- [ ] Four is a task. <!-- mm:dddddd -->
- Five has no id.
- Six is last. <!-- mm:ffffff key=six -->
"""


def edit(text: str, *changes: tuple[str, str]) -> str:
    """Replace slices of a text, each of which is there exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def told(text: str) -> list[str]:
    return [fact.text for fact in read_facts(text).facts]


CLEAN = {
    "adjacent edits": (
        [("One stays", "One moved")],
        [("Two has marks", "Two bears marks")],
        [("One stays", "One moved"), ("Two has marks", "Two bears marks")],
    ),
    "two fields of one fact": (
        [("Two has marks", "Two bears marks")],
        [("until=2027-01-01", "until=2028-01-01 pin")],
        [("Two has marks", "Two bears marks"), ("until=2027-01-01", "until=2028-01-01 pin")],
    ),
    "two marks of one fact": (
        [("until=2027-01-01", "until=2027-01-01 odd=1")],
        [(" until=2027-01-01", "")],
        [("until=2027-01-01", "odd=1")],
    ),
    "words and detail": (
        [("Three has detail", "Three has more")],
        [("  - nested\n", "  - nested\n  - and more\n")],
        [("Three has detail", "Three has more"), ("  - nested\n", "  - nested\n  - and more\n")],
    ),
    "box and comment": (
        [("[ ] Four", "[x] Four")],
        [("mm:dddddd -->", "mm:dddddd --> <!-- Ada -->")],
        [("[ ] Four", "[x] Four"), ("mm:dddddd -->", "mm:dddddd --> <!-- Ada -->")],
    ),
    "moved and reworded": (
        [
            ("- One stays. <!-- mm:aaaaaa -->\n", ""),
            ("- Six is", "- One stays. <!-- mm:aaaaaa -->\n- Six is"),
        ],
        [("One stays", "One moved")],
        [
            ("- One stays. <!-- mm:aaaaaa -->\n", ""),
            ("- Six is", "- One moved. <!-- mm:aaaaaa -->\n- Six is"),
        ],
    ),
    "deleted and left": ([("- One stays. <!-- mm:aaaaaa -->\n", "")], [("Six is", "Six was")], None),
    "added at one place": (
        [("- Two", "- Seven. <!-- mm:777777 -->\n- Two")],
        [("- Two", "- Eight. <!-- mm:888888 -->\n- Two")],
        [("- Two", "- Seven. <!-- mm:777777 -->\n- Eight. <!-- mm:888888 -->\n- Two")],
    ),
    "one heading added by both": (
        [("- Six", "## New\n- Seven. <!-- mm:777777 -->\n\n## Rest\n- Six")],
        [("- Six", "## New\n- Eight. <!-- mm:888888 -->\n\n## Rest\n- Six")],
        [("- Six", "## New\n- Seven. <!-- mm:777777 -->\n- Eight. <!-- mm:888888 -->\n\n## Rest\n- Six")],
    ),
    "a renamed section and a fact in it": (
        [("## Decisions", "## Choices")],
        [("- One", "- Seven. <!-- mm:777777 -->\n- One")],
        [("## Decisions", "## Choices"), ("- One", "- Seven. <!-- mm:777777 -->\n- One")],
    ),
    "labelled by both, and more": (
        [("no id.", "no id. <!-- mm:g5k5da -->"), ("One stays", "One moved")],
        [("no id.", "no id. <!-- mm:g5k5da -->")],
        [("no id.", "no id. <!-- mm:g5k5da -->"), ("One stays", "One moved")],
    ),
    "labelled and reworded": (
        [("no id.", "no id. <!-- mm:g5k5da -->")],
        [("has no id.", "has no id yet.")],
        [("has no id.", "has no id yet. <!-- mm:g5k5da -->")],
    ),
    "front matter by line": (
        [("share: all", "share: none")],
        [("workspace: a  #", "workspace: a #")],
        [("share: all", "share: none"), ("workspace: a  #", "workspace: a #")],
    ),
    "prose and fact": (
        [("Some words", "Many words")],
        [("One stays", "One moved")],
        [("Some words", "Many words"), ("One stays", "One moved")],
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("case", CLEAN)
def test_what_merges(case, end):
    """Changes of different things merge without a conflict, byte for byte, whichever side made which."""
    ours, theirs, wanted = CLEAN[case]
    texts = [edit(BASE, *changes) for changes in (ours, theirs, wanted or [*ours, *theirs])]
    one, other, both = (text.replace("\n", end) for text in texts)
    base = BASE.replace("\n", end)

    assert merge(base, one, other).text == both
    assert merge(base, other, one).text == both
    assert merge(base, one, other).conflicts == ()
    assert keep_both(base, one, other) == both


MARKED = {
    "one field, two ways": ([("One stays", "One goes")], [("One stays", "One runs")], ("text",)),
    "edited and deleted": ([("One stays", "One goes")], [("- One stays. <!-- mm:aaaaaa -->\n", "")], ("deleted",)),
    "one mark, two ways": ([("2027", "2028")], [("2027", "2029")], ("until",)),
    "one id, two texts": (
        [("- Two", "- Seven. <!-- mm:777777 -->\n- Two")],
        [("- Six", "- Sept. <!-- mm:777777 -->\n- Six")],
        ("text",),
    ),
    "one key, two facts": (
        [("- Two", "- Seven. <!-- mm:777777 key=k -->\n- Two")],
        [("- Six", "- Sept. <!-- mm:888888 key=k -->\n- Six")],
        ("key",),
    ),
    "a line without an id, two ways": ([("has no id", "had no id")], [("has no id", "needs no id")], ("text",)),
    "two sections": (
        [("- One stays. <!-- mm:aaaaaa -->\n", ""), ("- Six is", "- One stays. <!-- mm:aaaaaa -->\n- Six is")],
        [
            ("- One stays. <!-- mm:aaaaaa -->\n", ""),
            ("## Facts", "## Other\n- One stays. <!-- mm:aaaaaa -->\n\n## Facts"),
        ],
        ("section",),
    ),
    "prose": ([("Some words", "Many words")], [("Some words", "Few words")], ("lines",)),
    "one key of the head": ([("share: all", "share: none")], [("share: all", "share: insights")], ("lines",)),
}  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("case", MARKED)
def test_what_is_marked(case, end):
    """What both sides changed differently stands between markers with all versions, and nothing else does."""
    ours, theirs, fields = MARKED[case]
    base, one, other = (text.replace("\n", end) for text in (BASE, edit(BASE, *ours), edit(BASE, *theirs)))
    merged = merge(base, one, other)
    memory = read_facts(merged.text)

    assert {conflict.fields for conflict in merged.conflicts} == {fields}
    assert len(memory.hunks) == len(merged.conflicts)
    assert {hunk.labels for hunk in memory.hunks} == {("ours", "base", "theirs")}
    for hunk, conflict in zip(memory.hunks, merged.conflicts, strict=True):
        assert [hunk.ours, hunk.base, hunk.theirs] == [
            text.replace("\n", end) for text in (conflict.ours, conflict.base, conflict.theirs)
        ]
    outside = merged.text
    for hunk in reversed(memory.hunks):
        outside = outside[: hunk.start] + outside[hunk.end :]
    assert set(told(outside)) <= set(told(base))
    assert "\r" in merged.text or end == "\n"
    assert "<<<<<<<" not in keep_both(base, one, other)


def test_two_replacements_of_one_fact_are_marked_in_the_archive():
    """A fact that each side replaced by another of its own is a conflict of `by=`."""
    base = "# Archive\n"
    sides = [
        f"{base}\n## Facts\n- Old. <!-- mm:aaaaaa until=2026-11-20 why=replaced by={by} -->\n"
        for by in ("bbbbbb", "cccccc")
    ]
    (conflict,) = merge(base, *sides).conflicts

    assert (conflict.ids, conflict.fields) == (("aaaaaa",), ("by",))


def test_markers_have_the_length_and_names_asked_for():
    """Marker lines are as long as asked for and bear the names of the sides."""
    one, other = edit(BASE, ("One stays", "One goes")), edit(BASE, ("One stays", "One runs"))
    lines = merge(BASE, one, other, labels=("main", "1a2b", "topic"), marker=9).text.splitlines()

    assert [line for line in lines if line[:9] in {sign * 9 for sign in "<|=>"}] == [
        "<<<<<<<<< main",
        "||||||||| 1a2b",
        "=========",
        ">>>>>>>>> topic",
    ]


def test_the_hand_wins():
    """Where program and person changed one thing, the person's version stands; both sides' other changes are kept."""
    program = edit(BASE, ("One stays", "One goes"), ("- Six", "- Seven. <!-- mm:777777 -->\n- Six"))
    hand = edit(BASE, ("One stays", "One runs"), ("Some words", "Many words"), ("- Five has no id.\n", ""))

    assert keep_both(BASE, program, hand) == edit(hand, ("- Six", "- Seven. <!-- mm:777777 -->\n- Six"))
    assert keep_both(BASE, edit(BASE, ("- One stays. <!-- mm:aaaaaa -->\n", "")), hand) == hand
    assert keep_both(BASE, program, edit(BASE, ("- One stays. <!-- mm:aaaaaa -->\n", ""))) == edit(
        program, ("- One goes. <!-- mm:aaaaaa -->\n", "")
    )


def test_odd_bytes_stay():
    """A byte order mark, tabs, bytes that are not UTF-8 and a missing last line end stay as they are."""
    base = "\ufeff# M\r\n\r\n- a\udcff <!-- mm:aaaaaa -->\r\n-\tb\t<!-- mm:bbbbbb -->\r\n- c \u2028 <!-- mm:cccccc -->"
    one, other = edit(base, ("a\udcff", "a\udcff!")), edit(base, ("c \u2028", "C \u2028"))

    assert merge(base, one, other).text == edit(base, ("a\udcff", "a\udcff!"), ("c \u2028", "C \u2028"))


def test_a_side_that_changes_all_line_ends():
    """One side may turn all line ends around while the other edits: the merge has the edit and the new line ends."""
    one, other = BASE.replace("\n", "\r\n"), edit(BASE, ("One stays", "One goes"))

    assert merge(BASE, one, other).text == other.replace("\n", "\r\n")


def test_files_in_conflict_merge_by_lines():
    """A side that still holds a conflict merges line by line; nothing of it is lost."""
    hunk = "<<<<<<< a\n- x. <!-- mm:xxxxxx -->\n=======\n- y. <!-- mm:xxxxxx -->\n>>>>>>> b\n"
    one, other = edit(BASE, ("- Two", f"{hunk}- Two")), edit(BASE, ("Six is", "Six was"))

    assert merge(BASE, one, other).text == edit(one, ("Six is", "Six was"))


@pytest.mark.parametrize("size", [2000])
def test_a_small_change_of_a_large_file_is_quick(size):
    """Two thousand facts merge within a second."""
    facts = [f"- Fact {n} says something about topic {n % 7}. <!-- mm:{n:06d} -->\n" for n in range(size)]
    base = "# Memory\n\n## Facts\n" + "".join(facts)
    one, other = edit(base, ("Fact 3 says", "Fact 3 said")), edit(base, (facts[-9], ""))
    started = time.perf_counter()
    merged = merge(base, one, other)

    assert merged.text == edit(one, (facts[-9], ""))
    assert time.perf_counter() - started < 1


# The ledger.

DAY = "# History\n\n## 2026-11-18\n- 10:00 a <!-- mm:s=a turns=1-2 -->\n"


def test_the_union_is_in_order():
    """Lines of both sides stand by day and time; one day's heading stands once."""
    one = DAY + "- 12:00 b <!-- mm:s=b -->\n\n## 2026-11-20\n- 11:00 c <!-- mm:s=c -->\n"
    other = DAY + "- 11:00 d <!-- mm:s=d -->\n\n## 2026-11-19\n- 11:00 e\n\n## 2026-11-20\n- 09:00 f\n"
    wanted = [
        *DAY.splitlines(), "- 11:00 d <!-- mm:s=d -->", "- 12:00 b <!-- mm:s=b -->", "", "## 2026-11-19", "- 11:00 e", "",
        "## 2026-11-20", "- 09:00 f", "- 11:00 c <!-- mm:s=c -->",
    ]  # fmt: skip

    assert union(DAY, one, other).splitlines() == wanted
    assert union(DAY, other, one).splitlines() == wanted


def test_one_session_twice():
    """Of a session's line that both sides have, one stays if they are alike; else both do. What one erased is gone."""
    line = "- 11:00 d <!-- mm:s=d turns=1-{} -->\n"

    assert union(DAY, DAY + line.format(5), DAY + line.format(5) + line.format(6)) == DAY + line.format(
        5
    ) + line.format(6)
    assert union(DAY, DAY + line.format(5), DAY + line.format(6)).count("s=d") == 2
    assert "s=a" not in union(DAY, DAY + line.format(5), "# History\n")


# Laws.


def changed(draw, text: str, extra: list[str]) -> str:
    """Return a text some lines of which were deleted, moved, edited, or added to."""
    lines = [text[slice(*one)] for one in lines_of(text)]
    end = re.search(r"\r\n|\r|\n", text)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines)))
        what = draw(st.sampled_from(["add", "add", "delete", "edit", "move"]))
        if what == "add" or place == len(lines):
            lines.insert(place, draw(st.sampled_from(extra)) + (end[0] if end else "\n"))
        elif what == "edit":
            lines[place] = lines[place].replace(draw(st.sampled_from(["e", ".", " <!--"])), "!", 1)
        else:
            line = lines.pop(place)
            if what == "move":
                lines.insert(draw(st.integers(0, len(lines))), line)
    return "".join(lines)


NEW = ["- New one. <!-- mm:nnnnnn -->", "- New two. <!-- mm:mmmmmm key=k -->", "- Hand made.", "## New", "", "Words.", "- Old. <!-- mm:aaaaaa by=x -->"]  # fmt: skip


@st.composite
def versions(draw, base=CALM, extra=NEW):
    """Make a base and two versions of it."""
    text = draw(base)
    return text, changed(draw, text, extra), changed(draw, text, extra)


MADE = st.one_of(versions(), versions(ANY, [*NEW, *NASTY]), st.tuples(CALM, CALM, CALM))
LABELS = ("ours", "base", "theirs")


@LAW
@given(st.one_of(versions(), versions(ANY, [*NEW, *NASTY])))
def test_a_merge_with_one_side_is_that_side(three):
    """What one side alone changed is taken as it stands, byte for byte, also without the short cut."""
    base, one, other = three
    for side in (one, other):
        assert merge(base, base, side).text == side
        assert merge(base, side, base).text == side
        assert merge(base, side, side).text == side
        assert _Merge(base, base, side, winner=None).merged(LABELS, 7).text == side
        assert _Merge(base, side, base, winner=None).merged(LABELS, 7).text == side
        assert _Merge(base, side, side, winner=None).merged(LABELS, 7).text == side
        assert keep_both(base, base, side) == side
        assert union(base, base, side) == side


def _live_and_marked(text: str) -> tuple[Counter[str], str]:
    memory = read_facts(text)
    marked = " ".join(text[hunk.start : hunk.end] for hunk in memory.hunks)
    return Counter(fact.text for fact in memory.facts), words(marked)


def swallows(three) -> bool:
    """Say whether a line of a version could make a fence, a head or a comment of what another side has."""
    return any(mark in text for text in three for mark in ("```", "~~~", "---", "<!-- open", "div>", "<b>"))


def words(text: str) -> str:
    """Return a text without our comments, with single spaces."""
    return " ".join(re.sub(r"<!-- mm:.*?-->", " ", text).split())


@settings(LAW, max_examples=300)
@given(MADE)
def test_nothing_is_lost_and_nothing_comes_twice(three):
    """What a side added is there once or between markers; what one deleted and the other left stays away."""
    base, one, other = three
    merged = merge(base, one, other)
    if any("<<<<<<<" in text for text in three):
        return
    live, marked = _live_and_marked(merged.text)
    before, *sides = (read_facts(text) for text in three)
    old = {fact.id: fact for fact in before.facts}
    event("conflict" if merged.conflicts else "clean")
    for n, side in enumerate(sides):
        rest = {fact.id: fact for fact in sides[1 - n].facts}
        for fact in side.facts:
            if fact.id not in old and fact.id not in rest:
                assert live[fact.text] or words(fact.text) in marked or swallows(three)
                assert words(fact.text) in words(merged.text) or swallows(three)
        gone = set(old) - {fact.id for fact in side.facts}
        for identity in gone & set(rest):
            if rest[identity] == old[identity] and old[identity].labelled and not marked:
                now = read_facts(merged.text).by_id(identity)
                assert now is None or now.text != old[identity].text
    if not merged.conflicts:
        most = Counter(f.text for f in sides[0].facts) | Counter(f.text for f in sides[1].facts)
        assert all(count <= most[text] + 1 for text, count in live.items() if text in most)


@settings(LAW, max_examples=300)
@given(MADE)
def test_sides_may_change_places(three):
    """A merge the other way round holds the same facts, and is clean if this one is."""
    base, one, other = three
    forth, back = merge(base, one, other), merge(base, other, one)
    (live, marked), (other_live, other_marked) = map(_live_and_marked, (forth.text, back.text))

    if swallows(three):
        return
    assert bool(forth.conflicts) == bool(back.conflicts)
    if not forth.conflicts:
        assert live == other_live
    assert all(other_live[text] or words(text) in other_marked for text in live)
    assert all(live[text] or words(text) in marked for text in other_live)


@settings(LAW, max_examples=300)
@given(MADE)
def test_no_line_of_the_hand_is_lost(three):
    """A race leaves no marker, and every line that the person added or changed is in the file."""
    base, program, hand = three
    result = keep_both(base, program, hand)
    facts = read_facts(result).facts
    ids = {fact.id for fact in read_facts(base).facts}

    assert result.count("<<<<<<<") <= max(text.count("<<<<<<<") for text in three)
    own = {fact.line for fact in read_facts(hand).facts}
    lines = {result[slice(*one)].strip() for one in lines_of(result)}
    old = {base[slice(*one)].strip().strip("\ufeff") for one in lines_of(base)}
    said = {fact.text for fact in facts}
    for number, (start, stop) in enumerate(lines_of(hand), 1):
        line = hand[start:stop].strip().strip("\ufeff")
        if line not in old and number not in own:
            assert line in lines or any(line in fact.detail for fact in facts) or line in result
    before = {fact.text for fact in read_facts(base).facts}
    for fact in read_facts(hand).facts:
        if fact.text not in before:
            assert fact.text in said or words(fact.text) in words(result)
    for fact in read_facts(program).facts:
        if fact.labelled and fact.id not in ids and fact.id not in {f.id for f in read_facts(hand).facts}:
            assert fact.text in said or words(fact.text) in words(result)


LEDGERS = texts(HISTORY)
LINES = [
    *HISTORY,
    "- 15:00 y <!-- mm:s=b turns=1-2 -->",
    "- 13:00 z <!-- mm:s=c turns=1-9 -->",
    "## 2026-11-21",
]


@LAW
@given(st.one_of(versions(LEDGERS, LINES), st.tuples(LEDGERS, LEDGERS, LEDGERS)))
def test_the_union_holds_every_line(three):
    """Of two ledgers every new line is there, and none that no side has; nothing is marked."""
    base, one, other = three
    result = union(base, one, other)
    entries = [Counter(map(_plain, read_history(text).entries)) for text in (base, one, other, result)]
    added = (entries[1] | entries[2]) - entries[0]

    assert "<<<<<<<" not in result
    assert not added - entries[3] or swallows(three)
    assert all(words(said) in words(result) for said, _ in added) or swallows(three)
    lines = [
        Counter(filter(None, map(str.strip, re.split(r"[\r\n\ufeff]+", text))))
        for text in (one, other, result)
    ]
    assert not lines[2] - (lines[0] + lines[1])


def _plain(entry):
    return entry.summary, entry.session


# Where a program puts what belongs together.


def test_a_replacement_takes_the_place_of_what_it_replaces():
    """What replaces a fact of its section stands where that stood, in whichever order the changes come."""
    texts_before = Texts(BASE, "", "")
    new = Insert("777777", "Seven.", "Decisions")
    gone = Retire("bbbbbb", "2026-11-20", "replaced", "777777")
    for changes in ([gone, new], [new, gone]):
        lines = apply_changes(texts_before, changes).memory.splitlines()
        assert lines[9:12] == [
            "- One stays. <!-- mm:aaaaaa -->",
            "- Seven. <!-- mm:777777 -->",
            "- Three has detail. <!-- mm:cccccc -->",
        ]


def test_new_facts_of_one_section_stand_together():
    """Of several new facts the first finds its place, and the others of its section follow it."""
    new = [Insert(one * 6, f"New {one}.", "Decisions") for one in "zx5"]
    lines = apply_changes(Texts(BASE, "", ""), new).memory.splitlines()
    place = lines.index("- New z. <!-- mm:zzzzzz -->")

    assert lines[place + 1 : place + 3] == ["- New x. <!-- mm:xxxxxx -->", "- New 5. <!-- mm:555555 -->"]
