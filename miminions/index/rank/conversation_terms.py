"""What of a question occurs in conversations, where, and how much it tells."""

from math import log

from miminions.index.analysis import Question, Word
from miminions.index.rank.shelf import Shelf

# A phrase counts beside its words; what speaks of the talk itself rather than of its matter counts little.
PHRASE, TALK = 0.6, 0.3
OF_THE_TALK = frozenset(
    "across ask asked aspect aspects bring brought chat chats comprehensive conversation conversations different discuss "
    "discussed discussion discussions give kind list many mention mentioned mentioning much order overview provide recap "
    "recommend said say sort suggest summarise summarize summary talk talked throughout told type used using various walk "
    "way ways".split()
)
# Keys read of one word, and of all.
FEW, ALL = 4_000, 20_000


class Terms:
    """The terms of a question that occur: each has a bit, and each turn that has one of them a mask of bits.

    `asked` is how much all its words tell, those that nobody said as well. `total` is how many turns there are, `mean`
    how many words one has on average.
    """

    __slots__ = ("_all", "_of_mask", "_phrases", "asked", "masks", "mean", "total")

    def __init__(self, question: Question, shelf: Shelf, names: frozenset[str]) -> None:
        self.total, self.mean = shelf.size()
        self.masks: dict[int, int] = {}
        self.asked = 0.0
        self._all: list[tuple[str, float]] = []
        self._phrases = 0
        self._of_mask: dict[int, float] = {}
        spent = 0
        for count, word, share, some in _found(question, shelf, names):
            tells = share * rarity(count, self.total)
            self.asked += tells if share != PHRASE else 0
            keys = some
            if count > len(keys) and spent + count <= ALL:
                keys = shelf.holding(word, ALL)
            elif count > len(keys) and self._all:
                # What is everywhere tells little: where rarer words select it may stay unread.
                continue
            spent += len(keys)
            if keys:
                self._add(word.text, tells, keys, phrase=share == PHRASE)

    def _add(self, text: str, tells: float, keys: list[int], *, phrase: bool) -> None:
        bit = 1 << len(self._all)
        self._all.append((text, tells))
        self._phrases |= bit if phrase else 0
        masks = self.masks
        for key in keys:
            masks[key] = masks.get(key, 0) | bit

    def tell(self, mask: int) -> float:
        """Return how much the terms of a mask tell together."""
        found = self._of_mask.get(mask)
        if found is None:
            found = self._of_mask[mask] = sum(
                tells for at, (_, tells) in enumerate(self._all) if mask >> at & 1
            )
        return found

    def words_tell(self, mask: int) -> float:
        """Return how much the words of a mask tell together, phrases aside."""
        return self.tell(mask & ~self._phrases)

    def words(self, mask: int) -> list[str]:
        """Return the words of a mask, the most telling first."""
        mask &= ~self._phrases
        found = [(-tells, at, text) for at, (text, tells) in enumerate(self._all) if mask >> at & 1]
        return [text for _, _, text in sorted(found)]


def rarity(count: float, total: int) -> float:
    """Return how much a word tells that so many turns of all have."""
    return log(1 + (total - count + 0.5) / (count + 0.5))


def _found(
    question: Question, shelf: Shelf, names: frozenset[str]
) -> list[tuple[int, Word, float, list[int]]]:
    """Return the words and phrases, rare ones first: how many turns have one, its share, and keys of turns that do."""
    left_out = names | question.dated
    asked = [word for word in question.words if word.text not in left_out]
    if not asked and not question.moments:
        # Who asks for nothing but a name gets the turns that name it.
        left_out, asked = frozenset(), [*question.words]
    shares = [(word, TALK if word.text in OF_THE_TALK else 1.0) for word in asked]
    shares += [(phrase, PHRASE) for phrase in question.phrases if left_out.isdisjoint(phrase.text.split())]
    found = []
    for word, share in shares:
        keys = shelf.holding(word, FEW)
        count = len(keys) if len(keys) < FEW else shelf.count(word)
        found.append((count, word, share, keys))
    return sorted(found, key=lambda one: one[0])
