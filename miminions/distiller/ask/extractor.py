"""Extracts candidates with a model."""

from dataclasses import dataclass, replace
from pathlib import Path

from miminions.distiller.ask.kept import Kept
from miminions.distiller.ask.reader import Reader
from miminions.distiller.ask.tally import Tally
from miminions.distiller.ask.window import window_of
from miminions.distiller.values import Extraction, Material
from miminions.memory.facts import Fact
from miminions.model import Model, Usage


@dataclass(frozen=True, slots=True)
class ModelExtractor:
    """Asks a model which facts a session taught; `folders` may hold templates that take the place of the shipped.

    A session that is too long for the model is read in parts. `kept` holds what was answered, by request: given again
    after a failure, it spares the calls that were paid for.
    """

    model: Model
    folders: tuple[Path, ...] = ()
    kept: Kept | None = None

    @property
    def name(self) -> str:
        """The model's name: what it answered before is not asked again."""
        return self.model.name

    def __call__(self, material: Material, facts: tuple[Fact, ...]) -> Extraction:
        """Return the model's candidates. Raises ModelError when it cannot be reached or answers nonsense twice."""
        tally = Tally(self.model)
        found = self._reader(tally, material, facts).extract()
        return replace(found, usage=tally.usage)

    def foresee(self, material: Material, facts: tuple[Fact, ...]) -> Usage:
        """Return what asking will cost, estimated without a call; `usd` is None where no price is known."""
        return self._reader(self.model, material, facts).foresee()

    def _reader(self, model: Model, material: Material, facts: tuple[Fact, ...]) -> Reader:
        kept: Kept = {} if self.kept is None else self.kept
        return Reader(model, material, facts, window_of(model.name), self.folders, kept)
