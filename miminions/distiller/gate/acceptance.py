"""Tells what a person accepted of an assistant's turn: a proposal, one of several, with a change, or nothing."""

import re
from dataclasses import dataclass
from typing import Literal

from miminions.distiller.gate.numbers import values_of
from miminions.distiller.language import common, listed, opening
from miminions.distiller.language.sentences import sentences
from miminions.distiller.language.words import stems_of
from miminions.distiller.read import own_words
from miminions.distiller.values import Material
from miminions.transcripts import Turn

# An acceptance stands at the beginning of the answer; what speaks against it stands near.
ANSWER = 80
# The share of a sentence that the person said before, to make it a restatement; of a change, that a text must have.
RESTATED, CHANGED = 0.5, 0.5
PLACES = 3
_LABEL = re.compile(r"(?:^|(?<=[\s(:;,]))\(?(?P<label>[a-eA-E]|[1-5])[).:](?=\s)", re.MULTILINE)
_PICK = re.compile(
    r"\s*(?:(?:ok(?:ay)?|yes|ja|sim|then|take|go with|let['\u2019]?s go with|option|nimm|opção)[\s,:]+)*"
    r"\(?(?P<label>[a-e]|[1-5])(?![\w'\u2019])(?:[).:,;!]|\s*$|(?=\s+(?:but|aber|mas|please|bitte|then|dann|and|und|e)\b))",
    re.IGNORECASE,
)
Kind = Literal["yes", "polite", "no"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person's next words are to an assistant's turn: a yes, mere politeness, or no yes at all.

    `picked` is the option chosen by its letter, number or place, `change` what the person wants otherwise.
    """

    kind: Kind
    picked: str = ""
    change: str = ""


NO = Answer("no")


def answer_to(turn: Turn, material: Material) -> Answer:
    """Return how the person's next words take what the assistant said in `turn`."""
    later = (one for one in material.turns if one.number > turn.number and one.role == "user")
    reply = next(later, None)
    first = own_words(reply.text)[:ANSWER] if reply else ""
    picked, end = _picked(first)
    if not picked:
        found = opening("accepts").match(first)
        if found is None:
            return NO
        end = found.end()
    refusal = listed("refuses").search(first, end)
    change = first[refusal.start() :] if refusal else ""
    agreed = picked or listed("agrees_fully").search(first)
    return Answer("yes" if agreed else "polite", picked, change)


def verdict(quote: str, text: str, turn: Turn, answer: Answer, material: Material) -> str:
    """Return why an assistant's words do not count as the person's, empty when they do.

    `quote` is what was quoted of the turn, `text` the candidate's own.
    """
    if not _chosen(quote, turn.text, answer.picked):
        return "the user chose otherwise"
    if answer.change and not _has(text, answer.change):
        return f"the user wanted it changed: {answer.change.strip(' ,.')}"
    around = [said for said in sentences(turn.text) if quote in _plain(said) or _plain(said) in quote]
    offered = any(said.endswith("?") or listed("offers").search(said) for said in around)
    if answer.picked or offered:
        return ""
    if answer.kind == "yes" and _restated(quote, turn, material):
        return ""
    return "the assistant said it, and the user did no more than not object"


def _picked(first: str) -> tuple[str, int]:
    """Return the option that an answer picks, by label or by a place like "the second one", and where that ends."""
    if found := _PICK.match(first):
        return found["label"].casefold(), found.end()
    for place in range(1, PLACES + 1):
        if named := opening(f"place{place}").match(first):
            return str(place), named.end()
    return "", 0


def _chosen(quote: str, text: str, picked: str) -> bool:
    """Say whether a quote lies in the option that was picked; among lettered options a mere yes picks none."""
    options = _options(text)
    if not options:
        return True
    if not picked:
        return not next(iter(options)).isalpha() or not any(quote in part for part in options.values())
    letters = next(iter(options)).isalpha()
    if letters and picked.isdigit():
        picked = chr(ord("a") + int(picked) - 1)
    # A quote may begin with the option's own label.
    labelled = _LABEL.match(quote)
    return quote[labelled.end() if labelled else 0 :].strip() in options.get(picked, "")


def _options(text: str) -> dict[str, str]:
    """Return the labelled parts of a turn, if there are at least two in order from a or 1."""
    found = list(_LABEL.finditer(text))
    labels = [one["label"].casefold() for one in found]
    if len(found) < 2 or labels[0] not in {"a", "1"} or labels != sorted(set(labels)):
        return {}
    ends = [*(one.start() for one in found[1:]), len(text)]
    return {label: _plain(text[one.end() : end]) for label, one, end in zip(labels, found, ends, strict=True)}


def _has(text: str, change: str) -> bool:
    """Say whether a text has what the person wanted otherwise."""
    wanted = stems_of(listed("refuses").sub(" ", change)) - stems_of(" ".join(common()))
    said = stems_of(text)
    numbers = values_of(change)
    if numbers and not numbers & values_of(text):
        return False
    return not wanted or bool(numbers) or len(wanted & said) / len(wanted) >= CHANGED


def _restated(quote: str, turn: Turn, material: Material) -> bool:
    """Say whether the person had said before what the assistant says."""
    before = (
        own_words(one.text) for one in material.turns if one.number < turn.number and one.role == "user"
    )
    said, heard = stems_of(quote), stems_of(" ".join(before))
    return bool(said) and len(said & heard) / len(said) >= RESTATED


def _plain(text: str) -> str:
    return " ".join(text.split())
