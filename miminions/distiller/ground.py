"""Grounds candidates: the quote must be the person's own words, and the text must say nothing that was not said."""

import re
from dataclasses import replace

from miminions.distiller.read import own_words
from miminions.distiller.values import Candidate, Judged, Material
from miminions.transcripts import Turn

NEAR = 2
_ACCEPTS = re.compile(
    r"\W*(?:y|yes|yep|yeah|sure|ok|okay|k|good|great|nice|perfect|exactly|right|correct|agreed|do it|go ahead|go for it|"
    r"please do|sounds good|fine|that works|works for me|let'?s do (?:it|that)|sim|claro|ja|genau|gut|oui|vale)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(r"\b(?:no|not|nope|but|don'?t|instead|rather|wrong|nein|não|pas)\b", re.IGNORECASE)
_OTHER_SPEAKER = re.compile(
    r"\s*\(?\s*(?:this is|it'?s|hier ist|aqui é o?a?)\s+[A-ZÀ-Þ]\w+\s*(?:here|typing|again|,|\)|:)"
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÀ-Þ][\w.+-]*\w")
_CODE = re.compile(r"`([^`]+)`|\b(\w+[_/.]\w[\w/._-]*)\b")


def ground(candidate: Candidate, material: Material) -> Judged:
    """Check a candidate's quote and what its text claims. The turn is mended when another one holds the quote."""
    judged = Judged(candidate)
    turn = _source(candidate, material)
    if turn is None:
        return judged.reject("the quote is not in what the user said or accepted")
    judged = Judged(replace(candidate, turn=turn.number))
    if turn.number < material.first:
        return judged.reject("it was said before and distilled then")
    if turn.role == "user" and _OTHER_SPEAKER.match(turn.text):
        return judged.reject("someone else was typing")
    unsupported = _unsupported(candidate.text, _nearby(material, turn))
    if unsupported:
        return judged.review(f"not said near the quote: {', '.join(unsupported[:3])}")
    return judged


def flat(text: str) -> str:
    """Return a text with quotes and white space made alike, for comparing quotes."""
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').split())


def _source(candidate: Candidate, material: Material) -> Turn | None:
    """Find the one turn that holds the quote: the cited one, else the only other."""
    quote = flat(candidate.quote)
    if len(quote) < 2:
        return None
    holding = [turn for turn in material.turns if _may_speak(turn, material) and quote in flat(_said(turn))]
    cited = [turn for turn in holding if turn.number == candidate.turn]
    return cited[0] if cited else holding[0] if len(holding) == 1 else None


def _said(turn: Turn) -> str:
    return own_words(turn.text) if turn.role == "user" else turn.text


def _may_speak(turn: Turn, material: Material) -> bool:
    return turn.role == "user" or (turn.role == "assistant" and accepted(turn, material))


def accepted(turn: Turn, material: Material) -> bool:
    """Say whether the user's next words accept what the assistant said in `turn`."""
    later = (
        other
        for other in material.turns
        if other.number > turn.number and other.role in {"user", "assistant"}
    )
    answer = next((other for other in later if other.role == "user"), None)
    if answer is None:
        return False
    first = answer.text[:80]
    return bool(_ACCEPTS.match(first)) and not _REFUSES.search(first)


def _nearby(material: Material, turn: Turn) -> str:
    """Return what user and assistant said around a turn, in which the claims of a text must occur."""
    spoken = [other for other in material.turns if other.role in {"user", "assistant"}]
    place = spoken.index(turn)
    return "\n".join(other.text for other in spoken[max(0, place - NEAR) : place + NEAR + 1]).casefold()


def _unsupported(text: str, evidence: str) -> list[str]:
    """Return the numbers, names and code words of a text that were not said."""
    words = [
        *_NUMBER.findall(_without_dates(text)),
        *_NAME.findall(text),
        *("".join(m) for m in _CODE.findall(text)),
    ]
    plain = re.sub(r"[`*_]", "", evidence)
    return [word for word in dict.fromkeys(words) if re.sub(r"[`*_]", "", word).casefold() not in plain]


def _without_dates(text: str) -> str:
    """Drop absolute dates, which are resolved from relative ones and so need not have been said."""
    return re.sub(r"\b\d{4}-\d{2}(?:-\d{2})?\b|\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b[A-Z][a-z]+ \d{4}\b", "", text)
