"""What a question asks for: its words in all their forms, and when it was asked; and what a text is, to be found by it."""

from miminions.index.analysis.moments import Moment
from miminions.index.analysis.question import Question, Word, analyse
from miminions.index.analysis.traits import length, traits

__all__ = ["Moment", "Question", "Word", "analyse", "length", "traits"]
