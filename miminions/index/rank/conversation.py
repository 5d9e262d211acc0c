"""Who is asked about in a conversation: speakers by name, and the person or the assistant by what a question calls them."""

from miminions.index.analysis import Question

ROLES = ("user", "assistant")
_FIRST_PERSON = frozenset("i me my mine myself we us our ours".split())
_BEFORE_YOU = frozenset("did had were".split())
_ASSISTANT_DID = frozenset(
    "recommended suggested advised told said explained gave proposed mentioned helped described provided showed listed "
    "wrote offered warned".split()
)
# What a question says of the conversation itself rather than of its matter.
OF_THE_TALK = frozenset(
    "ask asked aspect aspects bring brought chat chats comprehensive conversation conversations different discuss discussed "
    "discussion discussions give kind list mention mentioned mentioning order overview provide recap recommend said say "
    "sort suggest summarise summarize summary talk talked throughout told type used using various walk way ways across many "
    "much".split()
)


class Addressed:
    """Whom a question is about: the speakers it names, the role it means, and the words that only name them."""

    __slots__ = ("names", "role", "speakers")

    def __init__(self, question: Question, speakers: list[str]) -> None:
        self.names: set[str] = set()
        self.speakers: set[str] = set()
        for speaker in speakers:
            if speaker not in ROLES:
                self._look(speaker, question)
        self.role = "" if self.speakers else _role(question.tokens)

    def _look(self, speaker: str, question: Question) -> None:
        parts = speaker.lower().split()
        for token in question.tokens:
            if token in parts or (len(token) > 2 and _short_for(token, parts, question.text)):
                self.names.add(token)
                self.speakers.add(speaker)

    def prior(self, speaker: str, role: str) -> float:
        """Return how likely an answer is said by somebody, against one who is asked about."""
        if self.speakers:
            return 1.0 if len(self.speakers) > 1 or speaker in self.speakers else OTHER_SPEAKER
        return 1.0 if not self.role or role == self.role else OTHER_ROLE[self.role]


OTHER_SPEAKER = 0.5
OTHER_ROLE = {"user": 0.5, "assistant": 0.7}


def _short_for(token: str, parts: list[str], text: str) -> bool:
    """Say whether a word is how friends call a speaker: the beginning of the name, and written as a name."""
    return any(part.startswith(token) for part in parts) and token.capitalize() in text


def _role(tokens: tuple[str, ...]) -> str:
    """Return the role that said what is asked for, empty where a question does not tell."""
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token == "you" and (
            before in _BEFORE_YOU or (before == "have" and at > 1) or after in _ASSISTANT_DID
        ):
            return "assistant"
    return "user" if _FIRST_PERSON & {*tokens} else ""
