"""Ranks turns of conversations: what was said next to a turn, by whom, and on which day counts as well as its own words."""

from heapq import nlargest
from itertools import accumulate

from miminions.index.analysis import Question
from miminions.index.analysis.traits import AMOUNT, ASKS, TIME, sought
from miminions.index.rank.conversation import Addressed
from miminions.index.rank.conversation_days import Days
from miminions.index.rank.conversation_terms import Terms, rarity
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf, Turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What was merely said ranks behind what is true now.
WEIGHT = 0.6
# Less than this share of what is asked for is no answer.
FLOOR = 0.1
# BM25 without term frequency: long answers repeat themselves.
K1, B = 0.9, 0.4
# What the two turns before and the two behind lend, the less the longer a turn is itself; a question lends more.
BEFORE_LAST, LAST, NEXT, AFTER_NEXT = 0.3, 0.6, 0.45, 0.15
ANSWERED, OWN_LENGTH = 0.3, 30.0
# A short turn that asks is seldom what answers.
ASKING, SHORT = 0.7, 24
# Who asks when, how long or how many means a turn that names a time or an amount.
SHOWS_TIME, SHOWS_AMOUNT = 1.4, 1.3
# What is said within so many turns counts once more, less where that is much text.
AROUND, REACH, MUCH = 0.5, 4, 500.0
# A turn of the days that are asked about: they count like so many words as rare, and raise all else.
DATE, DATED = 2.0, 1.5
# What each spread adds that a turn's meaning stands out by.
MEANT = 0.08
# So many turns with the most telling words are looked at, and their neighbours.
SEEDS = 150
# Stands between turns that are no neighbours: nobody says nothing.
_GAP = [Turn(0, 0, 0, 0, "", "", "", 0)] * REACH


def rank_turns(
    question: Question, shelf: Shelf, limit: int, near: "Mapping[int, float] | None" = None
) -> list[Ranked]:
    """Return the turns that answer a question, the best first.

    `near` says how near in meaning turns are to the question, as cosines by key: of all turns, or of the nearest few
    hundred. The question goes to an embedder without the words that `addressed_names` gives.
    """
    addressed = Addressed(question, shelf.speakers())
    terms = Terms(question, shelf, addressed.names)
    days = Days(question, shelf, SEEDS)
    nearness = _nearness(near or {})
    line = _line(shelf.turns(_with_neighbours(_seeds(terms, nearness) + days.keys)))
    ranking = _Ranking(terms, addressed, days, line, sought(question.tokens))
    return ranking.best(limit, [MEANT * nearness.get(turn.key, 0.0) for turn in line])


def addressed_names(question: Question, shelf: Shelf) -> frozenset[str]:
    """Return the words of a question that only name who speaks: in a conversation it is the other one who says them."""
    return Addressed(question, shelf.speakers()).names


def _nearness(near: "Mapping[int, float]") -> dict[int, float]:
    """Return how far each turn stands out, in spreads above the farthest: embedders differ in what is a high cosine."""
    count = len(near) or 1
    mean = sum(near.values()) / count
    spread = (sum((cosine - mean) ** 2 for cosine in near.values()) / count) ** 0.5
    lowest = min(near.values(), default=0.0)
    return {key: (cosine - lowest) / spread for key, cosine in near.items()} if spread else {}


def _seeds(terms: Terms, nearness: dict[int, float]) -> list[int]:
    """Return the keys of the turns with the most telling words, and of the nearest."""
    masks, tell = terms.masks, terms.tell
    seeds = nlargest(SEEDS, masks, key=lambda key: tell(masks[key])) if len(masks) > SEEDS else [*masks]
    return seeds + nlargest(SEEDS, nearness, key=nearness.__getitem__)


def _with_neighbours(seeds: list[int]) -> list[int]:
    """Return the keys of turns and of those within reach of them, in order."""
    return sorted({key for seed in seeds for key in range(seed - REACH, seed + REACH + 1)})


def _line(turns: list[Turn]) -> list[Turn]:
    """Return turns with a gap before, behind, and between those that do not follow each other."""
    line = [*_GAP]
    last = _GAP[0]
    for turn in turns:
        if turn.key != last.key + 1 or turn.session != last.session:
            line += _GAP
        line.append(turn)
        last = turn
    return line + _GAP


class _Ranking:
    """A question's look at turns that may answer it, all at once: each list has a value for each turn of the line."""

    def __init__(
        self, terms: Terms, addressed: Addressed, days: Days, line: list[Turn], sought_for: int
    ) -> None:
        self.terms, self.addressed, self.days, self.line, self.sought = (
            terms,
            addressed,
            days,
            line,
            sought_for,
        )
        self.masks = [terms.masks.get(turn.key, 0) for turn in line]
        self.around = _around(self.masks)
        long, short = K1 * B / (terms.mean or 1), 1 + K1 * (1 - B)
        self.own = [
            terms.tell(mask) * (K1 + 1) / (short + long * turn.words) if mask else 0.0
            for mask, turn in zip(self.masks, line, strict=True)
        ]
        self.lent = _lent(self.own, line)
        self.close = days.closeness(line)

    def best(self, limit: int, meant: list[float]) -> list[Ranked]:
        """Return the best turns, the best first; `meant` is what their meaning adds."""
        prior = self.addressed.prior
        shares = [
            said + (near and near * prior(turn.speaker, turn.role))
            for turn, said, near in zip(self.line, self._shares(), meant, strict=True)
        ]
        places = [place for place, share in enumerate(shares) if share >= FLOOR and self.line[place].seen]
        best = nlargest(
            limit, places, key=lambda place: (shares[place], self.line[place].date, -self.line[place].key)
        )
        return [
            Ranked(self.line[place].key, round(WEIGHT * shares[place], 4), self._why(place, meant[place]))
            for place in best
        ]

    def _shares(self) -> list[float]:
        """Return the share that each turn has of what is asked for: 1 is about all of it."""
        terms, prior = self.terms, self.addressed.prior
        date = DATE * rarity(sum(self.close), terms.total) if self.days else 0.0
        whole = (1 + AROUND) * terms.asked + date
        if not whole:
            return [0.0] * len(self.line)
        shows = {0: 1.0, TIME: SHOWS_TIME, AMOUNT: SHOWS_AMOUNT, TIME | AMOUNT: SHOWS_TIME * SHOWS_AMOUNT}
        shares = []
        for turn, own, lent, around, text, close in zip(
            self.line, self.own, self.lent, self.around, _lengths(self.line), self.close, strict=True
        ):
            score = own + lent
            if score:
                score *= shows[turn.traits & self.sought] * (
                    ASKING if turn.traits & ASKS and turn.words < SHORT else 1
                )
                score += AROUND * terms.words_tell(around) * min(1, MUCH / text)
            score = (score + close * date) * prior(turn.speaker, turn.role) if score or close else 0.0
            shares.append(score * (1 + (DATED - 1) * close) / whole)
        return shares

    def _why(self, place: int, meant: float) -> tuple[str, ...]:
        """Say what made a turn's score."""
        turn, mask, why = self.line[place], self.masks[place], []
        if mask:
            why.append(f"words: {', '.join(self.terms.words(mask))}")
        if self.close[place]:
            why.append(f"date {self.days.text(turn.date)}")
        if meant > FLOOR:
            why.append("meaning")
        if self.lent[place] > self.own[place]:
            why.append("neighbours")
        if self.around[place] & ~mask:
            why.append("session")
        if self.addressed.one and self.addressed.prior(turn.speaker, turn.role) == 1:
            why.append("speaker")
        return tuple(why)


def _lent(own: list[float], line: list[Turn]) -> list[float]:
    """Return what the neighbours of each turn lend it."""
    last = [value * (LAST + ANSWERED * (turn.traits & ASKS)) for value, turn in zip(own, line, strict=True)]
    lent = [
        (BEFORE_LAST * one + two + NEXT * three + AFTER_NEXT * four) * OWN_LENGTH / (OWN_LENGTH + turn.words)
        for one, two, turn, three, four in zip(own, last[1:], line[2:], own[3:], own[4:], strict=False)
    ]
    return [0.0, 0.0, *lent, 0.0, 0.0]


def _around(masks: list[int]) -> list[int]:
    """Return the terms of each turn and of those within reach of it, as masks."""
    found = masks[REACH:-REACH]
    for away in range(1, REACH + 1):
        sides = zip(found, masks[REACH - away :], masks[REACH + away :], strict=False)
        found = [here | before | behind for here, before, behind in sides]
    gap = [0] * REACH
    return gap + found + gap


def _lengths(line: list[Turn]) -> list[int]:
    """Return how many words each turn and those within reach of it have, at least 1."""
    totals = [0, *accumulate(turn.words for turn in line)]
    gap = [1] * REACH
    return (
        gap + [max(1, end - begin) for begin, end in zip(totals, totals[2 * REACH + 1 :], strict=False)] + gap
    )
