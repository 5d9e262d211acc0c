"""Sections: one gets another name, in its heading's own bytes, or gives its facts to one that exists and goes."""

import re
from collections.abc import Iterator

from miminions.errors import MemoryFileError, NotFoundError
from miminions.markdown import Edit, Heading, lines_of, splice
from miminions.memory.edits import carry, remove
from miminions.memory.facts import MemoryText, read_facts
from miminions.memory.lines import one_line

_ATX = re.compile(r"( {0,3}#{1,6}[ \t]+)(.*?)((?:[ \t]+#+)?[ \t]*)(\r\n|\r|\n|\Z)", re.DOTALL)


def rename_section(text: str, old: str, new: str) -> str:
    """Give a section another name; where that one exists, or no heading bears the old one, its facts move.

    An emptied heading goes; one with prose of its own under it stays. Raises NotFoundError, MemoryFileError.
    """
    memory = read_facts(text)
    ids = facts_under(memory, old)
    headings = headings_of(memory, old)
    if not ids and not headings:
        raise NotFoundError(f"there is no section {old}", hint="`miminions show` names the sections")
    if headings and (same_name(old, new) or not headings_of(memory, new)):
        return _renamed(text, memory, old, new)
    for identity in ids:
        fact = next(one for one in read_facts(text).facts if one.id == identity)
        text = carry(fact, remove(text, identity), section=new, marks=fact.marks)
    return _without_empty(text, old)


def facts_under(memory: MemoryText, section: str) -> tuple[str, ...]:
    """Return the ids of the facts that stand under a section's headings, or under none, for the default one."""
    return tuple(fact.id for fact in memory.facts if same_name(fact.heading, section))


def headings_of(memory: MemoryText, section: str) -> tuple[Heading, ...]:
    """Return the headings that bear a section's name."""
    return tuple(
        block
        for block in memory.document.blocks
        if isinstance(block, Heading) and block.level > 1 and same_name(block.title, section)
    )


def same_name(one: str, other: str) -> bool:
    """Say whether two titles name one section."""
    return one_line(one).casefold() == one_line(other).casefold()


def _renamed(text: str, memory: MemoryText, old: str, new: str) -> str:
    title = one_line(new)
    result = splice(text, [_title(text, heading, title) for heading in headings_of(memory, old)])
    # A new name must be one: no closing marks, nothing that is read as something else than a heading.
    if list(_said(read_facts(result))) != [
        (identity, said, title if same_name(name, old) else name) for identity, said, name in _said(memory)
    ] or len(headings_of(read_facts(result), title)) != len(headings_of(memory, old)):
        raise MemoryFileError(f"{new!r} cannot be a heading here", hint="give it a plain name")
    return result


def _title(text: str, heading: Heading, title: str) -> Edit:
    match = _ATX.match(text, heading.start, heading.end)
    if match and match[2]:
        return Edit(match.start(2), match.end(2), title)
    # Underlined: every line but the last that is not blank.
    lines = [line for line in lines_of(text[: heading.end], heading.start) if text[slice(*line)].strip()]
    begin, end = lines[0][0], lines[-2][1]
    return Edit(begin, begin + len(text[begin:end].rstrip("\r\n")), title)


def _without_empty(text: str, section: str) -> str:
    """Take out the headings of a section that nothing stands under."""
    memory = read_facts(text)
    blocks = memory.document.blocks
    edits = []
    for heading in headings_of(memory, section):
        place = blocks.index(heading)
        behind = blocks[place + 1] if place + 1 < len(blocks) else None
        if behind is None or (isinstance(behind, Heading) and behind.level <= heading.level):
            edits.append(Edit(heading.start, behind.start if behind else heading.end, ""))
    result = splice(text, edits)
    # Where the lines around would be read otherwise without it, the heading stays.
    return result if list(_said(read_facts(result))) == list(_said(memory)) else text


def _said(memory: MemoryText) -> Iterator[tuple[str, str, str]]:
    return ((fact.id, fact.text, fact.section) for fact in memory.facts)
