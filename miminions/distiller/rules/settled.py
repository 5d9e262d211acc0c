"""Tells what an exchange settles: a choice among what the assistant offered, a correction, something found out."""

import re
from dataclasses import dataclass
from functools import cache

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language import cues, listed, opening, weekday
from miminions.distiller.language.sentences import GAP, sentences
from miminions.distiller.rules.reply import Reply
from miminions.distiller.rules.wording import FEWEST_WORDS, bare, led, stands_alone, stems

# A restatement may say so much that neither of the two had said.
NEW, NEW_MARKED, OWN = 0.5, 0.67, 0.4
# An answer may add so many characters to the choice it makes.
ADDED, SHORT, SHORT_ANSWER = 100, 160, 60
ASKED = 3
# So much of a contradiction comes back in the answer.
TAKEN_UP = 0.2
_LABEL = re.compile(
    r"(?:^|(?<=[\s:;,]))[*_`]*\(?([a-eA-E]|[1-5])[*_`]*(?:[).:]|\s[\u2013\u2014-](?=\s))[*_`]*\s+",
    re.MULTILINE,
)
_FIGURED = re.compile(r"\s+\S{1,4}\s+\d\S*.*$")
_LABELLED = re.compile(r"\W*[a-e]\s?[,.):]\s", re.IGNORECASE)
_PICKED = re.compile(
    r"\W*(?:(?:option|variante|opção|the|die|das|a|o)\s+)?([a-e]|[1-5])(?![\w'\u2019-]|\.\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What an exchange settles: its text, the person's words for it, how it came about, and whether the assistant words it.

    It is `whole` unless it answers a question without which it says little.
    """

    text: str
    quote: str
    how: str
    again: bool = False
    whole: bool = True


def settled(before: str, words: str, reply: Reply, recent: frozenset[str]) -> Settled | None:
    """Return what a turn settles as an answer to `before`, in the assistant's words if they say it again.

    `recent` are the stems of what was said before.
    """
    # What follows a question answers it.
    said = [] if words.endswith("?") else [each for each in sentences(words) if not _asks(each)]
    if not said:
        return None
    choice, answer = chosen(before, said)
    how = "chosen" if choice else _how(before, said)
    again = restated(reply, words, choice or asked(before), recent, how)
    if again:
        quote = bare(max(said, key=lambda each: len(stems(each) & stems(again))))
        text = again if how == "told" else under_question(again, before)
        whole = how == "told" or _question(again, before) is None
        return Settled(text, quote, how, again=True, whole=whole)
    if choice:
        added = unlabelled(answer)[:ADDED].rstrip(" .")
        return Settled(choice.rstrip(" .;,") + (f" ({added})" if added else ""), bare(answer), how)
    if how == "corrected":
        return _contradicted(words, reply)
    return _accepted(before) if how == "accepted" else None


def found_out(before: str, words: str, *, looked: bool) -> Settled | None:
    """Return what the assistant found out, if the person takes it so: by a word of finding, or by choosing what follows from it.

    `looked` is whether the assistant had looked, with a tool, before it said so.
    """
    said = [each for each in sentences(words) if not each.endswith("?")]
    if not said or not before:
        return None
    struck = any(opening("finds").match(bare(each)) for each in said[:2]) and "?" not in before
    if not struck and not (looked and chosen(before, said)[0]):
        return None
    return Settled(_finding(before), bare(said[0]), "found")


def _how(before: str, said: list[str]) -> str:
    """Say how a turn settles something: by contradicting, by answering, or by just saying it."""
    if before and opening("objects").match(said[0]):
        return "corrected"
    if opening("accepts").match(said[0]) and len(said) == 1 and not listed("refuses").search(said[0]):
        return "accepted"
    return "answered" if "?" in before and not opening("asks").match(bare(said[0])) else "told"


def _words(text: str) -> frozenset[str]:
    """Return the stems of a text that are no figures."""
    return frozenset(stem for stem in stems(text) if stem.isalpha())


def _accepted(before: str) -> Settled | None:
    """Return the proposal of a rule, which the person has agreed to; it is quoted from the assistant's turn."""
    for said in reversed(sentences(before)):
        rule = _suggestion().sub("", said.rstrip("?. "))
        if any(cue.sure and cue.outright and cue.marks(rule.lower()) for cue in cues()) and not listed(
            "itself"
        ).search(rule):
            return Settled(rule, said, "accepted")
    return None


@cache
def _suggestion() -> re.Pattern[str]:
    return re.compile(rf"^(?:{listed('suggests').pattern})\s+", re.IGNORECASE)


def _contradicted(words: str, reply: Reply) -> Settled | None:
    """Return a short contradiction as it was said, if the assistant takes it up."""
    plain = len(words) <= SHORT and not set(words) & {"?", "\n", GAP}
    own = stems(words)
    taken = plain and bool(own) and (reply.conceded or len(own & reply.words) / len(own) >= TAKEN_UP)
    return Settled(words, words, "corrected") if taken else None


def under_question(again: str, before: str) -> str:
    """Put the question in front of an answer that says little by itself; of an offer, what it offers to do."""
    question = _question(again, before)
    if question is None:
        return again
    plain = bare(question).rstrip("? ")
    offer = _suggestion().sub("", plain)
    if offer != plain:
        # Another figure than the offered one takes its place.
        offer = _FIGURED.sub("", offer) if values_of(again) - values_of(offer) else offer
        return f"{led(offer)}: {again[:1].lower()}{again[1:]}"
    tells = _words(question) and not listed("itself").search(question) and stands_alone(question)
    return f"{question} {again}" if tells else again


def _question(again: str, before: str) -> str | None:
    """Return the question that an answer says little without; None where it needs none."""
    asking = [s for s in sentences(before) if s.endswith("?")]
    needless = not asking or len(again) > SHORT_ANSWER or bool(_words(again) & _words(asking[-1]))
    return None if needless else asking[-1]


def asked(before: str) -> str:
    """Return the end of what the assistant said, which is what the person answers."""
    return " ".join(sentences(before)[-ASKED:])


def chosen(before: str, said: list[str]) -> tuple[str, str]:
    """Return the one of several labelled choices that an answer picks, and the sentence that does; empty for none."""
    choices = _choices(before)
    answer = next((each for each in said if _pick(each, choices) is not None), "")
    place = _pick(answer, choices) if answer else None
    return (list(choices.values())[place], answer) if place is not None else ("", "")


def picks(said: str, before: str) -> bool:
    """Say whether a sentence opens with the label of a choice, as an answer to a question."""
    return "?" in before and _LABELLED.match(said) is not None


def unlabelled(answer: str) -> str:
    """Return an answer without the label of the choice that it opens with."""
    found = _PICKED.match(bare(answer))
    return bare(answer)[found.end() :].lstrip(" ,.;:)") if found else bare(answer)


def _asks(said: str) -> bool:
    """Say whether a sentence is a question, with its mark or without."""
    return said.endswith("?") or opening("asks").match(bare(said)) is not None


def _places() -> list[re.Pattern[str]]:
    """Return the ways to name the first of several choices, the second, and so on."""
    return [listed(f"place{n}") for n in (1, 2, 3)]


def _pick(answer: str, choices: dict[str, str]) -> int | None:
    if len(choices) < 2:
        return None
    found = _PICKED.match(bare(answer)) or _PICKED.match(answer)
    if found and found[1].casefold() in choices:
        return list(choices).index(found[1].casefold())
    named = (n for n, name in enumerate(_places()) if name.match(bare(answer)))
    return next((n for n in named if n < len(choices)), None)


def _choices(before: str) -> dict[str, str]:
    """Return what an assistant's turn offers to choose from, by label or by "first: ... second: ..."."""
    found: dict[str, str] = {}
    marks = list(_LABEL.finditer(before))
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        text = before[mark.end() : after.start() if after else None]
        found.setdefault(mark[1].casefold(), _first(text))
    if len(found) >= 2:
        return found
    named = [(n, s) for s in sentences(before) for n, o in enumerate(_places()) if o.match(s)]
    return {str(n): s.partition(":")[2].strip() for n, s in named if ":" in s}


def _first(text: str) -> str:
    """Return the first sentence of a choice, without the word that leads to the next."""
    first = (sentences(text) or [""])[0]
    return re.sub(r"[,;]?\s+(?:or|oder|ou)$", "", first.strip(" ,;"))


def restated(reply: Reply, words: str, put: str, recent: frozenset[str], how: str) -> str:
    """Return the assistant's sentence that says again what the person settled, or an empty text.

    A figure that the person has just given, or a word of committing to it, tells that it is said again. What is not
    marked so must be mostly that, if the person was just telling.
    """
    own, offered = stems(words), stems(put)
    told = how in {"told", "accepted"}
    figures = values_of(words) - values_of(put)
    for text in reply.stated:
        saying, marked = stems(text), text in reply.again
        shared = saying & own or ((marked or how == "chosen") and saying & offered)
        day = any(stems(found[0]) <= own for found in weekday().finditer(text))
        whole = bool(own) and (own <= saying or day)
        if len(text.split()) < FEWEST_WORDS or len(_LABEL.findall(text)) > 1:
            continue
        if figures & values_of(text) or (text is reply.stated[0] and listed("commits").search(text)):
            return text
        if told and not marked and not whole and len(saying & own) < OWN * len(saying):
            continue
        if shared and len(saying - own - offered - recent) <= (NEW_MARKED if marked else NEW) * len(saying):
            return text
    return ""


def _finding(before: str) -> str:
    """Return what the assistant found, without what it says of itself."""
    told = (_of_the_world(said) for said in sentences(before) if not said.endswith("?"))
    return " ".join([said for said in told if said][:2])


def _of_the_world(said: str) -> str:
    """Return a sentence, or what stands after its colon, if the assistant speaks of something else than itself."""
    own = listed("itself").search(said)
    head, _, rest = said.partition(": ")
    return said if own is None else rest if rest and own.start() < len(head) else ""
