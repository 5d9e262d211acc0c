"""A secret as a value: its kind, and where it stands in a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret at `text[start:end]`; `kind` is a word such as `github-token` or `password`, or a variable's name."""

    kind: str
    start: int
    end: int
