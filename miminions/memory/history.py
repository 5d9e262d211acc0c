"""History: the ledger of sessions, one line each, read from and appended to HISTORY.md."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from miminions.errors import MemoryFileError
from miminions.markdown import Edit, Heading, Item, Lines, parse, splice
from miminions.memory.comments import before_comments, ours
from miminions.memory.lines import begins_line, gap_behind, newline_of, one_line, plain_item

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDED = re.compile(r"\+([0-9a-z]{6})((?:<[0-9a-z]{6})*)(?:#(\d+))?")
_RETIRED = re.compile(r"-([0-9a-z]{6})")
_TURNS = re.compile(r"turns=(\d+)-(\d+)")
_REVIEW = re.compile(r"review=(\d+)")
_TIME = re.compile(r"(\d{2}:\d{2})(?:\s+|\Z)")
_WORD = re.compile(r"[\w.:@+-]+", re.ASCII)


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
    _by_id: dict[str, list[Entry]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, identity: str) -> Sequence[Entry]:
        """Return the lines that name a fact: as added, as replaced, or as retired."""
        # Who asks for one fact most often asks for all of them.
        if not self._by_id:
            found: dict[str, list[Entry]] = {"": []}
            for entry in self.entries:
                replaced = (old for added in entry.added for old in added.replaces)
                for name in {*entry.retired, *(added.id for added in entry.added), *replaced}:
                    found.setdefault(name, []).append(entry)
            self._by_id.update(found)
        return self._by_id.get(identity, ())

    def covered(self, session: str) -> int:
        """Return the last turn of a session that is covered, 0 when none is."""
        return max((entry.last for entry in self.entries if entry.session == session), default=0)

    def origin(self, identity: str) -> tuple[Entry, Added] | None:
        """Return the line that added a fact, the latest one of a session."""
        for entry in reversed(self.of(identity)):
            for added in entry.added:
                if added.id == identity and entry.session:
                    return entry, added
        return None

    def present(self) -> frozenset[str]:
        """Return the ids whose last word in the ledger is that they were added."""
        last: dict[str, bool] = {}
        for entry in self.entries:
            last |= dict.fromkeys(entry.retired, False)
            last |= {added.id: True for added in entry.added}
        return frozenset(identity for identity, added in last.items() if added)

    def known(self) -> frozenset[str]:
        """Return every id that a session ever added."""
        return frozenset(added.id for entry in self.entries for added in entry.added)

    def gone(self) -> frozenset[str]:
        """Return the ids whose last word in the ledger is that they were retired."""
        return frozenset(identity for entry in self.entries for identity in entry.retired) - self.present()


def joined(ledgers: Iterable[Ledger]) -> Ledger:
    """Return one ledger of several writers' histories, by day and time; lines of one moment stay in their order."""
    told = [ledger for ledger in ledgers if ledger.entries]
    if len(told) == 1:
        return told[0]
    entries = (entry for ledger in told for entry in ledger.entries)
    return Ledger(tuple(sorted(entries, key=lambda entry: (entry.day, entry.time))))


def read_history(text: str) -> Ledger:
    """Read the text of HISTORY.md; lines without a comment are entries without a session."""
    lines = Lines(text)
    day, entries = "", []
    for block in parse(text).blocks:
        if isinstance(block, Heading):
            found = _DAY.search(block.title)
            day = found[0] if found else day
        elif isinstance(block, Item) and block.text_start < block.text_end:
            entries.append(_entry(text, block, day, lines.of(block.start)))
    return Ledger(tuple(entries))


def append_entry(text: str, entry: Entry) -> str:
    """Return the history with one more line, at the end of its day; no other line changes.

    Raises MemoryFileError when the line could not be read back, as behind a code fence that nobody closed.
    """
    line = render_entry(entry)
    new = _plain(read_history(f"## {entry.day}\n{line}\n"))
    before = _plain(read_history(text))
    for result in _results(text, entry.day, line, newline_of(text)):
        after = _plain(read_history(result))
        if any(after[:n] + after[n + 1 :] == before for n, one in enumerate(after) if [one] == new):
            return result
    raise MemoryFileError(
        "HISTORY.md takes no line as it stands, nothing was written",
        hint="close what is open in it, such as a code fence or a comment",
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """The slice of a day: its heading, and the end of its last block."""

    day: str
    start: int
    entries: int
    end: int


def _results(text: str, day: str, line: str, newline: str) -> Iterator[str]:
    """Yield the history with the line at each place it may stand, the best first."""
    days = _days(text)
    same = [one for one in days if one.day == day]
    later = next((one.start for one in days if one.day > day), None)
    heading = f"## {day}{newline}{line}{newline}"
    if same:
        for place, behind in ((same[-1].end, ""), (same[-1].entries, ""), (same[-1].entries, newline)):
            yield _with(text, place, f"{line}{newline}{behind}", newline)
    elif later is not None:
        yield _with(text, later, heading + newline, newline)
    else:
        yield _with(text, len(text), gap_behind(text, newline) + heading, newline)


def _with(text: str, place: int, addition: str, newline: str) -> str:
    """Insert whole lines, behind a line end where the text before lacks one."""
    gap = "" if begins_line(text, place) else newline
    return splice(text, [Edit(place, place, gap + addition)])


def _days(text: str) -> list[_Day]:
    days: list[_Day] = []
    inside = False
    for block in parse(text).blocks:
        if isinstance(block, Heading):
            found = _DAY.search(block.title)
            inside = found is not None
            if found:
                days.append(_Day(found[0], block.start, block.end, block.end))
        elif inside:
            days[-1] = replace(days[-1], end=block.end)
    return days


def _plain(ledger: Ledger) -> list[Entry]:
    return [replace(entry, line=0) for entry in ledger.entries]


def render_entry(entry: Entry) -> str:
    """Write one line of the ledger."""
    words = [f"s={_quoted(entry.session)}", f"turns={entry.first}-{entry.last}"] if entry.session else []
    for added in entry.added:
        chain = "".join(f"<{old}" for old in added.replaces)
        words.append(f"+{added.id}{chain}" + (f"#{added.turn}" if added.turn else ""))
    words += [f"-{identity}" for identity in entry.retired]
    words += [f"review={entry.review}"] if entry.review else []
    said = plain_item(f"{entry.time} {one_line(entry.summary)}".strip()) or "…"
    comment = f"<!-- mm:{' '.join(words)} -->" if words else ""
    return f"- {said} {comment}".rstrip()


def stamp(moment: datetime) -> tuple[str, str]:
    """Return day and time of a moment in UTC, so that every machine writes the same line."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%d"), utc.strftime("%H:%M")


def _entry(text: str, item: Item, day: str, line: int) -> Entry:
    # A formatter that wraps lines may put the comment on a line of its own.
    mark = next(ours(text, item.text_start, item.end), None)
    words = mark.words.split() if mark else []
    stop = min(mark.start, item.text_end) if mark else item.text_end
    said = " ".join(text[item.text_start : before_comments(text, item.text_start, stop)].split())
    time = _TIME.match(said)
    turns = _first(_TURNS, words)
    review = _first(_REVIEW, words)
    return Entry(
        day=day,
        time=time[1] if time else "",
        summary=said[time.end() :] if time else said,
        session=next((_unquoted(word[2:]) for word in words if word.startswith("s=")), ""),
        first=int(turns[1]) if turns else 0,
        last=int(turns[2]) if turns else 0,
        added=tuple(_added(m) for m in map(_ADDED.fullmatch, words) if m),
        retired=tuple(m[1] for m in map(_RETIRED.fullmatch, words) if m),
        review=int(review[1]) if review else 0,
        line=line,
    )


def _first(pattern: re.Pattern[str], words: list[str]) -> re.Match[str] | None:
    return next((match for match in map(pattern.fullmatch, words) if match), None)


def _added(match: re.Match[str]) -> Added:
    return Added(match[1], tuple(match[2].split("<")[1:]), int(match[3]) if match[3] else None)


def _quoted(session: str) -> str:
    """Write a session's name as one word; a file's name may hold spaces and more."""
    if _WORD.fullmatch(session):
        return session
    from urllib.parse import quote

    return quote(session, safe="@+:", errors="replace")


def _unquoted(word: str) -> str:
    if "%" not in word:
        return word
    from urllib.parse import unquote

    return unquote(word)
