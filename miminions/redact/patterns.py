"""What secrets look like, and what only looks like one: the patterns, without the judgement."""

import re

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
AUTHORIZED = re.compile(
    r"(?i)\b(?:proxy-)?authorization[\"']{0,2}\s{0,3}[:=]\s{0,3}[\"']{0,2}([\w.~+/-]{16,}+={0,2})"
)
# What a Kubernetes secret holds, line by line.
SECRET_DATA = re.compile(r"(?m)^[ \t]*(?:data|stringData):[ \t]*\n(?:[ \t]+[\w.-]{1,100}:[^\n]*\n?)+")
DATA_VALUE = re.compile(r"(?m)^[ \t]+[\w.-]{1,100}:[ \t]*[\"']?([^\s\"'#]{6,10000})[\"']?[ \t]*$")
CURL_USER = re.compile(r"(?:\s-u|\s--user)[ =]?[\"']?[^\s:\"']{1,100}:([^\s\"']{4,200})")
CARD = re.compile(
    r"(?<![\w./-])(?:[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}|3[47]\d{2}([ -]?)\d{6}\2\d{5})(?![\w-])"
)

# The words that name a secret.
_WORDS = (
    r"(?:pass(?:word|wort|wd|phrase|code)|passw|pwd|(?<![a-z])pass(?![a-z])|secret|token|credential|[ _-]pat(?![a-z])|api[ _-]?key|"
    r"(?<=[?&])key(?==)|(?:[_-]|access|account|auth|client|master|private|shared|sign(?:ing)?|encryption|license|query|insert) ?key|(?<=[a-z])key(?![a-z]))"
)
HAS_WORD = re.compile(r"(?i)pass|pwd|secret|token|credential|[ _-]pat\b|(?<!public[ _])(?<!pub)key")
HAS_NAME = re.compile(r"(?i)secret|private|access|token|key")
# A name of a secret, then either a sign and a value, or only blanks and a value.
NAMED = re.compile(
    rf"(?i)(?P<name>{_WORDS}[\w-]{{0,30}})"
    r"(?P<sign>[\\\"'\])]{0,4}\s{0,4}(?:=>|:=|[=!]={1,2}|[:=>]|%3[AaDd])(?:%2[027])?\s{0,20}+|\"?,\s?(?=[\"'])|[\"'`]?\s{1,3}(?:is|was|=)?\s{0,2})"
    r"\\{0,2}(?:\"(?P<double>[^\"\n]{1,200})\"|'(?P<single>[^'\n]{1,200})'|`(?P<tick>[^`\n]{1,200})`|(?P<bare>[^\s\x1b\"'`,;<>(){}\[\]|&=]{1,80}={0,2}))"
)  # fmt: skip
SAID = re.compile(
    rf"(?i)\b(?!pass\b){_WORDS}\b[^\n.!?:=]{{0,40}}?\s(?:is|was|to)(?:\snow)?\s{{1,3}}[\"'`]?([^\s\"'`,;<>()]{{8,200}})"
)
# A value that stands right behind such a word, whatever is between them.
BESIDE = re.compile(
    r"(?i)(?:secret|private|access|token|key)(?:[\s\"'._:=-]{0,3}(?:secret|private|access|token|key|yo)){0,2}"
    r"[\s\"'`._:=,>-]{1,4}(?P<value>[a-z0-9][\w+/~.-]{14,300}={0,2})"
)
MORE = re.compile(r"[^\s\"'`,;<>&]*+")
# Names whose values people choose; names that only sound secret.
PASSWORD_NAME = re.compile(r"(?i)pass|pwd|secret")
# Words about passwords, as labels and identifiers have them; `thatismypassword` is none.
PASSWORD_LABEL = re.compile(
    r"[pP]assw(?:or)?d[A-Z_.-]|[a-z_.-]Passw|[_.-]passw|PASSW|"
    r"^(?:new|old|user|current|confirm|forgot|reset|change|enter|invalid|wrong|bad|no|show|hide|update|repeat|save|the|your|my)?[pP]assw[a-z]*$"
)
NOT_A_SECRET_NAME = re.compile(
    r"(?i)[_-]?(?:ids?|names?|files?|paths?|dir|ur[il]|types?|counts?|limit|length|size|expir\w*|ttl|field|env|vars?|version|policy|manager|(?<=token)s)$"
)
PUBLIC = re.compile(
    r"(?i)(?:pub(?:lic)?|[cx]srf|cache|primary|foreign|sort|partition|idempotency|routing|object|hot|short|change|next|page|continuation|request|sync|[rd]sa|ec|eddsa|[gp]gp|host|map|from|with|row|item|result|group|react|issue)[ _-]?$|\d{12}:$"
)
# Base64 without a name.
BLOB = re.compile(r"(?:(?<![\w+/.=:%\\-])|(?<=\\[nrt]))[A-Za-z0-9+/_-]{32,}+={0,2}(?![\w.])")
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
DIGIT, LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
RUN = re.compile(r"([^\W_]|\*)\1{5}")
WORD = re.compile(r"\d{0,3}[a-z]*(?:[A-Z][a-z]+)*[A-Z]*\d{0,6}")
# The words of a name: `oauth2FlowToForm` has five, chance has one for every second character.
PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
LONG_RUN = re.compile(r"[a-z]{20}|[A-Z]{20}|[A-Za-z]\d{4,}[A-Za-z]")
KEY_GROUPS = re.compile(r"(?:[A-Z0-9]{5,8}-){3,}[A-Z0-9]{5,8}\b")
CODE = re.compile(r"=>|[\])}]\)|\(\)")
ALPHABET = re.compile(r"(?:abcdefghijklmnopqrstuvwxyz.{0,10}){2}", re.IGNORECASE)
FILE_END = re.compile(r"\.[a-z]{2,5}$")
PARTS = re.compile(r"[-_./:@+=,\\]+")
OPAQUE = re.compile(r"[0-9a-fA-F]{24,}|\w{8}(?:-\w{4}){3}-\w{12,}")
ALGORITHM = re.compile(
    r"(?i)(?:argon|sha\d|md5|bcrypt|scrypt|pbkdf|base\d|utf|rsa|ed25519|aes|[her]s\d{3}|oauth|ssh-)"
)
LOCATION = re.compile(
    r"[a-zA-Z][\w+.-]{1,20}://|~?\.{0,2}/[\w.-]+/|[\w.+-]+@[\w-]+\.\w|[\w-]+\.(?:py|md|json|ya?ml|toml|txt|pem|pub|env|ts|js)$"
)
