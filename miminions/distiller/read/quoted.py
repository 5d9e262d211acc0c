"""What a person typed and what they only quote or paste: someone else's words are no evidence of theirs."""

import re

from miminions.distiller.language.sentences import GAP

FENCE = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(```+|~~~+)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_BLOCK = re.compile(r"^[ \t]*<([a-z][\w-]*)\b[^<>\n]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE | re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$|^(?: {4}|\t)(?![ \t]*(?:[-*+]|\d+[.)])[ \t]).*$", re.MULTILINE)
# A straight quotation mark opens before a word and closes behind one; between two quotations stands no third.
_LONG_QUOTE = re.compile(r"(?<![\w\"])[\"“«](?=\S)[^\"”»]{30,}(?<=\S)[\"”»](?!\w)")
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


_RUN = re.compile(f"{GAP}+")


def own_words(text: str) -> str:
    """Return a user's turn without what it quotes: fences, blocks, quoted lines, long quotations, pasted texts."""
    return _RUN.sub(GAP, _filled(text))


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Return where `own_words` takes something out, in order and apart from each other."""
    return [found.span() for found in _RUN.finditer(_filled(text))]


def _filled(text: str) -> str:
    """Return a text in which all that is quoted is filled with gaps, so that every other character keeps its place."""
    without = _BLOCK.sub(_gap, FENCE.sub(_gap, text))
    pasted = _PASTED.search(without)
    own = without[: pasted.start()] + GAP * (len(text) - pasted.start()) if pasted else without
    return _LONG_QUOTE.sub(_gap, _QUOTED_LINE.sub(_gap, own))


def _gap(found: re.Match[str]) -> str:
    return GAP * len(found[0])
