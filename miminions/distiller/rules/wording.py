"""Words what was said as facts: fillers off, dates absolute, a topic in front, the assistant's wording where it is better."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from miminions.distiller.language import common, listed, opening
from miminions.distiller.language.dates import resolve
from miminions.distiller.language.sentences import clauses, sentences
from miminions.distiller.language.words import words_of

ACKNOWLEDGEMENT = 260
# A pronoun further on in a clause stands for something in it.
BEGINNING = 5
_FILLER_END = r"(?:[,.:;!]+|\s+[\u2013—-]|\s*$)\s*"
_BRACKETS = re.compile(r"\([^()]*\)")
_LOOSE = " .,:;-\u2013—…*"
_HEADING = re.compile(
    r"(?P<topic>(?:(?:about|the|our|my) )*[^\s.,:;!?\"()]+(?: [^\s.,:;!?\"()]+)?)(?:[.:]|, [^.:?]{0,30}:)(?:\s|$)",
    re.IGNORECASE,
)


def led(clause: str) -> str:
    """Return a clause without the fillers it begins with."""
    filler = re.compile(
        rf"(?:(?:{listed('filler').pattern}){_FILLER_END}|(?:{listed('joiner').pattern})\s+)", re.IGNORECASE
    )
    plain = clause.lstrip(_LOOSE)
    while (found := filler.match(plain)) and found.end() < len(plain):
        plain = plain[found.end() :].lstrip(_LOOSE)
    return plain


def bare(clause: str) -> str:
    """Return a clause without the fillers it begins with and the courtesies it ends with."""
    plain = led(clause)
    tail = re.compile(rf"[\s,(]+(?:{listed('tail').pattern})[\s.)]*$", re.IGNORECASE)
    while found := tail.search(plain):
        plain = plain[: found.start()]
    return plain


def sentence(words: str) -> str:
    """Begin with a capital and end with a full stop."""
    plain = " ".join(words.split()).rstrip(" ,;:-\u2013—")
    # A name that is written small on purpose, as of a file or a command, stays so.
    first = plain.split(" ", 1)[0]
    if not re.search(r"[A-Z_/`\d.]", first.rstrip(".,:")):
        plain = plain[:1].upper() + plain[1:]
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."


def corrected(clause: str) -> str:
    """Keep of a clause that corrects itself what it ends up with, under the subject that it began with."""
    slips = list(listed("corrects").finditer(clause))
    if not slips:
        return clause
    before, after = clause[: slips[0].start()], clause[slips[-1].end() :].strip(" ,.:;-\u2013—…")
    subject = re.match(r"(.*?)\s(is|are|=)\s", before)
    value = re.search(r"(?:^|[\s,;])it['\u2019]?s\s+(?!too\b|not\b)([^,;]+)$", after)
    return f"{subject[1]} {subject[2]} {value[1]}" if subject and value else after


def topic_of(text: str, others: Iterable[str]) -> str:
    """Return the heading that a turn opens with, as in "images. they come from..."; an empty text for none.

    What ends in a full stop is a heading if it is spoken of in `others`, too.
    """
    found = _HEADING.match(bare(text))
    if found is None:
        return ""
    topic = re.sub(rf"^(?:{listed('about').pattern})\s+", "", found["topic"], flags=re.IGNORECASE)
    words = frozenset(topic.casefold().split())
    if words & common() or any(c.isdigit() for c in topic) or _no_heading(topic):
        return ""
    sure = found[0].rstrip().endswith(":")
    return topic if sure or any(stems(topic) & stems(other) for other in others) else ""


def _no_heading(topic: str) -> bool:
    """Say whether a turn opens with a courtesy or by taking something back."""
    return listed("filler").fullmatch(topic) is not None or opening("retracts").match(topic) is not None


def under(topic: str, text: str) -> str:
    """Put a topic in front of a text that does not name it."""
    return text if not topic or words_of(topic) & words_of(text) else f"{topic}: {text[:1].lower()}{text[1:]}"


def dated(text: str, said: date | None) -> str:
    """Write relative dates as absolute ones, when the day of the turn is known."""
    return resolve(text, said) if said else text


def stands_alone(text: str) -> bool:
    """Say whether a text can be understood without what was said before it."""
    first = listed("idle").sub("", _BRACKETS.sub("", (clauses(text) or [""])[0]))
    begins = " ".join(first.split()[:BEGINNING])
    return not opening("dangling").match(first) and not listed("leaning").search(begins)


@dataclass(frozen=True, slots=True)
class Reply:
    """An assistant's short answer: whether it takes a rule down or agrees, what it says of the world, and whether no more."""

    noted: bool = False
    agreed: bool = False
    stated: tuple[str, ...] = ()
    bare: bool = False


def reply_of(answer: str) -> Reply:
    """Read an assistant's answer to a turn; a long one, and one that asks, is no reply."""
    if len(answer) > ACKNOWLEDGEMENT or "?" in answer or "```" in answer:
        return Reply()
    noted, agreed, plain = False, False, answer.strip()
    if found := _opened("agrees", r"(?:[,:.!]|\s[\u2013—-]|$)").match(plain):
        agreed, plain = True, plain[found.end() :]
    if found := _opened("acknowledges", r"[^.:,;!\u2013—\n]{0,30}(?:\s[\u2013—-]|[.:,;!\u2013—]|$)").match(
        plain
    ):
        noted, plain = True, plain[found.end() :]
    elif found := _opened("echoes", r"(?=\s)").match(plain):
        agreed, plain = True, plain[found.end() :]
    stated = tuple(said for said in sentences(plain) if _of_the_world(said))
    return Reply(noted, agreed, stated, agreed and not plain)


def covering(own: str, stated: tuple[str, ...], share: float) -> str | None:
    """Return the assistant's sentence that says most of what the person said, if one says a share of its words."""
    said = stems(own)
    enough = [text for text in stated if said and len(stems(text) & said) / len(said) >= share]
    return max(enough, key=lambda text: len(stems(text) & said), default=None)


def _opened(name: str, end: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{listed(name).pattern}){end}\s*", re.IGNORECASE)


def _of_the_world(said: str) -> bool:
    """Say whether an assistant's sentence is about something else than itself and what it does."""
    return not listed("itself").search(said) and not opening("doing").match(said)


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    """Return the words of a text that say something, cut so that their inflections agree."""
    return frozenset(
        word if any(c.isdigit() for c in word) else word[:6].rstrip("s") for word in words_of(text) - common()
    )
