"""The questions to a model: the templates filled with the memory as M1, M2, ... and with turns, or with what was noted of them."""

import json
from dataclasses import dataclass
from pathlib import Path

from miminions.distiller.ask.chunks import Chunk
from miminions.distiller.ask.nominate import line_of
from miminions.distiller.values import Candidate
from miminions.memory.facts import SECTIONS, Fact
from miminions.model import Message
from miminions.templates import find

SYSTEM, WHOLE, PART, JOIN = "distill-system.md", "distill-user.md", "distill-part.md", "distill-join.md"


@dataclass(frozen=True, slots=True)
class Question:
    """One request, and the facts that M1, M2, ... are in it."""

    messages: list[Message]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Prompts:
    """The templates of a workspace; each method raises TemplateError."""

    workspace: str
    folders: tuple[Path, ...]

    def about(self, chunk: Chunk, facts: tuple[Fact, ...], *, whole: bool) -> Question:
        """Ask what a session taught, or a part of it."""
        return self._question(WHOLE if whole else PART, facts, first=str(chunk.first), transcript=chunk.text)

    def joining(self, noted: str, facts: tuple[Fact, ...]) -> Question:
        """Ask what remains of what was noted of the parts of a session."""
        return self._question(JOIN, facts, noted=noted)

    @property
    def wording(self) -> str:
        """The prompts' own words."""
        return "\n".join(find(name, self.folders).text for name in (SYSTEM, WHOLE, PART, JOIN))

    @property
    def frame(self) -> str:
        """The longest text that goes with every question about a session."""
        users = (find(name, self.folders).text for name in (WHOLE, PART, JOIN))
        return f"{self._system()}\n{max(users, key=len)}\n{self.workspace}"

    def _question(self, name: str, facts: tuple[Fact, ...], **values: str) -> Question:
        memory = "\n".join(line_of(number, fact) for number, fact in enumerate(facts, 1)) or "(nothing yet)"
        user = find(name, self.folders).fill(workspace=self.workspace, memory=memory, **values)
        messages: list[Message] = [
            {"role": "system", "content": self._system()},
            {"role": "user", "content": user},
        ]
        return Question(messages, facts)

    def _system(self) -> str:
        return find(SYSTEM, self.folders).fill(sections=", ".join(SECTIONS))


def noted_line(candidate: Candidate, facts: tuple[Fact, ...]) -> str:
    """Write a candidate as a line of JSON, its target by the number it has among `facts`."""
    numbers = {fact.id: f"M{number}" for number, fact in enumerate(facts, 1)}
    shown = {
        "turn": candidate.turn,
        "quote": candidate.quote,
        "op": candidate.op.upper(),
        "target": numbers.get(candidate.target or "", ""),
        "scope": candidate.scope,
        "section": candidate.section,
        "text": candidate.text,
    }
    return json.dumps(shown, ensure_ascii=False)
