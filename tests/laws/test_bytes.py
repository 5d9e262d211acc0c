"""The law of bytes: whatever a fact stands among, an edit of it changes its own bytes and no others, or is refused."""

import random
import re
import time
from collections import Counter

import pytest
from bench import figures
from surroundings import NAUGHTY, SNIPPETS, files, mixture

from miminions.errors import MemoryFileError
from miminions.markdown import lines_of, parse
from miminions.markdown.commonmark import read
from miminions.markdown.scan import scan
from miminions.memory.edits import Insert, insert, label, remove, reword
from miminions.memory.facts import read_facts
from miminions.memory.ids import normalise
from miminions.memory.lines import newline_of

PLANTED = "- Planted, with `code`. <!-- mm:pxants -->"
SAID = "New, with a_b and *args."
# What an added fact may bring along: blank lines, the heading of a new section, the marker of its list.
ADDED = re.compile(
    r"[\r\n]*(?:## [^\r\n]*[\r\n]+)?[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?P<line>[^\r\n]*) <!-- mm:zzzzzz pin -->[\r\n]*"
)


def planted(text: str, chance: random.Random) -> str | None:
    """Put a fact among a text, at the start of any line where it is read as one; None where there is no such line."""
    end = newline_of(text)
    places = [begin for begin, _ in lines_of(text) if begin >= parse(text).body] + [len(text)]
    for place in chance.sample(places, min(8, len(places))):
        before, behind = text[:place], text[place:]
        gap = "" if not before or before[-1] in "\r\n\ufeff" else end
        result = f"{before}{gap}{chance.choice(['', end])}{PLANTED}{end}{chance.choice(['', end])}{behind}"
        fact = read_facts(result).by_id("pxants")
        if fact and fact.text == "Planted, with `code`.":
            return result
    return None


def check(text: str, said: str, chance: random.Random, seen: Counter[str]) -> None:
    """Label, add, reword and forget in a text, and hold each result against the bytes it began with."""
    blocks = scan(text, 0)
    assert blocks is None or blocks == read(text, 0)
    found = planted(text, chance)
    if found is None:
        seen["nowhere"] += 1
        return
    base = label(found)
    assert without_labels(base) == without_labels(found)
    assert [(f.id, f.text) for f in read_facts(base).facts] == [
        (f.id, f.text) for f in read_facts(found).facts
    ]
    sections = sorted({fact.heading for fact in read_facts(base).facts} | {"Facts", "Brand new"})
    for change in (added(base, said, chance.choice(sections)), reworded(base, said), forgotten(base)):
        seen["edits"] += 1
        try:
            change()
        except MemoryFileError:
            seen["refused"] += 1


def without_labels(text: str) -> str:
    return re.sub(r" ?<!-- mm:[^\r\n]*?-->", "", text)


def added(base: str, said: str, section: str):
    """Return a check that an added fact is one insertion that holds nothing but it and what parts it from others."""

    def change() -> None:
        result = insert(base, Insert("zzzzzz", said, section, {"pin": ""}))
        start = next((n for n, (a, b) in enumerate(zip(base, result, strict=False)) if a != b), len(base))
        size = len(result) - len(base)
        place = result.index("<!-- mm:zzzzzz pin -->")
        # The bytes around an insertion may be those it begins and ends with, so it may as well stand earlier.
        cuts = (
            cut
            for cut in range(start, -1, -1)
            if result[:cut] + result[cut + size :] == base and cut <= place
        )
        matches = (ADDED.fullmatch(result, cut, cut + size) for cut in cuts)
        found = next((match for match in matches if match), None)
        assert found is not None
        assert normalise(found["line"]) == normalise(said)

    return change


def reworded(base: str, said: str):
    """Return a check that a reworded fact is its old text replaced."""

    def change() -> None:
        result = reword(base, "pxants", said)
        old, new = read_facts(base).by_id("pxants"), read_facts(result).by_id("pxants")
        assert result == base[: old.text_start] + new.text + base[old.text_end :]
        assert normalise(new.text) == normalise(said)

    return change


def forgotten(base: str):
    """Return a check that a forgotten fact is its item cut out, with a separator in its place at most."""

    def change() -> None:
        result = remove(base, "pxants")
        fact, end = read_facts(base).by_id("pxants"), newline_of(base)
        gaps = ("", end, f"<!-- -->{end}")
        assert result in {base[: fact.start] + gap + base[fact.end :] for gap in gaps}

    return change


def run(texts, said=None) -> Counter[str]:
    seen: Counter[str] = Counter()
    for number, text in enumerate(texts):
        chance = random.Random(number)  # noqa: S311  # places, not secrets
        words = said[number] if said else SAID
        if not normalise(words):
            words = SAID
        check(text, words, chance, seen)
    assert seen["refused"] <= 0.02 * seen["edits"] + 1, seen
    return seen


def test_among_kept_files():
    """In every kept file, at any line, only owned bytes change."""
    seen = run(text for text in files().values() for _ in range(5))

    assert seen["edits"] > 500


def test_among_every_construct():
    """Before and behind every Markdown construct only owned bytes change."""
    run(
        [
            form.format(snippet)
            for snippet in map(_braces, SNIPPETS)
            for form in ("{}\n", "- One.\n\n{}\n\n## B\n- Two.\n", "- One.\n{}\n- Two.")
        ]
    )


def _braces(text: str) -> str:
    return text if "{" not in text else text.replace("{", "(").replace("}", ")")


def test_among_naughty_strings():
    """Whatever a line holds, and whatever is said, only owned bytes change."""
    run([form + said + "\n\n- Two.\n" for said in NAUGHTY for form in ("", "- ", "## ")])
    run(["## Facts\n- One.\n"] * len(NAUGHTY), NAUGHTY)


def test_among_mixtures(full):
    """In files made of all of it only owned bytes change, and fewer than two edits of a hundred are refused."""
    count = 10_000 if full else 300
    seen = run(mixture(seed) for seed in range(count))

    figures(f"law-bytes: {count} files, {seen['edits']} edits, {seen['refused']} refused")
    assert seen["edits"] > 2 * count
    assert seen["refused"] < 0.02 * seen["edits"]


@pytest.mark.parametrize(
    "piece", ["x", "word ", "*a* ", "`", "[", "<!-- x -->", "^a ", "\\_", "&amp;", "é😀", "[a](b) ", "| "]
)
def test_a_line_of_a_megabyte(piece):
    """A line of a megabyte is read and edited in less than two seconds."""
    long = "- Long " + piece * (1_000_000 // len(piece))
    text = f"## Facts\n{PLANTED}\n{long}\n"
    for change in (lambda: label(text), added(text, SAID, "Facts"), reworded(text, SAID), forgotten(text)):
        began = time.perf_counter()
        change()
        assert time.perf_counter() - began < 2
