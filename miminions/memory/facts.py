"""Facts: a memory file's text read as facts and notes, each with its slice of the source."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from textwrap import dedent

from miminions.markdown import Document, Heading, Hunk, Item, Lines, Prose, lines_of, parse
from miminions.memory.comments import Comment, before_comments, ours
from miminions.memory.ids import ID, TAG, UNSAFE, choices

SECTIONS = ("Preferences", "Decisions", "Facts", "Insights", "Context", "Procedures")
DEFAULT_SECTION = "Facts"
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")
_LINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])")
_SILENT = {"html_block", "hr", "conflict"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it says, where it stands, and what somebody set on it.

    `marks` are the comment's `key=value` words (`pin` has an empty value); `box` is a task's check box, `others` are
    other people's comments behind the text. `start:end` is the whole item, `text_start:text_end` its text, and
    `mark_start:mark_end` our comment, which may stand within the text; where there is none, both say where it would.
    """

    id: str
    text: str
    section: str
    detail: str
    marks: Mapping[str, str]
    labelled: bool
    box: str
    others: str
    line: int
    start: int
    end: int
    text_start: int
    text_end: int
    mark_start: int
    mark_end: int

    @property
    def tags(self) -> tuple[str, ...]:
        """The `#tags` of the text, without the mark."""
        return tuple(TAG.findall(self.text))

    @property
    def links(self) -> tuple[str, ...]:
        """What its `[[links]]` name."""
        return tuple(_LINK.findall(self.text))

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
        """Return the fact of that id."""
        return next((fact for fact in self.facts if fact.id == identity), None)

    def by_key(self, key: str) -> Fact | None:
        """Return the fact of that key."""
        return next((fact for fact in self.facts if fact.key == key), None)


def read_facts(text: str) -> MemoryText:
    """Read the text of a memory file."""
    document = parse(text)
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


def _draft(text: str, block: Item | Prose, section: str, lines: Lines) -> Fact | None:
    """Read one item, None where it has no words of its own; the id is empty until all labelled facts are known."""
    if isinstance(block, Prose) or block.text_start == block.text_end:
        return None
    box = _CHECKBOX.match(text, block.text_start, block.text_end)
    text_start = box.end() if box else block.text_start
    text_end = before_comments(text, text_start, block.text_end)
    mark = _our_comment(text, text_start, text_end, block)
    words = _joined(_without(mark, text, text_start, text_end))
    if not words:
        return None
    identity, marks = _words(mark.words if mark else "")
    return Fact(
        id=identity,
        text=words,
        section=section,
        detail=_detail(text[max(block.text_end, mark.end if mark else 0) : block.end]),
        marks=marks,
        labelled=bool(identity),
        box=box[0] if box else "",
        others=_joined(_without(mark, text, text_end, block.text_end)),
        line=lines.of(block.start),
        start=block.start,
        end=block.end,
        text_start=text_start,
        text_end=text_end,
        mark_start=mark.start if mark else text_end,
        mark_end=mark.end if mark else text_end,
    )


def _our_comment(text: str, text_start: int, text_end: int, item: Item) -> Comment | None:
    """Find our comment behind an item's text, else on the next line, else where somebody wrote on behind it."""
    for mark in ours(text, text_end, item.text_end):
        if not mark.words.startswith("s="):
            return mark
    # A formatter that wraps lines may put the comment on a line of its own.
    for mark in islice(ours(text, item.text_end, item.end), 1):
        if not mark.words.startswith("s=") and not text[item.text_end : mark.start].strip():
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
    owners = {fact.id: place for place, fact in reversed(list(enumerate(drafts))) if fact.id}
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
