"""Changes of a memory file: each takes its text and returns it with one fact's own bytes changed."""

from collections.abc import Mapping

from miminions.errors import NotFoundError
from miminions.markdown import Edit, Heading, Item, splice
from miminions.memory.facts import COMMENT, DEFAULT_SECTION, Fact, MemoryText, read_facts
from miminions.memory.lines import item_text, newline_of


def label(text: str) -> str:
    """Give every fact without an id the id it was born with; nothing else changes."""
    memory = read_facts(text)
    edits = [_relabel(text, fact, fact.marks) for fact in memory.facts if not fact.labelled]
    return splice(text, edits)


def insert(
    text: str, fact_text: str, *, identity: str, section: str, marks: Mapping[str, str], detail: str = ""
) -> str:
    """Put a new fact into its section, at the place its id decides.

    A fact goes behind the one whose id comes next before its own, wherever that stands: two branches that add facts
    then seldom touch the same place.
    """
    newline = newline_of(text)
    memory = read_facts(text)
    line = _line(item_text(fact_text), identity, marks, detail, newline, bullet=_bullet(memory, section))
    neighbours = [fact for fact in memory.facts if fact.section.casefold() == section.casefold()]
    before = [fact for fact in neighbours if fact.id < identity]
    if before:
        place = max(before, key=lambda fact: fact.id).end
        return splice(text, [Edit(place, place, _below(text, place, line, newline))])
    if neighbours:
        place = neighbours[0].start
        return splice(text, [Edit(place, place, line)])
    return _open_section(text, memory, section, line, newline)


def remove(text: str, identity: str) -> str:
    """Take a fact out, with its detail. Raises NotFoundError."""
    fact = find(read_facts(text), identity)
    return splice(text, [Edit(fact.start, fact.end, "")])


def reword(text: str, identity: str, fact_text: str) -> str:
    """Give a fact another text; its id, marks and detail stay. Raises NotFoundError."""
    fact = find(read_facts(text), identity)
    return splice(
        text, [Edit(fact.text_start, fact.text_end, item_text(fact_text)), _relabel(text, fact, fact.marks)]
    )


def remark(text: str, identity: str, marks: Mapping[str, str]) -> str:
    """Give a fact other marks. Raises NotFoundError."""
    fact = find(read_facts(text), identity)
    return splice(text, [_relabel(text, fact, marks)])


def find(memory: MemoryText, identity: str) -> Fact:
    """Return the fact of that id. Raises NotFoundError."""
    fact = memory.by_id(identity)
    if fact is None:
        raise NotFoundError(
            f"there is no fact {identity}", hint="`miminions show` lists the facts with their ids"
        )
    return fact


def comment(identity: str, marks: Mapping[str, str]) -> str:
    """Write the comment that carries an id and what somebody set."""
    words = [f"{key}={value}" if value else key for key, value in marks.items()]
    return f"<!-- mm:{' '.join([identity, *words])} -->"


def _relabel(text: str, fact: Fact, marks: Mapping[str, str]) -> Edit:
    """Write a fact's comment in the place of the old one, or behind its text where there is none."""
    old = COMMENT.search(text, fact.text_end, fact.mark_end)
    if old is None:
        return Edit(fact.text_end, fact.text_end, f" {comment(fact.id, marks)}")
    return Edit(old.start(), old.end(), comment(fact.id, marks))


def _line(
    text: str, identity: str, marks: Mapping[str, str], detail: str, newline: str, *, bullet: str
) -> str:
    nested = "".join(f"  {line}".rstrip() + newline for line in detail.splitlines())
    return f"{bullet} {text} {comment(identity, marks)}{newline}{nested}"


def _bullet(memory: MemoryText, section: str) -> str:
    """Return the marker that the section's items use already."""
    for fact in memory.facts:
        if fact.section.casefold() == section.casefold():
            mark = memory.document.text[fact.start : fact.end].lstrip()[0]
            return mark if mark in "-*+" else "-"
    return "-"


def _below(text: str, place: int, line: str, newline: str) -> str:
    """Keep a file without a final line end as it is, one line longer."""
    if text[:place].endswith(("\n", "\r")):
        return line
    return newline + line.removesuffix(newline)


def _open_section(text: str, memory: MemoryText, section: str, line: str, newline: str) -> str:
    """Put the first fact of a section behind its heading, with a new heading at the end where there is none."""
    blocks = memory.document.blocks
    for number, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level > 1 and block.title.casefold() == section.casefold():
            place = _behind(blocks[number + 1 :], block.end)
            gap = newline if place != block.end else ""
            return splice(text, [Edit(place, place, _below(text, place, gap + line, newline))])
    if section == DEFAULT_SECTION and not any(isinstance(b, Heading) and b.level > 1 for b in blocks):
        gap = newline if text.strip() and not text.endswith(newline * 2) else ""
        return text + _below(text, len(text), gap + line, newline) if text else line
    gap = newline if text.strip() and not text.endswith(newline * 2) else ""
    heading = f"{gap}## {section}{newline}{line}"
    return text + (_below(text, len(text), heading, newline) if text else heading)


def _behind(blocks: tuple[object, ...], end: int) -> int:
    """Return the end of a section's own prose, so that a first fact stands below it."""
    for block in blocks:
        if isinstance(block, Heading | Item):
            break
        end = getattr(block, "end", end)
    return end
