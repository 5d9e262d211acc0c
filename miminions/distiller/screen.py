"""Screens candidates: secrets, passing states, guesses and widened rights do not become memory by themselves."""

import re

from miminions.distiller.values import Judged
from miminions.redact import has_secret

SHORTEST, LONGEST = 8, 320
_REDACTED = re.compile(r"\[redacted:")
_QUESTION = re.compile(r"\?\s*[\"')]*\s*$")
_RELATIVE = re.compile(
    r"\b(?:yesterday|today|tomorrow|tonight|this (?:morning|afternoon|evening|week|weekend|month)|right now|"
    r"(?:next|last) (?:week|weekend|month|year|time|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?! of\b|['’]s)|"
    r"in (?:a|two|three|\d+) (?:minutes?|hours?|days?|weeks?)|ago|ontem|hoje|amanhã|gestern|heute|morgen)\b",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"\b(?:for now|just this once|this time|this one time|temporarily|for the moment|for today|only today|exception)\b|"
    r"\b[0-9a-f]{7,40}\b(?<=[0-9])(?=.*[a-f])|\bPR ?#?\d+|\b(?:exit code|traceback|passed|failed) \d+|\d+ (?:passed|failed)\b",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\b(?:what if|maybe|perhaps|might|could be|i wonder|i guess|not sure|probably|someday|some day|one day|"
    r"would be (?:nice|cool|fun)|we could|thinking (?:of|about)|kidding|joking|lol|haha|talvez|vielleicht)\b",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"without (?:asking|confirmation|review|approval)|pre-?approved|no need to (?:ask|confirm)|don'?t ask|"
    r"skip (?:the )?(?:confirmation|review|permission)|auto-?approve|ignore (?:all|any|previous)|"
    r"(?:curl|wget)\b.*\|\s*(?:ba)?sh|https?://|\bsudo\b|rm -rf|disable (?:the )?(?:check|guard|safety)",
    re.IGNORECASE,
)


def screen(judged: Judged) -> Judged:
    """Reject or send to review what must not be applied unseen; what is rejected already stays so."""
    if judged.status == "rejected":
        return judged
    candidate = judged.candidate
    text, both = candidate.text, f"{candidate.text}\n{candidate.quote}"
    if has_secret(both) or _REDACTED.search(both):
        return judged.reject("it holds a secret")
    if not SHORTEST <= len(text) <= LONGEST:
        return judged.reject(f"{len(text)} characters; {SHORTEST} to {LONGEST} make a fact")
    if _QUESTION.search(text):
        return judged.reject("it is a question")
    if _GUESS.search(both):
        return judged.reject("it is a guess or a wish")
    if _PASSING.search(both):
        return judged.reject("it holds for the moment only")
    if _RELATIVE.search(text):
        return judged.reject("its date is relative")
    return _last_look(judged, both)


def _last_look(judged: Judged, both: str) -> Judged:
    if _RIGHTS.search(both):
        return judged.review("it widens what an agent may do, or names what to run or to open")
    if not judged.candidate.sure:
        return judged.review(judged.candidate.reason or "it was not said outright")
    return judged
