"""Changes of a memory file: each takes its text and returns it with one fact's own bytes changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from miminions.errors import ConflictError, MemoryFileError, NotFoundError
from miminions.markdown import Block, Edit, Heading, Lines, Prose, splice
from miminions.memory.comments import comment
from miminions.memory.disputes import harmless
from miminions.memory.facts import DEFAULT_SECTION, Fact, MemoryText, claimed, read_facts
from miminions.memory.foreign import is_observations, without_categories
from miminions.memory.lines import (
    begins_line,
    gap_behind,
    item_text,
    nested_lines,
    newline_of,
    one_line,
    plain_item,
)

# What stands in front of an item's text; a new item repeats it, so that both are items of one list.
_PREFIX = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
# What may be open to the end of a file.
_OPEN = {"fence": "a code fence", "html_block": "HTML"}
_LIST = re.compile(r"[-*+] ")


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a fact."""

    id: str
    text: str
    section: str
    marks: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""


def label(text: str) -> str:
    """Give every fact without an id the id it was born with; nothing else changes."""
    facts = read_facts(text).facts
    return splice(text, [_remark(fact, fact.marks) for fact in facts if not fact.labelled])


def label_bare(text: str) -> str:
    """Do the same, but leave a line that bears another's id and says something else: that is a dispute, not a new fact."""
    memory = read_facts(text)
    bare = (fact for fact in memory.facts if not fact.labelled and not _contests(fact, memory))
    return splice(text, [_remark(fact, fact.marks) for fact in bare])


def relabel(text: str, identity: str, new: str, marks: Mapping[str, str]) -> str:
    """Give a fact another id and other marks. Raises NotFoundError."""
    fact = find(read_facts(text), identity)
    return splice(text, [_remark(replace(fact, id=new), marks)])


def insert(text: str, new: Insert, *, behind: str = "") -> str:
    """Put a new fact into its section, behind a given one of it or at the place its id decides. Raises MemoryFileError.

    A fact goes behind the one whose id comes next before its own, wherever that stands: two branches that add facts
    then seldom touch the same place.
    """
    line = _said(new.text, new.section)
    return _put(text, replace(new, text=line), _Place(new.section, line, after=behind))


def carry(fact: Fact, text: str, *, section: str, marks: Mapping[str, str]) -> str:
    """Put a fact of another text in as it is written. Raises MemoryFileError.

    Its box and other people's marks stay; a category goes when the fact moves to another section than it names.
    """
    stays = fact.category and _named(fact.section, _title(section))
    heading = fact.heading if stays else section
    box = fact.box if stays or not fact.category else ""
    line = plain_item(fact.text)
    if is_observations(heading) and not box:
        line = without_categories(line)
    new = Insert(fact.id, line, section, marks, fact.detail)
    return _put(text, new, _Place(heading, f"{box}{line} {fact.ahead}".rstrip(), fact.behind))


def remove(text: str, identity: str) -> str:
    """Take a fact out, with its detail. Raises NotFoundError, MemoryFileError."""
    memory = read_facts(text)
    fact = find(memory, identity)
    # Without the item the lines around it may run together: a blank line, at worst an empty comment, keeps them apart.
    newline = newline_of(text)
    gaps = ("", newline, f"<!-- -->{newline}")
    tries = (splice(text, [Edit(fact.start, fact.end, gap)]) for gap in gaps)
    return _first_sound(tries, memory, fact, None)


def reword(text: str, identity: str, fact_text: str) -> str:
    """Give a fact another text; its id, marks and detail stay. Raises NotFoundError, MemoryFileError."""
    memory = read_facts(text)
    fact = find(memory, identity)
    line = item_text(fact_text) if fact.box else _said(fact_text, fact.heading)
    edits = [Edit(fact.text_start, fact.text_end, line)]
    if fact.mark_start < fact.text_end:
        edits = [Edit(fact.text_start, fact.text_end, f"{line} {comment(fact.id, fact.marks)}")]
    elif not fact.labelled:
        edits.append(_remark(fact, fact.marks))
    own = Insert(fact.id, line, fact.section, fact.marks, fact.detail)
    return _first_sound([splice(text, edits)], memory, fact, own)


def remark(text: str, identity: str, marks: Mapping[str, str]) -> str:
    """Give a fact other marks. Raises NotFoundError, and ConflictError for a key of another fact."""
    memory = read_facts(text)
    fact = find(memory, identity)
    key = marks.get("key")
    holder = memory.by_key(key) if key and key != fact.key else None
    if holder:
        raise ConflictError(
            f"the key {key} belongs to {holder.id}", hint=f"forget {holder.id} or change its key first"
        )
    return splice(text, [_remark(fact, marks)])


def find(memory: MemoryText, identity: str) -> Fact:
    """Return the fact of that id. Raises NotFoundError."""
    fact = memory.by_id(identity)
    if fact is None:
        raise NotFoundError(
            f"there is no fact {identity}", hint="`miminions show` lists the facts with their ids"
        )
    return fact


def _contests(fact: Fact, memory: MemoryText) -> bool:
    owner = memory.by_id(claimed(memory.document.text, fact) or fact.id)
    return owner is not None and owner.id != fact.id and not harmless(owner, fact)


def _remark(fact: Fact, marks: Mapping[str, str]) -> Edit:
    """Write a fact's comment in the place of the old one, or behind its text where there is none."""
    gap = " " if fact.mark_start == fact.mark_end else ""
    return Edit(fact.mark_start, fact.mark_end, gap + comment(fact.id, marks))


@dataclass(frozen=True, slots=True)
class _Place:
    """The heading that a new item goes under, and what is written in it before and behind our comment.

    `after` is the id of the fact that it should stand behind, if there is one.
    """

    heading: str
    line: str
    behind: str = ""
    after: str = ""


def _said(text: str, heading: str) -> str:
    line = item_text(text)
    return without_categories(line) if is_observations(_title(heading)) else line


def _put(text: str, new: Insert, place: _Place) -> str:
    memory = read_facts(text)
    return _first_sound(_insertions(text, memory, new, place), memory, None, new)


def _insertions(text: str, memory: MemoryText, new: Insert, own: _Place) -> Iterator[str]:
    """Yield the text with the new item at each place it may stand, the best first."""
    newline = newline_of(text)
    for place, before, prefix in _places(text, memory, new.id, own):
        # A blank line behind the item keeps a paragraph that follows from running into it.
        for behind in ("", newline):
            added = f"{before}{_item(new, own, prefix, newline)}{behind}"
            yield splice(text, [Edit(place, place, _below(text, place, added, newline))])


def _places(text: str, memory: MemoryText, identity: str, own: _Place) -> Iterator[tuple[int, str, str]]:
    """Yield offsets for a new item, with what comes in front of it and its marker."""
    newline, section = newline_of(text), _title(own.heading)
    neighbours = [fact for fact in memory.facts if _named(fact.heading, section)]
    if neighbours:
        smaller = (fact for fact in neighbours if fact.id < identity)
        named = next((fact for fact in neighbours if fact.id == own.after), None)
        last = named or max(smaller, key=lambda fact: fact.id, default=None)
        place = neighbours[0].start if last is None else last.end
        yield place, "", _prefix(text, last or neighbours[0])
        return
    blocks = memory.document.blocks
    headings = [block for block in blocks if isinstance(block, Heading) and block.level > 1]
    heading = next((one for one in headings if _named(one.title, section)), None)
    if heading:
        place = _behind_prose(blocks, heading)
        yield place, newline if place != heading.end else "", "- "
        yield heading.end, "", "- "
        return
    bare = section == DEFAULT_SECTION and not headings
    # A heading may end in marks that are not part of its title.
    closing = " #" if section.endswith("#") else ""
    gap = gap_behind(text, newline)
    yield len(text), gap if bare else f"{gap}## {section}{closing}{newline}", "- "


def _item(new: Insert, own: _Place, prefix: str, newline: str) -> str:
    """Write a whole item; a paragraph under it needs a blank line, a list does not."""
    nested = nested_lines(new.detail)
    if nested and not _LIST.match(nested[0]):
        nested.insert(0, "")
    indent = " " * len(prefix.expandtabs(4))
    first = f"{prefix}{own.line} {comment(new.id, new.marks)} {own.behind}".rstrip()
    lines = [first, *(one and indent + one for one in nested)]
    return "".join(one + newline for one in lines)


def _prefix(text: str, fact: Fact) -> str:
    match = _PREFIX.match(text, fact.start)
    return match[0] if match else "- "


def _title(section: str) -> str:
    """Return a section's name as a heading can bear it."""
    return one_line(section) or DEFAULT_SECTION


def _named(title: str, section: str) -> bool:
    return one_line(title).casefold() == section.casefold()


def _below(text: str, place: int, line: str, newline: str) -> str:
    """Keep a file without a final line end as it is, one line longer."""
    if begins_line(text, place):
        return line
    return newline + line.removesuffix(newline)


def _behind_prose(blocks: tuple[Block, ...], heading: Heading) -> int:
    """Return the end of a section's own prose, so that a first fact stands below it."""
    end = heading.end
    for block in blocks[blocks.index(heading) + 1 :]:
        if not isinstance(block, Prose):
            break
        end = block.end
    return end


def _first_sound(tries: Iterable[str], before: MemoryText, old: Fact | None, own: Insert | None) -> str:
    """Return the first text in which the own fact reads as it should and all others but the old one as before.

    Raises MemoryFileError when there is none.
    """
    others = _slices(before, without=old)
    for text in tries:
        memory = read_facts(text)
        mine = memory.by_id(own.id) if own else None
        if _slices(memory, without=mine) == others and (own is None or _is(mine, own)):
            return text
    raise MemoryFileError(
        f"the lines around the change would run together with it{_open_block(before)}, nothing was written",
        hint="close what is open around it, such as a code fence or a comment, and indent the items of a list alike",
    )


def _open_block(memory: MemoryText) -> str:
    """Name the block at the end of a file, which may be open and take in all that follows."""
    last = memory.document.blocks[-1:]
    if not last or not isinstance(last[0], Prose) or last[0].kind not in _OPEN:
        return ""
    return f" ({_OPEN[last[0].kind]} begins in line {Lines(memory.document.text).of(last[0].start)})"


def _slices(memory: MemoryText, *, without: Fact | None = None) -> list[tuple[str, ...]]:
    """Return the bytes of each fact but one, with what is read from them."""
    text = memory.document.text
    return [
        (text[fact.start : fact.end].rstrip("\r\n"), fact.text, fact.section)
        for fact in memory.facts
        if fact is not without
    ]


def _is(fact: Fact | None, own: Insert) -> bool:
    return (
        fact is not None
        and fact.labelled
        and fact.text == own.text
        and _named(fact.section, _title(own.section))
        and fact.detail.split() == " ".join(nested_lines(own.detail)).split()
    )
