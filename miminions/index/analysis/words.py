"""Any text a person types, as words that are safe to search for."""

from miminions.index.analysis.scripts import runs, usual

LIMIT = 48
LONGEST = 20_000
# What a question is made of besides what it asks about; contractions are cut at their apostrophes.
STOPWORDS = frozenset(
    "a about after again ain all also am an and any are aren as at be because been before being both but by can could "
    "couldn d did didn do does doesn doing don done down during each ever few for from further get gets getting got had "
    "hadn has hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just "
    "ll m me more most must my myself no nor not now o of off on once only or other our ours ourselves out over own please "
    "re s same shall she should shouldn so some such t tell than that the their theirs them themselves then there these "
    "they this those through to too under until up upon us use ve very via was wasn we were weren what when where whether "
    "which while who whom whose why will with won would wouldn you your yours yourself".split()
)
_NO_WORD = {code: " " for code in range(128) if not chr(code).isalnum()}


def tokens(text: str) -> list[str]:
    """Return the runs of letters and digits of a text in their order, in lower case, as an index has them."""
    plain = text[:LONGEST]
    if plain.isascii():
        return plain.lower().translate(_NO_WORD).split()
    # Not casefold(): it makes ss of ß, and the index keeps ß.
    return runs(usual(plain).lower())
