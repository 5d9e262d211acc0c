"""Finds statements in what a person typed: the clauses that a cue marks, each with the clauses it leans on."""

import re
from dataclasses import dataclass, replace

from miminions.distiller.language import NOTHING, Cue, cues, listed, opening
from miminions.distiller.language.sentences import GAP, clauses, sentences
from miminions.distiller.rules.changes import ENDLESS, retracts
from miminions.distiller.rules.wording import FEWEST_STEMS, FEWEST_WORDS, bare, led, stands_alone, stems

LONGEST, TOO_LONG = 160, 400
HEADING, REPORTING = 14, 4
# A line of a program or of its output, pasted bare.
_CODE = re.compile(
    r"^[^\w\s\"'“\u2018«(`*.-]|[{}|].*[{}|]|[{};]$|0x[0-9a-f]+|^\w*(?:error|exception|warning)\b\S*:|\w\(\S*\)$",
    re.IGNORECASE,
)


def _without(section: str, impersonal: str, *, sure: bool) -> Cue:
    return Cue(NOTHING, NOTHING, NOTHING, "", section, impersonal, sure, outright=sure)


# What needs no cue of its own: what is listed under a heading like "house style:", what the assistant takes down,
# and what the person asks to keep in the sentence after it.
LISTED = _without("Preferences", "Decisions", sure=True)
NOTED = _without("Preferences", "Decisions", sure=False)
KEPT = _without("Facts", "Facts", sure=True)
# What the person says of all they do is a preference, whatever the words.
EVERYWHERE = _without("Preferences", "Preferences", sure=True)


@dataclass(frozen=True, slots=True)
class Statement:
    """A marked clause before it is worded: `quote` is verbatim, `whole` the sentence it stands in.

    `sure` is whether it was said to last, `outright` whether that needs no echo in the answer; `place` is where the
    sentence begins in the turn, `after` the sentence after it.
    """

    quote: str
    whole: str
    cue: Cue
    sure: bool
    outright: bool
    place: int = 0
    after: str = ""


def statements(words: str, *, first: bool, noted: bool) -> list[Statement]:
    """Return the statements of a turn; `first` is whether it opens the session, `noted` whether the assistant takes it down."""
    found: list[Statement] = []
    fallback, before, begin, place = (NOTED if noted else None), "", 0, 0
    said = [whole for whole in sentences(words) if len(whole) <= ENDLESS]
    switching = any(retracts(whole) for whole in said)
    for whole, after in zip(said, [*said[1:], ""], strict=False):
        place = words.index(whole, place)
        plain = bare(whole)
        if _keeps(plain):
            _keep(found, before, begin)
            continue
        rest = _under_heading(plain)
        fallback = fallback if rest is None else LISTED
        for statement in _marked(whole if rest is None else rest, fallback, first=first):
            sure = statement.sure or fallback is LISTED or (noted and statement.cue is not NOTED)
            chosen = switching and opening("proposes").match(bare(statement.quote)) is not None
            outright = statement.outright or fallback is LISTED or chosen
            meant = replace(statement, sure=sure or chosen, outright=outright, place=place, after=after)
            _add(found, meant, before, words[begin : place + len(whole)])
        before, begin = whole, place
    return found


def _add(found: list[Statement], statement: Statement, before: str, both: str) -> None:
    """Add a statement; with the sentence `before` it if it leans on that. `both` is how the two stand in the turn."""
    telling = len(before.split()) >= FEWEST_WORDS and not before.endswith("?")
    leaning = telling and not stands_alone(bare(statement.quote))
    if leaning and len(both) <= LONGEST and GAP not in both and not _no_statement(bare(before)):
        sure = statement.sure
        while found and found[-1].quote in both:
            sure = found.pop().sure or sure
        statement = replace(statement, quote=both, sure=sure, outright=False)
    found.append(statement)


def _keeps(plain: str) -> bool:
    """Say whether a sentence opens by asking to keep the one before it."""
    first = clauses(plain)[:1]
    return bool(first) and opening("keeps").fullmatch(first[0].rstrip(".! ")) is not None


def _keep(found: list[Statement], before: str, begin: int) -> None:
    """Make sure of what was stated in the sentence before, or of the sentence as it is."""
    if not before or before.endswith("?"):
        return
    places = [n for n in range(len(found) - 1, -1, -1) if found[n].place == begin]
    if not places:
        found.append(Statement(before, before, KEPT, sure=True, outright=True, place=begin))
    for n in places:
        found[n] = replace(found[n], sure=True, outright=True)


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
        told = place and _reports(parts[place - 1])
        cue = None if told or len(part) > TOO_LONG else _cue_of(part, fallback, first=first)
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
            outright = cue.outright or (cue.sure and _everywhere(part))
            found.append(Statement(quote, whole, cue, cue.sure, outright))
    return found


def _reports(clause: str) -> bool:
    """Say whether a clause only names who says what follows, as in "Tom thinks, ..."."""
    plain = led(clause)
    return len(plain.split()) <= REPORTING and opening("reported").match(f"{plain}, ") is not None


def _cue_of(clause: str, fallback: Cue | None, *, first: bool) -> Cue | None:
    """Return the cue that decides about a clause: an outright one, a sure one, else any; None for what is no statement."""
    plain = led(clause).rstrip(" .!")
    if _no_statement(plain):
        return None
    small = plain.lower()
    marking = [cue for cue in cues() if (first or not cue.first) and cue.marks(small)]
    if not marking and _everywhere(plain):
        return EVERYWHERE
    if not marking:
        return fallback if fallback is LISTED or len(plain.split()) >= FEWEST_WORDS else None
    return max(marking, key=lambda cue: (cue.sure, cue.sure and cue.outright))


def _everywhere(plain: str) -> bool:
    """Say whether a clause says of something that it holds everywhere; without that it only adds to another."""
    rest, found = listed("everywhere").subn("", plain)
    return found > 0 and len(stems(rest)) >= FEWEST_STEMS


def _no_statement(plain: str) -> bool:
    """Say whether a clause is a question, a task, somebody else's wish, or mere talk."""
    if plain.endswith("?") or _CODE.search(plain) or opening("asks").match(plain):
        return True
    if opening("tasks").match(plain) and not listed("standing").search(plain):
        return True
    return opening("reported").match(plain) is not None or listed("musing").search(plain) is not None
