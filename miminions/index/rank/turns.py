"""Ranks turns of conversations: what was said next to a turn, by whom, and on which day counts as well as its own words."""

from heapq import nlargest
from math import log

from miminions.index.analysis import Question, Word
from miminions.index.rank.conversation import OF_THE_TALK, Addressed
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.shelf import Shelf, Turn

# What was merely said ranks behind what is true now.
WEIGHT = 0.6
# Less than this share of what is asked for is no answer.
FLOOR = 0.1
# BM25 without term frequency: long answers repeat themselves.
K1, B = 0.9, 0.4
PHRASE, TALK = 0.4, 0.3
# What the turns before and behind lend, the less the longer a turn is itself; a question lends more to its answer.
LENT = ((-1, 0.6), (-2, 0.3), (1, 0.45), (2, 0.15))
ANSWERS, OWN_LENGTH = 0.3, 30.0
# A short turn that asks is seldom what answers.
ASKS, SHORT = 0.3, 24
# What is said within so many turns counts once more, less where that is much text.
AROUND, REACH, MUCH = 0.5, 4, 500.0
# A turn of the days that are asked about; for some days after them people still speak of them.
DATE, DATE_FACTOR, AFTER, BEFORE = 2.0, 1.5, 10, 3
# So many turns with the most telling words, and their neighbours, are looked at more closely.
SEEDS = 200
# Keys read of one word, and of all.
FEW, ALL = 4_000, 40_000


class _Term:
    """A word or phrase of a question: what it tells, and the bit it has in a turn's mask."""

    __slots__ = ("bit", "keys", "phrase", "tells", "text")

    def __init__(self, word: Word, keys: list[int], phrase: bool, tells: float, bit: int) -> None:  # noqa: FBT001
        self.text, self.keys, self.phrase, self.tells, self.bit = word.text, keys, phrase, tells, bit


def rank_turns(question: Question, shelf: Shelf, limit: int) -> list[Ranked]:
    """Return the turns that answer a question, the best first."""
    total, mean = shelf.talk()
    if not total:
        return []
    addressed = Addressed(question, shelf.speakers())
    terms, asked = _terms(question, shelf, addressed, total)
    return _Ranking(question, shelf, addressed, terms, asked, mean, total).best(limit)


def _terms(question: Question, shelf: Shelf, addressed: Addressed, total: int) -> tuple[list[_Term], float]:
    """Return the terms that occur, and how much all that is asked for tells."""
    left_out = addressed.names | question.dated
    words = [word for word in question.words if word.text not in left_out] or [*question.words]
    phrases = [phrase for phrase in question.phrases if not addressed.names & {*phrase.text.split()}]
    found = []
    for word, phrase in [*((word, False) for word in words), *((word, True) for word in phrases)]:
        keys = shelf.holding(word, FEW)
        # Of a word that is everywhere the newest turns tell how common it is.
        count = len(keys) if len(keys) < FEW else min(total, int(FEW * total / max(1, keys[-1] - keys[0])))
        found.append((count, word, phrase, keys))
    found.sort(key=lambda one: one[0])
    terms, asked, spent = [], 0.0, 0
    for count, word, phrase, keys in found:
        tells = log(1 + (total - count + 0.5) / (count + 0.5)) * (
            PHRASE if phrase else TALK if word.text in OF_THE_TALK else 1
        )
        if not phrase:
            asked += tells
        if count > len(keys) and spent + count <= ALL:
            keys = shelf.holding(word, ALL)
        spent += len(keys)
        if keys:
            terms.append(_Term(word, keys, phrase, tells, 1 << len(terms)))
    return terms, asked


class _Ranking:
    """One question's look at the turns that may answer it."""

    def __init__(
        self,
        question: Question,
        shelf: Shelf,
        addressed: Addressed,
        terms: list[_Term],
        asked: float,
        mean: float,
        total: int,
    ) -> None:
        self.question, self.shelf, self.addressed, self.terms = question, shelf, addressed, terms
        self.asked, self.mean = asked, mean
        self.masks: dict[int, int] = {}
        for term in terms:
            bit = term.bit
            for key in term.keys:
                self.masks[key] = self.masks.get(key, 0) | bit
        self.telling: dict[int, float] = {0: 0.0}
        self.words_telling: dict[int, float] = {0: 0.0}
        dated = [
            key for moment in question.moments if not moment.yearly for key in shelf.dated(*moment.days, FEW)
        ]
        self.date_tells = 0.0
        self.total = total
        self.turns = {turn.key: turn for turn in shelf.turns(self._near(self._seeds(dated)))}
        self.own = {key: self._own(turn) for key, turn in self.turns.items()}
        self.off: dict[str, float] = {}
        if question.moments:
            close = sum(self._close(turn.date) for turn in self.turns.values())
            count = max(len(dated), 1) if dated else close
            self.date_tells = DATE * log(1 + (total - count + 0.5) / (count + 0.5))
            self.asked += self.date_tells

    def _tells(self, mask: int) -> float:
        """Return what the terms of a mask tell together."""
        found = self.telling.get(mask)
        if found is None:
            found = self.telling[mask] = sum(term.tells for term in self.terms if term.bit & mask)
        return found

    def _words_tell(self, mask: int) -> float:
        """Return what the words of a mask tell, phrases aside."""
        found = self.words_telling.get(mask)
        if found is None:
            found = self.words_telling[mask] = sum(
                term.tells for term in self.terms if term.bit & mask and not term.phrase
            )
        return found

    def _seeds(self, dated: list[int]) -> list[int]:
        """Return the keys of the turns with the most telling words, and of those among the days asked about."""
        masks, tells = self.masks, self._tells
        seeds = (
            nlargest(SEEDS, masks, key=lambda key: tells(masks[key])) if len(masks) > SEEDS else list(masks)
        )
        return seeds + nlargest(SEEDS, dated, key=lambda key: (tells(masks.get(key, 0)), key))

    def _near(self, seeds: list[int]) -> list[int]:
        return sorted({key for seed in seeds for key in range(seed - REACH, seed + REACH + 1)})

    def _own(self, turn: Turn) -> float:
        mask = self.masks.get(turn.key, 0)
        return self._tells(mask) * (K1 + 1) / (1 + K1 * (1 - B + B * turn.words / self.mean)) if mask else 0.0

    def _close(self, day: str) -> float:
        """Return how near a day is to those asked about: 1 for one of them, 0 for one that is far off."""
        found = self.off.get(day)
        if found is None:
            found = self.off[day] = max(
                (_nearness(moment.distance(day)) for moment in self.question.moments), default=0.0
            )
        return found

    def best(self, limit: int) -> list[Ranked]:
        """Return the best turns, the best first."""
        ranked = [one for turn in self.turns.values() if turn.seen and (one := self._ranked(turn))]
        return nlargest(limit, ranked, key=lambda one: (one.score, -one.key))

    def _ranked(self, turn: Turn) -> Ranked | None:
        own, key = self.own[turn.key], turn.key
        lent = self._lent(turn)
        score = own + lent
        if turn.asks and turn.words < SHORT:
            score *= 1 - ASKS
        around, more = self._around(turn) if score else (0.0, 0)
        score += around
        prior = self.addressed.prior(turn.speaker, turn.role)
        score *= prior
        close = self._close(turn.date) if self.question.moments else 0.0
        score = (score + self.date_tells * close * prior) * (1 + (DATE_FACTOR - 1) * close)
        share = score / (self.asked * (1 + AROUND))
        if share < FLOOR:
            return None
        mask = self.masks.get(key, 0)
        why = []
        if mask:
            why.append(
                "words: " + ", ".join(term.text for term in self.terms if term.bit & mask and not term.phrase)
            )
        if close:
            why.append(f"date {self.question.moments[0].text}")
        if lent > own / 2:
            why.append("neighbours")
        if more:
            why.append("session")
        if prior == 1 and (self.addressed.speakers or self.addressed.role):
            why.append("speaker")
        return Ranked(key, round(WEIGHT * share, 4), tuple(why))

    def _lent(self, turn: Turn) -> float:
        lent = 0.0
        for place, share in LENT:
            near = self.turns.get(turn.key + place)
            if near is not None and near.session == turn.session:
                lent += self.own[near.key] * (share + ANSWERS if place == -1 and near.asks else share)
        return lent * OWN_LENGTH / (OWN_LENGTH + turn.words)

    def _around(self, turn: Turn) -> tuple[float, int]:
        """Return what is said around a turn, and the bits of it that the turn itself lacks."""
        mask = words = 0
        for key in range(turn.key - REACH, turn.key + REACH + 1):
            near = self.turns.get(key)
            if near is not None and near.session == turn.session:
                mask |= self.masks.get(key, 0)
                words += near.words
        return AROUND * self._words_tell(mask) * min(1.0, MUCH / words), mask & ~self.masks.get(turn.key, 0)


def _nearness(off: int | None) -> float:
    if off is None:
        return 0.0
    return max(0.0, 1 - off / (AFTER + 1) if off >= 0 else 1 + off / (BEFORE + 1))
