"""Words what was said as facts: fillers off, dates absolute, a topic in front, the assistant's wording where it is better."""

import re
from datetime import date
from functools import cache, lru_cache

from miminions.distiller.language import common, listed, numbers, opening
from miminions.distiller.language.dates import resolve
from miminions.distiller.language.sentences import clauses, sentences
from miminions.distiller.language.words import words_of

# A statement has so many words, so many of which say something.
FEWEST_WORDS, FEWEST_STEMS = 3, 2
# A pronoun further on in a clause stands for something in it.
BEGINNING = 5
_FILLER_END = r"(?:[,.:;!]+|\s+[\u2013—-]|\s*$)\s*"
_WORDS = re.compile(r"[^\w'\u2019]+")
_BRACKETS = re.compile(r"\([^()]*\)")
_LOOSE = " .,:;-\u2013—…*"
_TECHNICAL = re.compile(r"\d|\w[._/@]\w|\b\w*[a-z][A-Z]\w*|\b[A-Z]{2,}")
# A heading has so many words, so many characters; a courtesy stands in the last so many.
NAMING, NAME, COURTESY = 3, 60, 60
# Letters with figures in between, or with signs; no path and no address.
_OPAQUE = re.compile(
    r"(?<![^\s\"'`(=:])(?=[^\s./]*[^\W\d_])(?:(?=[^\s./]*\d)[^\s./]{8,}|(?=[^\s./]*\w[!#$%*+?^]+\w)[^\s./]{6,})(?=[.,;:!?)\"'`]*(?:\s|$))"
)
# A short number alone may be a code.
_NUMBER = re.compile(r"(?<![\w.:/-])\d{4,8}(?![\w:/-]|\.\d|\s?(?:%|€|\w))")
_SUBJECT = re.compile(r"(.*?)\s(is now|are now|is|are|=|ist jetzt|ist|sind|agora é|é|são)\s", re.IGNORECASE)
# What a slip of the tongue ends up with: after "it's", or the few words after a pause.
_VALUE = re.compile(
    r"(?:(?:^|[\s,;])it['\u2019]?s\s+(?!too\b|not\b)|^|(?:\.\.\.|…|,)\s+)((?!it['\u2019]?s\b)[^,;…\s]+(?:\s[^,;…\s]+){0,3}?)\.?$",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?P<topic>(?:(?:about|the|our|my) )*[^\s.,:;!?\"()]+(?: [^\s.,:;!?\"()]+)?)(?:[.:]|, [^.:?]{0,30}:)(?:\s|$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def led(clause: str) -> str:
    """Return a clause without the fillers it begins with."""
    plain = clause.lstrip(_LOOSE)
    while (found := _filler().match(plain)) and found.end() < len(plain):
        plain = plain[found.end() :].lstrip(_LOOSE)
    return plain


def bare(clause: str) -> str:
    """Return a clause without the fillers it begins with and the courtesies it ends with."""
    plain = led(clause)
    while found := _tail().search(plain, max(0, len(plain) - COURTESY)):
        plain = plain[: found.start()]
    return plain


@cache
def _filler() -> re.Pattern[str]:
    fillers, joiners = listed("filler").pattern, listed("joiner").pattern
    return re.compile(rf"(?:(?:{fillers}){_FILLER_END}|(?:{joiners})\s+)", re.IGNORECASE)


@cache
def _tail() -> re.Pattern[str]:
    return re.compile(rf"[\s,(]+(?:{listed('tail').pattern})[\s.)]*$", re.IGNORECASE)


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
    before, after = clause[: slips[0].start()], clause[slips[-1].end() :].strip(_LOOSE)
    subject = _SUBJECT.match(before)
    value = _VALUE.search(after)
    # "In there, I mean in all of them" says a part of the sentence again.
    part = re.search(rf"(?s).*\s(?={re.escape(after.partition(' ')[0])}\s)", before) if " " in after else None
    if not subject and part:
        return f"{part[0]}{after}"
    if not subject or not value:
        return after
    return f"{subject[1]} {subject[2]} {value[1]}"


def topic_of(text: str, known: frozenset[str]) -> str:
    """Return the heading that a turn opens with, as in "images. they come from..."; an empty text for none.

    What ends in a full stop is a heading if `known`, the stems that are used elsewhere, has a word of it.
    """
    found = _HEADING.match(bare(text))
    if found is None:
        return ""
    topic = _about().sub("", found["topic"])
    words = frozenset(topic.casefold().split())
    if words & common() or sum(c.isalpha() for c in topic) < 2 or _no_heading(topic):
        return ""
    sure = found[0].rstrip().endswith(":")
    return topic if sure or stems(topic) & known else ""


def heading_of(said: str, known: frozenset[str]) -> str:
    """Return what a short sentence names, if it only changes the subject, as in "Now the invoices."; else an empty text."""
    plain = led(said).rstrip(" .!:")
    if len(plain) > NAME or said.rstrip().endswith("?"):
        return ""
    topic = _about().sub("", plain)
    only = topic != plain and len(topic.split()) <= NAMING
    return topic if only and stems(topic) & known and not _no_heading(topic) else ""


def technical(text: str) -> bool:
    """Say whether a text names something definite: a figure, a file, a product's name."""
    return _TECHNICAL.search(text) is not None


def confides(said: str, around: str = "") -> bool:
    """Say whether a sentence hands over something to log in with: it speaks of such, and has a word nobody would speak, or a number.

    Of a number the sentence itself must speak so, of such a word what stands `around` may.
    """
    speaks = listed("credentials").search
    if _OPAQUE.search(said):
        return speaks(f"{said}\n{around}") is not None
    return _NUMBER.search(said) is not None and speaks(said) is not None


@cache
def _about() -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:{listed('about').pattern})\s+)+", re.IGNORECASE)


def _no_heading(topic: str) -> bool:
    """Say whether a turn opens with a courtesy or by taking something back."""
    return listed("filler").fullmatch(topic) is not None or opening("retracts").match(topic) is not None


def under(topic: str, text: str) -> str:
    """Put a topic in front of a text that does not name it."""
    return text if not topic or words_of(topic) & words_of(text) else f"{topic}: {text[:1].lower()}{text[1:]}"


def dated(text: str, said: date | None) -> str:
    """Write relative dates as absolute ones, when the day of the turn is known."""
    return resolve(text, said) if said else text


@lru_cache(maxsize=1024)
def stands_alone(text: str) -> bool:
    """Say whether a text can be understood without what was said before it."""
    first = listed("idle").sub("", _BRACKETS.sub("", (clauses((sentences(text) or [""])[0]) or [""])[0]))
    begins = " ".join(first.split()[:BEGINNING])
    ends = _WORDS.sub(" ", text).split()[-1:]
    if ends and listed("unfinished").fullmatch(ends[0]):
        return False
    return not opening("dangling").match(first) and not listed("leaning").search(begins)


def covering(own: str, stated: tuple[str, ...], share: float) -> str | None:
    """Return the assistant's sentence that says most of what the person said, if one says a share of its words."""
    said = stems(own)
    enough = [text for text in stated if said and len(stems(text) & said) / len(said) >= share]
    return max(enough, key=lambda text: len(stems(text) & said), default=None)


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    """Return the words of a text that say something, cut so that their inflections agree; numbers are figures."""
    figures = numbers()
    found = (
        figures.get(word) or (word if any(c.isdigit() for c in word) else word[:6].rstrip("s"))
        for word in words_of(text)
        if word in figures or word not in common()
    )
    # Of the "s" of "it's" nothing is left.
    return frozenset(stem for stem in found if stem)
