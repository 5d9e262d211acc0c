"""Reads what the assistant answers to a turn: whether it takes a rule down, agrees, or says again what was settled."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from miminions.distiller.language import listed, opening
from miminions.distiller.language.sentences import sentences
from miminions.distiller.rules.wording import stems

LONGEST, FIRST = 260, 3
_FENCED = re.compile(r"```.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """An assistant's answer: whether it takes a rule down or agrees, what it says of the world, and whether no more.

    `again` are those sentences of it that are marked as saying again what was settled, `words` all that it says, as
    stems; `conceded` is whether it admits to have been wrong.
    """

    noted: bool = False
    agreed: bool = False
    stated: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    bare: bool = False
    words: frozenset[str] = frozenset()
    conceded: bool = False


def reply_of(answers: Iterable[str]) -> Reply:
    """Read the assistant's answers to a turn: the first one, and a later one that reports what it did."""
    said = list(answers)
    first, *later = [_read(answer) for answer in said] or [Reply()]
    report = next((reply for reply in later if reply.again), Reply())
    return Reply(
        first.noted or report.noted,
        first.agreed,
        (*first.stated, *report.stated),
        (*first.again, *report.again),
        first.bare,
        frozenset[str]().union(*map(stems, said)),
        bool(said) and opening("concedes").match(said[0]) is not None,
    )


def _read(answer: str) -> Reply:
    said = [s for s in sentences(_FENCED.sub("", answer))[:FIRST] if len(s) <= LONGEST]
    if not said:
        return Reply()
    noted, agreed, plain = _begun(said[0])
    opened = (noted or agreed) and not plain
    told = [plain, *said[1:]] if plain else said[1:]
    stated = tuple(text for text in told if not text.endswith("?") and _of_the_world(text))
    marked = {told[0]} if (noted or agreed) and told else set()
    again = tuple(text for text in stated if text in marked or _closing().search(text))
    alone = agreed and not told
    return Reply(noted, agreed, stated, again, alone and opened)


def _begun(plain: str) -> tuple[bool, bool, str]:
    """Take the words of agreement off the start of an answer."""
    noted, agreed = False, False
    if found := _opened("agrees", r"(?:[,:.!]|\s[\u2013—-]|$)").match(plain):
        agreed, plain = True, plain[found.end() :]
    if found := _opened("acknowledges", r"[^.:,;!\u2013—\n]{0,30}(?:\s[\u2013—-]|[.:,;!\u2013—]|$)").match(
        plain
    ):
        noted, plain = True, plain[found.end() :]
    elif found := _opened("echoes", r"(?:[:,]|(?=\s))").match(plain):
        agreed, plain = True, plain[found.end() :]
    return noted, agreed, plain


@cache
def _closing() -> re.Pattern[str]:
    """Match an end that marks a sentence as a conclusion, as in "MEPS then."."""
    return re.compile(rf"[\s,]+(?:{listed('echoes').pattern})[\s.!]*$", re.IGNORECASE)


@cache
def _opened(name: str, end: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{listed(name).pattern}){end}\s*", re.IGNORECASE)


def _of_the_world(said: str) -> bool:
    """Say whether an assistant's sentence is about something else than itself and what it does."""
    return not listed("itself").search(said) and not opening("doing").match(said)
