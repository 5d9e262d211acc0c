"""Reads a session with a model: in one call where it fits, else in parts that are put together in the end."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from miminions.distiller.ask.answers import SUMMARY_LIMIT, extraction
from miminions.distiller.ask.asking import ask, prompt_digest
from miminions.distiller.ask.chunks import Chunk, Session
from miminions.distiller.ask.echo import echoes
from miminions.distiller.ask.kept import Kept, keep, key_of, recall
from miminions.distiller.ask.nominate import MOST, line_of, nominated
from miminions.distiller.ask.prompt import Prompts, Question, noted_line
from miminions.distiller.ask.window import ANSWER, Window
from miminions.distiller.values import Candidate, Extraction, Material
from miminions.errors import ContextTooLongError, ReplyCutError
from miminions.memory.facts import Fact
from miminions.model import Model, Usage, usd_of

# What memory may take of a request, and what a request has room for at least, in tokens.
MEMORY_SHARE, LEAST = 0.3, 400
# So many lines make one answer.
MOST_LINES = 60
# A shorter text may do.
_TOO_LONG = (ContextTooLongError, ReplyCutError)


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of what was noted of a part: a candidate, or what happened there."""

    candidate: Candidate | None
    summary: str = ""

    def line(self, facts: tuple[Fact, ...]) -> str:
        """Write it for a model."""
        if self.candidate is None:
            return json.dumps({"summary": self.summary}, ensure_ascii=False)
        return noted_line(self.candidate, facts)


@dataclass(frozen=True)
class Reader:
    """One reading of a session by a model that knows the live facts; `kept` holds what it answered, by request."""

    model: Model
    material: Material
    facts: tuple[Fact, ...]
    window: Window
    folders: tuple[Path, ...]
    kept: Kept

    def extract(self) -> Extraction:
        """Return what the session taught. Raises ModelError: then nothing of it counts, but what was answered is kept."""
        if not self.session.whole.spoken:
            return Extraction((), "", self.model.name)
        whole = self.session.whole
        if self._fits(whole):
            try:
                return self._answer(self._about(whole, whole=True))
            except _TOO_LONG:
                parts = whole.halves()
                if not parts:
                    raise
        else:
            parts = tuple(self.session.chunks)
        return self._joined([one for part in parts for one in self._noted(part)])

    def foresee(self) -> Usage:
        """Return what it will cost, estimated without a call; `usd` is None where no price is known."""
        if not self.session.whole.spoken:
            return Usage(0, 0, 0, 0.0)
        whole = self.session.whole
        if self._fits(whole):
            sizes = self._sizes([self._about(whole, whole=True)])
        else:
            parts = self.session.chunks
            sizes = self._sizes(self._about(part) for part in parts)
            sizes += self._joining_sizes(len(parts)) if len(parts) > 1 else []
        into, out = sum(sizes), ANSWER * len(sizes)
        return Usage(len(sizes), into, out, usd_of(self.model.name, into, out))

    @cached_property
    def prompts(self) -> Prompts:
        """The templates in effect."""
        return Prompts(self.material.workspace, self.folders)

    @cached_property
    def digest(self) -> str:
        """The digest of all that shapes the questions."""
        return prompt_digest(self.folders)

    @cached_property
    def wording(self) -> str:
        """The prompts' own words."""
        return self.prompts.wording

    @cached_property
    def room(self) -> int:
        """What a request has for memory and turns, in tokens."""
        return max(LEAST, self.window.limit - self._frame)

    @cached_property
    def _frame(self) -> int:
        """What the prompt itself takes, in tokens."""
        return self.window.count(self.prompts.frame)

    @cached_property
    def session(self) -> Session:
        """The session in slices."""
        return Session(self.material, self.room - self._memory_room, self._size)

    @cached_property
    def _memory_room(self) -> int:
        """What memory takes of a request: all it needs, up to its share."""
        needed = sum(self._size(line_of(MOST, fact)) for fact in self.facts)
        return min(needed, int(MEMORY_SHARE * self.room))

    @cached_property
    def _size(self) -> Callable[[str], int]:
        """How many tokens a fact takes: every request asks anew."""
        return cache(self.window.count)

    def _fits(self, chunk: Chunk) -> bool:
        return chunk.size <= self.session.room

    def _about(self, chunk: Chunk, *, whole: bool = False) -> Question:
        shown = nominated(self.facts, chunk.own, self._memory_room, self._size)
        return self.prompts.about(chunk, shown, whole=whole)

    def _noted(self, chunk: Chunk) -> list[Extraction]:
        """Return what a chunk taught; one that is too long after all is read in halves."""
        try:
            return [self._answer(self._about(chunk))]
        except _TOO_LONG:
            halves = chunk.halves()
            if not halves:
                raise
            return [one for half in halves for one in self._noted(half)]

    def _joined(self, parts: list[Extraction]) -> Extraction:
        """Put together what the parts taught: in one call, or in groups until one call takes it all."""
        if len(parts) == 1:
            return parts[0]
        read, noted = list(parts), _lines(parts)
        first = [one.candidate for one in noted if one.candidate]
        while any(one.candidate for one in noted):
            parts = [part for group in self._groups(noted) for part in self._join(group)]
            read += parts
            shorter = _lines(parts)
            if len(parts) == 1 or len(shorter) >= len(noted):
                noted = shorter
                break
            noted = shorter
        last = [one.candidate for one in noted if one.candidate]
        echoed = [candidate for part in read for candidate in part.candidates if candidate.dropped]
        return Extraction(
            candidates=(*last, *_left_out(first, last), *echoed),
            summary=" ".join(one.summary for one in noted if one.summary)[:SUMMARY_LIMIT],
            extractor=self.model.name,
            note="; ".join(dict.fromkeys(part.note for part in read if part.note)),
            prompt=self.digest,
        )

    def _join(self, noted: list[Noted]) -> list[Extraction]:
        """Return what remains of some lines; what is too long after all is taken in halves."""
        try:
            return [self._answer(self._joining(noted))]
        except _TOO_LONG:
            if len(noted) < 2:
                raise
            middle = len(noted) // 2
            return [*self._join(noted[:middle]), *self._join(noted[middle:])]

    def _joining(self, noted: list[Noted]) -> Question:
        said = "\n".join(f"{one.candidate.text} {one.candidate.quote}" for one in noted if one.candidate)
        targets = {one.candidate.target for one in noted if one.candidate and one.candidate.target}
        shown = nominated(self.facts, said, self._memory_room, self._size, targets)
        return self.prompts.joining("\n".join(one.line(shown) for one in noted), shown)

    def _groups(self, noted: list[Noted]) -> Iterator[list[Noted]]:
        """Yield lines in groups that one request takes, and one answer."""
        group, left = list[Noted](), self._listing
        for one in noted:
            size = self.window.count(one.line(()))
            if group and (size > left or len(group) >= MOST_LINES):
                yield group
                group, left = [], self._listing
            group.append(one)
            left -= size
        yield group

    @property
    def _listing(self) -> int:
        """How long a list of lines may be, in tokens: its answer may be as long."""
        return min(self.session.room, self.window.limit // 2)

    def _joining_sizes(self, parts: int) -> list[int]:
        """Return what putting parts together will take, in tokens a call."""
        lines = parts * (ANSWER // 2)
        calls = max(1, -(-lines // self._listing))
        frame = self._frame + self._memory_room
        return [frame + lines // calls] * calls + ([frame + self._listing] if calls > 1 else [])

    def _sizes(self, questions: Iterator[Question] | list[Question]) -> list[int]:
        """Return what the questions that were not answered before take, in tokens each."""
        return [
            sum(self.window.count(message["content"]) for message in question.messages)
            for question in questions
            if key_of(self.model.name, question.messages) not in self.kept
        ]

    def _answer(self, question: Question) -> Extraction:
        """Ask, unless that was answered before; mark what only repeats the prompt."""
        key = key_of(self.model.name, question.messages)
        held = recall(self.kept, key, self.model.name)
        if held is not None:
            return held
        answer = ask(self.model, question.messages, self.folders)
        found = extraction(answer, question.facts, self.model.name, self.digest)
        found = replace(found, candidates=tuple(map(self._checked, found.candidates)))
        keep(self.kept, key, found)
        return found

    def _checked(self, candidate: Candidate) -> Candidate:
        echoed = echoes(candidate.text, self.wording) and not echoes(candidate.quote, self.wording)
        return replace(candidate, dropped="it repeats the prompt") if echoed else candidate


def _lines(parts: list[Extraction]) -> list[Noted]:
    """Return what was noted of parts, line by line, without what only repeats the prompt."""
    found = []
    for part in parts:
        found += [Noted(candidate) for candidate in part.candidates if not candidate.dropped]
        found += [Noted(None, part.summary)] if part.summary else []
    return found


def _left_out(first: list[Candidate], last: list[Candidate]) -> list[Candidate]:
    """Return what was noted of a part and is not there in the end, and say so of it."""
    quotes, texts = {(one.turn, one.quote) for one in last}, {one.text for one in last}
    gone = (one for one in first if (one.turn, one.quote) not in quotes and one.text not in texts)
    return [
        replace(one, dropped="it was left out when the parts of the session were put together")
        for one in gone
    ]
