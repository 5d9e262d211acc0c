"""What is kept of a prompt."""

from miminions.redact import cleaned
from miminions.usage.record import LONGEST_PROMPT


def masked(prompt: str) -> str:
    """Return a prompt's first line with what it says, without secrets and private spans, cut to 200 characters."""
    # A secret may reach over the end of the line, and over the cut.
    said = cleaned(prompt[: 20 * LONGEST_PROMPT]).strip().split("\n", 1)[0]
    return " ".join(said.split())[:LONGEST_PROMPT]
