"""Facts: a memory file's text read as facts and notes, each with its slice of the source."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from textwrap import dedent

from miminions.markdown import Document, Heading, Hunk, Item, Lines, Prose, lines_of, parse
from miminions.memory.comments import Comment, before_comments, ours
from miminions.memory.foreign import (
    aliases,
    before_marks,
    behind_marks,
    category,
    is_observations,
    whole_regions,
)
from miminions.memory.ids import ID, TAG, UNSAFE, choices, named_after

SECTIONS = ("Preferences", "Decisions", "Facts", "Insights", "Context", "Procedures")
DEFAULT_SECTION = "Facts"
_CHECKBOX = re.compile(r"\[[ xX]\](?:[ \t]+|\Z)")
# A formatter may write any of the brackets with a backslash.
LINK = re.compile(r"\\?\[\\?\[([^\[\]\n\\]+)\\?\]\\?\]")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])(?:[ \t]+\[[ xX]\](?=\s|\Z))?")
_SILENT = {"html_block", "hr", "conflict"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it says, where it stands, and what somebody set on it.

    `marks` are the comment's `key=value` words (`pin` has an empty value). `box` is what stands in front of the text, a
    task's check box or an observation's category; `ahead` and `behind` are other people's marks behind the text, before
    and after our comment, and `aliases` the ids among them. `heading` is where it stands; a category names another
    section. It is `labelled` when its id stands in the file.

    `start:end` is the whole item, `text_start:text_end` its text, and `mark_start:mark_end` our comment, which may stand
    within the text; where there is none, both say where it would.
    """

    id: str
    text: str
    section: str
    detail: str
    marks: Mapping[str, str]
    labelled: bool
    box: str
    ahead: str
    behind: str
    aliases: tuple[str, ...]
    heading: str
    line: int
    start: int
    end: int
    text_start: int
    text_end: int
    mark_start: int
    mark_end: int

    @property
    def others(self) -> str:
        """Other people's marks behind the text."""
        return f"{self.ahead} {self.behind}".strip()

    @property
    def category(self) -> bool:
        """Whether a bracket in front of the text names its section."""
        return bool(self.box) and _CHECKBOX.fullmatch(self.box) is None

    @property
    def tags(self) -> tuple[str, ...]:
        """The `#tags` of the text, without the mark."""
        return tuple(TAG.findall(self.text))

    @property
    def links(self) -> tuple[str, ...]:
        """What its `[[links]]` name."""
        return tuple(LINK.findall(self.text))

    @property
    def key(self) -> str | None:
        """The name it can be asked for by."""
        return self.marks.get("key")

    @property
    def since(self) -> str | None:
        """The first day it holds, as written."""
        return self.marks.get("since")

    @property
    def until(self) -> str | None:
        """The last day it holds, as written."""
        return self.marks.get("until")

    @property
    def pin(self) -> bool:
        """Whether it always comes first."""
        return "pin" in self.marks

    def expired(self, day: date) -> bool:
        """Say whether its last day lies before `day`; a date nobody can read never expires."""
        last = as_date(self.until)
        return last is not None and last < day


@dataclass(frozen=True, slots=True)
class Note:
    """Prose of the owner's: searchable, never edited."""

    text: str
    section: str
    line: int


@dataclass(frozen=True, slots=True)
class MemoryText:
    """A memory file as facts and notes, in the order of the file."""

    document: Document
    facts: tuple[Fact, ...]
    notes: tuple[Note, ...]

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """The merge conflicts; neither side of them is a fact yet."""
        return self.document.hunks

    def by_id(self, identity: str) -> Fact | None:
        """Return the fact of that id, else the one that another program calls so, with or without its `^`."""
        found = next((fact for fact in self.facts if fact.id == identity), None)
        alias = identity.removeprefix("^")
        return found or next((fact for fact in self.facts if alias in fact.aliases), None)

    def by_key(self, key: str) -> Fact | None:
        """Return the fact of that key."""
        return next((fact for fact in self.facts if fact.key == key), None)


# One command reads the same few texts again and again: before a change, while it is tried out, and behind it.
@lru_cache(maxsize=8)
def read_facts(text: str) -> MemoryText:
    """Read the text of a memory file."""
    document = whole_regions(parse(text))
    lines = Lines(text)
    section, drafts, notes = DEFAULT_SECTION, [], []
    for block in document.blocks:
        if isinstance(block, Heading):
            title = " ".join(UNSAFE.sub(" ", block.title).split())
            section = title if block.level > 1 and title else DEFAULT_SECTION
        elif (fact := _draft(text, block, section, lines)) is not None:
            drafts.append(fact)
        elif not _is_silent(text, block):
            notes.append(Note(text[block.start : block.end].strip(), section, lines.of(block.start)))
    return MemoryText(document, _identified(drafts), tuple(notes))


def claimed(text: str, fact: Fact) -> str:
    """Return the id that a fact's line bears, also where another line has it; empty where it bears none."""
    mark = next(ours(text, fact.mark_start, fact.mark_end), None)
    identity = _words(mark.words)[0] if mark else ""
    return identity or (named_after(fact.aliases[0]) if fact.aliases else "")


def as_date(word: str | None) -> date | None:
    """Read a day written as YYYY-MM-DD, or YYYY-MM for the month's first day."""
    try:
        return date.fromisoformat(word if word and len(word) > 7 else f"{word}-01")
    except ValueError:
        return None


def _is_silent(text: str, block: Item | Prose) -> bool:
    """Say whether a block holds nothing to know: a rule, HTML, a merge conflict, an item without words."""
    if isinstance(block, Prose):
        return block.kind in _SILENT
    marker = _MARKER.match(text, block.start)
    start = marker.end() if marker else block.start
    return before_comments(text, start, block.end) == start


def _draft(text: str, block: Item | Prose, heading: str, lines: Lines) -> Fact | None:
    """Read one item, None where it has no words of its own; the id is empty until all labelled facts are known."""
    if isinstance(block, Prose) or block.text_start == block.text_end:
        return None
    text_start, section = _front(text, block, heading)
    text_end = before_marks(text, text_start, block.text_end)
    tail_end = behind_marks(text, block.text_end, block.end)
    mark = _our_comment(text, (text_start, text_end, tail_end), block)
    words = _joined(_without(mark, text, text_start, text_end))
    if not words:
        return None
    identity, marks = _words(mark.words if mark else "")
    start, end = (mark.start, mark.end) if mark else (text_end, text_end)
    ahead, behind = _joined(text[text_end:start]), _joined(text[max(end, text_end) : max(end, tail_end)])
    names = aliases(f"{ahead} {behind}")
    return Fact(
        id=identity or (named_after(names[0]) if names else ""),
        text=words,
        section=section,
        detail=_detail(text[max(tail_end, end) : block.end]),
        marks=marks,
        labelled=bool(identity or names),
        box=text[block.text_start : text_start],
        ahead=ahead,
        behind=behind,
        aliases=names,
        heading=heading,
        line=lines.of(block.start),
        start=block.start,
        end=block.end,
        text_start=text_start,
        text_end=text_end,
        mark_start=start,
        mark_end=end,
    )


def _front(text: str, item: Item, heading: str) -> tuple[int, str]:
    """Return where an item's words begin, behind its box or category, and the section they belong to."""
    box = _CHECKBOX.match(text, item.text_start, item.text_end)
    if box or not is_observations(heading):
        return box.end() if box else item.text_start, heading
    start, section = category(text, item.text_start, item.text_end)
    return start, section or heading


def _our_comment(text: str, places: tuple[int, int, int], item: Item) -> Comment | None:
    """Find our comment behind an item's text, else on the next line, else where somebody wrote on behind it."""
    text_start, text_end, tail_end = places
    for mark in ours(text, text_end, tail_end):
        if not mark.words.startswith("s="):
            return mark
    # A formatter that wraps lines may put the comment on a line of its own.
    for mark in islice(ours(text, tail_end, item.end), 1):
        if not mark.words.startswith("s=") and not text[tail_end : mark.start].strip():
            return mark
    for mark in ours(text, text_start, text_end):
        if _words(mark.words)[0] and text.count("`", text_start, mark.start) % 2 == 0:
            return mark
    return None


def _without(mark: Comment | None, text: str, start: int, end: int) -> str:
    """Return a slice without our comment."""
    if mark is None or not start <= mark.start < end:
        return text[start:end]
    return f"{text[start : mark.start].rstrip()} {text[mark.end : end].lstrip()}"


def _words(comment: str) -> tuple[str, Mapping[str, str]]:
    """Read what stands in a comment: the id, empty where there is none, and the marks."""
    words = comment.split()
    identity = words.pop(0) if words and ID.fullmatch(words[0]) else ""
    return identity, {key: value for key, _, value in (word.partition("=") for word in words)}


def _detail(nested: str) -> str:
    """Return what is nested under an item, without its common indent."""
    return dedent(nested.replace("\r\n", "\n").replace("\r", "\n").strip("\n")).strip()


def _joined(paragraph: str) -> str:
    """Join the lines of a paragraph; a soft break is a space."""
    return " ".join(paragraph[begin:end].strip() for begin, end in lines_of(paragraph)).strip()


def _identified(drafts: list[Fact]) -> tuple[Fact, ...]:
    """Give each fact its id: labelled ones keep theirs, of two with one id the first keeps it."""
    # Where another program's id is also in a comment of ours, that one has it.
    ranked = sorted(enumerate(drafts), key=lambda one: (one[1].mark_start == one[1].mark_end, one[0]))
    owners = {fact.id: place for place, fact in reversed(ranked) if fact.id}
    taken = set(owners)
    # The same text goes on where it stopped: what it was refused once stays taken.
    streams: dict[str, Iterator[str]] = {}
    facts = []
    for place, fact in enumerate(drafts):
        named = fact
        if owners.get(fact.id) != place:
            stream = streams.setdefault(fact.text, choices(fact.text))
            named = replace(fact, id=next(one for one in stream if one not in taken), labelled=False)
            taken.add(named.id)
        facts.append(named)
    return tuple(facts)
