"""Where the secrets are: a text goes in; key blocks, tokens, logins, named values, blobs and cards come out."""

from collections.abc import Iterator
from itertools import chain

from miminions.redact.judge import is_beside, is_blob, is_placeholder, is_random, is_said, is_set, is_token
from miminions.redact.own import guarded
from miminions.redact.patterns import (
    AUTHORIZATION,
    AUTHORIZED,
    BESIDE,
    BLOB,
    BLOB_LINE,
    CARD,
    CURL_USER,
    DATA_VALUE,
    HAS_NAME,
    HAS_WORD,
    KEY_BEGIN,
    KEY_BODY,
    KEY_END,
    MORE,
    NAMED,
    SAID,
    SECRET_DATA,
    URL_LOGIN,
)
from miminions.redact.rules import called
from miminions.redact.secret import Secret


def found(text: str) -> Iterator[Secret]:
    """Yield all that looks like a secret, in no order; some of it may overlap."""
    return chain(_plain(text), _quoted(text), _packed(text))


def _plain(text: str) -> Iterator[Secret]:
    finders = (
        _own,
        _key_blocks,
        _tokens,
        _logins,
        _sent,
        _kubernetes,
        _named,
        _beside,
        _said,
        _services,
        _told,
        _blobs,
        _cards,
    )
    return chain.from_iterable(find(text) for find in finders)


def _quoted(text: str) -> Iterator[Secret]:
    from miminions.redact.encoded import unquoted  # has patterns that take a while to build

    for said, places in unquoted(text):
        for secret in _plain(said):
            yield Secret(secret.kind, places[secret.start], places[secret.end])


def _packed(text: str) -> Iterator[Secret]:
    from miminions.redact.encoded import unpacked  # has patterns that take a while to build

    for said, start, end in unpacked(text):
        if secret := next(_plain(said), None):
            yield Secret(secret.kind, start, end)


def _own(text: str) -> Iterator[Secret]:
    return (Secret(*place) for place in guarded(text))


def _key_blocks(text: str) -> Iterator[Secret]:
    position = 0
    while begin := KEY_BEGIN.search(text, position):
        body = KEY_BODY.match(text, begin.end())
        position = body.end() if body else begin.end()
        if position - begin.end() < 16:
            continue
        # A transcript may have cut the block: what looks like its body goes, with or without an end.
        end = KEY_END.search(text, position, position + 60)
        position = end.end() if end else position
        yield Secret("private-key", begin.start(), position)


def _tokens(text: str) -> Iterator[Secret]:
    for rule in called(text):
        for match in rule.matches(text):
            group = match.lastindex or 0
            value = match[group]
            if match.lastgroup == "sure" or (not is_placeholder(value) if group else is_token(value)):
                yield Secret(rule.kind, *match.span(group))


def _logins(text: str) -> Iterator[Secret]:
    for match in URL_LOGIN.finditer(text):
        user, password = match[1], match[2]
        if password and not (user.startswith("[redacted") or is_placeholder(password)):
            yield Secret("url-password", *match.span(2))
        if is_random(user, 16):
            yield Secret("url-token", *match.span(1))


def _sent(text: str) -> Iterator[Secret]:
    for match in AUTHORIZATION.finditer(text):
        if not is_placeholder(match[2]) and (match[1] or is_random(match[2], 16)):
            yield Secret("authorization", *match.span(2))
    for match in AUTHORIZED.finditer(text):
        if is_random(match[1], 16):
            yield Secret("authorization", *match.span(1))
    if "curl" in text:
        for match in CURL_USER.finditer(text):
            if not is_placeholder(match[1]):
                yield Secret("password", *match.span(1))


def _kubernetes(text: str) -> Iterator[Secret]:
    if "kind: Secret" in text:
        for block in SECRET_DATA.finditer(text):
            for match in DATA_VALUE.finditer(text, block.start(), block.end()):
                if not is_placeholder(match[1]):
                    yield Secret("secret", *match.span(1))


def _named(text: str) -> Iterator[Secret]:
    if not HAS_WORD.search(text):
        return
    position = 0
    while match := NAMED.search(text, position):
        group = match.lastgroup or "bare"
        start, value = match.start(group), match[group].rstrip("\\.:!?")
        position = match.end("name")
        if is_set(match, value, quoted=group != "bare"):
            position = start + len(value)
            if group == "bare" and (more := MORE.match(text, position)):
                position = start + len(text[start : more.end()].rstrip(".:!?)"))
            yield Secret(_kind(match["name"]), start, position)


def _beside(text: str) -> Iterator[Secret]:
    if not HAS_NAME.search(text):
        return
    for match in BESIDE.finditer(text):
        value = match["value"].rstrip(".:-")
        if is_beside(match, value):
            yield Secret(_kind(match[0]), match.start("value"), match.start("value") + len(value))


def _said(text: str) -> Iterator[Secret]:
    if not HAS_WORD.search(text):
        return
    for match in SAID.finditer(text):
        value = match[1].rstrip(".:!?)")
        if is_said(value):
            yield Secret(_kind(match[0]), match.start(1), match.start(1) + len(value))


def _services(text: str) -> Iterator[Secret]:
    from miminions.redact.services import service_keys  # has patterns that take a while to build

    return (Secret("service-key", *place) for place in service_keys(text))


def _told(text: str) -> Iterator[Secret]:
    from miminions.redact.prose import told  # has patterns that take a while to build

    return (Secret(*place) for place in told(text))


def _blobs(text: str) -> Iterator[Secret]:
    for match in BLOB_LINE.finditer(text):
        if is_blob(match[0]):
            yield Secret("random", *match.span())
    for match in BLOB.finditer(text):
        if is_blob(match[0]) and HAS_WORD.search(text, max(0, match.start() - 80), match.start()):
            yield Secret("random", *match.span())


def _cards(text: str) -> Iterator[Secret]:
    for match in CARD.finditer(text):
        digits = [int(char) for char in reversed(match[0]) if char.isdigit()]
        total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
        if total % 10 == 0 and len(set(digits)) > 1:
            yield Secret("card-number", *match.span())


def _kind(name: str) -> str:
    lower = name.lower()
    return next((kind for kind in ("password", "secret", "token", "key") if kind[:4] in lower), "password")
