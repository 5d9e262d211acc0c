"""ContextBuilder: facts, prompt files and skills become named parts within a budget; same input, same bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path

from miminions.files import digest_of, encode
from miminions.memory.facts import Fact, Note
from miminions.redact import redact
from miminions.templates import find

# What is left out last comes first: the workspace's own facts before all else.
PRIORITY = ("workspace", "personal", "parents", "prompt", "shared", "skills", "notes", "history")
# What changes least stands first, so that a provider's prompt cache holds as long as it can.
ORDER = ("prompt", "skills", "personal", "shared", "parents", "workspace", "notes", "history")
TITLES = {
    "personal": "About the person, in every project",
    "shared": "Insights from other workspaces",
    "parents": "From the workspaces around this one",
    "workspace": "This workspace",
    "notes": "Notes of the owner",
    "history": "Last sessions",
    "skills": "Skills that can be read when needed",
}


@dataclass(frozen=True, slots=True)
class Shared:
    """An insight of other workspaces, and the labels of all that have it."""

    id: str
    text: str
    workspaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A file of the owner's instructions, such as AGENTS.md."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill that the agent can open: its name, what it is for, where it lies."""

    name: str
    description: str
    path: str


@dataclass(frozen=True, slots=True)
class ContextSources:
    """Everything a context can be made of; `day` decides which facts have expired."""

    workspace: str
    day: date
    own: Sequence[Fact] = ()
    parents: Sequence[Fact] = ()
    personal: Sequence[Fact] = ()
    shared: Sequence[Shared] = ()
    prompts: Sequence[PromptFile] = ()
    skills: Sequence[Skill] = ()
    notes: Sequence[Note] = ()
    history: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a context: what it took, and which facts are in it."""

    name: str
    tokens: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was left out, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """A finished context; `tokens` is an estimate and never more than `budget`."""

    text: str
    tokens: int
    budget: int
    parts: tuple[Part, ...]
    dropped: tuple[Dropped, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """The smallest thing that is kept or left out: one line, or one prompt file."""

    part: str
    id: str
    text: str
    group: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class ContextBuilder:
    """Builds contexts of at most `budget` tokens; `folders` may hold templates that take the place of the shipped."""

    budget: int = 3000
    folders: tuple[Path, ...] = field(default=())

    def build(self, sources: ContextSources) -> Context:
        """Return the context of a session. Raises TemplateError."""
        live, dropped = _live(sources)
        units = sorted(live, key=lambda unit: (not unit.first, PRIORITY.index(unit.part)))
        kept, spent = [], 0
        for unit in units:
            cost = tokens(unit.text) + 1
            if spent + cost <= self.budget:
                kept.append(unit)
                spent += cost
            else:
                dropped.append(Dropped(unit.id, "budget"))
        text = self._render(sources.workspace, kept, live)
        while kept and tokens(text) > self.budget:
            dropped.append(Dropped(kept.pop().id, "budget"))
            text = self._render(sources.workspace, kept, live)
        parts = tuple(_part(name, kept) for name in ORDER if any(unit.part == name for unit in kept))
        return Context(text, tokens(text), self.budget, parts, tuple(dropped), digest_of(encode(text)))

    def _render(self, workspace: str, kept: Sequence[_Unit], live: Sequence[_Unit]) -> str:
        """Write the kept units, each part in the order its units were given in."""
        chosen = set(kept)
        ordered = [unit for name in ORDER for unit in live if unit.part == name and unit in chosen]
        prompts = [unit for unit in ordered if unit.part == "prompt"]
        memory = [unit for unit in ordered if unit.part != "prompt"]
        blocks = [
            find("context-prompt.md", self.folders).fill(file=unit.id, body=unit.text).strip()
            for unit in prompts
        ]
        if memory:
            filled = find("context-memory.md", self.folders).fill(
                workspace=_plain(workspace), body=_body(memory)
            )
            blocks.append(filled.strip())
        return "".join(f"{block}\n" for block in blocks)


def tokens(text: str) -> int:
    """Estimate tokens without a tokenizer: four ASCII characters, two of other alphabets, one of wide scripts each."""
    quarters = sum(1 if character < "\x80" else 2 if character < "\u0800" else 4 for character in text)
    return -(-quarters // 4)


def _live(sources: ContextSources) -> tuple[list[_Unit], list[Dropped]]:
    """Turn the sources into units; expired facts and repeated texts are left out with the reason."""
    units: list[_Unit] = []
    dropped: list[Dropped] = []
    seen: set[str] = set()
    for part, facts in (
        ("workspace", sources.own),
        ("personal", sources.personal),
        ("parents", sources.parents),
    ):
        for fact in facts:
            if fact.expired(sources.day):
                dropped.append(Dropped(fact.id, f"expired {fact.until}"))
            elif fact.text in seen:
                dropped.append(Dropped(fact.id, "said already"))
            else:
                seen.add(fact.text)
                units.append(_Unit(part, fact.id, _fact(fact), fact.section, fact.pin))
    for shared in sources.shared:
        if shared.text in seen:
            dropped.append(Dropped(shared.id, "said already"))
        else:
            names = ", ".join(shared.workspaces)
            units.append(_Unit("shared", shared.id, f"- {_plain(shared.text)} (from {_plain(names)})"))
    units += [_Unit("prompt", prompt.name, _plain(prompt.text).strip()) for prompt in sources.prompts]
    units += [
        _Unit("skills", s.name, f"- {_plain(s.name)}: {_plain(s.description)} ({s.path})")
        for s in sources.skills
    ]
    units += [_Unit("notes", f"line {note.line}", _plain(note.text)) for note in sources.notes]
    units += [
        _Unit("history", f"session {n}", f"- {_plain(line)}") for n, line in enumerate(sources.history, 1)
    ]
    return units, dropped


def _fact(fact: Fact) -> str:
    detail = "".join(f"\n  {line}" for line in fact.detail.splitlines())
    return f"- {_plain(fact.text)}{_plain(detail)}"


def _plain(text: str) -> str:
    """Mask secrets, and keep data from closing or opening a block of ours."""
    return redact(text).replace("<miminions:", "&lt;miminions:").replace("</miminions:", "&lt;/miminions:")


def _body(units: Iterable[_Unit]) -> str:
    lines = []
    for part, members in groupby(units, key=lambda unit: unit.part):
        lines.append(f"\n## {TITLES[part]}")
        listed = list(members)
        for group in dict.fromkeys(unit.group for unit in listed):
            lines += [f"### {_plain(group)}"] if group else []
            lines += [unit.text for unit in listed if unit.group == group]
    return "\n".join(lines).strip()


def _part(name: str, kept: Sequence[_Unit]) -> Part:
    mine = [unit for unit in kept if unit.part == name]
    return Part(name, sum(tokens(unit.text) for unit in mine), tuple(unit.id for unit in mine))
