"""A chance from signs: each weighs something, and together they are a number between 0 and 1."""

from math import exp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def logistic(model: "Mapping[str, float]", told: "Mapping[str, float]") -> float:
    """Return the chance that a model gives to what is told; its entry without a name is what it gives to nothing."""
    signs = [weight * told[name] for name, weight in model.items() if name]
    return 1 / (1 + exp(-sum(signs) - model[""]))
