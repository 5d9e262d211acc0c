"""Tests of one's own memory: questions with the answers they should find go in, figures of what was found come out."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from time import perf_counter

from miminions.errors import UsageError
from miminions.index import Answer, Hit, Query

CUTS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to memory; `day` is when it is asked (YYYY-MM-DD, empty for today), `expect` the refs that answer it."""

    id: str | int
    text: str
    day: str = ""
    expect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a question found, in how many milliseconds."""

    question: Question
    hits: tuple[Hit, ...]
    ms: float

    @property
    def rank(self) -> int | None:
        """The place of the first hit that was expected, from 1; None where there is none."""
        places = (place for place, hit in enumerate(self.hits, 1) if ref(hit) in self.question.expect)
        return next(places, None)

    def recall(self, cut: int) -> float:
        """Return the part of what was expected that is among the first `cut` hits."""
        found = {ref(hit) for hit in self.hits[:cut]}
        return len(found & {*self.question.expect}) / len({*self.question.expect})


@dataclass(frozen=True, slots=True)
class Figures:
    """How well questions were answered: mean recall by cut, and the mean reciprocal rank; None without expectations."""

    questions: int
    recall: Mapping[int, float]
    mrr: float | None


def ref(hit: Hit) -> str:
    """Name a hit as `expect` does: a fact's id, `session#turn`, `document#line`, a history line's session, else `file:line`."""
    if hit.kind == "turn":
        return f"{hit.session}#{hit.turn}"
    if hit.kind == "source":
        return f"{hit.id}#{hit.line}"
    return hit.id or (hit.session if hit.kind == "history" else "") or f"{hit.file}:{hit.line}"


def read_questions(text: str, name: str) -> tuple[Question, ...]:
    """Read questions, one JSON object a line; empty lines are none. Raises UsageError that names the line."""
    # Only these end a line; a question may hold the other signs that Python splits at.
    lines = enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1)
    found = tuple(_question(line, f"{name}:{number}") for number, line in lines if line.strip())
    first: dict[str | int, Question] = {}
    for question in found:
        if first.setdefault(question.id, question) is not question:
            raise UsageError(f"{name} has the id {question.id!r} twice", hint="give each question its own id")
    if not found:
        raise UsageError(
            f"{name} has no questions", hint='write lines such as {"id": "1", "question": "..."}'
        )
    return found


def evaluate(
    questions: Iterable[Question], ask: Callable[[Query], Answer], template: Query
) -> Iterator[tuple[Result, str | None]]:
    """Ask the questions as `template` does, and yield each result, with why it is degraded."""
    for question in questions:
        began = perf_counter()
        answer = ask(_query(question, template))
        took = (perf_counter() - began) * 1000
        yield Result(question, answer.hits, round(took, 3)), answer.degraded


def figures(results: Sequence[Result], limit: int) -> Figures:
    """Return the figures of the results whose questions say what they expect, for the cuts up to `limit`."""
    judged = [result for result in results if result.question.expect]
    if not judged:
        return Figures(0, {}, None)
    recall = {cut: fmean(result.recall(cut) for result in judged) for cut in CUTS if cut <= limit}
    return Figures(len(judged), recall, fmean(1 / result.rank if result.rank else 0.0 for result in judged))


def _query(question: Question, template: Query) -> Query:
    return replace(template, text=question.text, day=question.day or template.day)


def _question(line: str, where: str) -> Question:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise UsageError(
            f"{where} is not JSON: {problem}", hint="write one JSON object on each line"
        ) from problem
    if not isinstance(said, dict):
        raise _wrong(where, "is no JSON object")
    identity, text = said.get("id"), said.get("question")
    if not isinstance(identity, str | int) or isinstance(identity, bool) or identity == "":
        raise _wrong(where, '"id" must be a text or a number')
    if not isinstance(text, str):
        raise _wrong(where, '"question" must be a text')
    return Question(identity, text, _day(said.get("asked_at"), where), _expected(said.get("expect"), where))


def _day(said: object, where: str) -> str:
    if said is None:
        return ""
    try:
        return datetime.fromisoformat(str(said)).date().isoformat()
    except ValueError as problem:
        raise _wrong(where, f'"asked_at" {said!r} must be a day or a time such as 2026-11-20') from problem


def _expected(said: object, where: str) -> tuple[str, ...]:
    refs = [] if said is None else [said] if isinstance(said, str) else said
    if not isinstance(refs, list) or not all(isinstance(one, str) and one for one in refs):
        raise _wrong(where, '"expect" must be a fact\'s id, session#turn, or a list of them')
    return tuple(dict.fromkeys(refs))


def _wrong(where: str, what: str) -> UsageError:
    return UsageError(
        f"{where}: {what}",
        hint='a line is {"id", "question"}, and "asked_at" and "expect" where you know them',
    )
