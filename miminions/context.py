"""ContextBuilder: facts, prompt files and skills become named parts within a budget; same input, same bytes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path

from miminions.files import digest_of, encode
from miminions.memory.facts import Fact, Note, as_date
from miminions.memory.ids import normalise
from miminions.redact import redact
from miminions.templates import Template, find

# What is left out last comes first: the workspace's own facts before all else.
PRIORITY = (
    "once", "workspace", "private", "personal", "parents", "prompt", "shared", "skills", "waiting", "notes", "history",
)  # fmt: skip
# What changes least stands first, so that a provider's prompt cache holds as long as it can.
ORDER = (
    "prompt", "skills", "personal", "shared", "parents", "workspace", "private", "notes", "history", "waiting", "once",
)  # fmt: skip
TITLES = {
    "personal": "About the person, in every project",
    "shared": "Insights from other workspaces",
    "parents": "From the workspaces around this one",
    "workspace": "This workspace",
    "private": "Private to this machine",
    "notes": "Notes of the owner",
    "history": "Last sessions",
    "skills": "Skills that can be read when needed",
    "waiting": "Learned, not written yet",
    "once": "For this session",
}
SHARED_AT_MOST = 10
_TAG = re.compile(r"<(?=\s*/?\s*miminions\s*:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shared:
    """An insight of other workspaces, the labels of all that have it, and the last day it holds, if there is one."""

    id: str
    text: str
    workspaces: tuple[str, ...]
    until: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """Something that a session taught and that no file says yet; `before` is what it would take the place of."""

    id: str
    text: str
    op: str = "add"
    before: str = ""


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
    """Everything a context can be made of; `day` decides which facts have expired.

    `disputed` says of facts that are none of these because nobody settled which version is true, and why, by id.
    """

    workspace: str
    day: date
    own: Sequence[Fact] = ()
    private: Sequence[Fact] = ()
    parents: Sequence[Fact] = ()
    personal: Sequence[Fact] = ()
    shared: Sequence[Shared] = ()
    prompts: Sequence[PromptFile] = ()
    skills: Sequence[Skill] = ()
    notes: Sequence[Note] = ()
    history: Sequence[str] = ()
    waiting: Sequence[Learned] = ()
    once: Sequence[str] = ()
    disputed: Mapping[str, str] = field(default_factory=dict)


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
class _Frame:
    """What stands around units: the two templates, filled with the workspace's label, and headings."""

    prompt: Template
    memory: Template
    workspace: str

    def write(self, units: Sequence[_Unit]) -> str:
        """Write units, each part in the order its units were given in."""
        blocks = [self._prompt(unit.id, unit.text) for unit in units if unit.part == "prompt"]
        parts = [name for name in ORDER if name != "prompt"]
        memory = [unit for name in parts for unit in units if unit.part == name]
        blocks += [self._memory(_body(memory))] if memory else []
        return "".join(f"{block}\n" for block in blocks)

    def around(self, unit: _Unit) -> Mapping[str, int]:
        """Return what must stand around a unit, by name, and what it costs once, in quarters of a token."""
        if unit.part == "prompt":
            return {f"prompt {unit.id}": quarters(self._prompt(unit.id, "")) + 2}
        return {
            "memory": quarters(self._memory("")) + 2,
            f"part {unit.part}": quarters(f"\n{_title(unit.part)}\n"),
            f"group {unit.part} {unit.group}": quarters(f"{_subtitle(unit.group)}\n") if unit.group else 0,
        }

    def _prompt(self, file: str, body: str) -> str:
        return self.prompt.fill(file=_attribute(file), body=body).strip()

    def _memory(self, body: str) -> str:
        return self.memory.fill(workspace=_attribute(self.workspace), body=body).strip()


@dataclass(frozen=True, slots=True)
class ContextBuilder:
    """Builds contexts of at most `budget` tokens; `folders` may hold templates that take the place of the shipped."""

    budget: int = 3000
    folders: tuple[Path, ...] = field(default=())

    def build(self, sources: ContextSources) -> Context:
        """Return the context of a session. Raises TemplateError."""
        live, dropped = _live(sources)
        prompt, memory = (find(name, self.folders) for name in ("context-prompt.md", "context-memory.md"))
        frame = _Frame(prompt, memory, sources.workspace)
        kept = self._fitting(live, frame)
        text = frame.write([live[place] for place in sorted(kept)])
        while kept and tokens(text) > self.budget:
            # A template may take its body twice.
            kept.pop()
            text = frame.write([live[place] for place in sorted(kept)])
        chosen = [live[place] for place in sorted(kept)]
        out = [Dropped(unit.id, "budget") for place, unit in enumerate(live) if place not in kept]
        parts = tuple(_part(name, chosen) for name in ORDER if any(unit.part == name for unit in chosen))
        return Context(text, tokens(text), self.budget, parts, (*dropped, *out), digest_of(encode(text)))

    def _fitting(self, live: Sequence[_Unit], frame: _Frame) -> list[int]:
        """Return the places of the units that fit together with what stands around them, the most important first."""
        kept: list[int] = []
        open_frames: set[str] = set()
        left = self.budget * 4
        for place in sorted(
            range(len(live)), key=lambda n: (not live[n].first, PRIORITY.index(live[n].part))
        ):
            around = {n: cost for n, cost in frame.around(live[place]).items() if n not in open_frames}
            cost = quarters(live[place].text) + 1 + sum(around.values())
            if cost <= left:
                kept.append(place)
                open_frames.update(around)
                left -= cost
        return kept


def block(body: str, workspace: str, folders: tuple[Path, ...] = ()) -> str:
    """Return text from memory as the marked block of a prompt, which says that it is data. Raises TemplateError."""
    template = find("recall-memory.md", folders)
    return template.fill(workspace=_attribute(workspace), body=_plain(body)).strip()


def tokens(text: str) -> int:
    """Estimate tokens without a tokenizer: four ASCII characters, two of other alphabets, one of wide scripts each."""
    return -(-quarters(text) // 4)


def quarters(text: str) -> int:
    """Return the estimate in quarters of a token, which add up."""
    if text.isascii():
        return len(text)
    return sum(1 if character < "\x80" else 2 if character < "\u0800" else 4 for character in text)


def _live(sources: ContextSources) -> tuple[list[_Unit], list[Dropped]]:
    """Turn the sources into units; what has expired and what was said already is left out with the reason."""
    units: list[_Unit] = []
    dropped = [Dropped(identity, reason) for identity, reason in sources.disputed.items()]
    seen: set[str] = set()

    def holds(identity: str, text: str, until: str | None) -> bool:
        last, said = as_date(until), normalise(text) or text
        expired = last is not None and last < sources.day
        if expired or said in seen:
            dropped.append(Dropped(identity, f"expired {until}" if expired else "said already"))
            return False
        seen.add(said)
        return True

    for part, facts in (
        ("workspace", sources.own),
        ("private", sources.private),
        ("personal", sources.personal),
        ("parents", sources.parents),
    ):
        groups = {section: _plain(section) for section in {fact.section for fact in facts}}
        units += [
            _Unit(part, fact.id, _fact(fact), groups[fact.section], fact.pin)
            for fact in facts
            if holds(fact.id, fact.text, fact.until)
        ]
    shared = [one for one in sources.shared if holds(one.id, one.text, one.until)]
    dropped += [Dropped(one.id, "less widely shared") for one in shared[SHARED_AT_MOST:]]
    units += [_Unit("shared", one.id, _shared(one)) for one in shared[:SHARED_AT_MOST]]
    new = [one for one in sources.waiting if one.op == "retire" or holds(one.id, one.text, None)]
    units += [_Unit("waiting", one.id, _learned(one)) for one in new]
    return [*units, *_others(sources)], dropped


def _others(sources: ContextSources) -> Iterable[_Unit]:
    for prompt in sources.prompts:
        yield _Unit("prompt", prompt.name, _plain(prompt.text).strip())
    for skill in sources.skills:
        yield _Unit("skills", skill.name, _plain(f"- {skill.name}: {skill.description} ({skill.path})"))
    for note in sources.notes:
        yield _Unit("notes", f"line {note.line}", _plain(note.text))
    for number, line in enumerate(sources.history, 1):
        yield _Unit("history", f"session {number}", _plain(f"- {line}"))
    for number, line in enumerate(sources.once, 1):
        yield _Unit("once", f"note {number}", _plain(f"- {line}"))


def _fact(fact: Fact) -> str:
    return _plain("\n  ".join([f"- {fact.text}", *fact.detail.splitlines()]))


def _shared(one: Shared) -> str:
    return _plain(f"- {one.text} (from {', '.join(one.workspaces)})")


def _learned(one: Learned) -> str:
    if one.op == "retire":
        return _plain(f"- No longer true: {one.text}")
    return _plain(f"- {one.text}" + (f" (instead of: {one.before})" if one.before else ""))


def _plain(text: str) -> str:
    """Mask secrets, drop bytes that are no text, and keep data from closing or opening a block of ours."""
    return _TAG.sub("&lt;", redact(text).encode("utf-8", "replace").decode())


def _attribute(text: str) -> str:
    return " ".join(_plain(text).split()).replace('"', "&quot;").replace(">", "&gt;")


def _title(part: str) -> str:
    return f"## {TITLES[part]}"


def _subtitle(group: str) -> str:
    return f"### {group}"


def _body(units: Iterable[_Unit]) -> str:
    lines = []
    for part, members in groupby(units, key=lambda unit: unit.part):
        lines.append(f"\n{_title(part)}")
        listed = list(members)
        for group in dict.fromkeys(unit.group for unit in listed):
            lines += [_subtitle(group)] if group else []
            lines += [unit.text for unit in listed if unit.group == group]
    return "\n".join(lines).strip()


def _part(name: str, kept: Sequence[_Unit]) -> Part:
    mine = [unit for unit in kept if unit.part == name]
    return Part(name, sum(tokens(unit.text) for unit in mine), tuple(unit.id for unit in mine))
