"""Slips of the pen, and compounds: a word of a question that no row has stands for one that is nearly spelt so, or in it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from miminions.index.rank.prompt import Reading

# A word of so many letters may have one slip, of so many two.
ONE, TWO = 4, 8
# A word of so many letters may be found at the beginning or the end of one that is put together.
PART = 5
# What a word counts that was guessed.
GUESSED = 0.8


def mend(reading: "Reading", known: "Collection[str]") -> None:
    """Let the words of a question that are not known count as the known ones that they were meant to be."""
    plain = [word for word in known if len(word) >= ONE and word.isalpha()]
    for word in [
        word for word in reading.weights if word not in known and len(word) >= ONE and word.isalpha()
    ]:
        meant = _meant(word, plain)
        weight = reading.weights.pop(word) if meant else 0.0
        for other in meant:
            if other not in reading.weights:
                reading.spelled.setdefault(other, reading.spelled.get(word, word))
                reading.weights[other] = GUESSED * weight / len(meant)


def _meant(word: str, known: list[str]) -> list[str]:
    most = 2 if len(word) >= TWO else 1
    near = min(
        ((slips(word, other, most), other) for other in known if other[0] == word[0]), default=(most + 1, "")
    )
    if near[0] <= most:
        return [near[1]]
    parts = [
        other for other in known if len(other) >= PART and (word.startswith(other) or word.endswith(other))
    ]
    return sorted(parts, key=lambda other: (-len(other), other))[:2]


def slips(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, changed or exchanged with the next, at most one more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for place, there in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != there))
            if place > 1 and at > 1 and letter == other[place - 2] and one[at - 2] == there:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
