"""History: the ledger of sessions, one line each, read from and appended to HISTORY.md."""

import re
from dataclasses import dataclass
from datetime import datetime

from miminions.markdown import Edit, Heading, Item, parse, splice
from miminions.memory.facts import COMMENT
from miminions.memory.lines import newline_of, one_line

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDED = re.compile(r"\+([0-9a-z]{6})((?:<[0-9a-z]{6})*)(?:#(\d+))?")
_RETIRED = re.compile(r"-([0-9a-z]{6})")
_TURNS = re.compile(r"turns=(\d+)-(\d+)")
_TIME = re.compile(r"(\d{2}:\d{2})\s+")


@dataclass(frozen=True, slots=True)
class Added:
    """A fact that a session added: what it replaced, and the turn that says it."""

    id: str
    replaces: tuple[str, ...] = ()
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger; `first` and `last` are the turns it covers, both included."""

    day: str
    time: str
    summary: str
    session: str = ""
    first: int = 0
    last: int = 0
    added: tuple[Added, ...] = ()
    retired: tuple[str, ...] = ()
    review: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines of the history, oldest first."""

    entries: tuple[Entry, ...]

    def covered(self, session: str) -> int:
        """Return the last turn of a session that is covered, 0 when none is."""
        return max((entry.last for entry in self.entries if entry.session == session), default=0)

    def origin(self, identity: str) -> tuple[Entry, Added] | None:
        """Return the line that added a fact, the latest one."""
        for entry in reversed(self.entries):
            for added in entry.added:
                if added.id == identity:
                    return entry, added
        return None

    def known(self) -> frozenset[str]:
        """Return every id that a session ever added."""
        return frozenset(added.id for entry in self.entries for added in entry.added)


def read_history(text: str) -> Ledger:
    """Read the text of HISTORY.md; lines without a comment are entries without a session."""
    document = parse(text)
    day, entries = "", []
    for block in document.blocks:
        if isinstance(block, Heading):
            found = _DAY.search(block.title)
            day = found[0] if found else day
        elif isinstance(block, Item) and block.text_start < block.text_end:
            entries.append(
                _entry(text[block.text_start : block.text_end], day, document.line_of(block.start))
            )
    return Ledger(tuple(entries))


def append_entry(text: str, entry: Entry) -> str:
    """Return the history with one more line, at the end of its day; no other line changes."""
    newline = newline_of(text)
    line = render_entry(entry) + newline
    days = _days(text)
    same = [day for day in days if day.day == entry.day]
    later = [day for day in days if day.day > entry.day]
    if same:
        place = same[-1].end
        return splice(text, [Edit(place, place, _below(text[:place], line, newline))])
    heading = f"## {entry.day}{newline}{line}"
    if later:
        place = later[0].start
        return splice(text, [Edit(place, place, f"{heading}{newline}")])
    gap = newline if text.strip() and not text.endswith(newline * 2) else ""
    return text + _below(text, gap + heading, newline)


@dataclass(frozen=True, slots=True)
class _Day:
    """The slice of a day: from its heading to the end of its last block."""

    day: str
    start: int
    end: int


def _days(text: str) -> list[_Day]:
    days: list[_Day] = []
    inside = False
    for block in parse(text).blocks:
        if isinstance(block, Heading):
            found = _DAY.search(block.title)
            inside = found is not None
            if found:
                days.append(_Day(found[0], block.start, block.end))
        elif inside:
            days[-1] = _Day(days[-1].day, days[-1].start, block.end)
    return days


def render_entry(entry: Entry) -> str:
    """Write one line of the ledger."""
    words = [f"s={entry.session}", f"turns={entry.first}-{entry.last}"] if entry.session else []
    for added in entry.added:
        chain = "".join(f"<{old}" for old in added.replaces)
        words.append(f"+{added.id}{chain}" + (f"#{added.turn}" if added.turn else ""))
    words += [f"-{identity}" for identity in entry.retired]
    words += [f"review={entry.review}"] if entry.review else []
    comment = f" <!-- mm:{' '.join(words)} -->" if words else ""
    return f"- {entry.time} {one_line(entry.summary)}{comment}"


def stamp(moment: datetime) -> tuple[str, str]:
    """Return day and time of a moment in UTC, so that every machine writes the same line."""
    from datetime import UTC

    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%d"), utc.strftime("%H:%M")


def _below(before: str, addition: str, newline: str) -> str:
    """Put a line end in front of an addition where the text before lacks one."""
    return addition if not before or before.endswith(("\n", "\r")) else newline + addition


def _entry(source: str, day: str, line: int) -> Entry:
    comment = COMMENT.search(source)
    words = comment[1].split() if comment else []
    text = " ".join((source[: comment.start()] if comment else source).split())
    time = _TIME.match(text)
    turns = next((m for m in map(_TURNS.fullmatch, words) if m), None)
    return Entry(
        day=day,
        time=time[1] if time else "",
        summary=text[time.end() :] if time else text,
        session=next((word[2:] for word in words if word.startswith("s=")), ""),
        first=int(turns[1]) if turns else 0,
        last=int(turns[2]) if turns else 0,
        added=tuple(_added(m) for m in map(_ADDED.fullmatch, words) if m),
        retired=tuple(m[1] for m in map(_RETIRED.fullmatch, words) if m),
        review=next((int(w[7:]) for w in words if w.startswith("review=") and w[7:].isdigit()), 0),
        line=line,
    )


def _added(match: re.Match[str]) -> Added:
    return Added(match[1], tuple(match[2].split("<")[1:]), int(match[3]) if match[3] else None)
