"""Extracts candidates with a model: one call, one repair at most."""

from dataclasses import dataclass
from pathlib import Path

from miminions.distiller.ask.answers import SCHEMA, extraction, parse
from miminions.distiller.ask.prompt import messages
from miminions.distiller.values import Extraction, Material
from miminions.errors import ModelError
from miminions.memory.facts import Fact
from miminions.model import Model
from miminions.templates import find


@dataclass(frozen=True, slots=True)
class ModelExtractor:
    """Asks a model which facts a session taught; `folders` may hold templates that take the place of the shipped."""

    model: Model
    folders: tuple[Path, ...] = ()

    def __call__(self, material: Material, facts: tuple[Fact, ...]) -> Extraction:
        """Return the model's candidates. Raises ModelError when it cannot be reached or answers nonsense twice."""
        asked = messages(material, facts, self.folders)
        reply = self.model.complete(asked, schema=SCHEMA)
        usage = reply.usage
        answer = None if reply.cut else parse(reply.text)
        if answer is None:
            asked += [
                {"role": "assistant", "content": reply.text[:2000]},
                {"role": "user", "content": find("distill-repair.md", self.folders).text},
            ]
            reply = self.model.complete(asked, schema=SCHEMA)
            usage += reply.usage
            answer = None if reply.cut else parse(reply.text)
        if answer is None:
            raise ModelError(
                f"{self.model.name} answered something that is not the JSON it was asked for",
                hint="run it again, choose another model, or use --offline to work by the rules",
            )
        return extraction(answer, facts, self.model.name, usage)
