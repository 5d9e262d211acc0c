"""A question, analysed: the words that carry meaning, each with the forms that stand for it."""

from dataclasses import dataclass

from miminions.index.analysis.words import terms


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, and the forms of it that count as the same; a form of several parts is a phrase."""

    text: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question's text, the day it is asked (YYYY-MM-DD), and its words, each once."""

    text: str
    day: str
    words: tuple[Word, ...]


def analyse(text: str, day: str) -> Question:
    """Analyse any text; it has no words where none carries meaning."""
    return Question(text, day, tuple(Word(word, (word,)) for word in terms(text)))
