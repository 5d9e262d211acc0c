"""What a question asks for: its words in all their forms, and when it was asked."""

from miminions.index.analysis.question import Question, Word, analyse

__all__ = ["Question", "Word", "analyse"]
