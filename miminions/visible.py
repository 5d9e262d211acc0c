"""Makes text from outside safe to print and to keep: what is hidden, turns text around or poses as another letter is marked."""

import re
import unicodedata

# Controls, line ends of other worlds, marks of direction, zero widths, tags and other planes of variation, blanks
# that are letters to a program, and what is no character at all.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Marks of direction set single words right among letters that run from right to left; elsewhere they only hide.
_DIRECTION = re.compile("[\u061c\u200e\u200f]")
_LEFTWARD = re.compile("[\u0590-\u05ff\u0600-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]")
# Joiners shape letters of some scripts and emoji; between letters of ours they only hide.
_JOINER = re.compile("[\u200c\u200d]+")
_OURS = "\u024f"
# A variation selector belongs to the one character before it; a heap of marks on a letter hides it.
_SELECTOR = re.compile("(?<=[A-Za-z\\s\ufe00-\ufe0f])[\ufe00-\ufe0f]+|^[\ufe00-\ufe0f]+")
_HEAP = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}")
_FULLWIDTH = re.compile("[\uff01-\uff5e]")
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff]")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Letters of Greek that look like ours; of Cyrillic and the rest all count, as nobody mixes them into a word.
_ALIKE = frozenset(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03b9\u03bd\u03bf\u03c1\u03c5\u03c7"
)
_FOREIGN = ("CYRILLIC", "ARMENIAN", "CHEROKEE")


def visible(text: str) -> str:
    """Return a text in which nothing steers a terminal, hides or poses as another letter; line feeds and tabs stay."""
    text = text.replace("\r\n", "\n")
    text = _CONTROL.sub(lambda match: _mark(match[0]), text)
    if text.isascii():
        return text
    text = _JOINER.sub(_joined, text)
    if not _LEFTWARD.search(text):
        text = _DIRECTION.sub(lambda match: _mark(match[0]), text)
    for hidden in (_SELECTOR, _HEAP, _FULLWIDTH, _MATHEMATICAL):
        text = hidden.sub(lambda match: "".join(map(_mark, match[0])), text)
    return _WORD.sub(_unmixed, text)


def hides(text: str) -> bool:
    """Say whether a text has characters that do not show, turn it around or pose as others."""
    return visible(text) != text.replace("\r\n", "\n")


def _joined(found: re.Match[str]) -> str:
    """Mark joiners beside a letter of ours, or beside nothing."""
    before, after = (
        found.string[max(0, found.start() - 1) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    return "".join(map(_mark, found[0])) if min(before, after) <= _OURS else found[0]


def _unmixed(word: re.Match[str]) -> str:
    """Mark the letters that pose as Latin ones in a word that has some of either."""
    if word[0].isascii() or not any("a" <= c.casefold() <= "z" for c in word[0]):
        return word[0]
    return "".join(_mark(c) if _poses(c) else c for c in word[0])


def _poses(character: str) -> bool:
    return character in _ALIKE or unicodedata.name(character, "").startswith(_FOREIGN)


def _mark(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"
