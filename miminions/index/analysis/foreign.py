"""Everyday words of work in other languages, with the English words that memory most likely uses."""

from miminions.index.analysis.listed import table

_ENGLISH: dict[str, tuple[str, ...]] = {}


def english_of(words: list[str]) -> list[str]:
    """Return what words of other languages in lower case are in English; of a run of letters without spaces its parts, too."""
    if not _ENGLISH:
        for english, others in table("foreign"):
            for word in others:
                _ENGLISH[word] = (*_ENGLISH.get(word, ()), english)
    found = [english for word in words for english in _ENGLISH.get(word, ())]
    runs = [word for word in words if word > "\u2fff"]
    if runs:
        found += [
            english
            for known, all_of in _ENGLISH.items()
            if known > "\u2fff" and any(known in run for run in runs)
            for english in all_of
        ]
    return found
