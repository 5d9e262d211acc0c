"""Scripts that spaces and letters alone do no justice to: those without spaces, marks that may be left out, other forms of letters."""

# Thai and Lao, Burmese, Khmer; iteration marks, kana, ideographs with their extensions, Hangul.
WIDE = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF),
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x323AF))  # fmt: skip
# Points and accents of Hebrew; vowels, signs of recitation and the stroke that only widens in Arabic; which glyph is meant.
OPTIONAL = ((0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7), (0x0610, 0x061A),
            (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED),
            (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))  # fmt: skip
# Letters and digits that were given a code of their own for a width, a ligature, or their place in a word.
FORMED = ((0xFB00, 0xFDFF), (0xFE70, 0xFEFC), (0xFF00, 0xFFEE))
# What letters are to words.
_NONE, _LETTER, _WIDE, _MARK = range(4)


class _Kinds(dict[str, int]):
    """What a letter is to words, each looked up once."""

    def __missing__(self, letter: str) -> int:
        if letter.isalnum():
            kind = _WIDE if _within(letter, WIDE) else _LETTER
        else:
            kind = _MARK if is_mark(letter) else _NONE
        self[letter] = kind
        return kind


class _Usual(dict[int, str]):
    """The usual form of each letter, nothing for what may be left out."""

    def __missing__(self, code: int) -> str:
        from unicodedata import normalize

        letter = chr(code)
        form = normalize("NFKC", letter) if _within(letter, FORMED) else letter
        self[code] = "".join([one for one in form if not _within(one, OPTIONAL)])
        return self[code]


def _within(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(letter)
    return any(first <= code <= last for first, last in ranges)


def is_mark(letter: str) -> bool:
    """Say whether a sign is part of the letter before it."""
    if letter < "\u0300":
        return False
    from unicodedata import category

    return category(letter) in {"Mn", "Mc"} and not _within(letter, OPTIONAL)


_KINDS = _Kinds()
_USUAL = _Usual()


def usual(text: str) -> str:
    """Return a text with each letter in its usual form, composed, without marks that most writers leave out."""
    if text.isascii():
        return text
    # Most questions need no tables of Unicode.
    from unicodedata import normalize

    return normalize("NFC", text.translate(_USUAL))


def runs(text: str) -> list[str]:
    """Return the runs of letters and digits of a text; where a script without spaces begins or ends, a run does."""
    found: list[str] = []
    last = _NONE
    for letter in text:
        kind = _KINDS[letter]
        if kind == _MARK:
            # On nothing it is nothing.
            found += letter if last else ""
            continue
        if kind != last:
            found.append(" ")
        if kind:
            found.append(letter)
        last = kind
    return "".join(found).split()


def is_wide(letter: str) -> bool:
    """Say whether a letter is of a script that does not part words."""
    return _KINDS[letter] == _WIDE


def letters(run: str) -> list[str]:
    """Return the letters of a run, each with its marks."""
    found: list[str] = []
    for letter in run:
        if found and _KINDS[letter] == _MARK:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def pairs(run: str) -> list[str]:
    """Return what to look for where a word is a run without spaces: each two letters next to each other, as a phrase of two.

    A single letter is sought itself.
    """
    found = letters(run)
    return [f"{one} {two}" for one, two in zip(found, found[1:], strict=False)] or found
