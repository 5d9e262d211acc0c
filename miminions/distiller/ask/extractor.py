"""Extracts candidates with a model."""

from dataclasses import dataclass
from pathlib import Path

from miminions.distiller.ask.answers import extraction
from miminions.distiller.ask.asking import ask, prompt_digest
from miminions.distiller.ask.prompt import messages
from miminions.distiller.values import Extraction, Material
from miminions.memory.facts import Fact
from miminions.model import Model, Usage, price, tokens

# What an answer takes, in tokens, as far as one can know before.
ANSWER = 900


@dataclass(frozen=True, slots=True)
class ModelExtractor:
    """Asks a model which facts a session taught; `folders` may hold templates that take the place of the shipped."""

    model: Model
    folders: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """The model's name: what it answered before is not asked again."""
        return self.model.name

    def __call__(self, material: Material, facts: tuple[Fact, ...]) -> Extraction:
        """Return the model's candidates. Raises ModelError when it cannot be reached or answers nonsense twice."""
        answer, usage = ask(self.model, messages(material, facts, self.folders), self.folders)
        return extraction(answer, facts, self.model.name, usage, prompt_digest(self.folders))

    def foresee(self, material: Material, facts: tuple[Fact, ...]) -> Usage:
        """Return what asking will cost, estimated without a call; `usd` is None where no price is known."""
        asked = messages(material, facts, self.folders)
        into = sum(tokens(self.model.name, message["content"]) for message in asked)
        cost = price(self.model.name)
        usd = (into * cost.usd_in_per_million + ANSWER * cost.usd_out_per_million) / 1e6 if cost else None
        return Usage(1, into, ANSWER, usd)
