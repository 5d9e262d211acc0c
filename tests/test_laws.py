"""The laws of the lower rooms: what holds for every text, however odd."""

import re

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from miminions.errors import MemoryFileError
from miminions.markdown import Item, lines_of, parse, splice
from miminions.markdown.commonmark import read
from miminions.markdown.scan import scan
from miminions.memory.changes import Insert, Restore, Retire, apply_changes
from miminions.memory.edits import insert, label, remark, remove, reword
from miminions.memory.facts import Fact, read_facts
from miminions.memory.folder import Texts
from miminions.memory.history import Added, Entry, append_entry, read_history
from miminions.memory.ids import birth, born_of, normalise
from miminions.memory.lines import item_text, one_line

LAW = settings(
    derandomize=True, deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow]
)

PLAIN = [
    "", "# Memory", "## Facts", "## Decisions ##", "### b  c", "- One fact.", "- Two, `code`.", "- [[link]] #tag", "- 5 apples",
    "- **bold** start", "- *em* start", "- é😀", "- \u2028x", "- \u00a0", "Some prose.", '"quoted"', "(1) x", "5 apples", "#tag",
    "a\x0cb", "\u3000", "\x85", "\ufeff", "[x]", "- [x] done", "title\u00a0", "-", "- a <!-- open", "- b -->", "\udcff", "- \udc80",
]  # fmt: skip
FACTS = [
    "- Three. <!-- mm:aaaaaa -->", "- Four. <!-- mm:bbbbbb pin until=2027-01-01 odd= -->", "- Five. <!-- todo --> <!-- mm:cccccc key=k -->",
    "- [ ] Six. <!-- mm:dddddd --> <!-- owner: Ada -->", "- Twice. <!-- mm:aaaaaa -->", "- No id. <!-- mm:pin -->", "- Seven, <!-- mm:eeeeee --> and on.",
    "  <!-- mm:ffffff -->", "- <!-- mm:gggggg -->", "- Ledger. <!-- mm:s=x turns=1-2 -->", "1. Step. <!-- mm:hhhhhh -->", "* Star. <!-- mm:jjjjjj -->",
]  # fmt: skip
NASTY = [
    "===", "---", "***", "- --", "* * *", "___", "```", "~~~", "> q", ">", "| a | b |", "|--|--|", "a | b", "--- | ---", "<div>", "</div>",
    "<!-- open", "-->", "<!-- c -->", "<b>", "[a]: /url", "[two", "lines]: /url", "[br\\]]: /url", "\\", "\\# x", "&amp;", "&", "+", "~", "=",
    "+ plus", "1. one", "2. two", "10. ten", "1)", "  - nested", "   - three", "    code", "\tcode", "- \ttab", "-\ttab", "-   wide", "  going on",
    "going on", "nul\x00", "- nul\x00", "#", "####### x", "# x #\u00a0", "   # x", "- # x", "- > x", "- ```", "- 1. x", "-\u00a0x", "``` x", "_em_",
]  # fmt: skip
ENDS = ["\n", "\r\n", "\r"]
HEADS = [
    "",
    "",
    "\ufeff",
    "---\nworkspace: a # its id\nshare: all\n---\n",
    "\ufeff---\n# only a comment\nworkspace: a\n---\n",
    "---\nnever closed\n",
]
TEXTS = [
    "# x", "1. x", "12) x", "- x", "+ x", "* x", "> x", "[ ] x", "[x]", "<!-- -->", "-->", "<!-- mm:zzzzzz -->", "***", "===", "---", "```", "~~~",
    "<div>", "<?x", "[a]: /b", "| a |", "a | b", "x" * 5000, "!!!", "😀", "שלום", "\u202eevil", "a\nb", "a\x00b", "\ud800x", "\udc80x", "foo\\", "`x", "&lt;",
    "#tag x", "__init__", "*args", "=", "1.", "\\# x", "x <!-- y", "x  y",
]  # fmt: skip
SECTIONS = ["Facts", "facts", "Decisions", "New", "x #", "# x", "b c", ""]
DETAILS = ["", "", "prose", "- a\n  - b", "```\ncode", "# h", "a\n\nb", "1. x"]


def texts(*groups: list[str]) -> st.SearchStrategy[str]:
    """Make files of the lines of the groups, with any head, any line ends, and any end."""
    line = st.one_of([st.sampled_from(group) for group in groups])
    ends = st.one_of(*(st.just([end]) for end in ENDS), st.just(ENDS))
    return st.builds(
        _file,
        st.sampled_from(HEADS),
        st.lists(line, max_size=9),
        ends,
        st.randoms(use_true_random=False),
        st.booleans(),
    )


def _file(head, lines, ends, random, final):
    body = "".join(line + random.choice(ends) for line in lines)
    text = head.replace("\n", ends[0]) + body
    return text if final else text.rstrip("\r\n")


ANY = texts(PLAIN, FACTS, NASTY)
CALM = texts(PLAIN, FACTS)
SAID = st.one_of(
    st.sampled_from(TEXTS),
    st.text(min_size=1),
    st.text(alphabet="#*_-+`~<>![]()|\\&;:=. 1aß\t", min_size=1),
    st.builds("".join, st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3)),
).filter(normalise)


def own(text: str) -> list[str]:
    """Return the bytes of each fact."""
    return [text[fact.start : fact.end].rstrip("\r\n") for fact in read_facts(text).facts]


def meaning(fact: Fact) -> tuple[object, ...]:
    """Return what a fact says, without its place and the line ends."""
    return fact.text, fact.section, fact.detail, fact.marks, fact.box, fact.others


def one_slice(before: str, after: str) -> tuple[int, int]:
    """Return the slice of the text before in which the two differ."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    rest = min(len(before), len(after)) - start
    same = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    return start, len(before) - same


# Markdown.


@LAW
@given(ANY)
def test_render_of_parse_is_identity(text):
    """A text without edits is itself; its blocks follow one another and lie within it."""
    document = parse(text)
    cuts = [0, document.body]
    for block in document.blocks:
        cuts += [block.start, block.end]
        if isinstance(block, Item):
            assert block.start <= block.text_start <= block.text_end <= block.end

    assert splice(text, []) == text
    assert cuts == sorted(cuts)
    assert cuts[-1] <= len(text)
    assert "".join(text[a:b] for a, b in lines_of(text)) == text


@settings(LAW, max_examples=1200)
@given(st.one_of(texts(PLAIN), CALM, ANY))
def test_scanner_and_parser_agree(text):
    """Wherever the scanner does not decline, it gives the parser's blocks."""
    blocks = scan(text, 0)
    event("declined" if blocks is None else "scanned")

    assert blocks is None or blocks == read(text, 0)


@LAW
@given(
    st.text(alphabet=st.characters(codec=None, exclude_categories=())), st.sampled_from(["", "- ", "# ", "x"])
)
def test_any_characters_agree(line, prefix):
    """Scanner and parser agree on lines of any characters."""
    blocks = scan(prefix + line, 0)

    assert blocks is None or blocks == read(prefix + line, 0)


# Edits.


@LAW
@given(ANY)
def test_label_twice_is_label_once(text):
    """Labelling gives every fact an id, changes nothing else, and has nothing left to do."""
    labelled = label(text)
    before, after = read_facts(text).facts, read_facts(labelled).facts

    assert label(labelled) == labelled
    assert all(fact.labelled for fact in after)
    assert [(fact.id, *meaning(fact)) for fact in before] == [(fact.id, *meaning(fact)) for fact in after]
    bare = re.compile(r" ?<!-- mm:(?!s=).*? -->")
    assert bare.sub("", labelled) == bare.sub("", text)


@LAW
@given(ANY, SAID, st.sampled_from(SECTIONS), st.sampled_from(DETAILS))
def test_insert_touches_only_its_own_slice(text, said, section, detail):
    """A new fact is one slice more; it says what it was given and bears its id, and all others stay byte-equal."""
    text = label(text)
    new = Insert(
        birth(said, {fact.id for fact in read_facts(text).facts}), said, section, {"pin": ""}, detail
    )
    try:
        result = insert(text, new)
    except MemoryFileError:
        event("refused")
        assert any(mark in text for mark in ("```", "~~~", "<", "---", "==="))
        return
    start, end = one_slice(text, result)
    (fact,) = [fact for fact in read_facts(result).facts if fact.id == new.id]

    assert start == end
    assert normalise(fact.text) == normalise(said)
    assert born_of(fact.id, fact.text) == born_of(fact.id, said)
    assert (fact.pin, fact.detail.split()) == (True, detail.split())
    others = own(result)
    others.remove(result[fact.start : fact.end].rstrip("\r\n"))
    assert others == own(text)


@LAW
@given(CALM, st.data())
def test_remove_touches_only_its_own_slice(text, data):
    """A fact that goes takes its own slice along, and all others stay byte-equal."""
    facts = read_facts(text := label(text)).facts
    if not facts:
        return
    fact = data.draw(st.sampled_from(facts))
    result = remove(text, fact.id)
    start, end = one_slice(text, result)

    assert len(text) - len(result) <= fact.end - fact.start
    assert end - start <= fact.end - fact.start
    assert own(result) == [text[f.start : f.end].rstrip("\r\n") for f in facts if f is not fact]


@LAW
@given(CALM, SAID, st.data())
def test_reword_touches_only_its_own_slice(text, said, data):
    """A fact that is reworded keeps its id and marks, and all others stay byte-equal."""
    facts = read_facts(text := label(text)).facts
    if not facts:
        return
    fact = data.draw(st.sampled_from(facts))
    result = reword(text, fact.id, said)
    after = read_facts(result).by_id(fact.id)

    assert text.startswith(result[: fact.start])
    assert text.endswith(result[after.end :])
    assert normalise(after.text) == normalise(said)
    assert meaning(after)[1:] == meaning(fact)[1:]
    assert len(read_facts(result).facts) == len(facts)


@LAW
@given(CALM, st.data())
def test_remark_touches_only_its_own_slice(text, data):
    """A fact with other marks says the same, and all others stay byte-equal."""
    facts = read_facts(text := label(text)).facts
    if not facts:
        return
    fact = data.draw(st.sampled_from(facts))
    result = remark(text, fact.id, {"until": "2027-01-01"})
    after = read_facts(result).by_id(fact.id)

    assert text.startswith(result[: fact.mark_start])
    assert text.endswith(result[after.mark_end :])
    assert (after.text, after.detail, after.marks) == (fact.text, fact.detail, {"until": "2027-01-01"})


@LAW
@given(CALM, st.data())
def test_a_retired_fact_comes_back(text, data):
    """A fact that is retired and restored says the same as before, and all others stay byte-equal."""
    facts = read_facts(text := label(text)).facts
    if not facts:
        return
    fact = data.draw(st.sampled_from(facts))
    retired = apply_changes(Texts(text, "", ""), [Retire(fact.id, "2026-11-20", "forgotten")])
    restored = apply_changes(retired, [Restore(fact.id)])
    after = read_facts(restored.memory).by_id(fact.id)
    archived = read_facts(retired.archive).by_id(fact.id)

    assert (normalise(after.text), meaning(after)[1:]) == (normalise(fact.text), meaning(fact)[1:])
    assert (archived.text, archived.until, read_facts(restored.archive).facts) == (
        fact.text,
        "2026-11-20",
        (),
    )
    others = own(restored.memory)
    others.remove(restored.memory[after.start : after.end].rstrip("\r\n"))
    assert others == own(retired.memory)


@LAW
@given(SAID)
def test_any_text_is_one_safe_item(said):
    """Any text becomes one line that is one item, says the same, and stays as it is when it is made safe again."""
    line = item_text(said)
    (block,) = parse(f"- {line} <!-- mm:aaaaaa -->\n").blocks
    (fact,) = read_facts(f"- {line} <!-- mm:aaaaaa -->\n").facts

    assert isinstance(block, Item)
    assert (fact.id, fact.text, fact.box) == ("aaaaaa", line, "")
    assert normalise(line) == normalise(said)
    assert item_text(line) == line
    assert len(list(lines_of(line))) == 1


@LAW
@given(SAID)
def test_one_line_is_one_line(said):
    """One line of a text is one line again, and neither opens nor closes a comment."""
    line = one_line(said)

    assert one_line(line) == line
    assert "<!--" not in line
    assert "-->" not in line


# The ledger.

DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"]
HISTORY = [
    "# History",
    *(f"## {day}" for day in DAYS),
    "- 14:02 x <!-- mm:s=a turns=1-2 +aaaaaa -->",
    "- By hand.",
    "Prose.",
    "",
    "> q",
    "  going on",
    "***",
]
ENTRIES = st.builds(
    Entry,
    day=st.sampled_from(["2026-11-17", *DAYS, "2026-11-21"]),
    time=st.just("09:30"),
    summary=SAID,
    session=st.one_of(st.text(min_size=1), st.just("20261120T140233123456Z_1a2b3c4d")).map(
        lambda s: s.encode("utf-8", "replace").decode()
    ),
    first=st.integers(1, 9),
    last=st.integers(10, 99),
    added=st.lists(
        st.builds(Added, st.just("bbbbbb"), st.sampled_from([(), ("cccccc",)]), st.sampled_from([None, 7])),
        max_size=2,
    ).map(tuple),
    retired=st.sampled_from([(), ("dddddd",)]),
    review=st.integers(0, 3),
)


@LAW
@given(texts(HISTORY), ENTRIES)
def test_an_appended_entry_is_read_back(text, entry):
    """An appended line is read back whole; all other lines stay byte-equal, and days in order stay so."""
    before = read_history(text).entries
    result = append_entry(text, entry)
    start, end = one_slice(text, result)
    after = list(read_history(result).entries)
    found = next(e for e in reversed(after) if e.session == entry.session and e.last == entry.last)
    after.remove(found)

    assert start == end
    assert (found.day, found.time, found.summary) == (entry.day, entry.time, one_line(entry.summary))
    assert (found.first, found.added, found.retired, found.review) == (
        entry.first,
        entry.added,
        entry.retired,
        entry.review,
    )
    assert [(e.day, e.summary, e.session) for e in after] == [(e.day, e.summary, e.session) for e in before]
    days = [e.day for e in before]
    if days == sorted(days) and len(set(re.findall(r"## (\S+)", text))) == len(re.findall(r"## (\S+)", text)):
        assert _headings(result) == sorted(_headings(result)) or _headings(text) != sorted(_headings(text))


def _headings(text: str) -> list[str]:
    return re.findall(r"## (\d\S+)", text)
