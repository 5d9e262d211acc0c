"""Plain memory files as records, fast: headings, blank lines, one-line items with at most a comment of ours.

Whatever else stands in a file is left to the reader of the memory room, which knows all of Markdown; that both give the
same records where this one answers is a law.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from miminions.index.rows.apart import apart
from miminions.index.rows.values import Record, plain_text
from miminions.markdown import head_of
from miminions.memory.facts import DEFAULT_SECTION, LINK, as_date
from miminions.memory.ids import UNSAFE, choices
from miminions.redact import redact, suspicious
from miminions.transcripts.own import session_name

# What begins an item's words and opens nothing: a letter, a number that is no list's, a quote, a path, emphasis, a link.
_FIRST = r"(?=[^\W\d_]|\d+(?![\d.)])|[\"'(`$@/]|\*\*?\w|\[\[|#\w|[^\x00-\x7f])"
_WORDS = r"([^\n<]*(?:<(?!!--)[^\n<]*)*)"
_REST = r"(#{1,6}) +([^\s#][^\n#]*)|<!--[^\n]*-->[^\n]*| *"
_FACT = re.compile(rf"(?m)^(?:- {_FIRST}{_WORDS}(?:<!-- mm:([0-9a-z]{{6}})((?: [^\s<>]+)*) -->)?|{_REST})$")
_ADDED = r"(?: \+[0-9a-z]{6}(?:#\d+)?)*"
_ENTRY = re.compile(
    rf"(?m)^(?:- {_FIRST}{_WORDS}(?:<!-- mm:(s=([^\s<>%]+) turns=\d+-\d+({_ADDED})(?: review=\d+)?) -->)?|{_REST})$"
)
# Line ends of others, tabs, tables, fences, definitions, other programs' ids, bytes that were no text.
_ODD = ("\x00", "\t", "\r", "|", "^", "```", "]:", "id::", "<<<<<<<")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}(?:\s+|\Z)")
# So many lines at a time are looked at quickest.
_TOGETHER = 32
# What a plain history tells of each fact: the word that added it, and the session and day of its line.
PlainTold = dict[str, tuple[str, tuple[str | None, str | None]]]
_NOTHING = ("", (None, None))
_REPLACED = re.compile(r"mm:([0-9a-z]{6})[^\n>]* by=([^\s<>]+)")


def plain_facts(
    text: str, told: PlainTold, wanted: Callable[[str, str], bool] | None = None
) -> list[Record] | None:
    """Return the facts of a memory file as records, None where it is not plain; `told` is what the ledger says of them.

    With `wanted` they are those whose section and text it wants.
    """
    start = head_of(text).body
    lines = _lines(text, start, _FACT)
    if lines is None:
        return None
    section = DEFAULT_SECTION
    words: list[str] = []
    places: list[tuple[str, str, str, int]] = []
    for number, (said, identity, marks, level, title) in enumerate(lines, text.count("\n", 0, start) + 1):
        if said:
            words.append(said.strip())
            places.append((identity, section, marks, number))
        elif level:
            section = _section(level, title)
    found = _records(words, places, told)
    if found is None or wanted is None:
        return found
    return [
        one for one, said, (_, section, *_) in zip(found, words, places, strict=True) if wanted(section, said)
    ]


def _section(level: str, title: str) -> str:
    return " ".join(UNSAFE.sub(" ", title).split()) or DEFAULT_SECTION if len(level) > 1 else DEFAULT_SECTION


def _records(
    words: list[str], places: list[tuple[str, str, str, int]], told: PlainTold
) -> list[Record] | None:
    """Return what stands on the lines as records, None where two facts have one id or one key."""
    ids = [one[0] for one in places]
    labelled = set(ids) - {""}
    if len(labelled) + ids.count("") != len(ids) or not all(words):
        return None
    if "" in ids:
        ids = _born(words, ids, labelled)
    names = {name: redact(name) or None for name in {one[1] for one in places}}
    sections = {name: apart(shown) for name, shown in names.items()}
    records: list[Record] = []
    keys: list[str] = []
    for said, text, identity, (_, section, marks, line) in zip(
        words, masked(words), ids, places, strict=True
    ):
        links = LINK.findall(said) if "[" in said else []
        if text != said:
            links = list(map(redact, links))
        added, (session, day) = told.get(identity, _NOTHING)
        since = until = key = pin = None
        if marks:
            since, until, key, pin = _set(marks)
            keys += [key] if key else []
        records.append(
            ("fact", identity, text, names[section], None, line, session, int(added[8:] or 0) or None, since or day,
             since or day, until, None, None, key, pin, "\n".join(links) or None, None, None, None,
             sections[section] if text.isascii() else apart(text, names[section]))
        )  # fmt: skip
    return records if len(keys) == len(set(keys)) else None


def _set(marks: str) -> tuple[str | None, str | None, str | None, int | None]:
    """Return what somebody set in a comment: the first day, the last, the key, the pin."""
    found = {name: value for name, _, value in (word.partition("=") for word in marks.split())}
    pin = 1 if "pin" in found else None
    return _day(found.get("since")), _day(found.get("until")), redact(found.get("key", "")) or None, pin


def _born(words: list[str], ids: list[str], taken: set[str]) -> list[str]:
    """Give the facts without an id theirs, as the memory room does."""
    streams: dict[str, Iterator[str]] = {}
    named = []
    for said, labelled in zip(words, ids, strict=True):
        identity = labelled
        if not identity:
            stream = streams.setdefault(said, choices(said))
            identity = next(one for one in stream if one not in taken)
            taken.add(identity)
        named.append(identity)
    return named


def plain_history(text: str) -> tuple[list[Record], PlainTold] | None:
    """Return a history's lines as records and what they tell of facts, None where it is not plain.

    It is not where a line retired or replaced a fact, or two lines added the same.
    """
    start = head_of(text).body
    lines = _lines(text, start, _ENTRY)
    if lines is None:
        return None
    day, count = "", 0
    told: PlainTold = {}
    summaries: list[str] = []
    names: dict[str, str] = {}
    places: list[tuple[str | None, str | None, int]] = []
    for number, (words, _, session, added, level, title) in enumerate(lines, text.count("\n", 0, start) + 1):
        if words:
            said = " ".join(words.split())
            time = _TIME.match(said)
            summaries.append(said[time.end() :] if time else said)
            name = names.get(session)
            if name is None:
                name = names[session] = session_name(session)
            places.append((name or None, day or None, number))
            if added:
                facts, where = added.split(), (name, day or None)
                count += len(facts)
                told.update([(one[1:7], (one, where)) for one in facts])
        elif level:
            match = _DAY.search(title)
            day = match[0] if match else day
    records: list[Record] = [
        ("history", None, summary or None, "History", None, number, session, None, day,
         None, None, None, None, None, None, None, None, None, None, None if summary.isascii() else apart(summary))
        for summary, (session, day, number) in zip(masked(summaries), places, strict=True)
    ]  # fmt: skip
    return (records, told) if count == len(told) else None


def may_dispute(archives: Sequence[str]) -> bool:
    """Say whether the archives could claim that two facts took the place of one."""
    for text in archives:
        pairs = set(_REPLACED.findall(text)) if "by=" in text else set()
        if text.count("by=") != len(pairs) or len({old for old, _ in pairs}) != len(pairs):
            return True
    return False


def masked(texts: list[str]) -> list[str]:
    """Mask the secrets in texts of one line each; where there are none, a look at many of them together tells."""
    done: list[str] = []
    for first in range(0, len(texts), _TOGETHER):
        some = texts[first : first + _TOGETHER]
        done += map(redact, some) if suspicious("\n".join(some)) else some
    return done


def _lines(text: str, start: int, line: re.Pattern[str]) -> list[tuple[str, ...]] | None:
    """Return what a pattern finds in each line behind the front matter, None unless it takes them all."""
    body = text[start:]
    if text.startswith("\ufeff") or any(sign in body for sign in _ODD) or not _is_text(body):
        return None
    found = line.findall(body)
    return found if len(found) == body.count("\n") + 1 else None


def _is_text(text: str) -> bool:
    """Say whether a text has no byte that was no text."""
    return text.isascii() or plain_text(text) == text


def _day(word: str | None) -> str | None:
    day = as_date(word) if word else None
    return day.isoformat() if day else None
