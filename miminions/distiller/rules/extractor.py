"""Extracts candidates without a model: statements of the user's, worded as facts; cues are data, a file a language."""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.gate.screen import widens
from miminions.distiller.language import listed, opening
from miminions.distiller.language.sentences import sentences
from miminions.distiller.rules.changes import aimed, standing
from miminions.distiller.rules.conversation import Exchange, exchanges
from miminions.distiller.rules.reply import Reply, reply_of
from miminions.distiller.rules.settled import Settled, found_out, picks, settled, under_question
from miminions.distiller.rules.statements import LISTED, NOTED, Statement
from miminions.distiller.rules.summary import opening_of
from miminions.distiller.rules.wording import (
    FEWEST_STEMS,
    FEWEST_WORDS,
    bare,
    confides,
    corrected,
    covering,
    dated,
    led,
    sentence,
    stands_alone,
    stems,
    technical,
    under,
)
from miminions.distiller.values import Candidate, Extraction, Material, Scope
from miminions.memory.facts import Fact

NAME = "rules"
# The share of a statement's words that the assistant must say again to word it, and to confirm it.
COVERED, ECHOED = 0.4, 0.6
# So much of what was not said outright must come back in the answer for it to count; so much of an answer must be
# said again to word it, which is no shorter than that.
HEARD, RESAID, FULL = 0.25, 0.4, 0.8
# What no cue marks as said outright applies if so much of it comes back, or so much of it where the assistant agrees.
CONFIRMED, AGREED = 0.5, 0.3
# A turn that states so many things tells how it all is, if it opens the session, or at all.
OPENING, TELLING = 2, 4
# A rule comes right after a heading where fewer sentences are in between, with the heading.
REACH = 3


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a turn speaks: `once` of an exception, `telling` so much that no answer says all of it again."""

    once: bool
    telling: bool


def extract(material: Material, facts: tuple[Fact, ...]) -> Extraction:
    """Return a candidate for each clause that a cue marks or an exchange settles, and how the session began."""
    found = [
        c for exchange in exchanges(material, (fact.text for fact in facts)) for c in _candidates(exchange)
    ]
    kept = tuple(aimed(candidate, facts, material.workspace) for candidate in standing(found, material))
    return Extraction(kept, opening_of(material), NAME)


def _candidates(exchange: Exchange) -> list[Candidate]:
    reply = reply_of(exchange.answers)
    outcome, finding = _outcomes(exchange, reply)
    # What opens a turn corrects the one before.
    corrects = any(found.start() for found in listed("corrects").finditer(exchange.words))
    topics, once = exchange.topics(), corrects or listed("once").search(exchange.words) is not None
    found = []
    stated = exchange.statements(noted=reply.noted)
    manner = _Manner(once, len(stated) >= (OPENING if exchange.first else TELLING))
    for statement in stated:
        begun, topic = topics[bisect_right(topics, (statement.place, "\uffff")) - 1]
        if statement.cue.sure and statement.cue.section == "Preferences" and statement.cue is not LISTED:
            # A rule for the assistant says itself what it is about, unless it comes right after the heading.
            between = sentences(exchange.words[begun : statement.place])
            topic = topic if len(between) < REACH and not _adds(statement.whole) else ""
        found.append(_stated(statement, topic, exchange, reply, manner))
    # What is said of a choice gives the reason for it, and is no rule.
    picked = outcome.quote if outcome and outcome.how == "chosen" else ""
    kept = [replace(c, sure=c.sure and c.quote not in picked) for c in found if c is not None]
    if outcome and kept and outcome.text == exchange.words:
        # A short contradiction says by itself what holds instead.
        whole = sentence(dated(bare(outcome.text), exchange.day))
        return [replace(kept[0], text=whole, quote=outcome.quote)]
    for each in filter(None, (outcome, finding)):
        kept = _joined(kept, each, _settled(each, exchange, once=once), corrects=corrects)
    return kept


def _adds(said: str) -> bool:
    """Say whether a sentence begins by adding something to what was said, as in "and please"."""
    return re.match(rf"(?:{listed('joiner').pattern})\s", said, re.IGNORECASE) is not None


def _outcomes(exchange: Exchange, reply: Reply) -> tuple[Settled | None, Settled | None]:
    """Return what an exchange settles and what was found out, without what the person dismisses."""
    words = exchange.words
    dismissed = [opening("dismisses").match(bare(said)) is not None for said in sentences(words)]
    finding = None if any(dismissed) else found_out(exchange.before, words, looked=exchange.looked)
    outcome = None if dismissed[:1] == [True] else settled(exchange.before, words, reply, exchange.recent)
    return _harmless(outcome, words), _harmless(finding, words)


def _harmless(outcome: Settled | None, words: str) -> Settled | None:
    """Return an outcome, unless the person dismisses just that, or only the assistant words rights or what opens a door."""
    if outcome is None or opening("dismisses").match(bare(outcome.quote)):
        return None
    widened = widens(outcome.text) and not widens(words)
    return None if widened or confides(outcome.text, words) else outcome


def _stated(
    statement: Statement, topic: str, exchange: Exchange, reply: Reply, manner: _Manner
) -> Candidate | None:
    """Return a statement as a candidate, None for what tells too little or was hardly heard.

    In a turn of the manner `once` nothing is sure; what a `telling` one states need not be said again.
    """
    text, sure = _worded(statement, topic, exchange, reply)
    if not _tells(text) or not (statement.cue.sure or stands_alone(text)):
        return None
    if _momentary(statement.whole) or confides(statement.quote, exchange.words):
        return None
    if picks(statement.quote, exchange.before):
        # What the label stands for is told by the exchange, or not at all.
        return None
    section, scope = _place(statement)
    heard = _heard(text, reply)
    sure = (
        sure and _means(text, outright=statement.outright) and (statement.outright or _confirmed(text, reply))
    )
    candidate = Candidate(
        text, section, scope, statement.quote, exchange.turn.number, sure=sure and not manner.once
    )
    # What names something definite may wait, too, unless not one word of it came back.
    definite = technical(text) and (
        manner.telling or not exchange.answers or bool(stems(text) & (reply.words | exchange.recent))
    )
    kept = heard or (stands_alone(text) and (statement.sure or definite))
    return candidate if kept and (heard or statement.cue is not NOTED) else None


def _settled(outcome: Settled, exchange: Exchange, *, once: bool) -> Candidate | None:
    """Return what an exchange settled as a candidate; a choice and an answer that the assistant says again are sure."""
    text = sentence(dated(outcome.text, exchange.day))
    if not _tells(text) or _momentary(outcome.quote) or confides(outcome.quote):
        return None
    if not outcome.whole and len([stem for stem in stems(text) if stem.isalpha()]) < FEWEST_STEMS:
        return None
    section = "Insights" if outcome.how == "found" else "Decisions"
    turn = exchange.asker if outcome.how == "accepted" else exchange.turn.number
    sure = outcome.again and outcome.how in {"answered", "chosen"} and outcome.whole
    sure = sure and "?" not in text and stands_alone(text)
    return Candidate(text, section, "workspace", outcome.quote, turn, sure=sure and not once)


def _joined(
    found: list[Candidate], outcome: Settled, candidate: Candidate | None, *, corrects: bool
) -> list[Candidate]:
    """Add what was settled, unless it was stated, too; then it takes the place of what lacks one of its figures.

    In a turn that corrects itself the assistant's words tell what it came to.
    """
    if candidate is None:
        return found
    same = [c for c in found if covering(candidate.text, (c.text,), COVERED) is not None]
    if outcome.again:
        # What is less than sure gives way to the assistant's wording of the same sentence.
        found = [
            c for c in found if c.sure or c.quote not in outcome.quote or not _richer(candidate.text, c.text)
        ]
        same = [c for c in same if c in found]
    if outcome.again and same and (corrects or not any(_has_figures(c.text, candidate.text) for c in same)):
        return [*(c for c in found if c not in same), candidate]
    return found if same else [*found, candidate]


def _richer(text: str, other: str) -> bool:
    """Say whether a text says as much as another one, and all of its figures."""
    return len(stems(text)) >= FULL * len(stems(other)) and _has_figures(text, other)


def _has_figures(text: str, other: str) -> bool:
    """Say whether a text has all figures of another one."""
    return values_of(other) <= values_of(text)


def _means(text: str, *, outright: bool) -> bool:
    """Say whether a text says enough to apply; what was said outright may be about one thing that has a name."""
    told = stems(text)
    return len(told) >= FEWEST_STEMS or (outright and any(stem.isalpha() for stem in told))


def _confirmed(text: str, reply: Reply) -> bool:
    """Say whether so much of what was said came back in the answer that it was meant to last."""
    said = stems(text)
    echoed = len(said & reply.words) / len(said) if said else 0.0
    return (
        echoed >= CONFIRMED
        or (echoed >= AGREED and (reply.agreed or reply.noted))
        or (reply.noted and not reply.stated)
    )


def _heard(text: str, reply: Reply) -> bool:
    """Say whether what was said came back in the answer, or was simply taken down."""
    said = stems(text)
    echoed = bool(said) and len(said & reply.words) / len(said) >= HEARD
    return echoed or (reply.noted and not reply.stated)


def _tells(text: str) -> bool:
    """Say whether a text is long enough to state something; "hosting: here" is."""
    return len(text.replace(":", " :").split()) >= FEWEST_WORDS


def _momentary(said: str) -> bool:
    """Say whether a sentence speaks of one day, as in "today without the tests"."""
    return opening("momentary").match(bare(said)) is not None


def _worded(statement: Statement, topic: str, exchange: Exchange, reply: Reply) -> tuple[str, bool]:
    """Return a statement's text, which may be the assistant's wording, and whether it is sure."""
    own = _own_wording(statement)
    topic = "" if statement.cue.strip.match(topic) else topic
    alone = stands_alone(own)
    better = (
        covering(f"{topic} {own}", reply.stated, COVERED)
        if reply.noted or reply.agreed or not alone
        else None
    )
    better = better if better and _tells(better) else None
    again = _said_again(own, reply)
    # What is said again or simply agreed to is confirmed, if it tells how things are: so is a task, too.
    echoed = reply.bare or covering(own, reply.stated, ECHOED) is not None
    meant = statement.sure or (reply.noted and better is not None)
    meant = meant or (echoed and statement.cue.section == "Context")
    if again and statement.cue.strip.match(own) is None:
        return sentence(dated(under_question(again, exchange.before), exchange.day)), meant
    words = under(topic, own) if alone or better is None else better
    return sentence(dated(words, exchange.day)), meant and (alone or better is not None)


def _said_again(own: str, reply: Reply) -> str:
    """Return the assistant's wording of what it marks as said again, if it is mostly that and leaves no figure out."""
    said = stems(own)
    figures = {word for word in said if any(c.isdigit() for c in word)}
    for text in reply.again:
        told = stems(text)
        if (
            told - said
            and figures <= told
            and len(told & said) / len(told) >= RESAID
            and len(told) >= FULL * len(said)
        ):
            return text
    return ""


def _own_wording(statement: Statement) -> str:
    """Return a statement in the person's words, without what only leads up to it."""
    plain = bare(corrected(statement.quote))
    opened = statement.cue.strip.match(plain)
    plain = statement.cue.start + plain[opened.end() :] if opened else plain
    head, colon, rest = plain.partition(": ")
    return rest if colon and len(rest.split()) >= FEWEST_WORDS and not stands_alone(head) else plain


def _place(statement: Statement) -> tuple[str, Scope]:
    """Return a statement's section and scope: what holds everywhere, as it or the next sentence says, is the person's preference."""
    cue = statement.cue
    section = cue.section if listed("person").search(led(statement.quote)) else cue.impersonal
    everywhere = (listed("everywhere").search(said) for said in (statement.whole, statement.after))
    if section in {"Preferences", "Decisions"} and any(everywhere):
        return "Preferences", "global"
    return section, "workspace"
