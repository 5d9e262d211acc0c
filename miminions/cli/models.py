"""Choosing a model: who would get what, at what price, said before anything is chosen."""

import sys

import typer

from miminions.cli.render import say, talk
from miminions.settings import set_person
from miminions.workspace import Workspace


def describe(name: str) -> str:
    """Say who gets what and at what price when a model is used."""
    from miminions.model import price, receiver

    cost = price(name)
    told = f"{receiver(name)} gets the chats, and the transcripts that are distilled (secrets masked, memory included)"
    if cost is None:
        return f"{told}; its price is not known here."
    return f"{told}; {cost.usd_in_per_million:g} USD per million tokens in, {cost.usd_out_per_million:g} out."


def choose(ws: Workspace, name: str) -> None:
    """Write the choice into the person's settings and say what it means."""
    set_person(ws.home.config, "model", name)
    say(describe(name))


def offer_model(ws: Workspace) -> None:
    """Ask once, in a terminal, which model may be used; an empty answer means none."""
    if ws.settings.text("model") or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    talk(
        "A model can answer in `chat` and distill better than the built-in rules. Without one everything else works."
    )
    name = typer.prompt("Model, as provider/name (empty for none)", default="", show_default=False).strip()
    if not name:
        return
    say(describe(name))
    if typer.confirm("Use it?", default=False):
        set_person(ws.home.config, "model", name)
