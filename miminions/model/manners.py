"""How a model wants to be asked: what its server refused once is not tried again at every run."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from miminions.errors import MiminionsError
from miminions.model.providers import base_url
from miminions.model.values import SHAPES, Shape
from miminions.records import load, store

# Servers learn: after so many days the best way is tried again.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Manner:
    """How requests are worded; servers differ in what they understand."""

    shape: Shape = "json_schema"
    temperature: bool = True
    effort: bool = True
    counted: bool = True

    def without(self, refusal: str) -> "Manner | None":
        """Leave out the option that a refusal names; None when it names none that is left."""
        if self.temperature and "temperature" in refusal:
            return replace(self, temperature=False)
        if self.effort and "reasoning" in refusal:
            return replace(self, effort=False)
        return None


@dataclass(frozen=True, slots=True)
class Manners:
    """The manners of all models, in a file that can be lost; without one nothing is remembered."""

    path: Path | None = None
    today: Callable[[], date] = lambda: datetime.now(UTC).date()

    def of(self, name: str) -> Manner:
        """Return how a model is asked at the address that the environment sets."""
        held = load(self.path).get(_key(name)) if self.path else None
        return (self._read(held) if isinstance(held, dict) else None) or Manner()

    def keep(self, name: str, manner: Manner) -> None:
        """Remember it. A folder that cannot be written forgets, and that is no error."""
        if self.path is None or manner == self.of(name):
            return
        known = {"since": f"{self.today():%Y-%m-%d}", **asdict(manner)}
        with suppress(MiminionsError):
            store(self.path, load(self.path) | {_key(name): known})

    def _read(self, held: Mapping[str, Any]) -> Manner | None:
        try:
            age = self.today() - date.fromisoformat(held["since"])
            shape = SHAPES[SHAPES.index(held["shape"])]
            flags = [bool(held[flag]) for flag in ("temperature", "effort", "counted")]
        except (KeyError, TypeError, ValueError):
            return None
        return Manner(shape, *flags) if 0 <= age.days < DAYS else None


def _key(name: str) -> str:
    """Return a model's name with a mark of its address; an address may hold a password."""
    base = base_url(name)
    return f"{name}@{hashlib.sha256(base.encode()).hexdigest()[:12]}" if base else name
