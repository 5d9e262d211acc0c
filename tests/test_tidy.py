"""Files put in order: our comments taken out for those who leave, or put back where they belong."""

import re

import pytest
from hypothesis import given
from surroundings import FACTS, files, mixture
from test_laws import ANY, LAW

from miminions.memory.edits import label
from miminions.memory.facts import read_facts
from miminions.memory.tidy import strip, tidy

OWN = re.compile(r"[ \t]*<!-- mm:[^>]*-->")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("- One. <!-- mm:aaaaaa pin -->\n", "- One.\n"),
        ("- One.\t <!--mm:aaaaaa--> <!-- owner -->\n", "- One. <!-- owner -->\n"),
        ("- One <!-- mm:aaaaaa --> and on.\n", "- One and on.\n"),
        ("- One.\n  <!-- mm:aaaaaa -->\n- Two.\n", "- One.\n- Two.\n"),
        ("- One.\n  - Two. <!-- mm:aaaaaa -->\n", "- One.\n  - Two.\n"),
        ("- One.\n\n<!-- mm:aaaaaa -->\n\n- Two.\n", "- One.\n\n\n- Two.\n"),
        ("- One. <!-- mm:aaaaaa -->", "- One."),
        ("- One. <!-- mm:aaaaaa -->\r\n- Two.\r\n", "- One.\r\n- Two.\r\n"),
        ("- See `<!-- mm:aaaaaa -->` there. <!-- mm:bbbbbb -->\n", "- See `<!-- mm:aaaaaa -->` there.\n"),
        (
            "- One. <!-- mm:bbbbbb -->\n  ```\n  <!-- mm:aaaaaa -->\n  ```\n",
            "- One.\n  ```\n  <!-- mm:aaaaaa -->\n  ```\n",
        ),
        ("```\n- One. <!-- mm:aaaaaa -->\n```\n", "```\n- One. <!-- mm:aaaaaa -->\n```\n"),
        ("Prose. <!-- mm:aaaaaa -->\n", "Prose. <!-- mm:aaaaaa -->\n"),
        ("- One. ^block <!-- x -->\n", "- One. ^block <!-- x -->\n"),
        (
            "## 2026-11-20\n- 14:02 Talked. <!-- mm:s=a turns=1-2 +aaaaaa -->\n",
            "## 2026-11-20\n- 14:02 Talked.\n",
        ),
        ("- Old. <!-- mm:aaaaaa until=2026-11-20 why=forgotten -->\n", "- Old.\n"),
        ("- A <!-<!-- mm:aaaaaa -->- mm:bbbbbb -->\n", "- A <!-- mm:bbbbbb -->\n"),
    ],
)
def test_strip(given, wanted):
    """Our comments go with the space in front of them; code, prose and other people's comments stay."""
    assert strip(given) in {wanted, OWN.sub("", wanted)}
    assert strip(strip(given)) == strip(given)


@LAW
@given(ANY)
def test_strip_twice_is_strip_once(text):
    """A stripped file has nothing left to strip, and lost nothing but our comments and white space."""
    bare = strip(text)

    assert strip(bare) == bare
    assert (
        "".join(OWN.sub("", bare).split()) == "".join(re.sub(r"<!--\s*mm:.*?-->", "", text).split())
        or "`" in text
    )
    assert not [fact for fact in read_facts(bare).facts if fact.marks]


@LAW
@given(ANY)
def test_tidy_twice_is_tidy_once(text):
    """A tidied file stays as it is; every fact has an id of its own and says what it said."""
    done = tidy(text)
    before, after = read_facts(text).facts, read_facts(done).facts

    assert tidy(done) == done
    assert all(fact.labelled for fact in after)
    assert len({fact.id for fact in after}) == len(after)
    assert [(f.id, f.text, f.detail, f.marks, f.others) for f in after] == [
        (f.id, f.text, f.detail, f.marks, f.others) for f in before
    ]
    assert "".join(OWN.sub("", done).split()) == "".join(OWN.sub("", text).split())


@pytest.mark.parametrize("name", sorted(files()))
def test_kept_files(name):
    """Stripping and tidying the kept files change our comments only, and nothing the second time."""
    text = files()[name]

    assert strip(strip(text)) == strip(text)
    assert strip(label(text)) == strip(text)
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_mixtures(start):
    """What labelling adds stripping takes away, in files made of everything."""
    for seed in range(start, start + 100):
        text = mixture(seed)
        assert strip(label(text)) == strip(text)
        assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("- A long text\n  <!-- mm:aaaaaa pin odd=1 -->\n- B. <!-- mm:bbbbbb -->\n", "- A long text <!-- mm:aaaaaa pin odd=1 -->\n- B. <!-- mm:bbbbbb -->\n"),
        ("- A long text\n  in lines\n      <!-- mm:aaaaaa -->\n      <!-- owner -->\n", "- A long text\n  in lines <!-- mm:aaaaaa -->\n      <!-- owner -->\n"),
        ("- A long text\n  <!-- mm:aaaaaa --> ^block\n  - Nested.\n", "- A long text <!-- mm:aaaaaa --> ^block\n  - Nested.\n"),
        ("- A long text\r\n  <!-- mm:aaaaaa -->\r\n", "- A long text <!-- mm:aaaaaa -->\r\n"),
        ("- A. <!-- mm:aaaaaa -->\n- B. <!-- mm:aaaaaa key=k -->\n", "- A. <!-- mm:aaaaaa -->\n- B. <!-- mm:kk key=k -->\n"),
        ("- A. <!-- x --> <!-- mm:aaaaaa -->\n", "- A. <!-- x --> <!-- mm:aaaaaa -->\n"),
    ],
)  # fmt: skip
def test_tidy(given, wanted):
    """A comment on a line of its own goes back behind its text; of two lines with one id the later gets its own."""
    done = tidy(given)

    assert done == wanted.replace("mm:kk", f"mm:{read_facts(done).facts[-1].id}")
    assert tidy(done) == done


def test_facts_are_sampled():
    """The mixtures hold facts of every shape."""
    text = "".join(mixture(seed) for seed in range(300))

    assert all(fact.split("\n")[0] in text for fact in FACTS)
