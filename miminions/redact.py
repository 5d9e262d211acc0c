"""Find and mask secrets: text goes in, the same text without keys, tokens and passwords comes out."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret at `text[start:end]`; `kind` is a word such as `github-token` or `password`."""

    kind: str
    start: int
    end: int


# Providers whose tokens need no more than this beginning and a long tail.
_PREFIXES = """
    shpat_ shpca_ shppa_ shpss_ sq0atp- sq0csp- sq0idp- dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. dapi glc_ glsa_ gsk_ pplx- r8_
    tvly- jina_ fc- xai- key- figd_ PMAK- lin_api_ ntn_ NRAK- NRII- NRIQ- NRRA- NRAA- pul- pscale_tkn_ pscale_pw_ pscale_oauth_
    rubygems_ dckr_pat_ dckr_oat_ sgp_ slk_ ATATT3 ATBB ATCTT3 nfp_ HRKU- tfp_ pnu_ rdme_ sntrys_ sntryu_ ops_eyJ lsv2_pt_ lsv2_sk_
    xkeysib- oy2 EZAK EZTK hawk. VF.DM. VF.WS. cio sbp_ sb_secret_ CLOJARS_ s-s4t2ud- s-s4t2af- flb phc_ phx_ da2- fo1_ fm1_ fm2_
    EAA dt0c01. dt0s01. LTAI bkua_ fio-u- BBFF-
"""

# kind, literals of which one must be present, pattern. A literal test is far cheaper than a regex, and most
# texts hold none. Tails are possessive, so that a long hostile line is walked once.
_TOKENS = tuple(
    (kind, tuple(literals.split()), re.compile(r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))(?:" + pattern + ")"))
    for kind, literals, pattern in (
        ("aws-key", "AKIA ASIA ABIA ACCA A3T", r"(?:A3T[A-Z0-9]|A[KS]IA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
        ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"(?:gh[pousr]_[A-Za-z0-9]{30,}+|github_pat_\w{22,}+)"),
        ("gitlab-token", "gl GR1348941", r"(?:gl(?:pat|rt|rtr|dt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w-]{20,}+|GR1348941[\w-]{20,}+)"),
        ("slack-token", "xox xapp- hooks.slack.com", r"(?:xox[a-z](?:\.xox[a-z])?-\d[\w-]{9,}+|xapp-\d-[\w-]{10,}+|hooks\.slack\.com/(?:services|workflows)/[\w/]{20,}+)"),
        ("stripe-key", "_live_ _test_ whsec_", r"(?:[sr]k_(?:live|test)_[A-Za-z0-9]{10,}+|whsec_[A-Za-z0-9+/=]{20,}+)"),
        ("anthropic-key", "sk-ant-", r"sk-ant-[\w-]{16,}+"),
        ("openai-key", "sk-", r"sk-(?:proj-|svcacct-|admin-|or-v1-|None-)?[\w-]{20,}+"),
        ("google-key", "AIza GOCSPX- ya29. 1//0", r"(?:AIza[\w-]{30,}+|GOCSPX-[\w-]{20,}+|ya29\.[\w-]{16,}+|1//0[\w-]{30,}+)"),
        ("huggingface-token", "hf_ api_org_", r"(?:hf|api_org)_[A-Za-z0-9]{30,}+"),
        ("npm-token", "npm_", r"npm_[A-Za-z0-9]{30,}+"),
        ("pypi-token", "pypi-", r"pypi-[\w-]{40,}+"),
        ("sendgrid-key", "SG.", r"SG\.[\w-]{16,64}\.[\w-]{16,}+"),
        ("twilio-key", "SK", r"SK[0-9a-fA-F]{32}(?!\w)"),
        ("digitalocean-token", "_v1_", r"do[opr]_v1_[0-9a-f]{40,}+"),
        ("jwt", "eyJ", r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){0,3}"),
        ("age-key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Za-z]{40,}+"),
        ("vault-token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{20,}+"),
        ("telegram-token", ":", r"\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])"),
        ("discord-token", ".", r"[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}+"),
        ("webhook", "webhooks/ hooks.zapier.com", r"(?:discord(?:app)?\.com/api/webhooks/\d{10,20}/[\w-]{30,}+|hooks\.zapier\.com/hooks/catch/[\w/]{8,}+)"),
        ("mailchimp-key", "-us", r"[0-9a-f]{32}-us\d{1,2}(?!\w)"),
        ("terraform-token", ".atlasv1.", r"\w{14}\.atlasv1\.[\w-]{40,}+"),
        ("airtable-token", "pat", r"pat\w{14}\.[0-9a-f]{40,}+"),
        ("token", _PREFIXES, "(?:" + "|".join(map(re.escape, _PREFIXES.split())) + r")[\w.-]{20,}+"),
    )
)  # fmt: skip

_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(
    r"(?:(?:\s|\\[nr]|[\"'>+,|])*+(?:[A-Z][A-Za-z-]{1,20}: [^\n]{1,80}|[A-Za-z0-9+/=]{16,}+))*+"
)
_URL_LOGIN = re.compile(r"(?<=://)([^\s/@:\"'<>`]{0,100})(?::([^\s/@\"'<>`]{1,200}))?@(?=[\w\[.-])")
_AUTHORIZATION = re.compile(
    r"(?i)(authorization[\"']{0,2}\s{0,3}[:=]\s{0,3}[\"']{0,2})?\b(?:bearer|basic|token)[: ]\s{0,3}([\w.~+/-]{8,}+={0,2})"
)
_CURL_USER = re.compile(r"(?:\s-u|\s--user)[ =]?[\"']?[^\s:\"']{1,100}:([^\s\"']{4,200})")
_CARD = re.compile(
    r"(?<![\w./-])(?:[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}|3[47]\d{2}([ -]?)\d{6}\2\d{5})(?![\w-])"
)

_PASSWORD = r"pass(?:word|wort|wd|phrase|code)|passw|pwd"  # noqa: S105
_WORDS = rf"(?:{_PASSWORD}|(?<![a-z])pass(?![a-z])|secret|token|credential|[ _-]pat(?![a-z])|api[ _-]?key|(?:[_-]|access|account|auth|client|master|private|shared|sign(?:ing)?|encryption|license|query|insert) ?key|(?<=[a-z])key(?![a-z]))"
_HAS_WORD = re.compile(r"(?i)pass|pwd|secret|token|credential|[ _-]pat\b|(?<!public[ _])(?<!pub)key")
# A name of a secret, then either a sign and a value, or only blanks and a value.
_NAMED = re.compile(
    rf"(?i)(?P<name>{_WORDS}[\w-]{{0,30}})"
    r"(?P<sign>[\\\"'\])]{0,4}\s{0,4}(?:=>|:=|[=!]={1,2}|[:=])\s{0,20}+|\"?,\s?(?=[\"'])|[\"'`]?\s{1,3}(?:is|was|=)?\s{0,2})"
    r"\\{0,2}(?:\"(?P<double>[^\"\n]{1,200})\"|'(?P<single>[^'\n]{1,200})'|`(?P<tick>[^`\n]{1,200})`|(?P<bare>[^\s\"'`,;<>(){}\[\]|&=]{1,200}={0,2}))"
)  # fmt: skip
_SAID = re.compile(
    rf"(?i)\b(?!pass\b){_WORDS}\b[^\n.!?:=]{{0,40}}?\s(?:is|was|to)(?:\snow)?\s{{1,3}}[\"'`]?([^\s\"'`,;<>()]{{8,200}})"
)
_MORE = re.compile(r"[^\s\"'`,;<>&]*+")
_NOT_A_SECRET_NAME = re.compile(
    r"(?i)[_-]?(?:ids?|names?|files?|paths?|dir|ur[il]|types?|counts?|limit|length|size|expir\w*|ttl|field|env|vars?|version|policy|manager|(?<=token)s)$"
)
_PUBLIC = re.compile(
    r"(?i)(?:pub(?:lic)?|csrf|cache|primary|foreign|sort|partition|idempotency|routing|object|hot|short)[ _-]?$"
)
_BLOB = re.compile(r"(?<![\w+/.=:-])[A-Za-z0-9+/_-]{32,}+={0,2}(?![\w.])")
_BLOB_LINE = re.compile(r"(?m)^[A-Za-z0-9+/]{22,88}={1,2}$")

_PLACEHOLDER = re.compile(
    r"(?i)[<{\[%*#.…]|\$(?:\w+$|[({])|x{3,}|your|my[_-]|example|change|replace|insert|placeholder|dummy|fake|sample|todo|redacted|"
    r"none$|null$|true$|false$|undefined$|string$|required$|optional$|hidden$|process\.|os\.|env[.:(]|secrets?\.|vars?\.|vault:|op:|ref\+|[\w.]{1,40}$(?<=example)"
)
_NAME_LIKE = re.compile(
    r"(?i)user|[a-z_-]{0,20}(?:secret|token|passw(?:or)?d|pass|pwd|key)(?:[_-]?(?:key|here|value|string))?"
)
_RUN = re.compile(r"([^\W_]|\*)\1{5}")
_WORD = re.compile(r"\d{0,3}[a-z]*(?:[A-Z][a-z]+)*[A-Z]*\d{0,6}")
_PARTS = re.compile(r"[-_./:@+=,\\]+")
_OPAQUE = re.compile(r"[0-9a-fA-F]{24,}|\w{8}(?:-\w{4}){3}-\w{12,}")
_ALGORITHM = re.compile(
    r"(?i)(?:argon|sha\d|md5|bcrypt|scrypt|pbkdf|base\d|utf|rsa|ed25519|aes|[her]s\d{3}|oauth|ssh-)"
)
_LOCATION = re.compile(
    r"[a-zA-Z][\w+.-]{1,20}://|~?\.{0,2}/[\w.-]+/|[\w.+-]+@[\w-]+\.\w|[\w-]+\.(?:py|md|json|ya?ml|toml|txt|pem|pub|env|ts|js)$"
)
_MARK = "[redacted:"
_PRIVATE = re.compile(r"(?i)<(/?)private\s{0,9}>")


def find(text: str) -> tuple[Secret, ...]:
    """Return the secrets in a text, in order and without overlap."""
    found = [*_key_blocks(text), *_tokens(text), *_logins(text), *_named(text), *_blobs(text), *_cards(text)]
    merged: list[Secret] = []
    for secret in sorted((s for s in found if _MARK not in text[s.start : s.end]), key=lambda s: s.start):
        if merged and secret.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Secret(last.kind, last.start, max(last.end, secret.end))
        else:
            merged.append(secret)
    return tuple(merged)


def redact(text: str) -> str:
    """Replace every secret by `[redacted:<kind>]`; a second pass changes nothing."""
    # A mask can lay bare a neighbour. Each round replaces characters that no later round can match.
    while secrets := find(text):
        for secret in reversed(secrets):
            text = f"{text[: secret.start]}{_MARK}{secret.kind}]{text[secret.end :]}"
    return text


def has_secret(text: str) -> bool:
    """Tell whether a text holds a secret."""
    return bool(find(text))


def without_private(text: str) -> str:
    """Remove `<private>...</private>` spans; one that is never closed ends with the text."""
    kept, depth, start = [], 0, 0
    for tag in _PRIVATE.finditer(text):
        if not tag[1]:
            if depth == 0:
                kept.append(text[start : tag.start()])
            depth += 1
        elif depth:
            depth -= 1
            start = tag.end()
    return "".join(kept) + (text[start:] if depth == 0 else "")


def _key_blocks(text: str) -> Iterator[Secret]:
    position = 0
    while begin := _KEY_BEGIN.search(text, position):
        body = _KEY_BODY.match(text, begin.end())
        position = body.end() if body else begin.end()
        if position - begin.end() < 16:
            continue
        # A transcript may have cut the block: what looks like its body goes, with or without an end.
        end = _KEY_END.search(text, position, position + 60)
        position = end.end() if end else position
        yield Secret("private-key", begin.start(), position)


def _tokens(text: str) -> Iterator[Secret]:
    for kind, literals, pattern in _TOKENS:
        if any(literal in text for literal in literals):
            for match in pattern.finditer(text):
                if not _RUN.search(match[0]) and not match[0].endswith("EXAMPLE") and _is_mixed(match[0]):
                    yield Secret(kind, *match.span())


def _logins(text: str) -> Iterator[Secret]:
    for match in _URL_LOGIN.finditer(text):
        user, password = match[1], match[2]
        if password and not _is_placeholder(password):
            yield Secret("url-password", *match.span(2))
        if len(user) >= 16 and _is_random(user, 16):
            yield Secret("url-token", *match.span(1))
    for match in _AUTHORIZATION.finditer(text):
        if not _is_placeholder(match[2]) and (match[1] or (len(match[2]) >= 16 and _is_random(match[2], 16))):
            yield Secret("authorization", *match.span(2))
    if "curl" in text:
        for match in _CURL_USER.finditer(text):
            if not _is_placeholder(match[1]):
                yield Secret("password", *match.span(1))


def _named(text: str) -> Iterator[Secret]:
    if not _HAS_WORD.search(text):
        return
    position = 0
    while match := _NAMED.search(text, position):
        group = match.lastgroup or "bare"
        start, value = match.start(group), match[group].rstrip("\\.:!?")
        position = match.end("name")
        if _is_value(text, match, value, quoted=group != "bare"):
            position = start + len(value)
            if group == "bare" and (more := _MORE.match(text, position)):
                position = start + len(text[start : more.end()].rstrip(".:!?)"))
            yield Secret(_kind(match["name"]), start, position)
    for match in _SAID.finditer(text):
        value = match[1].rstrip(".:!?)")
        if _is_random(value, 8) and _is_scrambled(value) and not _LOCATION.match(value):
            yield Secret(_kind(match[0]), match.start(1), match.start(1) + len(value))


def _is_value(text: str, match: re.Match[str], value: str, *, quoted: bool) -> bool:
    """Tell whether what follows the name of a secret is one, and not prose, code or a placeholder."""
    name, sign = match["name"], match["sign"].strip(" \t\r\n\\\"'`])")
    if _is_placeholder(value) or _LOCATION.match(value) or text[match.end() : match.end() + 1] in ("(", "["):
        return False
    if _NOT_A_SECRET_NAME.search(name) or _PUBLIC.search(text, max(0, match.start() - 12), match.start()):
        return False
    assigned = sign != "" or text[max(0, match.start() - 2) : match.start()] == "--"
    if not assigned:
        if name.lower() == "pass" or name.endswith(("s", "S")):
            return False
        return _is_random(value, 16) or (len(value) >= 20 and _is_mixed(value) and _entropy(value) >= 3.5)
    if (
        re.match(rf"(?i){_PASSWORD}|pass|secret", name)
        and " " not in value
        and _is_password(name, sign, value, quoted=quoted)
    ):
        return True
    return (
        _is_random(value, 8)
        or bool(_OPAQUE.fullmatch(value))
        or (len(value) >= 20 and value.isalnum() and _is_scrambled(value))
    )


def _is_password(name: str, sign: str, value: str, *, quoted: bool) -> bool:
    """Judge a value that a password was set to: people choose words, so chance is not required."""
    if "passw" in value.lower() or _ALGORITHM.match(value) or len(value) < 6:
        return False
    if (quoted and sign not in ("", "is", "was", ",")) or (name.isupper() and sign == "="):
        return True
    plain = len([part for part in _PARTS.split(value) if part]) == 1
    strong = any(char in "!$%^&*?" for char in value) or (
        _is_mixed(value) and not re.fullmatch(r"\d+[A-Za-z]+", value)
    )
    return plain and len(value) >= 8 and strong


def _blobs(text: str) -> Iterator[Secret]:
    for match in _BLOB_LINE.finditer(text):
        if _is_blob(match[0]):
            yield Secret("random", *match.span())
    for match in _BLOB.finditer(text):
        if _is_blob(match[0]) and _HAS_WORD.search(text, max(0, match.start() - 80), match.start()):
            yield Secret("random", *match.span())


def _is_blob(value: str) -> bool:
    return (
        not value.startswith("AAAA")
        and value.upper() != value != value.lower()
        and _is_mixed(value)
        and _is_scrambled(value)
        and _entropy(value) >= 4
    )


def _cards(text: str) -> Iterator[Secret]:
    for match in _CARD.finditer(text):
        digits = [int(char) for char in reversed(match[0]) if char.isdigit()]
        total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
        if total % 10 == 0 and len(set(digits)) > 1:
            yield Secret("card-number", *match.span())


def _kind(name: str) -> str:
    lower = name.lower()
    return next((kind for kind in ("password", "secret", "token", "key") if kind[:4] in lower), "password")


def _is_placeholder(value: str) -> bool:
    return bool(_PLACEHOLDER.match(value) or _RUN.search(value) or _NAME_LIKE.fullmatch(value))


def _is_mixed(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def _is_random(value: str, length: int) -> bool:
    """Tell chance from words: letters and digits mixed within a part that is no word, version or identifier."""
    if len(value) < length or not _is_mixed(value) or _ALGORITHM.match(value) or " " in value:
        return False
    return (
        any(len(part) >= 6 and not (part.isdigit() or _WORD.fullmatch(part)) for part in _PARTS.split(value))
        and _entropy(value) >= 2.5
    )


def _is_scrambled(value: str) -> bool:
    """Tell whether the classes of neighbouring characters change more often than in words and names."""
    classes = [char.isdigit() * 2 + char.isupper() for char in value]
    return sum(a != b for a, b in pairwise(classes)) >= 0.25 * len(value)


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
