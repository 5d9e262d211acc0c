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

# A value behind a service's name: the value, the name with its sign, the words of a name.
SERVICE_VALUE = re.compile(
    r"(?<![\w/+.@%~-])(?:(?=[\w+/~.-]{0,40}?\d)|(?<=[\"'=])(?=[A-Za-z]{20,300}\b))[A-Za-z0-9][\w+/~.:-]{11,300}+={0,2}|(?<=[a-z]-)(?=[\w-]{0,40}?\d)\w{20,300}"
)
SERVICE_NAME = re.compile(
    r"([A-Za-z][\w. -]{1,60}?)([\"'`\])]{0,3}\s{0,3}(?:=>|:=|[=:,-]|\s)\s{0,3})[\"'`]{0,2}$"
)
# Letters that stand together in no word.
CLUSTER = re.compile(r"(?i)[bcdfghjklmnpqrstvwxz]{5}")
SERVICE_WORD = re.compile(r"[A-Z]?[a-z][a-z0-9]*|[A-Z][A-Z0-9]+|\d[a-z]\w*")
SERVICE_SUFFIX = re.compile(r"(?:api|app|io|com|hq|ai|key|token|secret|access|client|auth)+$")
SERVICE_KEY_WORD = re.compile(r"(?i)key|token|secret|private|access|api|\bpat\b|auth|passw|credential")
NOT_A_KEY = re.compile(
    r"(?i)(?:sha\d*|hash|digest|checksum|integrity|commit|rev(?:ision)?|ref|e?tag|md5|version|image|url|file|path|host|domain|bucket|"
    r"region|build|trace|span|request|session|uuid|fingerprint|package|resolved|at|on|in|of|to)[ .]{0,2}$"
)

# Passwords of which a sentence speaks.
PASSWORD_STEMS = (
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
LOGIN_STEMS = ("login", "log in", "log-in", "sign in", "sign-in", "credential", "basic auth", "zugang", "anmeld", "benutzer", "username", "user", "credencia", "identifiant", "acesso", "account", "konto", "conta", "cuenta", "compte")  # fmt: skip
WHOLE_WORDS = frozenset({"clave", "mdp", "acesso", "account", "konto", "conta", "cuenta", "compte", "user"})
TOLD = re.compile(
    r"(?i)(?:passw(?:or[dt])|pass(?:phrase|code)|kennwort|senha|palavra-passe|contrase[nñ]a|clave|mot de passe|mdp)\b"
    r"[^\n.!?:=;]{0,50}?\s?(?::|=|->|→|\b(?:is|was|to|ist|war|auf|lautet|heißt|[ée]|era|foi|es|est|était))"
    r"(?:\s(?:changed|set|reset|geändert|gesetzt|alterada|mudada|cambiada|changé)\s(?:to|auf|in|para|por|a|en|à))?"
    r"(?:\s(?:now|still|jetzt|nun|agora|ahora|maintenant|désormais|ainda|noch))?\s{1,3}[\"'`«„“]{0,2}(?P<value>[^\s\"'`,;<>(){}\[\]«»„“”]{6,64})"
)
LOGIN_PAIR = re.compile(
    r"(?i)(?:\b(?:log[ -]?in|sign[ -]?in|account|zugang(?:sdaten)?|anmeldung|konto|benutzer|user(?:name)?|credentials?|credenciais|credenciales|"
    r"identifiants|acesso|conta|cuenta|compte|basic[ -]auth)\b)[^\n.!?=;]{0,24}?\s[\"'`]?[\w.@+-]{2,24}[\"'`]?"
    r"(?:\s?[,/|:]\s?|\s(?:mit|with|com|con|avec|and|und|e|y|et)\s)"
    r"(?:(?:the\s|dem\s|a\s|la\s|le\s)?(?:password|passwort|kennwort|senha|contrase[nñ]a|mot de passe|pw)\s)?[\"'`]?"
    r"(?P<value>[^\s\"'`,;<>(){}\[\]/|:]{8,64})"
)
PIN = re.compile(
    r"\b(?:[Pp]in|PIN)(?:[ -]?(?:[Cc]ode|[Nn]umber|[Nn]ummer|CODE))?(?:\s?[:=]|\s(?:is|was|ist|lautet|é|es|est)|\sfor\s[^\n.!?\d]{1,30}?\sis)?"
    r"\s{1,2}[\"'`]?(?P<value>\d{4,8})(?![\w]|[.,:-]\d)"
)
STRONG_VALUE = re.compile(r"(?<![\w/@.\\:$%=&?#-])[^\W_][^\s\"'`,;<>(){}\[\]|\\/=:@]{7,63}")
INNER_SIGN = re.compile(r"[^\W_][!#$&^§€*]+[^\W_]")
# Words with figures, as people build passwords.
WORDS_WITH_FIGURES = re.compile(r"(?:[a-z]+\d+[a-z\d]*[-_.])?(?:[A-Z][a-z]{2,}[-_.]){2,4}\d{2,6}[!?$*]?")
# Versions, tickets, dates, identifiers and hosts, which have figures as well.
NUMBERED = re.compile(
    r"[vV]?\d+(?:[.:_-]\w+)*|[a-z]+#\d+|[A-Za-z]+-\d+|\w+(?:\.\w+)+\d*|[a-z]+(?:_[a-z0-9]+)+|[\w-]+@[\w.-]+|(?:[a-z]+-)+[a-z]*\d{0,2}|"
    r"[A-Za-z]+[:/].*|[$€£]\d.*"
)
# Text in percent codes; base64 of some length.
PERCENT_BEFORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~+/=&;:-"
PERCENT_BEHIND = re.compile(r"[\w.~%+/=&;:-]{6,4000}")
PERCENT_CODE = re.compile(r"%([0-9A-Fa-f]{2})")
BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{20,}+={0,2}|(?<![A-Za-z0-9+/_-])[A-Za-z0-9_-]{20,}+={0,2}"
)
