"""Whether a text can hold a secret at all: far quicker than looking for one, and never no where something would be found.

Each finder needs something that ordinary words lack: figures among letters, a sign behind a password's name, a long run
without blanks. What each needs is written here once more, wider and in a form that is scanned at memory speed; a text
that is ruled out has no line that is not.
"""

import re
from collections.abc import Iterator

from miminions.redact.own import holds_own

# The shape of a text has one byte for each of UTF-8: its class.
_CLASSES = {
    "a": "abcdefghijklmnopqrstuvwxyz",
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0": "0123456789",
    " ": " \n",
    "t": "\t\r\x0b\x0c\x1c\x1d\x1e\x1f",
    "s": "#$&^%",
    "*": "*",
    "!": "!?",
    "-": "-",
    ":": ":",
    "<": "<",
    "d": ".\\",
    "j": "_/~+=@",
    "b": ",;()[]{}>",
    # Everything else, quotes among it, is "q"; a byte of a letter beyond ASCII is "u".
}


def _table(classes: dict[str, str], rest: str, beyond: str) -> bytes:
    table = bytearray((rest * 128 + beyond * 128).encode())
    for name, members in classes.items():
        for char in members:
            table[ord(char)] = ord(name)
    return bytes(table)


_SHAPE = _table(_CLASSES, "q", "u")
# Small letters, and one blank for all that is neither a space nor the end of a line.
_SMALL = bytes(9 if byte in _CLASSES["t"].encode() else byte for byte in bytes(range(256)).lower())
# From a shape: runs of what tokens and paths are written with, as one letter.
_RUNS = bytes(ord("J") if chr(byte) in "aA0ujd:-s" else 32 for byte in range(256))

# Beyond ASCII: what Python takes for a blank or a figure, for a letter of ASCII, and signs that passwords have.
_FOREIGN = re.compile(r"[^\x00-\x7f](?<=[\s\d])")
_LIKE_LETTERS = "\u212a\u017f\u0130\u0131"
_SIGNS_BEYOND = "§€"

_GIVEN = rb"[\w\x80-\xff-]{0,150}+(?:[\\\"'`\])]*+\s*+(?:[:=>]|!=|%3)|[\"'`]?\s++(?:is|was)?:?\s*+\\{0,2}[\"'`]|\"?,\t[\"'])"
# What is enough to look closely, in small letters; each begins with letters that are found quickly.
_WORDS_ALONE = (
    re.compile(rb"pin[^.!?\d]{0,120}\d{4}"),
    re.compile(rb"machine\s{1,5}\S{1,800}\s{1,5}(?:login|user)\s"),
    re.compile(rb"vault login "),
)
# The same where there is any sign but a full stop and those between the parts of a sentence.
_WORDS_WITH_SIGNS = (
    re.compile(rb"auth(?:orization[\"']{0,2}\s{0,3}[:=]|\"\s{0,3}:|(?<=_auth)\s{0,3}=)"),
    re.compile(rb":(?:(?<=jdbc:)|(?<=/user:)|(?<=/p:)|(?<=:5432:)|(?<=:3306:)|(?<=:\*:)|(?<=kind:) secret)"),
    re.compile(
        rb"pass(?:(?<=sshpass)|(?<=storepass)|(?<=keypass)|(?<=--pass)[ =]|(?<=htpass)wd|(?<=chpass)wd|"
        + _GIVEN
        + rb")"
    ),
    re.compile(rb"pwd" + _GIVEN),
    re.compile(rb"secret" + _GIVEN),
    re.compile(rb"identified\s{1,3}(?:with\s{1,3}\S{1,160}\s{1,3})?by\s{1,3}(?:password\s{1,3})?[\"']"),
    re.compile(rb"\.py(?:(?<=exec\.py)|(?<=dump\.py)|(?<=spns\.py))\s"),
)
# The same where there is this sign.
_WORDS_WITH = (
    (b"@", re.compile(rb"://[^\s/@\"'<>`]{0,1300}@")),
    (b"=", re.compile(rb"=(?:(?<=[?&]sig=)|(?<=signature=)|(?<=-token=)|(?<=value=)[\"'])")),
    (b"=", re.compile(rb"cookie[\"']?\s{0,3}[:,=]")),
    (b"%", re.compile(rb"%[0-9a-f]{2}[\w\x80-\xff.~%+/=&;:-]{6}")),
    (b"%", re.compile(rb"%(?<=[\w\x80-\xff.\\/-]%)[^\s\"']{3}")),
)
# Options, behind which some programs are given a password, and others that are enough.
_OPTION = re.compile(
    rb"-(?:[a-z](?<=\s-.)|-[a-z](?<=\s--.)|(----begin|securestring|(?<=[^\s]-)u\s*[\w\x80-\xff.@-]+,))"
)
_PROGRAMS = (
    b"psexec", b"mysql", b"login", b"redis-cli", b"mongo", b"ldap", b"sqlcmd", b"bcp", b"ipmitool", b"curl", b"lftp",
)  # fmt: skip

# Figures and letters without a blank between them, in eight characters at least; the id of a line is none.
_MIXED = re.compile(
    rb"0(?<!00)(?:(?<=[aAu]0)|(?<=[^ 0][^ 0]0)|0*+[^ 0aAu]*+[aAu])[^ ]*+(?<=[^ ]{8})(?<!<!-- aa:[a0]{6})"
)
# Signs among letters.
_SIGNS = (
    re.compile(rb"s([^ ]*+)(?<=[^ ]{8})"),
    re.compile(rb"!(?![!:d]{0,9}+q?b{0,9}+ )([^ ]*+)(?<=[^ ]{8})"),
    re.compile(rb"\*(?:(?<= \*)\*?+[aA0u:d-]++(?:\*++[:d!]*+)?b*+(?= )|([^ ]*+)(?<=[^ ]{8}))"),
)
_CARD = re.compile(rb"0000[ -]?0000")
_HUMPS = re.compile(rb"aA[aA]*?aA[aA]*+")
_LEAST_RUN = b"J" * 16
_PIECE = re.compile(rb"A?a+|A+")
# Base64 of ASCII, three times four characters of it.
_TEXT = re.compile(
    rb"(?<![A-Za-z0-9+/_-])(?:[CDI-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]){3}"
)
_CONSONANTS = re.compile(rb"[bcdfghjklmnpqrstvwxz]{5}")
_LARGE = re.compile(rb"[^a-z]{16,}")
_TIME = re.compile(rb"[^A-Z]*\d{4}-\d\d-\d\dT[\d:.+-]*Z?[^A-Z]*|[^A-Z]*")
_LETTERS = re.compile(rb"[A-Za-z]{20,}")
# What parts of a path, a date or a host are between, and a word, with a number perhaps.
_PARTS = re.compile(rb"[-_./:@+=,\\\"'`()\[\]{}<>;]+")
_WORD = re.compile(rb"\d{0,3}[a-z]*(?:[A-Z][a-z]+)*[A-Z]*\d{0,6}")
_HUMP = re.compile(rb"[a-z](?=[A-Z])")
_BLOB = re.compile(rb"[a-z0-9+/_-]{32}")
_DASHED = re.compile(rb"-(?:(?:\w{4}|(?=\w*[\x80-\xff])[\w\x80-\xff]{4,16})-){3}")
_SAME_CASE = re.compile(rb"[a-z]{20}|[A-Z]{20}|[a-fA-F]{24}")

# Of one of these somebody speaks who gives a password; of one of those, who gives a key.
_PASSWORD_WORDS = (
    b"pass", b"pwd", b"secret", b"kennwort", b"senha", b"contrase", b"clave", b"mdp", b"login", b"log in", b"log-in",
    b"sign in", b"sign-in", b"credencia", b"credential", b"basic", b"zugang", b"anmeld", b"user", b"benutzer",
    b"identifiant", b"acesso", b"account", b"konto", b"conta", b"cuenta", b"compte",
)  # fmt: skip
_KEY_WORDS = (*_PASSWORD_WORDS, b"token", b"key", b"bearer", b"private", b"access", b" pat", b"_pat", b"-pat")
_SERVICE_WORDS = (b"api", b"auth", b"pat")
# Around these the rules of the pack take a run of letters alone.
_RUN_WORDS = (
    b"vault", b"unseal", b"aws", b"private-lines", b"sharedkey", b"privatekey", b"--token", b"bootstrap", b"ssws", b"kty",
)  # fmt: skip
# So far before what looks like a value its word may stand, and so far behind its beginning, in characters.
_BEFORE, _BEHIND = 350, 90
_MARK = b"<!-- mm:"


def suspicious(text: str) -> bool:
    """Tell whether a text could hold a secret: when not, neither it nor any of its lines is changed by masking."""
    if holds_own(text):
        return True
    if not text.isascii():
        if any(char in text for char in _LIKE_LETTERS):
            return True
        text = _like_ascii(text)
    raw = b" %b " % text.encode("utf-8", "surrogatepass")
    small, shape = raw.translate(_SMALL), raw.translate(_SHAPE)
    for pattern in _WORDS_ALONE:
        if pattern.search(small):
            return True
    # Most sentences have nothing but letters, figures, commas and full stops.
    if shape.translate(None, b"aA0 dub") and (_holds_signs(small) or _holds_password(small, shape)):
        return True
    return bool(_CARD.search(shape)) or _holds_key(raw, small, shape) or _holds_run(raw, small, shape)


def _holds_signs(small: bytes) -> bool:
    """Tell whether a word with a sign is enough, or an option and a program that may take a password behind it."""
    for pattern in _WORDS_WITH_SIGNS:
        if pattern.search(small):
            return True
    for sign, pattern in _WORDS_WITH:
        if sign in small and pattern.search(small):
            return True
    option = _OPTION.search(small)
    return bool(option) and (
        any(program in small for program in _PROGRAMS)
        or any(option.lastindex for option in _OPTION.finditer(small))
    )


def _like_ascii(text: str) -> str:
    """Replace what patterns take for a blank, a figure or a sign by such a one of ASCII."""
    if _FOREIGN.search(text):
        text = _FOREIGN.sub(lambda char: "\t" if char[0].isspace() else "0", text)
    for sign in _SIGNS_BEYOND:
        text = text.replace(sign, "$")
    return text


def _is_near(words: tuple[bytes, ...], small: bytes, start: int, end: int) -> bool:
    """Tell whether one of some words stands around a place or in it."""
    scale = 1 if small.isascii() else 4
    around = small[max(0, start - scale * _BEFORE) : max(end, start + scale * _BEHIND)]
    return any(word in around for word in words)


def _is_told(words: tuple[bytes, ...], small: bytes, start: int, end: int) -> bool:
    """Tell whether one of some words stands on the line of a value, or before it and not beyond the id of a line."""
    scale = 1 if small.isascii() else 4
    first, last = max(0, start - scale * _BEFORE), max(end, start + scale * _BEHIND)
    # Of a long run without a name the words before it are asked, wherever they stand.
    if not _BLOB.search(small, start, end):
        mark = small.rfind(_MARK, first, start)
        # No sentence goes on beyond the id; it may itself be a word.
        if mark >= 0 and small[mark + 14 : mark + 19] == b" -->\n":
            first = mark + len(_MARK)
    stop = small.find(b"\n", end, last)
    around = small[first : stop if stop >= 0 else last]
    return any(word in around for word in words)


def _holds_password(small: bytes, shape: bytes) -> bool:
    """Tell whether signs stand among letters where somebody speaks of passwords."""
    for pattern in _SIGNS:
        if pattern.search(shape):
            for match in pattern.finditer(shape):
                start = shape.rfind(b" ", 0, match.start()) + 1
                if match.lastindex and _is_told(_PASSWORD_WORDS, small, start, match.end()):
                    return True
    return False


def _holds_key(raw: bytes, small: bytes, shape: bytes) -> bool:
    """Tell whether there are figures among letters that are odd, or stand where somebody speaks of keys."""
    if not _MIXED.search(shape):
        return False
    for match in _MIXED.finditer(shape):
        start, end = shape.rfind(b" ", 0, match.start()) + 1, match.end()
        if _is_told(_KEY_WORDS, small, start, end):
            return True
        if end - start >= 12 and (_is_told(_SERVICE_WORDS, small, start, end) or _is_odd(raw[start:end])):
            return True
    return False


def _holds_run(raw: bytes, small: bytes, shape: bytes) -> bool:
    """Tell whether letters alone are as long as a key, and no words."""
    if b"aA" in shape and any(map(_is_jumbled, _humps(shape))):
        return True
    runs = shape.translate(_RUNS)
    return _LEAST_RUN in runs and any(_is_run(raw, small, *place) for place in _long(runs))


def _long(runs: bytes) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run that is long enough."""
    start = runs.find(_LEAST_RUN)
    while start >= 0:
        end = runs.find(b" ", start)
        yield start, end
        start = runs.find(_LEAST_RUN, end)


def _humps(shape: bytes) -> Iterator[bytes]:
    """Yield the words that have several capitals within."""
    for match in _HUMPS.finditer(shape):
        start = match.start()
        while shape[start - 1] in b"aA":
            start -= 1
        yield shape[start : match.end()]


def _is_jumbled(word: bytes) -> bool:
    """Tell whether a part of a word falls into many pieces, as chance does; its ends may be cut."""
    pieces = [len(piece) for piece in _PIECE.findall(word)]
    # Where many pieces are short, some five to nine of them are.
    return any(
        max(12, 2 + sum(pieces[first + 1 : first + number - 1])) <= 2.5 * number
        for number in range(5, 10)
        for first in range(len(pieces) - number + 1)
    )


def _is_run(raw: bytes, small: bytes, start: int, end: int) -> bool:
    """Tell whether a long run without blanks can be a key though it has no figure, or says something in base64."""
    run = raw[start:end]
    if any(map(_is_large, _LARGE.finditer(run))):
        return True
    if end - start < 20:
        return b"contribsys" in small
    return (
        bool(_TEXT.search(run) or _DASHED.search(run))
        or any(_is_no_word(match[0]) for match in _LETTERS.finditer(run))
        or _is_near(_RUN_WORDS, small, start, end)
    )


def _is_large(match: re.Match[bytes]) -> bool:
    """Tell whether capitals and signs are no time of a day."""
    return not _TIME.fullmatch(match[0])


def _is_no_word(letters: bytes) -> bool:
    """Tell whether many letters in a row are of one case, may be hexadecimal, or cannot be spoken."""
    return bool(_SAME_CASE.search(letters) or _CONSONANTS.search(letters.lower()))


def _is_odd(run: bytes) -> bool:
    """Tell whether figures and letters are mixed as in no word, version, date or path."""
    return run.endswith(b"=") or any(map(_is_odd_part, _PARTS.split(run)))


def _is_odd_part(part: bytes) -> bool:
    if len(part) < 8 or part.isdigit():
        return False
    return len(part) >= 16 or not _WORD.fullmatch(part) or len(_HUMP.findall(part)) >= 2
