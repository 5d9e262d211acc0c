"""What a turn's text shows at a glance: how long it is, whether it asks, and whether it names a time or an amount."""

from miminions.index.analysis.words import tokens

# Traits are bits, and one number holds them.
ASKS, TIME, AMOUNT = 1, 2, 4
_TIME = frozenset(
    "ago april august december days february friday january july june last march monday month months morning next night "
    "november october recently saturday september since sunday thursday today tomorrow tonight tuesday wednesday week "
    "weekend weeks year years yesterday".split()
)
_AMOUNT = frozenset(
    "all another both couple dozen eight eleven few five four half hundred nine once one second seven several six ten "
    "thousand third three thrice times twelve twice two".split()
)
_ASK_FOR_TIME = frozenset("date day month time week year".split())
_ASK_FOR_AMOUNT = frozenset("long many much often old".split())
# Characters of an average English word with the space behind it; a length by characters is fair to every script.
_WORD = 6
_END = 60


def length(text: str) -> int:
    """Return how long a text is, in words of six characters, at least 1."""
    return len(text) // _WORD + 1


def traits(text: str) -> int:
    """Return what a text shows."""
    words = tokens(text)
    asks = "?" in text[-_END:] or "\uff1f" in text[-_END:]
    amount = not _AMOUNT.isdisjoint(words) or any(map(str.isdigit, words))
    return ASKS * asks | TIME * (not _TIME.isdisjoint(words)) | AMOUNT * amount


def sought(words: tuple[str, ...]) -> int:
    """Return the traits that an answer to a question of these words is likely to show."""
    found = TIME if "when" in words[:2] or "date" in words else 0
    for one, two in zip(words, words[1:], strict=False):
        if one in ("what", "which") and two in _ASK_FOR_TIME:
            found |= TIME
        if one == "how" and two in _ASK_FOR_AMOUNT:
            found |= AMOUNT | TIME * (two == "long")
    return found
