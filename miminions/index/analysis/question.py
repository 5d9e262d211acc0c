"""A question, analysed: the words that carry meaning, each with the forms that stand for it, and when it asks about."""

from miminions.index.analysis.forms import forms
from miminions.index.analysis.identifiers import identifiers, is_version
from miminions.index.analysis.moments import Moment, moments
from miminions.index.analysis.scripts import is_wide, letters, pairs
from miminions.index.analysis.words import LIMIT, STOPWORDS, tokens

MOST_PHRASES = 16
# Letters of a run without spaces that are looked at, and those of one that is sought as a whole as well.
LONGEST_RUN, LONGEST_NAME = 100, 12


class Word:
    """A word of a question, and the forms of it that count as the same; a form of several parts is a phrase."""

    __slots__ = ("forms", "text")

    def __init__(self, text: str, forms: tuple[str, ...]) -> None:
        self.text, self.forms = text, forms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Word) and (self.text, self.forms) == (other.text, other.forms)

    def __hash__(self) -> int:
        return hash((self.text, self.forms))

    def __repr__(self) -> str:
        return f"Word({self.text!r}, {self.forms!r})"


class Question:
    """A question's text, the day it is asked (YYYY-MM-DD), and its words, each once.

    `tokens` is all of it word by word, `phrases` are neighbouring words and whole identifiers: what has them says it the
    same way. `moments` are the days it asks about, `dated` the words that only name them.
    """

    __slots__ = ("dated", "day", "moments", "phrases", "text", "tokens", "words")

    def __init__(  # noqa: PLR0913, PLR0917  # each says something else about the question
        self,
        text: str,
        day: str,
        words: tuple[Word, ...],
        phrases: tuple[Word, ...] = (),
        moments: tuple[Moment, ...] = (),
        dated: frozenset[str] = frozenset(),
        tokens: tuple[str, ...] = (),
    ) -> None:
        self.text, self.day, self.words, self.phrases = text, day, words, phrases
        self.moments, self.dated, self.tokens = moments, dated, tokens


def analyse(text: str, day: str) -> Question:
    """Analyse any text; it has no words where none carries meaning."""
    said = tokens(text)
    when, places = moments(text, said, day)
    wholes = identifiers(text)
    digits = {part for parts in wholes.values() if is_version(parts) for part in parts}
    telling = [(at, word) for at, word in enumerate(said) if word not in STOPWORDS and word not in digits]
    words = [one for word in dict.fromkeys(word for _, word in telling) for one in _words(word)]
    words += [_phrase(whole, parts) for whole, parts in wholes.items() if is_version(parts)]
    dated = {said[at] for at in places} - {word for at, word in telling if at not in places}
    phrases = [
        _phrase(f"{one} {two}", (one, two))
        for (at, one), (then, two) in zip(telling, telling[1:], strict=False)
        if then == at + 1 and not {one, two} & dated and not is_wide(one[0]) and not is_wide(two[0])
    ]
    phrases += [
        _phrase(word, tuple(letters(word))) for _, word in telling if is_wide(word[0]) and _is_name(word)
    ]
    phrases += [
        _phrase(whole, parts) for whole, parts in wholes.items() if len(parts) > 2 and not is_version(parts)
    ]
    once = {phrase.forms: phrase for phrase in phrases}
    return Question(
        text,
        day,
        tuple(words[:LIMIT]),
        tuple(once.values())[:MOST_PHRASES],
        when,
        frozenset(dated),
        tuple(said),
    )


def _phrase(text: str, parts: tuple[str, ...]) -> Word:
    return Word(text, (" ".join(parts),))


def _words(word: str) -> list[Word]:
    """Return what to look for where a word stands: itself, or the pairs of letters of a script without spaces."""
    if not is_wide(word[0]):
        return [Word(word, forms(word))]
    return [Word(pair.replace(" ", ""), (pair,)) for pair in pairs(word[:LONGEST_RUN])]


def _is_name(word: str) -> bool:
    """Say whether a run of a script without spaces may be a name, found as it stands."""
    return 2 < len(word) <= LONGEST_NAME
