"""Checks of facts against each other: said twice, in contradiction, expired, with one id, in two files, gone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from miminions.doctor.finding import Case, Finding, quoted
from miminions.markdown import Lines
from miminions.memory.chain import contested
from miminions.memory.comments import ours
from miminions.memory.facts import Fact
from miminions.memory.ids import ID, normalise

_WORD = re.compile(r"[^\W_]+(?:[.'\u2019-][^\W_]+)*")
# Words that change nothing about what a sentence says; "no", "not" and "never" are none of them.
_EMPTY = {
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "do", "does", "did", "to", "of", "on", "in",
    "at", "for", "with", "and", "we", "our", "us", "you", "your", "they", "their", "it", "its", "this", "that",
    "these", "those", "all", "always", "now", "also", "by", "from", "as", "has", "have", "had", "will", "shall",
    "must", "should", "can", "der", "die", "das", "ein", "eine", "ist", "sind", "wir", "auf", "im", "am",
    "und", "zu", "für", "mit", "o", "os", "um", "uma", "de", "da", "em", "na", "e", "para", "com",
    "nós",
}  # fmt: skip
# Below that many words of meaning, two short sentences are alike by accident.
_LEAST = 3
_STEM = 6


def doubles(case: Case) -> Iterator[Finding]:
    """Find facts that are said more than once in a memory: in the same words, or nearly."""
    for state in case.states:
        where = state.memory.path
        same: dict[str, list[Fact]] = defaultdict(list)
        alike: dict[tuple[str, ...], list[Fact]] = defaultdict(list)
        for fact in state.facts.facts:
            same[normalise(fact.text)].append(fact)
        for text, facts in same.items():
            if len(facts) > 1:
                yield Finding(
                    "notice",
                    f"{where}: said {len(facts)} times: {quoted(facts[0].text)} ({_ids(facts)})",
                    "delete all but one of the lines",
                )
            alike[_meaning(text)].append(facts[0])
        for words, facts in alike.items():
            if len(facts) > 1 and len(words) >= _LEAST:
                yield Finding(
                    "notice",
                    f"{where}: nearly the same: {' | '.join(quoted(fact.text) for fact in facts)} ({_ids(facts)})",
                    f"miminions forget {facts[-1].id}, if one of them is enough",
                )


def contradictions(case: Case) -> Iterator[Finding]:
    """Find two versions of one fact: with one key, or in the place of the same fact."""
    for state in case.states:
        where = state.memory.path
        keyed: dict[str, list[Fact]] = defaultdict(list)
        for fact in state.facts.facts:
            if fact.key:
                keyed[fact.key].append(fact)
        for key, facts in keyed.items():
            if len(facts) > 1:
                yield Finding(
                    "problem",
                    f"{where}: {len(facts)} facts have the key {key} ({_ids(facts)})",
                    f"miminions forget {facts[0].id}, or leave the key on one of them",
                )
        keys = {frozenset(fact.id for fact in facts) for facts in keyed.values()}
        for old, heirs in contested(state):
            if frozenset(heirs) not in keys:
                yield Finding(
                    "problem",
                    f"{where}: {len(heirs)} facts replaced {old} ({', '.join(heirs)}): two versions of one fact",
                    f"keep the one that is true: miminions forget {heirs[0]}, or {heirs[-1]}",
                )


def copies(case: Case) -> Iterator[Finding]:
    """Find facts that are live and archived at once, as after a merge or a killed write."""
    for state in case.states:
        for fact in state.archived.facts:
            if fact.labelled and (live := state.facts.by_id(fact.id)) is not None:
                yield Finding(
                    "notice",
                    f"{state.archive_of(fact)}:{fact.line} keeps a copy of {live.id}, which is live",
                    "the live one counts; delete the line in the archive, or `miminions forget` the fact",
                )


def expired(case: Case) -> Iterator[Finding]:
    """Find facts whose last day is over; the next write archives them."""
    today = date.fromisoformat(case.ws.today)
    for state in case.states:
        for fact in state.facts.facts:
            if fact.expired(today):
                yield Finding(
                    "notice",
                    f"{state.memory.path}:{fact.line} expired {fact.until}",
                    f"miminions forget {fact.id}, or miminions edit {fact.id} --until YYYY-MM-DD",
                )


def labels(case: Case) -> Iterator[Finding]:
    """Find lines with one id: the first keeps it."""
    for state in case.states:
        for file, text in ((state.memory, state.facts), (state.archive, state.archived)):
            if "mm:" not in file.text:
                continue
            places: dict[str, list[int]] = defaultdict(list)
            for fact in text.facts:
                if fact.mark_start == fact.mark_end:
                    continue
                comment = next(ours(file.text, fact.mark_start, fact.mark_end), None)
                word = comment.words.split(maxsplit=1)[0] if comment and comment.words else ""
                if ID.fullmatch(word):
                    places[word].append(fact.mark_start)
            lines = Lines(file.text)
            for identity, starts in places.items():
                if len(starts) > 1:
                    numbers = ", ".join(str(lines.of(start)) for start in starts)
                    yield Finding(
                        "problem",
                        f"{file.path}: {len(starts)} lines have the id {identity} (lines {numbers})",
                        "miminions fmt gives all but the first an id of their own",
                    )


def gone(case: Case) -> Iterator[Finding]:
    """Find facts that sessions added and that are in no file any more."""
    for state in case.states:
        missing = sorted(state.deleted())
        if missing:
            yield Finding(
                "notice",
                f"{state.memory.path}: {_count(missing)} that sessions added {'is' if len(missing) == 1 else 'are'} in no file any more "
                f"({', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}): deleted by hand, or overwritten by an editor",
                "nothing to do if you deleted them; `miminions log` names their sessions, `git log -p -- memory` the lines",
            )


def _meaning(text: str) -> tuple[str, ...]:
    """Return the words of a normal form that carry its meaning, in order, without their endings."""
    words = (match[0] for match in _WORD.finditer(text))
    return tuple(
        word if any(c.isdigit() for c in word) else word[:_STEM] for word in words if word not in _EMPTY
    )


def _ids(facts: Iterable[Fact]) -> str:
    return ", ".join(fact.id for fact in facts)


def _count(missing: list[str]) -> str:
    return f"{len(missing)} fact{'' if len(missing) == 1 else 's'}"


CHECKS = (doubles, contradictions, copies, expired, labels, gone)
