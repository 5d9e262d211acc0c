"""The question to a model: the templates filled with the memory as M1, M2, ... and the rendered turns."""

from pathlib import Path

from miminions.distiller.values import Material
from miminions.memory.facts import SECTIONS, Fact
from miminions.model import Message
from miminions.templates import find
from miminions.transcripts import Turn


def messages(material: Material, facts: tuple[Fact, ...], folders: tuple[Path, ...]) -> list[Message]:
    """Return the conversation that asks a model what a session taught. Raises TemplateError."""
    system = find("distill-system.md", folders).fill(sections=", ".join(SECTIONS))
    user = find("distill-user.md", folders).fill(
        workspace=material.workspace,
        memory=_memory(facts),
        first=str(material.first),
        transcript="\n\n".join(render_turn(turn) for turn in material.turns),
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def render_turn(turn: Turn) -> str:
    """Write a turn for a model: number, speaker, weekday and time, text."""
    time = turn.time.strftime(" %a %Y-%m-%d %H:%M %z") if turn.time else ""
    return f"[{turn.number} {turn.role}{time}] {turn.text}"


def _memory(facts: tuple[Fact, ...]) -> str:
    lines = [f"M{number} ({fact.section}): {fact.text}" for number, fact in enumerate(facts, 1)]
    return "\n".join(lines) or "(nothing yet)"
