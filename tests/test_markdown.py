"""The Markdown room: texts as slices, lossless, by a scanner or a parser that agree."""

import re
import subprocess
import sys
import time

import pytest
from case_files import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from miminions.errors import MemoryFileError
from miminions.markdown import (
    Document,
    Edit,
    Heading,
    Item,
    Lines,
    Prose,
    _plain_front_matter,
    _yaml_front_matter,
    front_matter,
    lines_of,
    parse,
    splice,
)
from miminions.markdown.commonmark import read
from miminions.markdown.scan import scan


def outline(document: Document) -> str:
    """Show a document's blocks, one a line."""
    return "".join(f"{_show(document.text, block)}\n" for block in document.blocks)


def _show(text: str, block: Heading | Item | Prose) -> str:
    if isinstance(block, Heading):
        return f'heading {block.level} "{block.title}"'
    if isinstance(block, Prose):
        return f'{block.kind} "{_flat(text[block.start : block.end])}"'
    words = text[block.text_start : block.text_end]
    rest = text[block.text_end if words else block.start : block.end]
    return f'item "{_flat(words)}"' + (f' + "{_flat(rest)}"' if rest.strip() else "")


def _flat(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "↵", text.strip())


@pytest.mark.parametrize(("given", "wanted"), cases("blocks.md"))
def test_blocks(given, wanted):
    """A text is cut into the blocks that the case says."""
    assert outline(parse(given)) == wanted


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize(("given", "wanted"), cases("blocks.md"))
def test_blocks_have_no_line_end_of_their_own(given, wanted, newline):
    """Every line end gives the same blocks."""
    assert outline(parse(given.replace("\n", newline))) == wanted


SIMPLE = [
    "",
    "\n\n",
    "# Memory\n\n## Facts\n- One. <!-- mm:abc123 -->\n- Two.\n\nProse\nof two lines.\n",
    "## Closed ##\n# \n###### Six\n",
    "- **bold** and *emphasis*\n- `code` first\n- [[link]] and [x] box\n- #tag\n- 5 apples\n- é\n",
    "- No final line end",
]


@pytest.mark.parametrize("text", SIMPLE)
def test_simple_texts_need_no_parser(text):
    """The scanner reads what most memory files are made of, and gives the parser's blocks."""
    assert scan(text, 0) == read(text, 0)


DECLINED = [
    "- One\n  two\n",
    "- One\ntwo\n",
    "Title\n===\n",
    "- [ ] task\n",
    "1. One\n",
    "* One\n",
    "~~~\ncode\n~~~\n",
    "> quote\n",
    "a | b\n",
    "[name]: /url\n",
    "[two\nlines]: /url\n",
    "[brack\\]et]: /url\n",
    "- \ttab\n",
    "nul\x00\n",
    "--\n",
    "+\n",
    "\\# x\n",
    "&amp;\n",
    "    code\n",
]


@pytest.mark.parametrize("text", DECLINED)
def test_the_scanner_knows_its_limits(text):
    """The scanner declines what it could get wrong."""
    assert scan(text, 0) is None


def test_the_parser_is_imported_when_it_is_needed():
    """Reading a simple file imports no Markdown parser."""
    code = "import sys; from miminions.markdown import parse; parse('# A\\n- b\\n'); print('markdown_it' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_lines_end_where_commonmark_says():
    r"""Lines end at \r\n, \r and \n, and at nothing else."""
    text = "a\r\nb\rc\nd\x0ce\u2028f\x85g\n\n"

    assert [text[a:b] for a, b in lines_of(text)] == ["a\r\n", "b\r", "c\n", "d\x0ce\u2028f\x85g\n", "\n"]


def test_line_numbers():
    """Offsets become line numbers, whatever ends the lines."""
    text = "a\r\nb\rc\nd"
    lines = Lines(text)

    assert [lines.of(start) for start, _ in lines_of(text)] == [1, 2, 3, 4]


def test_splice_replaces_slices_only():
    """An edit replaces its slice; what stands around it stays, whatever the order of the edits."""
    edits = [Edit(6, 9, "THREE"), Edit(0, 3, "ONE")]

    assert splice("one 2 333", edits) == splice("one 2 333", edits[::-1]) == "ONE 2 THREE"


def test_splice_keeps_the_order_of_insertions():
    """Of two insertions at one place the first given comes first, and both stand before a replacement there."""
    assert splice("ab", [Edit(1, 1, "1"), Edit(1, 1, "2"), Edit(1, 2, "B")]) == "a12B"


def test_splice_refuses_overlaps():
    """Two edits of one place are an error, not a guess."""
    with pytest.raises(MemoryFileError, match="same line"):
        splice("abcdef", [Edit(0, 4, ""), Edit(3, 5, "")])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_front_matter(newline, mark):
    """Front matter is read whatever ends its lines, and is no part of the body."""
    head = newline.join(["---", "workspace: a1 # its id", "share: all", "---", ""])
    document = parse(f"{mark}{head}- One.{newline}")

    assert front_matter(document) == {"workspace": "a1", "share": "all"}
    assert [type(block) for block in document.blocks] == [Item]
    assert document.body == len(mark + head)


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "# A\n", "---\nno end: here\n", "\n---\na: b\n---\n", "----\na: b\n----\n"]
)
def test_no_front_matter(text):
    """Without an opening first line and a closing one there is no front matter."""
    assert front_matter(parse(text)) == {}


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("a: &x [1]\nb: [*x, *x]", "anchors"),
        ("a: [1", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("[" * 2000, "not valid YAML"),
        ("a: \x01", "not valid YAML"),
        ("a: " + "x" * 5000, "characters"),
    ],
)
def test_bad_front_matter(head, says):
    """Front matter that is too large, has anchors or is not YAML is named as such."""
    with pytest.raises(MemoryFileError, match=says):
        front_matter(parse(f"---\n{head}\n---\n"))


def test_front_matter_comments_are_no_anchors():
    """An ampersand and an asterisk in a comment are nothing else."""
    assert front_matter(parse("---\na: b # R&D *only*\n---\n")) == {"a": "b"}


def test_front_matter_that_is_no_table():
    """Front matter without keys is empty."""
    assert front_matter(parse("---\n- a\n- b\n---\n")) == {}


@pytest.mark.parametrize(
    "text",
    [
        "- a <!-- " * 20_000,
        "- " * 20_000,
        "> " * 20_000,
        "- a\n" * 20_000,
        "[" * 20_000,
        "`" * 20_000 + "\n\t" + "*_" * 20_000,
        "x" * 2_000_000,
        "\r" * 20_000,
    ],
    ids=["comments", "nesting", "quotes", "items", "brackets", "marks", "one line", "carriage returns"],
)
def test_no_text_takes_long(text):
    """A text made to be slow is read in a moment."""
    began = time.perf_counter()
    parse(text)

    assert time.perf_counter() - began < 5


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ("workspace", "share", "history", "yes", "on", "a-b", "x1", "Null", "key ", "'q'")
            ),
            st.sampled_from((": ", ":", ":  ", " : ")),
            st.one_of(
                st.from_regex(r"[0-9a-fxobeEXBO_]{1,5}(-[0-9a-z]{1,4}){0,3}", fullmatch=True),
                st.sampled_from(
                    (
                        "insights",
                        "all",
                        "None",
                        "TRUE",
                        "off",
                        "2026-05-01",
                        "2026-05-01x",
                        "1e5",
                        "0x1F",
                        "0b1",
                        "a b",
                        "a #c",
                        "~",
                        "",
                        "y",
                    )
                ),
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_plain_front_matter_is_read_as_yaml_reads_it(lines):
    """What is told without the library is what the library says."""
    head = "---\n" + "".join(f"{key}{colon}{value}\n" for key, colon, value in lines) + "---\n"
    plain = _plain_front_matter(head)
    if plain is not None:
        assert plain == _yaml_front_matter(head)


def test_the_front_matter_that_init_writes_is_plain():
    """It is read without YAML."""
    head = "---\nworkspace: 7c1f0a9e-payments-api\nshare: insights\nhistory: per-writer\n---\n"
    assert _plain_front_matter(head) == {
        "workspace": "7c1f0a9e-payments-api",
        "share": "insights",
        "history": "per-writer",
    }
