"""What secrets look like, and what only looks like one: the patterns, without the judgement."""

import re

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
TOKENS = tuple(
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

# Key blocks, logins, what a request is sent with, cards.
KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
KEY_BODY = re.compile(
    r"(?:(?:\s|\\[nr]|[\"'>+,|])*+(?:[A-Z][A-Za-z-]{1,20}: [^\n]{1,80}|[A-Za-z0-9+/=]{16,}+))*+"
)
URL_LOGIN = re.compile(r"(?<=://)([^\s/@:\"'<>`]{0,100})(?::([^\s/@\"'<>`]{1,200}))?@(?=[\w\[.-])")
AUTHORIZATION = re.compile(
    r"(?i)(authorization[\"']{0,2}\s{0,3}[:=]\s{0,3}[\"']{0,2})?\b(?:bearer|basic|token)[: ]\s{0,3}([\w.~+/-]{8,}+={0,2})"
)
CURL_USER = re.compile(r"(?:\s-u|\s--user)[ =]?[\"']?[^\s:\"']{1,100}:([^\s\"']{4,200})")
CARD = re.compile(
    r"(?<![\w./-])(?:[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}|3[47]\d{2}([ -]?)\d{6}\2\d{5})(?![\w-])"
)

# The words that name a secret.
_WORDS = (
    r"(?:pass(?:word|wort|wd|phrase|code)|passw|pwd|(?<![a-z])pass(?![a-z])|secret|token|credential|[ _-]pat(?![a-z])|api[ _-]?key|"
    r"(?:[_-]|access|account|auth|client|master|private|shared|sign(?:ing)?|encryption|license|query|insert) ?key|(?<=[a-z])key(?![a-z]))"
)
HAS_WORD = re.compile(r"(?i)pass|pwd|secret|token|credential|[ _-]pat\b|(?<!public[ _])(?<!pub)key")
# A name of a secret, then either a sign and a value, or only blanks and a value.
NAMED = re.compile(
    rf"(?i)(?P<name>{_WORDS}[\w-]{{0,30}})"
    r"(?P<sign>[\\\"'\])]{0,4}\s{0,4}(?:=>|:=|[=!]={1,2}|[:=])\s{0,20}+|\"?,\s?(?=[\"'])|[\"'`]?\s{1,3}(?:is|was|=)?\s{0,2})"
    r"\\{0,2}(?:\"(?P<double>[^\"\n]{1,200})\"|'(?P<single>[^'\n]{1,200})'|`(?P<tick>[^`\n]{1,200})`|(?P<bare>[^\s\"'`,;<>(){}\[\]|&=]{1,200}={0,2}))"
)  # fmt: skip
SAID = re.compile(
    rf"(?i)\b(?!pass\b){_WORDS}\b[^\n.!?:=]{{0,40}}?\s(?:is|was|to)(?:\snow)?\s{{1,3}}[\"'`]?([^\s\"'`,;<>()]{{8,200}})"
)
MORE = re.compile(r"[^\s\"'`,;<>&]*+")
# Names whose values people choose; names that only sound secret.
PASSWORD_NAME = re.compile(r"(?i)pass|pwd|secret")
NOT_A_SECRET_NAME = re.compile(
    r"(?i)[_-]?(?:ids?|names?|files?|paths?|dir|ur[il]|types?|counts?|limit|length|size|expir\w*|ttl|field|env|vars?|version|policy|manager|(?<=token)s)$"
)
PUBLIC = re.compile(
    r"(?i)(?:pub(?:lic)?|csrf|cache|primary|foreign|sort|partition|idempotency|routing|object|hot|short)[ _-]?$"
)
# Base64 without a name.
BLOB = re.compile(r"(?<![\w+/.=:-])[A-Za-z0-9+/_-]{32,}+={0,2}(?![\w.])")
BLOB_LINE = re.compile(r"(?m)^[A-Za-z0-9+/]{22,88}={1,2}$")

# What a value is when it is no secret: a placeholder, a name, one character again and again, a word, an algorithm,
# a place. OPAQUE alone speaks for a secret.
PLACEHOLDER = re.compile(
    r"(?i)[<{\[%*#.…]|\$(?:\w+$|[({])|x{3,}|your|my[_-]|example|change|replace|insert|placeholder|dummy|fake|sample|todo|redacted|"
    r"none$|null$|true$|false$|undefined$|string$|required$|optional$|hidden$|process\.|os\.|env[.:(]|secrets?\.|vars?\.|vault:|op:|ref\+|[\w.]{1,40}$(?<=example)"
)
NAME_LIKE = re.compile(
    r"(?i)user|[a-z_-]{0,20}(?:secret|token|passw(?:or)?d|pass|pwd|key)(?:[_-]?(?:key|here|value|string))?"
)
RUN = re.compile(r"([^\W_]|\*)\1{5}")
WORD = re.compile(r"\d{0,3}[a-z]*(?:[A-Z][a-z]+)*[A-Z]*\d{0,6}")
PARTS = re.compile(r"[-_./:@+=,\\]+")
OPAQUE = re.compile(r"[0-9a-fA-F]{24,}|\w{8}(?:-\w{4}){3}-\w{12,}")
ALGORITHM = re.compile(
    r"(?i)(?:argon|sha\d|md5|bcrypt|scrypt|pbkdf|base\d|utf|rsa|ed25519|aes|[her]s\d{3}|oauth|ssh-)"
)
LOCATION = re.compile(
    r"[a-zA-Z][\w+.-]{1,20}://|~?\.{0,2}/[\w.-]+/|[\w.+-]+@[\w-]+\.\w|[\w-]+\.(?:py|md|json|ya?ml|toml|txt|pem|pub|env|ts|js)$"
)
