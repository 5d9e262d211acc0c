"""config: the person's settings, and the one place where a model is chosen."""

from typing import Annotated

import typer

from miminions.cli.models import choose
from miminions.cli.options import AsJson, open_workspace
from miminions.cli.render import say, say_json, table
from miminions.layout import Home, home_of
from miminions.settings import SETTINGS, current_environment, load, set_person

app = typer.Typer(help="Your settings, in config.toml of MIMINIONS_HOME.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The setting's name, such as context.budget.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List every setting, its value, and where that comes from."""
    settings = load(_home().config, current_environment())
    if as_json:
        say_json(
            {
                "settings": {
                    name: {"value": v.value, "source": v.source} for name, v in settings.values.items()
                }
            }
        )
        return
    rows = [
        (s.name, str(settings.values[s.name].value), settings.values[s.name].source, s.help) for s in SETTINGS
    ]
    table(("setting", "value", "from", "meaning"), rows, wide=3)


@app.command("set")
def set_(name: Name, value: Annotated[str, typer.Argument(help="The new value.")]) -> None:
    """Set one setting."""
    if name == "model":
        choose(open_workspace(None), value)
    set_person(_home().config, name, value)
    say(f"{name} = {value}")


@app.command()
def unset(name: Name) -> None:
    """Take a setting back to its default."""
    set_person(_home().config, name, None)
    say(f"{name} is at its default again")


@app.command()
def model(
    name: Annotated[
        str | None, typer.Argument(help="provider/name, such as openai/gpt-5-mini; `none` for no model.")
    ] = None,
) -> None:
    """Choose the model for chat and distilling, and say who gets what at what price."""
    ws = open_workspace(None)
    if name is None:
        say(ws.settings.text("model") or "none")
    elif name == "none":
        set_person(ws.home.config, "model", None)
        say("No model: the built-in rules do the work, and nothing is sent anywhere.")
    else:
        choose(ws, name)
        say(f"model = {name}")


@app.command()
def path() -> None:
    """Print where the settings lie."""
    say(str(_home().config))


def _home() -> Home:
    return home_of(current_environment())
