"""Screens candidates: secrets, passing states, guesses and widened rights do not become memory by themselves."""

import re

from miminions.distiller.language import listed
from miminions.distiller.language.sentences import sentences
from miminions.distiller.values import Judged
from miminions.redact import has_secret
from miminions.visible import hides

SHORTEST, LONGEST = 8, 320
WIDENS = "it widens what an agent may do, or names what to run or to open"
_REDACTED = re.compile(r"\[redacted:")
_QUESTION = re.compile(r"\?\s*[\"')]*\s*$")
# The id of a commit or the like: hexadecimal, with digits and letters.
_INSTANCE = re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b", re.IGNORECASE)
_PROGRAM = re.compile(
    r"^\W*[\w.]+ ?[-+]?= ?[\w.]+[(\[{]|[;{}]\s*$|^\s*(?:import \w+\.?$|from \w[\w.]* import |def \w+\(|class \w+[:(]|return )"
)
# What to run, to open or to write to: downloads into a shell, URLs, rights of root, addresses, bank accounts.
_COMMAND = re.compile(
    r"\b(?:curl|wget)\b|\|\s*(?:ba|z)?sh\b|https?://|\bwww\.\w|\bsudo\b|\brm -\w*[rf]|\$\(|\bchmod\b|\beval\b|\bbase64\b"
    r"|[\w.+-]+@[\w-]+\.[\w.]+|\b[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,}|\b(?:bc1|0x)[0-9a-z]{20,}",
    re.IGNORECASE,
)


def screen(judged: Judged) -> Judged:
    """Reject or send to review what must not be applied unseen; what is rejected already stays so."""
    if judged.status == "rejected":
        return judged
    text, both = judged.candidate.text, f"{judged.candidate.text}\n{judged.candidate.quote}"
    reason = judged.candidate.dropped or _unfit(text, both) or _fleeting(text, both, judged.candidate.quote)
    return judged.reject(reason) if reason else _last_look(judged, both)


def _unfit(text: str, both: str) -> str:
    """Say why a text can be no fact, empty when it can."""
    reasons = (
        (has_secret(both) or _REDACTED.search(both), "it holds a secret"),
        (hides(text), "it holds characters that do not show or pose as others"),
        (
            not SHORTEST <= len(text) <= LONGEST,
            f"{len(text)} characters; {SHORTEST} to {LONGEST} make a fact",
        ),
        (_PROGRAM.search(text), "it is a line of a program"),
        (_QUESTION.search(text), "it is a question"),
    )
    return next((reason for found, reason in reasons if found), "")


def _fleeting(text: str, both: str, quote: str) -> str:
    """Say why a text was not meant, not by the user, or not for long; empty when it was."""
    passing = listed("passing").search(both) or listed("once").search(both) or _INSTANCE.search(both)
    reasons = (
        (listed("guess").search(both), "it is a guess or a wish"),
        (passing, "it holds for the moment only"),
        (_of_others(quote), "it is what somebody else likes or thinks"),
        (listed("relative").search(text), "its date is relative"),
    )
    return next((reason for found, reason in reasons if found), "")


def _of_others(quote: str) -> bool:
    """Say whether all of a quote tells what somebody else likes or thinks."""
    said = sentences(quote)
    return bool(said) and all(listed("views").search(one) for one in said)


def widens(text: str) -> bool:
    """Say whether a text widens what an agent may do, or names what to run or to open."""
    return bool(listed("rights").search(listed("narrows").sub("", text)) or _COMMAND.search(text))


def _last_look(judged: Judged, both: str) -> Judged:
    if widens(both):
        return judged.review(WIDENS)
    if not judged.candidate.sure:
        return judged.review(judged.candidate.reason or "it was not said outright")
    return judged
