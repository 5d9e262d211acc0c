"""How near in meaning turns are to a question, where an embedder says so."""

from heapq import nlargest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What each spread adds that a turn stands out by; above one it also counts as said, and so for its neighbours.
ADDED, SAID = 0.05, 0.15


class Meaning:
    """Cosines by key, of all turns or of the nearest few hundred, as spreads: embedders differ in what is a high cosine."""

    __slots__ = ("_middle", "_spreads")

    def __init__(self, cosines: "Mapping[int, float]") -> None:
        count = len(cosines) or 1
        mean = sum(cosines.values()) / count
        lowest = min(cosines.values(), default=0.0)
        spread = (sum((cosine - mean) ** 2 for cosine in cosines.values()) / count) ** 0.5 or 1.0
        self._spreads = {key: (cosine - lowest) / spread for key, cosine in cosines.items()}
        self._middle = (mean - lowest) / spread

    def nearest(self, most: int) -> list[int]:
        """Return the keys of the nearest turns."""
        return nlargest(most, self._spreads, key=self._spreads.__getitem__)

    def adds(self, key: int) -> float:
        """Return what a turn's own meaning adds to its share of what is asked for."""
        return ADDED * self._spreads.get(key, 0.0)

    def says(self, key: int) -> float:
        """Return which share of what is asked for a turn says in other words."""
        return SAID * max(0.0, self._spreads.get(key, 0.0) - self._middle - 1)
