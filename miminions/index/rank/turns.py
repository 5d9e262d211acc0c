"""Ranks turns of conversations: what was said next to a turn, by whom, and on which day counts as well as its own words."""

from collections import Counter
from heapq import nlargest
from itertools import accumulate

from miminions.index.analysis import Question
from miminions.index.analysis.traits import AMOUNT, ASKS, TIME, sought
from miminions.index.rank.conversation import Addressed, is_question
from miminions.index.rank.conversation_days import Days
from miminions.index.rank.conversation_meaning import Meaning
from miminions.index.rank.conversation_terms import Terms, rarity
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf, Turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What was merely said ranks behind what is true now: a turn that says all that is asked for comes to this.
WEIGHT = 0.6
# And one around which it is said again and again to no more than so much.
MOST = 0.9
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
SHOWS_TIME, SHOWS_AMOUNT = 1.5, 1.3
# What is said within so many turns counts once more, less where that is much text.
AROUND, REACH, MUCH = 0.5, 4, 400.0
# A turn of the days that are asked about: they count like so many words as rare, and raise all else.
DATE, DATED = 2.0, 1.5
# So many turns with the most telling words are looked at, and their neighbours.
SEEDS = 100
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
    meaning = Meaning(near or {})
    seeds = _seeds(terms) + meaning.nearest(SEEDS) + days.keys
    line = _line(shelf.turns(_with_neighbours(seeds)))
    # Who looks for words wants turns that have them, who asks what answers him.
    if not near and not question.moments and not is_question(question):
        line = [_as_found(turn, turn.key in terms.masks) for turn in line]
    return _Ranking(terms, addressed, days, meaning, line).best(limit, sought(question.tokens))


def _as_found(turn: Turn, has_words: bool) -> Turn:
    return turn._replace(traits=turn.traits & ~ASKS, seen=turn.seen if has_words else 0)


def addressed_names(question: Question, shelf: Shelf) -> frozenset[str]:
    """Return the words of a question that only name who speaks: in a conversation it is the other one who says them."""
    return Addressed(question, shelf.speakers()).names


def _seeds(terms: Terms) -> list[int]:
    """Return the keys of the turns with the most telling words: many turns have one of a few masks."""
    masks = terms.masks
    if len(masks) <= SEEDS:
        return [*masks]
    chosen, count = set[int](), 0
    held = Counter(masks.values())
    for mask in sorted(held, key=terms.tell, reverse=True):
        if count >= SEEDS:
            break
        chosen.add(mask)
        count += held[mask]
    # Of the last mask, which many may have, the newest.
    found = [key for key, mask in masks.items() if mask in chosen]
    return nlargest(SEEDS, found, key=lambda key: (terms.tell(masks[key]), key))


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
        self, terms: Terms, addressed: Addressed, days: Days, meaning: Meaning, line: list[Turn]
    ) -> None:
        self.terms, self.addressed, self.days, self.line = terms, addressed, days, line
        self.masks = [terms.masks.get(turn.key, 0) for turn in line]
        self.around = _around(self.masks)
        long, short = K1 * B / (terms.mean or 1), 1 + K1 * (1 - B)
        self.says = [meaning.says(turn.key) for turn in line]
        self.own = [
            terms.asked * says + (terms.tell(mask) * (K1 + 1) / (short + long * turn.words) if mask else 0.0)
            for mask, turn, says in zip(self.masks, line, self.says, strict=True)
        ]
        self.lent = _lent(self.own, line)
        self.close = days.closeness(line)
        self.meant = [meaning.adds(turn.key) for turn in line]

    def best(self, limit: int, traits: int) -> list[Ranked]:
        """Return the best turns, the best first; `traits` are what an answer is likely to show."""
        shares, line = self._shares(traits), self.line
        places = [place for place, share in enumerate(shares) if share >= FLOOR and line[place].seen]
        best = nlargest(limit, places, key=lambda place: (shares[place], line[place].date, -line[place].key))
        return [Ranked(line[place].key, _score(shares[place]), self._why(place)) for place in best]

    def _shares(self, traits: int) -> list[float]:
        """Return the share that each turn has of what is asked for: 1 is about all of it."""
        terms, prior = self.terms, self.addressed.prior
        date = DATE * rarity(sum(self.close), terms.total) if self.days else 0.0
        whole = (1 + AROUND) * terms.asked + date or 1.0
        shows = {0: 1.0, TIME: SHOWS_TIME, AMOUNT: SHOWS_AMOUNT, TIME | AMOUNT: SHOWS_TIME * SHOWS_AMOUNT}
        shares = []
        lists = (self.line, self.own, self.lent, self.around, _lengths(self.line), self.close, self.meant)
        for turn, own, lent, around, text, close, meant in zip(*lists, strict=True):
            score = own + lent
            if score:
                score *= shows[turn.traits & traits]
                score *= ASKING if turn.traits & ASKS and turn.words < SHORT else 1
                score += AROUND * terms.words_tell(around) * min(1, MUCH / text)
            share = (score + close * date) * (1 + (DATED - 1) * close) / whole + meant
            shares.append(share * prior(turn.speaker, turn.role) if share else 0.0)
        return shares

    def _why(self, place: int) -> tuple[str, ...]:
        """Say what made a turn's score."""
        turn, mask, why = self.line[place], self.masks[place], []
        if mask:
            why.append(f"words: {', '.join(self.terms.words(mask))}")
        if self.close[place]:
            why.append(f"date {self.days.text(turn.date)}")
        if self.says[place]:
            why.append("meaning")
        if self.lent[place] > self.own[place]:
            why.append("neighbours")
        if self.around[place] & ~mask:
            why.append("session")
        if self.addressed.one and self.addressed.prior(turn.speaker, turn.role) == 1:
            why.append("speaker")
        return tuple(why)


def _score(share: float) -> float:
    """Return a share as a score; shares of more than 1 come ever closer to `MOST`."""
    return round(MOST * share / (share + MOST / WEIGHT - 1), 4)


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
