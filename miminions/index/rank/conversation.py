"""Who is asked about in a conversation: speakers by name, and the person or the assistant by what a question calls them."""

from miminions.index.analysis import Question

# What somebody else says is half as likely to be the answer; of two who are named, the first is who the question is about.
SECOND_SPEAKER, OTHER_SPEAKER = 0.85, 0.5
OTHER_ROLE = {"user": 0.5, "assistant": 0.7}
# A name may be shortened to so many letters, and one of so many letters misspelt.
SHORTEST, LONG = 3, 6
_FIRST_PERSON = frozenset("i me my mine myself we us our ours".split())
_BEFORE_YOU = frozenset("did had were".split())
_ASKING = frozenset(
    "am are can could did do does had has have how is may might shall should was were what when where which who whom whose "
    "why will would".split()
)
_DONE_BY_YOU = frozenset(
    "recommended suggested advised told said explained gave proposed mentioned helped described provided showed listed "
    "wrote offered warned".split()
)


class Addressed:
    """Whom a question is about: the speakers it names, or the role it means, and the words that only name them."""

    __slots__ = ("_role", "_speakers", "names")

    def __init__(self, question: Question, speakers: list[str]) -> None:
        named = {speaker: _names(speaker, question) for speaker in speakers if speaker not in OTHER_ROLE}
        told = {name: at for at, name in reversed([*enumerate(question.tokens)])}
        first = {speaker: min(map(told.__getitem__, names)) for speaker, names in named.items() if names}
        self._speakers = sorted(first, key=first.__getitem__)
        self.names = frozenset(name for names in named.values() for name in names)
        self._role = "" if self._speakers else _role(question.tokens)

    @property
    def one(self) -> bool:
        """Whether the question is about what one of those who speak said."""
        return len(self._speakers) == 1 or bool(self._role)

    def prior(self, speaker: str, role: str) -> float:
        """Return how likely an answer is said by somebody, against one who is asked about."""
        if self._speakers:
            if speaker == self._speakers[0]:
                return 1.0
            return SECOND_SPEAKER if speaker in self._speakers else OTHER_SPEAKER
        return 1.0 if not self._role or role == self._role else OTHER_ROLE[self._role]


def is_question(question: Question) -> bool:
    """Say whether a text asks, other than words that somebody looks for."""
    return "?" in question.text or not _ASKING.isdisjoint(question.tokens[:1] + question.tokens[-1:])


def _names(speaker: str, question: Question) -> set[str]:
    """Return the words of a question that name a speaker: a part of the name, its beginning, or a slip of the pen."""
    parts = speaker.lower().split()
    return {
        token
        for token in question.tokens
        if token in parts
        or (
            len(token) >= SHORTEST
            and token.capitalize() in question.text
            and any(part.startswith(token) or _one_slip(token, part) for part in parts)
        )
    }


def _one_slip(word: str, name: str) -> bool:
    """Say whether a word is a name but for one letter: another, one too many, or one too few."""
    if len(name) < LONG or abs(len(word) - len(name)) > 1:
        return False
    same = 0
    while same < min(len(word), len(name)) and word[same] == name[same]:
        same += 1
    left, wanted = word[same:], name[same:]
    return left[1:] == wanted[1:] or left[1:] == wanted or left == wanted[1:]


def _role(tokens: tuple[str, ...]) -> str:
    """Return the role that said what is asked for, empty where a question does not tell."""
    for at, word in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        if word == "you" and (
            before in _BEFORE_YOU or (before == "have" and at > 1) or after in _DONE_BY_YOU
        ):
            return "assistant"
    return "user" if _FIRST_PERSON & {*tokens} else ""
