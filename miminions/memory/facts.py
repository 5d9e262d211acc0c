"""Facts: a memory file's text read as facts and notes, each with its slice of the source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from textwrap import dedent

from miminions.markdown import Document, Heading, Item, Prose, parse
from miminions.memory.ids import ID, TAG, birth

SECTIONS = ("Preferences", "Decisions", "Facts", "Insights", "Context", "Procedures")
DEFAULT_SECTION = "Facts"
COMMENT = re.compile(r"<!--[ \t]*mm:([^>]*?)[ \t]*-->")
_TRAILING = re.compile(r"(?:\s*<!--(?:(?!-->).)*-->)+\s*\Z", re.DOTALL)
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")
_LINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_SILENT = {"html_block", "hr"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it says, where it stands, and what somebody set on it.

    `marks` are the comment's `key=value` words (`pin` has an empty value). `start:end` is the whole item,
    `text_start:text_end` its text, `text_start:mark_end` the text with its comments.
    """

    id: str
    text: str
    section: str
    detail: str
    marks: Mapping[str, str]
    labelled: bool
    line: int
    start: int
    end: int
    text_start: int
    text_end: int
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

    def by_id(self, identity: str) -> Fact | None:
        """Return the fact of that id."""
        return next((fact for fact in self.facts if fact.id == identity), None)

    def by_key(self, key: str) -> Fact | None:
        """Return the fact of that key."""
        return next((fact for fact in self.facts if fact.key == key), None)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A comment of ours: the id and its words."""

    id: str
    marks: Mapping[str, str]


def read_facts(text: str) -> MemoryText:
    """Read the text of a memory file."""
    document = parse(text)
    lines = _LineNumbers(text)
    section, drafts, notes = DEFAULT_SECTION, [], []
    for block in document.blocks:
        if isinstance(block, Heading):
            section = block.title if block.level > 1 and block.title else DEFAULT_SECTION
        elif isinstance(block, Item) and block.text_start < block.text_end:
            draft = _draft(document, block, section, lines.of(block.start))
            drafts += [draft] if draft.text else []
        elif not isinstance(block, Prose) or block.kind not in _SILENT:
            notes.append(Note(text[block.start : block.end].strip(), section, lines.of(block.start)))
    return MemoryText(document, _identified(drafts), tuple(notes))


def as_date(word: str | None) -> date | None:
    """Read a day written as YYYY-MM-DD, or YYYY-MM for the month's first day."""
    try:
        return date.fromisoformat(word if word and len(word) > 7 else f"{word}-01")
    except ValueError:
        return None


class _LineNumbers:
    """Counts lines forward through a text, once."""

    def __init__(self, text: str) -> None:
        self._text, self._offset, self._line = text, 0, 1

    def of(self, offset: int) -> int:
        passed = self._text[self._offset : offset]
        self._line += passed.count("\n") + passed.replace("\r\n", "\n").count("\r")
        self._offset = offset
        return self._line


def _draft(document: Document, item: Item, section: str, line: int) -> Fact:
    """Read one item; its id is empty until all labelled facts are known."""
    source = document.text[item.text_start : item.end]
    paragraph = source[: item.text_end - item.text_start]
    trailing = _TRAILING.search(paragraph)
    text_end = trailing.start() if trailing else len(paragraph)
    mark_end = len(paragraph)
    mark = _mark(paragraph[text_end:])
    if mark is None and (moved := re.match(rf"\s*{COMMENT.pattern}", source[mark_end:])):
        # A formatter that wraps lines may put the comment on a line of its own.
        mark, mark_end = _mark(moved[0]), mark_end + moved.end()
    box = _CHECKBOX.match(paragraph)
    begin = box.end() if box else 0
    return Fact(
        id=mark.id if mark else "",
        text=_BREAK.sub(" ", paragraph[begin:text_end]).strip(),
        section=section,
        detail=_detail(source[mark_end:]),
        marks=mark.marks if mark else {},
        labelled=bool(mark and mark.id),
        line=line,
        start=item.start,
        end=item.end,
        text_start=item.text_start + begin,
        text_end=item.text_start + max(text_end, begin),
        mark_end=item.text_start + mark_end,
    )


def _mark(comments: str) -> _Mark | None:
    match = COMMENT.search(comments)
    if match is None or match[1].startswith("s="):
        return None
    first, _, rest = match[1].partition(" ")
    words = (rest if ID.fullmatch(first) else match[1]).split()
    marks = dict((key, value) for key, _, value in (word.partition("=") for word in words))
    return _Mark(first if ID.fullmatch(first) else "", marks)


def _detail(nested: str) -> str:
    """Return what is nested under an item, without its common indent."""
    return dedent(nested.replace("\r\n", "\n").replace("\r", "\n").strip("\n")).strip()


def _identified(drafts: list[Fact]) -> tuple[Fact, ...]:
    """Give each fact its id: labelled ones keep theirs, of two with one id the first keeps it."""
    taken: set[str] = set()
    doubles = set()
    for place, fact in enumerate(drafts):
        if fact.labelled and fact.id in taken:
            doubles.add(place)
        elif fact.labelled:
            taken.add(fact.id)
    facts = []
    for place, fact in enumerate(drafts):
        if not fact.labelled or place in doubles:
            identity = birth(fact.text, taken)
            taken.add(identity)
            fact = replace(fact, id=identity, labelled=False)  # noqa: PLW2901
        facts.append(fact)
    return tuple(facts)
