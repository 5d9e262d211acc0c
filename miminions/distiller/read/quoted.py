"""What a person typed and what they only quote or paste: someone else's words are no evidence of theirs."""

import re
from functools import lru_cache

from miminions.distiller.language import listed
from miminions.distiller.language.sentences import GAP

FENCE = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(```+|~~~+)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_BLOCK = re.compile(r"^[ \t]*<([a-z][\w-]*)\b[^<>\n]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE | re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$|^(?: {4}|\t)(?![ \t]*(?:[-*+]|\d+[.)])[ \t]).*$", re.MULTILINE)
# A straight quotation mark opens before a word and closes behind one; between two quotations stands no third.
_LONG_QUOTE = re.compile(
    r"(?<![\w\"])[\"“«](?=\S)[^\"”»]{30,}(?<=\S)[\"”»](?!\w)|(?<!\w)'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w)){30,}(?<=\S)'(?!\w)"
)
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


@lru_cache(maxsize=1024)
def own_words(text: str) -> str:
    """Return a user's turn without what it quotes: fences, blocks, quoted lines, long quotations, pasted texts."""
    without = _BLOCK.sub(GAP, FENCE.sub(GAP, text))
    start = min(
        (
            at
            for at in (_pasted(without), _introduced(without), _letter(without), _chat(without))
            if at is not None
        ),
        default=None,
    )
    own = without if start is None else f"{without[:start]}{GAP}"
    return _unreported(_LONG_QUOTE.sub(GAP, _QUOTED_LINE.sub(GAP, own)))


def _unreported(text: str) -> str:
    """Leave out what somebody is said to have written, from its quotation mark to the last one: marks may stand in it."""
    for mark in _OPENING.finditer(text):
        lead = text[max(0, mark.start() - _REPORTED) : mark.start()].rstrip(" :,\n")
        if any(found.end() == len(lead) for found in listed("pastes").finditer(lead)):
            ends = [found.end() for found in _CLOSING.finditer(text, mark.end())]
            return f"{text[: mark.start()]}{GAP}{text[ends[-1] :] if ends else ''}"
    return text


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
        begin = max(
            text.rfind("\n", 0, end.start()),
            *(text.rfind(mark, 0, end.start()) for mark in (". ", "! ", "? ")),
        )
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
