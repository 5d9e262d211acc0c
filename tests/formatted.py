"""What a formatter must not change in a memory file, and memory files made of all that people write."""

import random
import re

from miminions.memory.edits import insert, label, remove, reword
from miminions.memory.facts import Fact, MemoryText, read_facts
from miminions.memory.ids import birth, normalise
from miminions.memory.upsert import Wish

_MARKER = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+")

WORDS = [
    "Ada", "runs", "the", "weekly", "billing", "import", "before", "noon", "and", "nobody", "else", "may", "touch",
    "its", "queue", "since", "March", "because", "retries", "hide", "faults", "while", "staging", "keeps", "only",
    "ten", "days", "of", "logs",
]  # fmt: skip
ODD = [
    "__init__", "__main__.py", "*args", "**kwargs", "a_b", "snake_case_", "_private", "a*b*c", "2**3", "src/**/*.py",
    "*.md", "C:\\temp\\new", "~/.config", "`code`", "`a_b`", "`x|y`", "**bold**", "__strong__", "*em*", "_em_",
    "***both***", "~~gone~~", "H~2~O", "^up^", "#tag", "#infra/aws", "C#", "#12", "[[link]]", "[[a|b]]",
    "[text](https://a.b/c_d_e)", "[ref]", "[x][y]", "[^1]", "![i](j.png)", "<https://a.b/_c_>",
    "http://a.b/c_d?e=f_g", "me_too@a.b", "&amp;", "&copy;", "&", "<", ">", "5>4", "<kbd>K</kbd>", "1.", "2)", "-",
    "+", "=", "==", "---", "|", "a|b", '"quoted"', "'single'", "(round)", "{#id}", "$a_1$", "%%note%%", "key::",
    "@ada", "...", "--", "—", "é", "ß", "日本語", "😀", "שלום", "\\*", "\\_", "\\#", "\\[", "x\\", "100%", "a/b", "//",
    ":smile:", "!important", "?x=1&y=2", "1_000", "e.g.", "_a_b_", "*a*b", "(c)", "^w8xyz", "``a`b``",
]  # fmt: skip
MARKS = [
    "",
    "",
    "",
    "<!-- owner: Ada -->",
    "<!-- trigger=deploy importance=0.8 -->",
    "^block-{0}",
    "[id:: f-{0}]",
    "(id:: g-{0})",
]
DETAILS = [
    "",
    "",
    "",
    "",
    "  - Nested, `code`.\n  - More.\n",
    "    - Deep.\n",
    "\n  A paragraph.\n",
    "\n  ```\n  code_a  b\n  ```\n",
]
BETWEEN = ["", "", "", "Prose of the owner's, *as it is*.\n\n", "<!-- kept -->\n\n", "| a | b |\n|---|---|\n| c_d | `e` |\n\n", "> Quoted.\n\n", "***\n\n"]  # fmt: skip
SECTIONS = ["Decisions", "Facts", "Observations", "On `call`", "A_b and c"]


def said(fact: Fact) -> tuple[object, ...]:
    """Return what a fact is and says, without what formatters may write in another way."""
    detail = [word for line in fact.detail.split("\n") for word in normalise(_MARKER.sub("", line)).split()]
    others = " ".join(fact.others.replace("\\", "").split())
    box = fact.box.replace("\\", "").strip().casefold()
    return (
        fact.id,
        normalise(fact.text),
        normalise(fact.section),
        dict(fact.marks),
        detail,
        fact.aliases,
        others,
        box,
    )


def all_said(text: str) -> list[tuple[object, ...]]:
    """Return what all facts of a file are and say, in their order."""
    return [said(fact) for fact in read_facts(text).facts]


def changed(text: str, day: int) -> str:
    """Return the file after one add, one rewording and one forgetting, as commands carry them out."""
    text = label(text)
    facts = read_facts(text).facts
    text = reword(text, facts[day % len(facts)].id, f"Reworded on day {day}, with a_b and `code`.")
    text = remove(text, facts[(day + 1) % len(facts)].id)
    new = Wish(f"Learned on day {day}: call __init__ first, and *args later.", facts[0].heading)
    return insert(text, _insert(new, read_facts(text)))


def _insert(wish: Wish, memory: MemoryText):
    from miminions.memory.edits import Insert

    return Insert(birth(wish.text, {fact.id for fact in memory.facts}), wish.text, wish.section or "Facts")


def memory_file(seed: int) -> str:
    """Make a memory file, the same one for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # files, not secrets
    parts = [
        "---\nworkspace: shop-1 # its id\nshare: insights\n---\n\n" if chance.random() < 0.7 else "",
        "# Memory\n\n",
    ]
    number = 0
    for section in chance.sample(SECTIONS, chance.randint(1, len(SECTIONS))):
        parts += [f"## {section}\n\n", chance.choice(BETWEEN)]
        ordered, marker = chance.random() < 0.2, chance.choice("-*+")
        for place in range(chance.randint(1, 7)):
            number += 1
            parts.append(_line(chance, number, f"{place + 1}." if ordered else marker))
        parts.append("\n")
    return "".join(parts)


def _line(chance: random.Random, number: int, marker: str) -> str:
    words = [chance.choice(ODD if chance.random() < 0.25 else WORDS) for _ in range(chance.randint(2, 24))]
    box = chance.choice(["", "", "", "[ ] ", "[x] ", "[decision] "]) if marker in "-*+" else ""
    own = chance.choice(["", f"<!-- mm:aa{number:04} -->", f"<!-- mm:aa{number:04} until=2027-01-01 pin -->"])
    marks = [one for one in (own, chance.choice(MARKS).format(number)) if one]
    text = f"Fact {number} {' '.join(words)}"
    if chance.random() < 0.15:
        text = text.replace(" ", "\n  " + " " * (len(marker) - 1), 3)
    detail = chance.choice(DETAILS)
    if len(marker) > 1:
        detail = re.sub(r"(?m)^(?=.)", " ", detail)
    return f"{marker} {box}{' '.join([f'{text}.', *marks])}\n{detail}"
