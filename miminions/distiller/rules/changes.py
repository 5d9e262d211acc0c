"""Follows changes of mind: what a session takes back again, and which known fact a candidate replaces."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from miminions.distiller.language import listed, opening, weekday
from miminions.distiller.language.sentences import clauses, sentences
from miminions.distiller.language.words import words_of
from miminions.distiller.read import own_words
from miminions.distiller.rules.wording import bare, stems
from miminions.distiller.values import Candidate, Material
from miminions.memory.facts import Fact

# What is taken back is named in so many words, within so many characters.
REACH, WINDOW = 2, 80
# Nobody types a sentence like that.
ENDLESS = 4000
# What takes the place of a candidate is looked for among so many later ones with one of its words.
LATER = 50
ANEW, SHORT = 0.75, 4
# A word counts by how few of the known facts have it. A change names a fact with one rare word, if no other fact
# is named half as clearly; it is plain with two, if it says half of the fact anew.
RARE, PLAIN, CLEAR, SAID_ANEW = 1.0, 2.0, 2.0, 0.5
# What shares so much with a fact and does not plainly change it waits beside it.
NEAR = 0.3
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|nicht|kein\w*|nie|não|nunca|sem)\b|n['\u2019]t\b", re.IGNORECASE
)
_TOKEN = re.compile(r"[\w@/+#-]+(?:[./:-][\w@/+#-]+)*")


SUPERSEDED = "the session takes it back or says it anew later on"


@dataclass(frozen=True, slots=True)
class _Taking:
    """A sentence of the user's that takes something back: where it stands, and the words of what it names."""

    turn: int
    start: int
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Last:
    """Where each thing is taken back last, by the words that name it, and all these words."""

    places: Mapping[frozenset[str], tuple[int, int]]
    words: frozenset[str]


def _last_of(takings: Iterable[_Taking]) -> _Last:
    places = {taking.named: (taking.turn, taking.start) for taking in takings}
    return _Last(places, frozenset[str]().union(*places))


def standing(found: list[Candidate], material: Material) -> list[Candidate]:
    """Mark the candidates that something later in the session takes back or says anew."""
    spoken = {turn.number: own_words(turn.text) for turn in material.new if turn.role == "user"}
    last = _last_of(taking for number, words in spoken.items() for taking in _takings(number, words))
    undone, later = _undone(material), _Later(found)
    marked, end = [], 0
    for place, candidate in enumerate(found):
        if place and found[place - 1].turn != candidate.turn:
            end = 0
        start = spoken.get(candidate.turn, "").find(candidate.quote, max(0, end - WINDOW))
        end = max(start, 0) + len(candidate.quote)
        gone = later.says_anew(place) or candidate.turn in undone or _taken_back(candidate, end, last)
        marked.append(replace(candidate, dropped=SUPERSEDED) if gone else candidate)
    return marked


class _Later:
    """The candidates of a session by their words, to find those that say anew or change what an earlier one says."""

    def __init__(self, found: list[Candidate]) -> None:
        self._found = found
        self._places: dict[str, list[int]] = {}
        for place, candidate in enumerate(found):
            for stem in stems(candidate.text):
                self._places.setdefault(stem, []).append(place)
        self._switching = [n for n, c in enumerate(found) if listed("switches").search(c.quote.rstrip(" .!"))]

    def says_anew(self, place: int) -> bool:
        """Say whether a later candidate takes the place of the one at a place."""
        earlier = self._found[place]
        alike = (_alike(earlier, self._found[n]) for n in self._near(place))
        start = bisect_right(self._switching, place)
        switched = (_changed(earlier, self._found[n]) for n in self._switching[start : start + LATER])
        return any(alike) or any(switched)

    def _near(self, place: int) -> set[int]:
        """Return the later candidates that can share enough: those with one of the rarest words of this one."""
        first = _lasting(self._found[place])
        rare = sorted(first, key=lambda stem: len(self._places.get(stem, ())))
        enough = rare[: int((1 - ANEW) * len(rare)) + 1]
        after = (
            (places := self._places[stem], bisect_right(places, place))
            for stem in enough
            if stem in self._places
        )
        return {n for places, start in after for n in places[start : start + LATER]}


def _takings(number: int, words: str) -> Iterator[_Taking]:
    start = 0
    for said in sentences(words):
        if len(said) > ENDLESS:
            continue
        start = words.find(said, start)
        for named in map(stems, _retracted(said)):
            if 0 < len(named) <= REACH:
                yield _Taking(number, start, named)


def _undone(material: Material) -> frozenset[int]:
    """Return the turns after which the user's next one opens by taking back whatever came last.

    What comes last is the assistant's question, if it asked one in between: then that is what is refused.
    """
    spoken = [turn for turn in material.new if turn.role in {"user", "assistant"} and turn.text.strip()]
    undone, last, asked = set[int](), 0, False
    for turn in spoken:
        if turn.role == "assistant":
            asked = turn.text.rstrip().endswith("?")
            continue
        if last and not asked and opening("undoes").match(bare(_first(own_words(turn.text)))):
            undone.add(last)
        last, asked = turn.number, False
    return frozenset(undone)


def _first(words: str) -> str:
    """Return what a turn opens with: its first sentence that is more than a sigh."""
    said = sentences(words[:ENDLESS])[:2]
    return next((each for each in said if bare(each).strip(" .!,")), "")


def _taken_back(candidate: Candidate, end: int, last: _Last) -> bool:
    """Say whether what a candidate is about is taken back after it, named in full; `last` is where that is done last."""
    if _NEGATION.search(candidate.quote):
        return False
    # Only pairs of words that are taken back at all are looked up.
    told = sorted(stems(candidate.quote) & last.words)
    named = (frozenset(each) for size in range(1, REACH + 1) for each in combinations(told, size))
    return any(last.places.get(each, (0, 0)) >= (candidate.turn, end) for each in named)


def retracts(said: str) -> bool:
    """Say whether a clause of a sentence opens with a verb of taking back."""
    return any(opening("retracts").match(bare(clause)) for clause in clauses(said))


def _retracted(said: str) -> list[str]:
    """Return the things that a sentence takes back, by a verb that opens a clause or by words like "instead of" and "is off"."""
    verbs = (opening("retracts").match(bare(clause)) for clause in clauses(said))
    ends = [found.string[found.end() :][:WINDOW] for found in verbs if found]
    ends += [said[found.end() : found.end() + WINDOW] for found in listed("against").finditer(said)]
    after = [_TOKEN.findall(listed("article").sub(" ", end, count=1))[:REACH] for end in ends]
    begins = (said[max(0, found.start() - WINDOW) : found.start()] for found in listed("ends").finditer(said))
    return [" ".join(named) for named in (*after, *(_TOKEN.findall(begin)[-REACH:] for begin in begins))]


def _alike(earlier: Candidate, later: Candidate) -> bool:
    """Say whether a later candidate says so much of an earlier one that it takes its place; in a later turn, whatever the numbers."""
    first, second = stems(earlier.text), stems(later.text)
    if later.turn > earlier.turn:
        first = _lasting(earlier)
    return bool(first) and len(first & second) / len(first) >= ANEW and later.sure >= earlier.sure


def _lasting(candidate: Candidate) -> frozenset[str]:
    """Return the words of a candidate without its figures, or with them if there are no others."""
    first = stems(candidate.text)
    return frozenset(word for word in first if word.isalpha()) or first


def _changed(earlier: Candidate, later: Candidate) -> bool:
    """Say whether a later candidate says of itself that it changes what an earlier, short one said."""
    first, second = stems(earlier.text), stems(later.quote)
    short = len(first) <= SHORT and earlier.section == "Decisions" and later.turn > earlier.turn
    return short and bool(first & second) and listed("switches").search(later.quote.rstrip(" .!")) is not None


def aimed(candidate: Candidate, facts: tuple[Fact, ...], workspace: str) -> Candidate:
    """Propose to replace the one known fact that a change is about; what is less than plain waits for review.

    Plain is what says that it changes something, names the fact with two rare words and says half of it anew. What
    `workspace` is, as a fact tells it that begins with its name, is replaced by no less than that many words.
    """
    said = stems(f"{candidate.text} {candidate.quote}")
    known = {fact.id: stems(fact.text) for fact in facts}
    spread = Counter(word for words in known.values() for word in words)
    shared = {fact.id: sum(1 / spread[word] for word in known[fact.id] & said) for fact in facts}
    first, second = sorted([*shared.values(), 0.0, 0.0], reverse=True)[:2]
    target = next((fact for fact in facts if shared[fact.id] == first), None)
    if target is None or second * CLEAR > first or words_of(candidate.text) <= words_of(target.text):
        return candidate
    changes = listed("changes").search(candidate.quote) is not None
    # Much of what is said shares a word with the fact that tells what the project is.
    least = PLAIN if _about(target.text, workspace) else RARE
    changing = changes or (
        _other_values(candidate.text, target.text) and not _apart(candidate.text, target.text)
    )
    if first < least or not (changing and _same_subject(candidate.text, target.text)):
        near = len(_named(candidate.text) & _named(target.text)) >= NEAR * len(_named(target.text))
        return replace(candidate, sure=candidate.sure and not (near and first >= least))
    plain = changes and first >= PLAIN and len(known[target.id] & said) / len(known[target.id]) >= SAID_ANEW
    reason = "" if plain else f"it may replace: {target.text}"
    return replace(candidate, op="replace", target=target.id, sure=candidate.sure and plain, reason=reason)


def _same_subject(text: str, known: str) -> bool:
    """Say whether a text is about what a known one is: they share two words that are no figures, or one that it begins with.

    The second word of a text will do for a known one that begins with it, as in "quarterly releases".
    """
    shared = _named(text) & _named(known)
    first, both = _begins(text, 1), _begins(text, 2) & _begins(known, 1)
    return len(shared) > 1 or bool(shared & (first | both))


def _apart(text: str, known: str) -> bool:
    """Say whether two texts begin with words of their own: the search service is not the cache service."""
    return bool(_begins(text, 1) - _named(known)) and bool(_begins(known, 1) - _named(text))


def _named(text: str) -> frozenset[str]:
    """Return the words of a text that say something and are no figures."""
    return frozenset(stem for stem in stems(text) if stem.isalpha())


def _begins(text: str, count: int) -> frozenset[str]:
    """Return the first so many words of a text that say something."""
    telling = [stem for word in _TOKEN.findall(text) for stem in sorted(stems(word))]
    return frozenset(telling[:count])


def _about(text: str, workspace: str) -> bool:
    """Say whether a text begins with the workspace's name."""
    name = frozenset(re.split(r"[\W_]+", workspace.casefold()))
    return bool(workspace) and name <= frozenset(re.split(r"[\W_]+", text.casefold())[: len(name) + REACH])


def _other_values(text: str, known: str) -> bool:
    """Say whether a text gives figures or days that a known one, which has some, does not."""
    return bool(_values(known)) and bool(_values(text) - _values(known))


def _values(text: str) -> frozenset[str]:
    """Return the figures and the weekdays of a text."""
    found = frozenset(word for word in stems(text) if any(c.isdigit() for c in word))
    return found | frozenset(day[0].casefold() for day in weekday().finditer(text))
