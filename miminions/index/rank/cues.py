"""Turns of phrase that tell what a prompt sets out to do, in the words of every trade."""

from miminions.index.analysis.gist import words
from miminions.index.analysis.listed import table, word_set

# What a prompt sets out to do stands in its first few hundred words.
LONGEST = 4000
_SUFFIXES = word_set("suffixes")
_ASKED = (" does ", " is ", " are ", " what ", " how ", " when ", " can ", " in ")


class _Cue:
    """What one turn of phrase is met by: any of some words, phrases, or beginnings (marked ^) of a prompt."""

    __slots__ = ("_begins", "_phrases", "_words")

    def __init__(self, said: list[str]) -> None:
        plain = [one.replace("_", " ") for one in said]
        self._begins = tuple(f" {one[1:]} " for one in plain if one[0] == "^")
        self._phrases = [f" {one} " for one in plain if " " in one and one[0] != "^"]
        self._words = frozenset(one for one in plain if " " not in one and one[0] != "^")

    def met(self, said: set[str], plain: str) -> float:
        """Return 1 where a prompt's words, or all of it in lower case, have it, else 0."""
        return float(
            not self._words.isdisjoint(said)
            or plain.startswith(self._begins)
            or any(phrase in plain for phrase in self._phrases)
        )


_table: dict[str, _Cue] = {}
_tools: set[str] = set()


def cues(text: str) -> dict[str, float]:
    """Return which turns of phrase a prompt's own words have, and how much of it they are."""
    if not _table:
        _table.update((name, _Cue(said)) for name, said in table("cues"))
        _tools.update(word_set("tools"))
    text = text[:LONGEST]
    said = words(text)
    plain = f" {' '.join(said)} "
    once = set(said)
    found = {name: cue.met(once, plain) for name, cue in _table.items()}
    asks = "?" in text or found["howdo"] or found["general"] or plain.startswith(_ASKED)
    tools = len(once & _tools)
    return {
        **found,
        "tool": float(min(tools, 2)),
        "toolq": float(bool(tools and asks and not found["we"])),
        "path": float(_has_file(text)),
        "asks": float("?" in text),
        "self_named": float("i" in once),
    }


def _has_file(text: str) -> bool:
    return any(
        "." in word and word.rstrip(".,:;?!)`'\"").rpartition(".")[2].lower() in _SUFFIXES and word[0] != "."
        for word in text.split()
    )
