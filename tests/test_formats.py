"""What prettier, mdformat and remark made of a memory file, kept as they wrote it: it still says the same."""

from pathlib import Path

import pytest
from formatted import all_said, changed

from miminions.memory.edits import label
from miminions.memory.facts import read_facts

FOLDER = Path(__file__).parent / "cases" / "formatters"
FORMATTED = sorted(path.stem for path in FOLDER.glob("*-*.md"))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", FORMATTED)
def test_a_formatted_file_says_the_same(name):
    """Every fact, labelled or not, keeps its id, section, words, marks and detail."""
    assert all_said(text_of(name)) == all_said(text_of("memory"))
    assert all_said(text_of(name).replace("\n", "\r\n")) == all_said(text_of("memory"))


@pytest.mark.parametrize("name", FORMATTED)
def test_a_formatted_file_gets_the_same_labels(name):
    """Labelled before or after it was formatted, a fact gets the same id."""
    assert all_said(label(text_of(name))) == all_said(label(text_of("memory")))
    assert all(fact.labelled for fact in read_facts(label(text_of(name))).facts)


@pytest.mark.parametrize("name", FORMATTED)
@pytest.mark.parametrize("day", range(0, 50, 7))
def test_a_formatted_file_takes_changes(name, day):
    """One add, one rewording and one forgetting do the same in a formatted file."""
    assert sorted(map(str, all_said(changed(text_of(name), day)))) == sorted(
        map(str, all_said(changed(text_of("memory"), day)))
    )


def test_the_files_are_rich():
    """The files hold what this is about: many facts, some without an id, and comments on lines of their own."""
    facts = read_facts(text_of("memory")).facts

    assert FORMATTED == [
        "mdformat-default",
        "mdformat-wrapped",
        "prettier-default",
        "prettier-wrapped",
        "remark-default",
    ]
    assert len(facts) > 50
    assert sum(not fact.labelled for fact in facts) > 15
    assert "\n  <!-- mm:w00001 -->\n" in text_of("prettier-wrapped")
    assert "\n      <!-- mm:w00001 -->\n" in text_of("mdformat-wrapped")
