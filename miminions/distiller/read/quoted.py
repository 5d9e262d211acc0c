"""What a person typed and what they only quote or paste: someone else's words are no evidence of theirs."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

from miminions.distiller.language import listed
from miminions.distiller.language.sentences import GAP

FENCE = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(```+|~~~+)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_BLOCK = re.compile(r"^[ \t]*<([a-z][\w-]*)\b[^<>\n]*>", re.IGNORECASE | re.MULTILINE)
_BLOCK_END = re.compile(r"</([a-z][\w-]*)\s*>", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$|^(?: {4}|\t)(?![ \t]*(?:[-*+]|\d+[.)])[ \t]).*$", re.MULTILINE)
# A straight quotation mark opens before a word and closes behind one; between two quotations stands no third.
_LONG_QUOTE = re.compile(r"(?<![\w\"])[\"“«](?=\S)")
_LONG_QUOTE_END = re.compile(r"[\"”»]")
_SINGLE_QUOTE = re.compile(r"(?<!\w)'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w)){30,}(?<=\S)'(?!\w)")
_OPENING = re.compile(r"(?<!\w)[\"“«'\u2018](?=\S+\s+\S+\s)")
_CLOSING = re.compile(r"(?<=\S)[\"”»'\u2019](?!\w)")
# From here on a turn holds what somebody else wrote: a mail, a forward, a chat, a terminal, a text to work on.
_PASTED = re.compile(
    r"""
    ^[ \t]*(?:
        (?:from|von|de)[ \t]*:[^\n]+\n(?=(?:[^\n]*\n){0,4}?[ \t]*(?:subject|sent|date|to|betreff|gesendet|assunto)[ \t]*:)
      | (?:on|am|em)\b[^\n]{5,120}\b(?:wrote|schrieb|escreveu)[^\n]{0,60}:[ \t]*$
      | -{3,}[ \t]*(?:original|forwarded|weitergeleitete|mensagem)\b[^\n]*$
      | begin[ ]forwarded[ ]message
      | \S+(?:[ ]\S+)?(?:[ ]{2,}\d{1,2}:\d{2}|[ ]+\d{1,2}:\d{2}[ ]?[ap]m)[ \t]*$
      | \[\d{1,2}:\d{2}[^\]\n]*\][ \t]+\S+:
      | [\w.-]+@[\w.-]+[^\n$\#]{0,60}[$\#][ ]\S
    )
    | \b(?:translate|summari[sz]e|rephrase|paraphrase|proofread|rewrite)\b[^\n:]{0,80}:
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


# The line that somebody else's mail begins with; at the head of a turn it greets the agent.
_SALUTATION = re.compile(
    r"(?<=\n)[ \t]*(?:dear|hi|hello|hey|hallo|liebe[rs]?|sehr geehrte[rs]?|guten tag|caro|cara|prezad[oa]|olá|bom dia)\b[^\n.!?]{0,40},[ \t]*\n",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[ \t]{0,3}#{1,6}[ \t]+\S|^[ \t]*\|.*\|[ \t]*$|^\S[^\n]*\n[ \t]*(?:={3,}|-{3,})[ \t]*$", re.MULTILINE
)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|={3,}|_{3,}|[\u2500-\u257f]{3,})[ \t]*$", re.MULTILINE)
# Who speaks, before what they say; a person who writes a list repeats no label.
_LABEL = re.compile(r"^[ \t]*(?:\*\*)?([^\W\d_][\w. -]{0,30}?)(?:\*\*)?:(?:\*\*)?[ \t]+\S", re.MULTILINE)
# How long the words that lead up to a paste may be, and how far from the colon what marks them may end.
_REPORTED, TRAILING = 90, 40
# How long a quotation is that is no mere name or word.
LONG = 30
_WORD = re.compile(r"\w")


_RUN = re.compile(f"{GAP}+")


@lru_cache(maxsize=1 << 14)
def own_words(text: str) -> str:
    """Return a user's turn without what it quotes: fences, blocks, quoted lines, long quotations, pasted texts."""
    return _RUN.sub(GAP, _filled(text))


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Return where `own_words` takes something out, in order and apart from each other."""
    return [found.span() for found in _RUN.finditer(_filled(text))]


@lru_cache(maxsize=1 << 14)
def _filled(text: str) -> str:
    """Return a text in which all that is quoted is filled with gaps, so that every other character keeps its place."""
    without = FENCE.sub(_gap, text)
    without = _with_gaps(without, _blocks(without))
    starts = (_pasted(without), _introduced(without), _letter(without), _chat(without))
    start = min((at for at in starts if at is not None), default=len(text))
    own = _QUOTED_LINE.sub(_gap, without[:start] + GAP * (len(text) - start))
    own = _SINGLE_QUOTE.sub(_gap, _with_gaps(own, _long_quotes(own)))
    return _with_gaps(own, _unreported(own))


def _gap(found: re.Match[str]) -> str:
    return GAP * len(found[0])


def _with_gaps(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces, start = [], 0
    for begin, end in spans:
        pieces += [text[start:begin], GAP * (end - begin)]
        start = end
    return "".join([*pieces, text[start:]])


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a block of markup stands, from its tag to the next that closes it."""
    ends: dict[str, list[tuple[int, int]]] = {}
    for end in _BLOCK_END.finditer(text):
        ends.setdefault(end[1].lower(), []).append(end.span())
    place = 0
    for begin in _BLOCK.finditer(text):
        closing = ends.get(begin[1].lower(), [])
        next_one = bisect_left(closing, begin.end(), key=itemgetter(0))
        if begin.start() >= place and next_one < len(closing):
            place = closing[next_one][1]
            yield begin.start(), place


def _long_quotes(text: str) -> Iterator[tuple[int, int]]:
    """Yield where something of 30 characters or more stands between quotation marks."""
    ends = [end.start() for end in _LONG_QUOTE_END.finditer(text)]
    place = 0
    for begin in _LONG_QUOTE.finditer(text):
        next_one = bisect_left(ends, begin.end())
        if begin.start() < place or next_one == len(ends):
            continue
        end = ends[next_one]
        closes = not text[end - 1].isspace() and not _WORD.match(text, end + 1)
        if end - begin.end() >= LONG and closes:
            place = end + 1
            yield begin.start(), place


def _unreported(text: str) -> Iterator[tuple[int, int]]:
    """Yield where what somebody is said to have written stands, from its quotation mark to the last one: marks may stand in it."""
    for mark in _OPENING.finditer(text):
        lead = text[max(0, mark.start() - _REPORTED) : mark.start()].rstrip(" :,\n")
        if any(found.end() == len(lead) for found in listed("pastes").finditer(lead)):
            ends = [found.end() for found in _CLOSING.finditer(text, mark.end())]
            yield mark.start(), ends[-1] if ends else len(text)
            return


def plain_words(text: str) -> str:
    """Return a user's own words up to a heading, a table or a rule, from where on they may be a document."""
    own = own_words(text)
    starts = [found.start() for found in (_HEADING.search(own), _RULE.search(own)) if found]
    return own[: min(starts)] if starts else own


def _pasted(text: str) -> int | None:
    found = _PASTED.search(text)
    return found.start() if found else None


def _introduced(text: str) -> int | None:
    """Return where a text begins that the person announces as somebody else's: behind a colon, or on the next line."""
    for end in re.finditer(r":(?=\s)|:?[ \t]*\n", text):
        # What leads up to it is short; farther back nothing need be looked for.
        low = max(0, end.start() - 2 * _REPORTED)
        begin = max(text.rfind(mark, low, end.start()) for mark in ("\n", ". ", "! ", "? "))
        if begin < 0 < low:
            continue
        lead = text[begin + 1 : end.start()].strip()
        if lead and len(lead) <= _REPORTED and _announces(lead, colon=":" in end[0]):
            return end.end()
    return None


def _announces(lead: str, *, colon: bool) -> bool:
    """Say whether words lead up to somebody else's; without a colon they must be a line that says no more."""
    found = list(listed("pastes").finditer(lead))
    slack = TRAILING if colon else 1
    return any(one.end() >= len(lead) - slack for one in found)


def _letter(text: str) -> int | None:
    found = _SALUTATION.search(text)
    return found.start() if found else None


def _chat(text: str) -> int | None:
    """Return where lines begin that name their speakers in turn."""
    seen: dict[str, int] = {}
    for found in _LABEL.finditer(text):
        if found[1] in seen:
            return min(seen.values())
        seen[found[1]] = found.start()
    return None
