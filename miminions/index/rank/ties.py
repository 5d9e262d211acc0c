"""What rows have to do with each other: what replaced what, what links to what, and what says the same."""

from miminions.index.analysis.gist import Gist
from miminions.index.rank.ranked import Ranked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from miminions.index.rank.evidence import Looked
    from miminions.index.rank.shelf import Stored

# What a row lends to one that took its place, and to one that a link leads to or comes from; who is strong enough to lend.
HEIR, LINKED = 0.9, 0.5
STRONG, LENDERS = 0.25, 3
# Rows with so much of their words in common say the same; the second tells little more.
SAME, AGAIN = 0.8, 0.6
# So many of the best are compared with each other.
_COMPARED = 20

Found = dict[int, Ranked]


def lend(found: Found, rows: "Mapping[int, Stored]") -> None:
    """Let rows that match lend their scores one step: to what replaced them, and along links."""
    by_id = {stored.row.id: key for key, stored in rows.items() if stored.row.id and not stored.row.state}
    for key, one in list(found.items()):
        for heir in rows[key].row.heirs:
            if heir in by_id:
                _raise(found, by_id[heir], HEIR * one.score, f"replaced {rows[key].row.id}")
    strong = sorted(found.values(), key=lambda one: -one.score)[:LENDERS]
    live = {key: stored for key, stored in rows.items() if not stored.row.state}
    linking = {key: [*map(_words, stored.row.links)] for key, stored in live.items() if stored.row.links}
    if not linking:
        return
    for one in (one for one in strong if one.score >= STRONG and one.key in live):
        mine = linking.get(one.key, ())
        for key, stored in live.items():
            if key != one.key and (_leads(mine, stored) or _leads(linking.get(key, ()), rows[one.key])):
                _raise(
                    found, key, LINKED * one.score, f"linked with {rows[one.key].row.id or 'a better one'}"
                )


def again(ranked: list[Ranked], looked: "Mapping[int, Looked]") -> list[Ranked]:
    """Return rows in the order of their scores, those that say once more what a better one says with less."""
    said: list[frozenset[str]] = []
    for place, one in enumerate(ranked[:_COMPARED]):
        words = frozenset(looked[one.key].gist.weights)
        if any(_same(words, other) for other in said):
            ranked[place] = Ranked(one.key, round(AGAIN * one.score, 4), one.why)
        else:
            said.append(words)
    return sorted(ranked, key=lambda one: -one.score)


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two rows say the same: nearly all words, and no number differs."""
    common = len(one & other)
    if common < SAME * (len(one) + len(other) - common):
        return False
    return not any(letter.isdigit() for word in one ^ other for letter in word)


def _raise(found: Found, key: int, score: float, why: str) -> None:
    before = found.get(key)
    if before is None:
        found[key] = Ranked(key, round(score, 4), (why,))
    elif score > before.score:
        found[key] = Ranked(key, round(score, 4), (why, *before.why))


def _leads(links: "list[tuple[str, frozenset[str]]] | tuple[()]", stored: "Stored") -> bool:
    """Say whether one of some links leads to a row: by its name, or because it begins with what the link says."""
    row = stored.row
    names = {row.id, row.key} - {""}
    return any(name in names for name, _ in links) or any(
        words and words <= frozenset(Gist(row.text).order[: len(words) + 1]) for _, words in links
    )


def _words(link: str) -> tuple[str, frozenset[str]]:
    return link.strip(), frozenset(Gist(link).order)
