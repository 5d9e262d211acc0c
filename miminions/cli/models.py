"""Choosing a model: who would get what, at what price, said before anything is chosen."""

import sys

import typer

from miminions.cli.render import say, talk
from miminions.errors import ModelMissingError
from miminions.settings import set_person
from miminions.workspace import Workspace


def describe(name: str) -> str:
    """Say who gets what and at what price when a model is used."""
    from miminions.model import is_agent, price, receiver

    cost = price(name)
    # Only sessions are distilled with it; whether it is paid by the month or by the token it alone knows.
    if is_agent(name):
        return f"{receiver(name)} gets the transcripts that are distilled (secrets masked, memory included), within the limits of that subscription, or billed to the key it is signed in with; it does not chat."
    told = f"{receiver(name)} gets the chats, and the transcripts that are distilled (secrets masked, memory included)"
    if cost is None:
        return f"{told}; its price is not known here."
    return f"{told}; {cost.usd_in_per_million:g} USD per million tokens in, {cost.usd_out_per_million:g} out."


def choose(ws: Workspace, name: str) -> None:
    """Write the choice into the person's settings and say what it means. Raises ModelMissingError."""
    from miminions.model import check_name

    check_name(name)
    say(describe(name))
    set_person(ws.home.config, "model", name)
    _warn(name)


def offer_model(ws: Workspace) -> None:
    """Ask once, in a terminal, which model may be used; an empty answer means none."""
    decided = ws.settings.values["model"].source != "default"
    if decided or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    talk(
        "A model can answer in `chat` and distill better than the built-in rules. Without one everything else works."
    )
    asked = "Model, as provider/name (Enter: none; `config model` changes it later)"
    name = typer.prompt(asked, default="", show_default=False).strip()
    if name:
        from miminions.model import check_name

        check_name(name)
        say(describe(name))
    chosen = name if name and typer.confirm("Use it?", default=False) else ""
    set_person(ws.home.config, "model", chosen)
    if chosen:
        _warn(chosen)


def _warn(name: str) -> None:
    """Say what a model that was chosen still lacks: a key, or its client."""
    from miminions.model import check

    try:
        check(name)
    except ModelMissingError as problem:
        talk(f"note: {problem}. {problem.hint}")
