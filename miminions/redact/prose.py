"""Passwords that people tell in a sentence, in five languages: text goes in; where each stands comes out."""

import re
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter

from miminions.redact.judge import is_mixed, is_placeholder
from miminions.redact.patterns import ALGORITHM, FILE_END, LOCATION

# Passwords of which a sentence speaks.
_PASSWORD_STEMS = (
    "passwor",
    "passwd",
    "passphrase",
    "passcode",
    "kennwort",
    "senha",
    "palavra-passe",
    "contrase",
    "clave",
    "mot de passe",
    "mdp",
)
_LOGIN_STEMS = ("login", "log in", "log-in", "sign in", "sign-in", "credential", "basic auth", "zugang", "anmeld", "benutzer", "username", "user", "credencia", "identifiant", "acesso", "account", "konto", "conta", "cuenta", "compte")  # fmt: skip
_WHOLE_WORDS = frozenset({"clave", "mdp", "acesso", "account", "konto", "conta", "cuenta", "compte", "user"})
_TOLD = re.compile(
    r"(?i)(?:passw(?:or[dt])|pass(?:phrase|code)|kennwort|senha|palavra-passe|contrase[nñ]a|clave|mot de passe|mdp)\b"
    r"[^\n.!?:=;]{0,50}?\s?(?::|=|->|→|\b(?:is|was|to|ist|war|auf|lautet|heißt|[ée]|era|foi|es|est|était))"
    r"(?:\s(?:changed|set|reset|geändert|gesetzt|alterada|mudada|cambiada|changé)\s(?:to|auf|in|para|por|a|en|à))?"
    r"(?:\s(?:now|still|jetzt|nun|agora|ahora|maintenant|désormais|ainda|noch))?\s{1,3}[\"'`«„“]{0,2}(?P<value>[^\s\"'`,;<>(){}\[\]«»„“”]{6,64})"
)
_LOGIN_PAIR = re.compile(
    r"(?i)(?:\b(?:log[ -]?in|sign[ -]?in|account|zugang(?:sdaten)?|anmeldung|konto|benutzer|user(?:name)?|credentials?|credenciais|credenciales|"
    r"identifiants|acesso|conta|cuenta|compte|basic[ -]auth)\b)[^\n.!?=;]{0,24}?\s[\"'`]?[\w.@+-]{2,24}[\"'`]?"
    r"(?:\s?[,/|:]\s?|\s(?:mit|with|com|con|avec|and|und|e|y|et)\s)"
    r"(?:(?:the\s|dem\s|a\s|la\s|le\s)?(?:password|passwort|kennwort|senha|contrase[nñ]a|mot de passe|pw)\s)?[\"'`]?"
    r"(?P<value>[^\s\"'`,;<>(){}\[\]/|:]{8,64})"
)
_PIN = re.compile(
    r"\b(?:[Pp]in|PIN)(?:[ -]?(?:[Cc]ode|[Nn]umber|[Nn]ummer|CODE))?(?:\s?[:=]|\s(?:is|was|ist|lautet|é|es|est)|\sfor\s[^\n.!?\d]{1,30}?\sis)?"
    r"\s{1,2}[\"'`]?(?P<value>\d{4,8})(?![\w]|[.,:-]\d)"
)
_STRONG_VALUE = re.compile(r"(?<![\w/@.\\:$%=&?#-])[^\W_][^\s\"'`,;<>(){}\[\]|\\/=:@]{7,63}")
_INNER_SIGN = re.compile(r"[^\W_][!#$&^§€*]+[^\W_]")
# Words with figures, as people build passwords.
_WORDS_WITH_FIGURES = re.compile(r"(?:[a-z]+\d+[a-z\d]*[-_.])?(?:[A-Z][a-z]{2,}[-_.]){2,4}\d{2,6}[!?$*]?")
# Versions, tickets, dates, identifiers and hosts, which have figures as well.
_NUMBERED = re.compile(
    r"[vV]?\d+(?:[.:_-]\w+)*|[a-z]+#\d+|[A-Za-z]+-\d+|\w+(?:\.\w+)+\d*|[a-z]+(?:_[a-z0-9]+)+|[\w-]+@[\w.-]+|(?:[a-z]+-)+[a-z]*\d{0,2}|"
    r"[A-Za-z]+[:/].*|[$€£]\d.*"
)


# So far from a word of credentials a password may stand, in characters, and within the same sentence.
_NEAR = 60


def told(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind, start and end of each password, login or PIN that a sentence tells."""
    words = sorted(
        chain(_words(text, _PASSWORD_STEMS, _TOLD), _words(text, _LOGIN_STEMS, _LOGIN_PAIR)),
        key=itemgetter(0),
    )
    seen = 0
    for word, pattern in words:
        if (match := pattern.match(text, word)) and _is_chosen(match["value"].rstrip(".:?)")):
            start = match.start("value")
            yield "password", start, start + len(match["value"].rstrip(".:?)"))
        # Words that stand together have one neighbourhood.
        if word >= seen:
            yield from _near(text, word)
            seen = word + _NEAR // 2
    if any(pin in text for pin in ("pin", "Pin", "PIN")):
        for match in _PIN.finditer(text):
            yield "pin", *match.span("value")


def speaks_of_credentials(text: str) -> bool:
    """Tell whether a text has a word about passwords and logins."""
    lower = text.lower()
    return any(stem in lower for stem in (*_PASSWORD_STEMS, "credential", "basic auth", "secret", "rotate"))


def bare(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of what looks like a password by itself, whatever stands around it."""
    for match in _STRONG_VALUE.finditer(text):
        value = match[0].rstrip(".:?)")
        if _is_strong(value):
            yield match.start(), match.start() + len(value)


def _words(
    text: str, stems: tuple[str, ...], pattern: re.Pattern[str]
) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Yield where a text has words that begin so, each with the pattern that reads on from there."""
    lower = text.lower()
    # A few letters have another length when they are small; places would be wrong.
    if len(lower) != len(text):
        lower = text
    for stem in stems:
        place = lower.find(stem)
        while place >= 0:
            end = place + len(stem)
            if not lower[place - 1 : place].isalpha() and not (
                stem in _WHOLE_WORDS and lower[end : end + 1].isalpha()
            ):
                yield place, pattern
            place = lower.find(stem, end)


def _near(text: str, word: int) -> Iterator[tuple[str, int, int]]:
    """Yield what looks like a password by itself and stands in a sentence about credentials."""
    for match in _STRONG_VALUE.finditer(text, max(0, word - _NEAR), word + _NEAR * 3 // 2):
        whole = _STRONG_VALUE.match(text, match.start()) or match
        value = whole[0].rstrip(".:?)")
        gap = text[min(word, match.start()) : max(word, match.start())]
        if _is_strong(value) and not _is_apart(gap):
            yield "password", match.start(), match.start() + len(value)


def _is_apart(gap: str) -> bool:
    """Tell whether a sentence or a line ends between a value and the word that speaks of it."""
    return "\n" in gap or ". " in gap or "! " in gap


def _is_strong(value: str) -> bool:
    """Tell a password from words and names by itself: a sign within it and figures, or words that end in figures."""
    if len(value) < 8 or not is_mixed(value) or _is_other(value):
        return False
    return bool(_INNER_SIGN.search(value) or _WORDS_WITH_FIGURES.fullmatch(value))


def _is_chosen(value: str) -> bool:
    """Judge what a sentence says a password is: figures or signs among letters, and nothing that has another shape."""
    if len(value) < 8 or _is_other(value) or not any(map(str.isalpha, value)):
        return False
    return bool(_INNER_SIGN.search(value)) or (is_mixed(value) and not value[0].isdigit())


def _is_other(value: str) -> bool:
    return bool(
        ALGORITHM.match(value)
        or LOCATION.match(value)
        or FILE_END.search(value)
        or _NUMBERED.fullmatch(value)
        or is_placeholder(value)
    )
