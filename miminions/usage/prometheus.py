"""Numbers as text that Prometheus reads: families of samples in, the exposition format out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

_LABEL = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: its name, what it counts, and its samples, each with its labels."""

    name: str
    help: str
    kind: Literal["counter", "gauge"]
    samples: tuple[tuple[Mapping[str, str], float], ...]


def exposition(families: Iterable[Family]) -> str:
    """Return metrics in Prometheus' text format, each with its help and its type."""
    return "".join(_family(one) for one in families)


def _family(one: Family) -> str:
    samples = "".join(f"{one.name}{_labels(labels)} {value}\n" for labels, value in one.samples)
    return f"# HELP {one.name} {one.help.translate(_HELP)}\n# TYPE {one.name} {one.kind}\n{samples}"


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{value.translate(_LABEL)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""
