"""The review in a terminal: item by item with quote and difference; accept, edit, reject, skip, all or quit."""

import sys
from collections.abc import Sequence

import typer

from miminions.cli.preview import edits_of, show_edits
from miminions.cli.render import coloured, dim, styled, talk
from miminions.distiller import Distiller
from miminions.distiller.review.inbox import Waiting
from miminions.distiller.review.settle import Choice, checked, shown, target_of
from miminions.errors import UsageError
from miminions.workspace import Workspace

QUESTION = "a(ccept), e(dit), r(eject), s(kip), all (accept the rest), q(uit)"
_WORDS = {"accept": "a", "edit": "e", "reject": "r", "skip": "s", "quit": "q", "all": "all"}


def possible() -> bool:
    """Say whether somebody can be asked."""
    return sys.stdin.isatty() and coloured()


def converse(ws: Workspace, distiller: Distiller, items: Sequence[Waiting]) -> list[Choice]:
    """Ask about each candidate and return what was decided; what was skipped or not reached waits on."""
    chosen: list[Choice] = []
    for number, item in enumerate(items, 1):
        choice = Choice(item, "accept", seen=target_of(distiller, item))
        _show(ws, distiller, choice, f"{number}/{len(items)}")
        word = _word()
        if word == "q":
            break
        if word == "all":
            rest = items[number:]
            chosen += [choice, *(Choice(one, "accept", seen=target_of(distiller, one)) for one in rest)]
            break
        if word == "a":
            chosen.append(choice)
        elif word == "r":
            chosen.append(Choice(item, "reject"))
        elif word == "e":
            chosen += _edited(ws, distiller, choice)
    return chosen


def describe(item: Waiting) -> None:
    """Print a candidate with its quote and why it waits."""
    candidate = item.candidate
    where = "personal" if candidate.scope == "global" else "here"
    styled(f"{item.id}  {candidate.section}: {candidate.text}  ({where})", "bold")
    dim(f'  said {item.day}, turn {candidate.turn}: "{candidate.quote}"')
    changes = f"; a yes {candidate.op}s {candidate.target}" if candidate.target else ""
    dim(f"  waits because {item.reason}{changes}")


def _show(ws: Workspace, distiller: Distiller, choice: Choice, place: str) -> None:
    dim(f"[{place}]")
    describe(choice.item)
    _difference(ws, distiller, choice)


def _difference(ws: Workspace, distiller: Distiller, choice: Choice) -> None:
    """Print what accepting a candidate would change."""
    pair = shown(distiller, choice, now=ws.now())
    if pair is None:
        dim("  memory says so already")
        return
    show_edits(edits_of(ws, (pair,)))


def _word() -> str:
    while True:
        said = str(typer.prompt(QUESTION, default="s")).strip().lower()
        word = _WORDS.get(said, said)
        if word in _WORDS.values():
            return word


def _edited(ws: Workspace, distiller: Distiller, choice: Choice) -> list[Choice]:
    """Ask for the person's own words until they make a fact; none where they have second thoughts."""
    text = choice.item.candidate.text
    while True:
        text = _line("text: ", text)
        try:
            edited = Choice(choice.item, "accept", checked(text), choice.seen)
        except UsageError as problem:
            talk(f"{problem} ({problem.hint})")
            continue
        _difference(ws, distiller, edited)
        if typer.confirm("Take these words?", default=True):
            return [edited]
        if not typer.confirm("Change them once more?", default=True):
            return []


def _line(prompt: str, text: str) -> str:
    """Ask for a line that begins with a text; where lines cannot be edited an empty one leaves it."""
    try:
        import readline
    except ImportError:  # Windows has none
        return str(typer.prompt(prompt.rstrip(": "), default=text))
    readline.set_startup_hook(lambda: readline.insert_text(text))
    try:
        return input(prompt)
    except EOFError as end:
        raise typer.Abort from end
    finally:
        readline.set_startup_hook(None)
