"""Finds statements in what a person typed: the clauses that a cue marks, each with the clauses it leans on."""

import re
from dataclasses import dataclass, replace

from miminions.distiller.language import NOTHING, Cue, languages, listed, opening
from miminions.distiller.language.sentences import clauses, sentences
from miminions.distiller.rules.changes import retracts
from miminions.distiller.rules.wording import bare, led, stands_alone

FEWEST_WORDS = 3
LONGEST, TOO_LONG = 160, 400
HEADING = 14
# A line of a program or of its output, pasted bare.
_CODE = re.compile(
    r"^[^\w\s\"'“\u2018«(`*.-]|[{}|].*[{}|]|[{};]$|0x[0-9a-f]+|^\w*(?:error|exception|warning)\b\S*:|\w\(\S*\)$",
    re.IGNORECASE,
)


def _without(section: str, impersonal: str, *, sure: bool) -> Cue:
    return Cue(NOTHING, NOTHING, NOTHING, "", section, impersonal, sure)


# What needs no cue of its own: what is listed under a heading like "house style:", what the assistant takes down,
# and what the person asks to keep in the sentence after it.
LISTED = _without("Preferences", "Decisions", sure=True)
NOTED = _without("Preferences", "Decisions", sure=False)
KEPT = _without("Facts", "Facts", sure=True)


@dataclass(frozen=True, slots=True)
class Statement:
    """A marked clause before it is worded: `quote` is verbatim, `whole` the sentence it stands in."""

    quote: str
    whole: str
    cue: Cue
    sure: bool


def statements(words: str, *, first: bool, noted: bool) -> list[Statement]:
    """Return the statements of a turn; `first` is whether it opens the session, `noted` whether the assistant takes it down."""
    found: list[Statement] = []
    fallback, before = (NOTED if noted else None), ""
    said = sentences(words)
    switching = any(retracts(whole) for whole in said)
    for whole in said:
        plain = bare(whole)
        if _keeps(plain):
            found = _kept(found, before)
            continue
        rest = _under_heading(plain)
        fallback = fallback if rest is None else LISTED
        for statement in _marked(whole if rest is None else rest, fallback, first=first):
            sure = statement.sure or fallback is LISTED or (noted and statement.cue is not NOTED)
            chosen = switching and opening("proposes").match(bare(statement.quote)) is not None
            found.append(replace(statement, sure=sure or chosen))
        before = whole
    return found


def _keeps(plain: str) -> bool:
    """Say whether a sentence opens by asking to keep the one before it."""
    first = clauses(plain)[:1]
    return bool(first) and opening("keeps").fullmatch(first[0].rstrip(".! ")) is not None


def _kept(found: list[Statement], before: str) -> list[Statement]:
    """Make sure of what was stated in the sentence before, or of the sentence as it is."""
    if not before or before.endswith("?"):
        return found
    if not any(statement.whole == before for statement in found):
        return [*found, Statement(before, before, KEPT, sure=True)]
    return [replace(s, sure=True) if s.whole == before else s for s in found]


def _under_heading(plain: str) -> str | None:
    """Return what follows the heading of a list of rules, which may be nothing; None where there is no heading."""
    head, colon, rest = plain.rstrip(" .").partition(":")
    if not colon:
        return "" if opening("leads").fullmatch(head) else None
    return rest.strip() if opening("leads").match(head) and len(head.split()) <= HEADING else None


def _marked(whole: str, fallback: Cue | None, *, first: bool) -> list[Statement]:
    """Return the clauses of a sentence that are marked, each with the clauses it leans on."""
    found: list[Statement] = []
    parts = [] if whole.endswith("?") else clauses(whole)
    for place, part in enumerate(parts):
        cue = _cue_of(part, fallback, first=first) if len(part) <= TOO_LONG else None
        if cue is None:
            continue
        back = place
        while back and not stands_alone(bare(parts[back])):
            back -= 1
        begin = whole.index(parts[back])
        quote = whole[begin : whole.index(part, begin) + len(part)]
        if found and found[-1].quote in quote:
            # A clause that leans on a marked one lengthens it, unless that makes it long.
            found[-1] = replace(found[-1], quote=quote) if len(quote) <= LONGEST else found[-1]
        elif back == place or not _no_statement(bare(quote)):
            found.append(Statement(quote, whole, cue, cue.sure))
    return found


def _cue_of(clause: str, fallback: Cue | None, *, first: bool) -> Cue | None:
    """Return the cue that decides about a clause: a sure one, else any; None for what is no statement."""
    plain = led(clause).rstrip(" .!")
    if _no_statement(plain):
        return None
    cues = (cue for language in languages() for cue in language.cues if first or not cue.first)
    marking = [cue for cue in cues if cue.marks(plain)]
    if not marking:
        return fallback if fallback is LISTED or len(plain.split()) >= FEWEST_WORDS else None
    return next((cue for cue in marking if cue.sure), marking[0])


def _no_statement(plain: str) -> bool:
    """Say whether a clause is a question, a task, somebody else's wish, or mere talk."""
    if plain.endswith("?") or _CODE.search(plain) or opening("asks").match(plain):
        return True
    if opening("tasks").match(plain) and not listed("standing").search(plain):
        return True
    return opening("reported").match(plain) is not None or listed("musing").search(plain) is not None
