"""Grounds candidates: the quote must be the person's own words, and the text must say nothing that was not said."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from miminions.distiller.gate.acceptance import answer_to, verdict
from miminions.distiller.gate.claims import Heard, unsupported
from miminions.distiller.gate.days import underived, years_named
from miminions.distiller.gate.numbers import values_of
from miminions.distiller.gate.orders import ordered
from miminions.distiller.gate.polarity import turned
from miminions.distiller.gate.support import Said, supported
from miminions.distiller.language import listed
from miminions.distiller.language.dates import resolve
from miminions.distiller.language.sentences import sentences
from miminions.distiller.language.words import stems_of
from miminions.distiller.read import own_words
from miminions.distiller.read.quoted import plain_words
from miminions.distiller.values import Basis, Candidate, Judged, Material
from miminions.transcripts import Turn

NEAR = 2
GREETING = 40
SHORTEST = 2
# An assistant's sentence of so many words of which memory has such a share only repeats it.
FEWEST, REPEATED = 2, 0.8


def ground(
    candidate: Candidate,
    material: Material,
    known: Sequence[str] = (),
    gone: Sequence[str] = (),
    replaced: str = "",
) -> Judged:
    """Check a candidate's quote and what its text claims. The turn is mended when another one holds the quote.

    `known` is what memory says already: a fact may go on saying it; `gone` is what it said once. What the assistant
    only repeats of either is no ground. `replaced` is the fact that a replacement takes the place of.
    """
    judged = Judged(candidate)
    turn = _source(candidate, material)
    if turn is None:
        return judged.reject(_unheard(candidate, material))
    basis: Basis = candidate.basis or ("accepted" if turn.role == "assistant" else "said")
    judged = Judged(replace(candidate, turn=turn.number, text=_dated(candidate.text, turn), basis=basis))
    if turn.number < material.first:
        return judged.reject("it was said before and distilled then")
    if turn.number in _others(material):
        return judged.reject("someone else was typing")
    if turn.role == "user" and flat(candidate.quote) not in flat(plain_words(turn.text)):
        judged = judged.review("it may be pasted from somewhere else")
    if candidate.op != "retire" and _echoes(candidate, turn, material, (*known, *gone)):
        return judged.reject("the assistant only repeated what memory says")
    return _claimed(_by_whom(judged, turn, material, replaced), turn, material, "\n".join(known))


def flat(text: str) -> str:
    """Return a text with quotes and white space made alike, for comparing quotes."""
    return " ".join(
        text.replace("\u2019", "'").replace("\u2018", "'").replace("“", '"').replace("”", '"').split()
    )


def accepted(turn: Turn, material: Material) -> bool:
    """Say whether the user's next words accept what the assistant said in `turn`, at least politely."""
    return answer_to(turn, material).kind != "no"


def _source(candidate: Candidate, material: Material) -> Turn | None:
    """Find the one turn that holds the quote: the cited one, else the only other."""
    quote, cited = flat(candidate.quote), material.turn(candidate.turn)
    if cited is not None and not _holds(cited, quote, material):
        cited = None
    # A choice may be a letter or a figure, if the person said no more.
    if len(quote) < SHORTEST and not (quote and cited and flat(_said(cited)) == quote):
        return None
    if cited is not None:
        return cited
    holding = [turn for turn in material.turns if _holds(turn, quote, material)]
    return holding[0] if len(holding) == 1 else None


def _holds(turn: Turn, quote: str, material: Material) -> bool:
    return quote in flat(_said(turn)) and _may_speak(turn, material)


def _unheard(candidate: Candidate, material: Material) -> str:
    """Say why a quote is no ground: who said it instead, if anybody did."""
    quote = flat(candidate.quote)
    if len(quote) >= SHORTEST:
        for turn in material.turns:
            if quote in flat(turn.text):
                return {
                    "user": "the user only quoted or pasted it",
                    "assistant": "only the assistant said it",
                }.get(turn.role, "only a tool said it")
    return "the quote is not in what was said"


def _said(turn: Turn) -> str:
    return own_words(turn.text) if turn.role == "user" else turn.text


def _may_speak(turn: Turn, material: Material) -> bool:
    return turn.role == "user" or (turn.role == "assistant" and accepted(turn, material))


def _dated(text: str, turn: Turn) -> str:
    """Write the relative dates that an extractor left in a text as absolute ones."""
    relative = turn.time is not None and listed("relative").search(text)
    return resolve(text, turn.time.date()) if relative and turn.time else text


def _echoes(candidate: Candidate, turn: Turn, material: Material, known: Sequence[str]) -> bool:
    """Say whether the ground is an assistant's sentence that memory has, and nothing of it the user's own."""
    said = candidate.quote
    if turn.role == "user":
        answered = _answered(turn, material)
        if answered is None or _own(candidate, turn, material):
            return False
        said = _closest(answered, candidate.text)
    words = stems_of(said)
    return len(words) >= FEWEST and any(
        len(words & stems_of(line)) >= REPEATED * len(words) and values_of(said) <= values_of(line)
        for line in known
    )


def _closest(turn: Turn, text: str) -> str:
    """Return the sentence of a turn that says most of a text."""
    told = stems_of(text)
    return max(sentences(turn.text), key=lambda said: len(stems_of(said) & told), default="")


def _by_whom(judged: Judged, turn: Turn, material: Material, replaced: str) -> Judged:
    """Let wait what the person did not say themselves, unless they plainly agreed to it."""
    candidate = judged.candidate
    if turn.role == "assistant":
        quote = " ".join(candidate.quote.split())
        why = verdict(quote, candidate.text, turn, answer_to(turn, material), material)
        if not why and any(flat(quote) in flat(one.text) for one in material.turns if one.role == "tool"):
            why = "the assistant only repeated what a tool said"
        return judged.review(why) if why else judged
    if _own(candidate, turn, material, replaced):
        return judged
    answered = _answered(turn, material)
    if answered is None or not _own(candidate, turn, material, replaced, answered.text):
        return judged.review("the user hardly said what it says")
    closest = " ".join(_closest(answered, candidate.text).split())
    why = verdict(closest, candidate.text, answered, answer_to(answered, material), material)
    agreed = replace(judged, candidate=replace(candidate, basis="accepted"))
    return agreed.review(why) if why else agreed


def _own(
    candidate: Candidate, turn: Turn, material: Material, replaced: str = "", answered: str = ""
) -> bool:
    """Say whether what the person said in a turn and around it, and in what they `answered`, supports a text."""
    in_turn, near = own_words(turn.text), _own_near(material, turn)
    said = Said(f"{in_turn}\n{answered}", f"{near}\n{answered}", replaced, material.workspace)
    return supported(candidate.text, candidate.quote, said)


def _answered(turn: Turn, material: Material) -> Turn | None:
    """Return the assistant's turn that a turn of the person's accepts, if it does."""
    before = [one for one in material.turns if one.number < turn.number and one.role in {"user", "assistant"}]
    last = before[-1] if before else None
    return last if last is not None and last.role == "assistant" and accepted(last, material) else None


def _claimed(judged: Judged, turn: Turn, material: Material, known: str) -> Judged:
    """Let wait what claims more than was said: numbers, names, dates, or the opposite."""
    text, near = judged.candidate.text, _nearby(material, turn)
    missing = unsupported(text, _heard(turn, near, material, known))
    if missing:
        return judged.review(f"not said near the quote: {', '.join(missing[:3])}")
    taken = ordered(text, material)
    if taken:
        return judged.review(f"its words stand in a text that gives orders: {taken}")
    off = underived(text, turn, near, known)
    if off:
        return judged.review(f"no date that was said: {', '.join(off[:3])}")
    word = turned(text, judged.candidate.quote, sentences(_said(turn)))
    if word:
        return judged.review(f"it may say the opposite of what was said, of: {word}")
    return judged


def _heard(turn: Turn, near: Sequence[Turn], material: Material, known: str) -> Heard:
    """Gather what a text may rest on; the year of its turn needs no saying, nor one that is named from there."""
    spoken = "\n".join(one.text for one in near)
    years = " ".join(map(str, years_named(spoken, turn.time.date()))) if turn.time else ""
    anywhere = "\n".join(one.text for one in material.turns if one.role in {"user", "assistant"})
    return Heard(f"{spoken}\n{years}", _said_by_user(material), known, anywhere)


def _own_near(material: Material, turn: Turn) -> str:
    return "\n".join(own_words(one.text) for one in _nearby(material, turn) if one.role == "user")


def _others(material: Material) -> frozenset[int]:
    """Return the user's turns that somebody else typed: one that says so, and all until the person is back."""
    found: set[int] = set()
    away: list[int] | None = None
    spoken = [turn for turn in material.turns if turn.role == "user"]
    for turn in spoken:
        if away is not None and listed("returns").search(turn.text, 0, GREETING):
            found.update(away)
            away = None
        # Who opens a session with a name gives his own.
        elif turn is not spoken[0] and _stranger().match(turn.text):
            found.add(turn.number)
            away = []
        elif away is not None:
            away.append(turn.number)
    return frozenset(found)


@cache
def _stranger() -> re.Pattern[str]:
    """Write the ways to say who else is typing as a pattern; a name is written large, or stands in brackets."""
    greeting = rf"[\s(\[]*(?:(?:{listed('greets').pattern})[\s,.!]+)?"
    named = r"\s*[(\[]\s*(?:this is|it['\u2019]s|hier (?:ist|schreibt)|aqui (?:é|fala) (?:[oa] )?|é [oa])\s+[^\W\d_]\w+[^)\]]*[)\]]"
    alone = r"\s*[(\[]\s*[^\W\d_]\w+\s+(?:is\s+|am\s+)?(?:typing|speaking|writing|here|schreibt|tippt|hier|aqui|a escrever)\b"
    return re.compile(rf"{named}|{alone}|{greeting}(?:{listed('speaker').pattern})", re.IGNORECASE)


def _nearby(material: Material, turn: Turn) -> list[Turn]:
    """Return what user and assistant said around a turn, in which the claims of a text must occur."""
    spoken = [other for other in material.turns if other.role in {"user", "assistant"}]
    place = spoken.index(turn)
    return spoken[max(0, place - NEAR) : place + NEAR + 1]


def _said_by_user(material: Material) -> str:
    return "\n".join(turn.text for turn in material.turns if turn.role == "user")
