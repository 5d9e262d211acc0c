"""How commands ask before they do what cannot be taken back."""

import sys
from collections.abc import Sequence

import typer

from miminions.cli.render import coloured
from miminions.errors import UsageError


def counted(ids: Sequence[str]) -> str:
    """Say how many facts."""
    return "1 fact" if len(ids) == 1 else f"{len(ids)} facts"


def agreed(question: str, refusal: str) -> None:
    """Ask in a terminal. Raises UsageError without one, and typer's own end at a no."""
    if not (sys.stdin.isatty() and coloured()):
        raise UsageError(refusal, hint="--yes does it without asking, --dry-run shows it")
    typer.confirm(question, abort=True)
