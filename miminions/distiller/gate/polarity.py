"""Notices a text that turns around what was said: it denies what its quote states, or states what that denies."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from miminions.distiller.language import listed
from miminions.distiller.language.sentences import sentences
from miminions.distiller.language.words import stems_of, words_of

# A clause ends where a comma, a bracket or the like sets it off, or before a word that opens another.
_PART = re.compile(r"[.,;:!?()\u2013—\n]+(?=\s|$)|\s-\s|\(|\)")
# What a denial is about: the next words behind it in its clause, or where there are none the last before it.
SCOPE = 3
# The share of them that a clause must have to be about the same, and how many words the two must share at all.
SAME, SHARED = 0.6, 2
# The share of all their words that makes one clause a repetition of another.
VERBATIM = 0.8


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words of a clause; `denied` are those that its denial is about, `takes` those by which it takes away.

    `bare` are all its words but those that deny.
    One that is `loose` denies twice or compares: what it says of its words is not told by its denials.
    """

    bare: frozenset[str]
    words: frozenset[str]
    denied: frozenset[str]
    takes: frozenset[str]
    loose: bool
    denials: int

    def states(self, words: frozenset[str]) -> bool:
        """Say whether it plainly states words; that it takes away is what it states where they say so, too."""
        return not (self.denied or self.loose or self.takes - words)


def turned(text: str, quote: str, around: Iterable[str]) -> str:
    """Return a word that a text denies and its quote states, or the other way round; else nothing.

    `around` are the sentences the quote stands among: what is denied there, too, may be denied.
    """
    told, quoted = _clauses(text), _clauses(quote)
    heard = [*quoted, *(clause for one in around for clause in _clauses(one))]
    return (
        _repeated(told, quoted)
        or _unmatched(told, quoted, heard)
        or _unmatched(quoted, told, [*told, *quoted])
        or _taken_up(quoted, told)
    )


def _repeated(told: list[_Clause], quoted: list[_Clause]) -> str:
    """Return a word of a clause that is repeated from the quote but for its denial."""
    for one, other in product(told, quoted):
        alike = len(one.bare & other.bare) >= max(SHARED, VERBATIM * len(one.bare | other.bare))
        if (
            alike
            and (one.denials + other.denials) % 2
            and not any(other.bare <= more.bare and more.denials == one.denials for more in quoted)
        ):
            return min(one.words & other.words, default="")
    return ""


def _unmatched(denying: list[_Clause], stating: list[_Clause], near: list[_Clause]) -> str:
    """Return a word of a denial whose words the other side states; nothing near is as much like it and states them not."""
    for clause in denying:
        if not clause.denied or clause.loose:
            continue
        alike = max((_alike(clause, one) for one in stating if one.states(clause.denied)), default=0)
        denials = [one for one in near if one is not clause and not one.states(clause.denied)]
        matched = max((_alike(clause, one, least=0) for one in denials), default=0)
        if alike > matched and not any(one.denied and one.denied <= clause.words for one in denials):
            return min(clause.denied)
    return ""


def _taken_up(quoted: list[_Clause], told: list[_Clause]) -> str:
    """Return the only word of a denial in a quote that a text states, where it is not about what else the quote says."""
    for clause in quoted:
        if (
            clause.loose
            or len(clause.words) > 1
            or any(clause.denied & one.words and not one.states(clause.denied) for one in told)
        ):
            continue
        others = frozenset[str]().union(*(one.words for one in quoted if one is not clause))
        if any(clause.denied & one.words and not others & one.words for one in told):
            return min(clause.denied)
    return ""


def _alike(denial: _Clause, other: _Clause, least: float = SAME) -> int:
    """Return how many words a clause shares with a denial; 0 where it is about something else."""
    denied, shared = denial.denied & other.words, denial.words & other.words
    near = len(shared) >= SHARED and len(denied) >= least * len(denial.denied)
    return len(shared) if denied and near else 0


def _clauses(text: str) -> list[_Clause]:
    return list(_read(text))


@lru_cache(maxsize=1 << 13)
def _read(text: str) -> tuple[_Clause, ...]:
    return tuple(clause for said in sentences(text) for clause in _of_sentence(said))


def _of_sentence(said: str) -> Iterator[_Clause]:
    """Yield the clauses of a sentence that have words."""
    compares = listed("compares").search(said) is not None
    for part in _PART.split(listed("conjoins").sub("\n", said)):
        words = _telling(part)
        if words:
            yield _clause(part, words, compares=compares)


def _clause(part: str, words: frozenset[str], *, compares: bool) -> _Clause:
    extends = listed("extends")
    denials = [one for one in listed("negates").finditer(part) if not extends.match(part, one.start())]
    takes = frozenset[str]().union(*(_telling(one[0]) or {one[0]} for one in listed("drops").finditer(part)))
    denied = frozenset[str]()
    if denials:
        denied = _first(part[denials[0].end() :]) or _last(part[: denials[0].start()])
    loose = len(denials) > 1 or bool(denials and (compares or takes - denied))
    bare = words_of(listed("negates").sub(" ", part))
    return _Clause(bare, words, denied, takes - denied, loose=loose, denials=len(denials))


def _first(part: str) -> frozenset[str]:
    """Return the first words of a part that say something."""
    return _telling(" ".join([word for word in part.split() if _telling(word)][:SCOPE]))


def _last(part: str) -> frozenset[str]:
    """Return the last words of a part that say something."""
    return _telling(" ".join([word for word in part.split() if _telling(word)][-SCOPE:]))


def _telling(part: str) -> frozenset[str]:
    """Return the stems of a part without denials and without words that say little."""
    return stems_of(listed("negates").sub(" ", part))
