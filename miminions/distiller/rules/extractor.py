"""Extracts candidates without a model: statements of the user's, worded as facts; cues are data, a file a language."""

from datetime import date

from miminions.distiller.language import listed
from miminions.distiller.read import own_words
from miminions.distiller.rules.changes import aimed, standing
from miminions.distiller.rules.statements import FEWEST_WORDS, Statement, statements
from miminions.distiller.rules.summary import opening
from miminions.distiller.rules.wording import (
    Reply,
    bare,
    corrected,
    covering,
    dated,
    led,
    reply_of,
    sentence,
    stands_alone,
    topic_of,
    under,
)
from miminions.distiller.values import Candidate, Extraction, Material, Scope
from miminions.memory.facts import Fact
from miminions.transcripts import Turn

NAME = "rules"
# The share of a statement's words that the assistant must say again to word it, and to confirm it.
COVERED, ECHOED = 0.4, 0.6


def extract(material: Material, facts: tuple[Fact, ...]) -> Extraction:
    """Return a candidate for each clause that a cue marks, and how the session began."""
    found = [c for turn in material.new if turn.role == "user" for c in _candidates(turn, material)]
    kept = tuple(aimed(candidate, facts) for candidate in standing(found, material))
    return Extraction(kept, opening(material), NAME)


def _candidates(turn: Turn, material: Material) -> list[Candidate]:
    words = own_words(turn.text)
    others = [other for other in material.turns if other is not turn and other.role in {"user", "assistant"}]
    topic = topic_of(words, (other.text for other in others))
    first = not any(other.role == "user" and other.number < turn.number for other in others)
    reply = reply_of(_answer(turn, material))
    once = listed("once").search(words) is not None
    found = []
    for statement in statements(words, first=first, noted=reply.noted):
        text, sure = _worded(statement, topic, reply, turn.time.date() if turn.time else None)
        section, scope = _place(statement)
        candidate = Candidate(text, section, scope, statement.quote, turn.number, sure=sure and not once)
        if _tells(text) and (statement.cue.sure or stands_alone(text)):
            found.append(candidate)
    return found


def _tells(text: str) -> bool:
    """Say whether a text is long enough to state something; "hosting: here" is."""
    return len(text.replace(":", " :").split()) >= FEWEST_WORDS


def _answer(turn: Turn, material: Material) -> str:
    """Return what the assistant says right after a turn, before it does anything."""
    after = next((other for other in material.turns if other.number > turn.number), None)
    return after.text if after is not None and after.role == "assistant" else ""


def _worded(statement: Statement, topic: str, reply: Reply, said: date | None) -> tuple[str, bool]:
    """Return a statement's text, which may be the assistant's wording, and whether it is sure."""
    own = _own_wording(statement)
    topic = "" if statement.cue.strip.match(topic) else topic
    alone = stands_alone(own)
    better = covering(f"{topic} {own}", reply.stated, COVERED) if reply.noted or reply.agreed else None
    # What is said again or simply agreed to is confirmed, if it tells how things are: so is a task, too.
    echoed = reply.bare or covering(own, reply.stated, ECHOED) is not None
    meant = statement.sure or (reply.noted and better is not None)
    meant = meant or (echoed and statement.cue.section == "Context")
    words = under(topic, own) if alone or better is None else better
    return sentence(dated(words, said)), meant and (alone or better is not None)


def _own_wording(statement: Statement) -> str:
    """Return a statement in the person's words, without what only leads up to it."""
    plain = bare(corrected(statement.quote))
    opened = statement.cue.strip.match(plain)
    plain = statement.cue.start + plain[opened.end() :] if opened else plain
    head, colon, rest = plain.partition(": ")
    return rest if colon and len(rest.split()) >= FEWEST_WORDS and not stands_alone(head) else plain


def _place(statement: Statement) -> tuple[str, Scope]:
    """Return a statement's section and scope: what holds everywhere is the person's preference."""
    cue = statement.cue
    section = cue.section if listed("person").search(led(statement.quote)) else cue.impersonal
    if section in {"Preferences", "Decisions"} and listed("everywhere").search(statement.whole):
        return "Preferences", "global"
    return section, "workspace"
