"""What a text is about: its words, stemmed, each with how much it tells."""

from miminions.index.analysis.common import EVERYDAY, FUNCTION, word_set
from miminions.index.analysis.kin import KIN
from miminions.index.analysis.scripts import is_mark, is_wide, letters, runs, usual

# What a word tells by what it looks like; a plain word that is not everyday tells 1.
NAME, PART, DAILY = 1.3, 0.8, 0.45
# What two letters next to each other tell in a script without spaces, and what one of them does among others.
PAIR, LETTER = 0.7, 0.05
_FOLDED = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "å": "a", "ø": "o", "é": "e", "è": "e", "ê": "e", "ë": "e", "á": "a", "à": "a",
     "â": "a", "ã": "a", "í": "i", "ì": "i", "î": "i", "ï": "i", "ó": "o", "ò": "o", "ô": "o", "õ": "o", "ú": "u",
     "ù": "u", "û": "u", "ñ": "n", "ç": "c", "ß": "ss", "æ": "ae", "œ": "oe", "\u2019": "'", "`": " "}
)  # fmt: skip
_IRREGULAR = {
    form: base
    for base, forms in {
        "run": "ran", "write": "wrote written", "break": "broke broken", "send": "sent", "build": "built",
        "buy": "bought", "bring": "brought", "choose": "chose chosen", "come": "came", "drive": "drove driven",
        "draw": "drew drawn", "fall": "fell fallen", "find": "found", "get": "got gotten", "give": "gave given",
        "go": "went gone", "grow": "grew grown", "hide": "hid hidden", "hold": "held", "keep": "kept", "know": "knew known",
        "lead": "led", "leave": "left", "lose": "lost loses", "make": "made", "mean": "meant", "meet": "met",
        "pay": "paid", "rise": "rose risen", "say": "said", "see": "saw seen", "sell": "sold", "speak": "spoke spoken",
        "spend": "spent", "stand": "stood", "steal": "stole stolen", "take": "took taken", "teach": "taught",
        "tell": "told", "think": "thought", "throw": "threw thrown", "wake": "woke woken", "wear": "wore worn",
        "win": "won", "freeze": "froze frozen", "forget": "forgot forgotten", "forbid": "forbade forbidden",
        "child": "children", "person": "people persons", "man": "men", "woman": "women", "foot": "feet", "mouse": "mice",
        "index": "indices indexes", "vertex": "vertices", "matrix": "matrices", "leaf": "leaves", "life": "lives",
        "analysis": "analyses", "crisis": "crises", "criterion": "criteria", "datum": "data", "ship": "shipped shipping",
        "die": "died dying dies", "lie": "lying lay lain", "begin": "began begun", "drop": "dropped dropping",
        "begun": "began", "catch": "caught", "feed": "fed", "fly": "flew flown", "sing": "sang sung", "sleep": "slept",
        "swim": "swam swum", "drink": "drank drunk", "eat": "ate eaten", "burn": "burnt", "learn": "learnt",
        "bigg": "biggest bigger big", "large": "largest larger", "old": "oldest older", "slow": "slower slowest",
        "database": "db databases dbs", "repository": "repo repos repositories", "configuration": "config configs cfg",
        "production": "prod", "documentation": "docs doc documents", "directory": "dir dirs directories",
        "environment": "env envs environments", "application": "app apps", "message": "msg msgs", "kubernetes": "k8s",
        "postgres": "postgresql psql pg", "authentication": "auth", "administrator": "admin admins",
        "argument": "arg args", "parameter": "param params", "specification": "spec specs", "development": "dev",
        "javascript": "js", "typescript": "ts", "python": "py", "package": "pkg pkgs", "dependency": "dep deps",
        "information": "info", "reference": "ref refs", "internationalization": "i18n", "performance": "perf",
        "picture": "pic pics", "photo": "photos", "chapter": "ch chap", "number": "num nr", "minute": "min mins",
        "second": "sec secs", "maximum": "max", "minimum": "min", "mail": "email emails e-mail",
    }.items()
    for form in forms.split()
}  # fmt: skip


class _Spaces(dict[int, str]):
    """Everything that is no part of a word is a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if character.isalnum() or is_mark(character) or character in "_\1" else " "
        return self[code]


_SPACED = _Spaces()
_SIGNED = (("C++", "Cplusplus"), ("c++", "cplusplus"), ("C#", "Csharp"), ("c#", "csharp"), ("F#", "Fsharp"))
_STOP = " \1 "
_ENDS = (". ", ": ", "! ", "? ", "\n")
# Words that would lose too much with their ending.
_WHOLE = word_set(
    "production number paper order server letter customer version session section station question action function "
    "region million mission user header worker power tower summer winter river water weather folder border corner "
    "option nation position edition passion pension fashion union onion lion moment comment document element "
    "segment treatment argument apartment department string thing king ring spring wing during morning evening "
    "nothing something everything speed seed feed need reed hundred embed matter master chapter character computer "
    "container computer counter partner quarter meter center poster register filter layer player printer router "
    "manager error doctor author colour color factor vector sensor mirror major minor monitor editor investor "
    "early only family reply supply apply assembly business process address access"
)  # fmt: skip


def stem(word: str) -> str:
    """Return what forms of one English word have in common; other words, numbers and names may lose an ending, too."""
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    word = _singular(word)
    if word in _WHOLE:
        return word
    for ending, rest in (
        ("ingly", 4),
        ("edly", 4),
        ("ing", 3),
        ("ed", 3),
        ("ment", 4),
        ("ness", 4),
        ("ly", 4),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= rest:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    for ending in ("ations", "ation", "ions", "ion", "ers", "er", "ors", "or"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    word = word.rstrip("e") if len(word) > 3 else word
    if word.endswith("at") and len(word) > 5:
        word = word[:-2]
    return f"{word[:-1]}i" if word.endswith("y") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


class Gist:
    """The words of a text: `weights` says of each stem how much it tells, `order` has all, `joined` neighbours in one."""

    __slots__ = ("joined", "order", "weights")

    def __init__(self, text: str) -> None:
        self.weights: dict[str, float] = {}
        self.order: list[str] = []
        for word, first in words(text):
            self._add(word, first=first)
        self.joined = {f"{one}{two}" for one, two in zip(self.order, self.order[1:], strict=False)}

    def add(self, word: str, weight: float) -> None:
        """Take a stem in, at the most that it was said to tell."""
        if weight > self.weights.get(word, 0.0):
            self.weights[word] = weight

    def _add(self, word: str, *, first: bool) -> None:
        if is_wide(word[0]):
            self._add_run(letters(word.lower()))
            return
        parts = split(word)
        if len(parts) > 1:
            self.add(fold(word), NAME)
        for part in parts:
            plain = fold(part)
            weight = worth(plain) * (PART if len(parts) > 1 else 1.0)
            if len(parts) == 1 and weight and not first and part[0].isupper():
                weight = max(weight, 1.0) * NAME
            short = stem(plain)
            self.order.append(short)
            self.weights.setdefault(short, 0.0)
            self.add(short, weight)

    def _add_run(self, found: list[str]) -> None:
        for one in found:
            # Alone it is a word.
            self.add(one, LETTER if len(found) > 1 else 1.0)
        pairs = [f"{one}{two}" for one, two in zip(found, found[1:], strict=False)]
        for pair in pairs:
            self.add(pair, PAIR)
        self.order += pairs or found


def worth(word: str) -> float:
    """Return how much a plain word in lower case tells: nothing, little or 1."""
    if word in FUNCTION or (len(word) == 1 and word.isascii()):
        return 0.0
    if word.isdigit():
        return DAILY if len(word) < 3 else 1.0
    return DAILY if word in EVERYDAY or _singular(word) in EVERYDAY else 1.0


def words(text: str) -> list[tuple[str, bool]]:
    """Return the words of a text, identifiers whole, each with whether it begins a sentence."""
    text = usual(text)
    for sign, name in _SIGNED:
        text = text.replace(sign, name)
    for end in _ENDS:
        text = text.replace(end, _STOP)
    found: list[tuple[str, bool]] = []
    first = True
    for word in text.translate(_SPACED).split():
        if word == "\1":
            first = True
        elif plain := word.strip("_"):
            mixed = not plain.isascii() and any(map(is_wide, plain))
            found += [(part, first) for part in (runs(plain) if mixed else [plain])]
            first = False
    return found


def fold(word: str) -> str:
    """Return a word in lower case and without accents."""
    return word.lower().translate(_FOLDED)


def split(word: str) -> list[str]:
    """Split an identifier at underscores and capitals; a plain word is its own part."""
    if word.isalpha() and (word.islower() or word[1:].islower() or word.isupper()):
        return [word]
    parts: list[str] = []
    for chunk in word.split("_"):
        start = 0
        for place in range(1, len(chunk)):
            before, here = chunk[place - 1], chunk[place]
            if here.isupper() and before.islower():
                parts.append(chunk[start:place])
                start = place
        parts.append(chunk[start:])
    return [part for part in parts if part]


def _stems() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for word, groups in KIN.items():
        key = "".join(stem(fold(part)) for part in word.split("-"))
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *groups)))
    return found


# The matters that a stem speaks of, and how many stems speak of each.
MATTERS = _stems()
SIZES: dict[int, int] = {}
for _groups in MATTERS.values():
    for _group in _groups:
        SIZES[_group] = SIZES.get(_group, 0) + 1
