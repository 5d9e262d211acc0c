"""How ordinary a word is in the language: what everybody says tells little about what is meant."""

from miminions.index.analysis.listed import word_set

# Words that only hold a sentence together.
FUNCTION = word_set("function")
# Words of every trade and every day: shared by two texts, they are a coincidence more often than not.
EVERYDAY = word_set("everyday")
