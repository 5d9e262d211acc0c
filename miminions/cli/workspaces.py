"""workspaces: which ones this machine knows."""

import typer

from miminions.cli.options import AsJson
from miminions.cli.render import dim, say_json, table
from miminions.layout import Layout, home_of
from miminions.memory.folder import read_folder
from miminions.registry import places
from miminions.settings import current_environment, load, tighter

app = typer.Typer(help="The workspaces that this machine knows.", invoke_without_command=True)


@app.callback()
def workspaces(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the workspaces that this machine knows, and what they share."""
    if context.invoked_subcommand:
        return
    list_(as_json=as_json)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the workspaces that this machine knows, and what they share."""
    environment = current_environment()
    home = home_of(environment)
    most = load(home.config, environment).text("share")
    rows = []
    for place in places(home):
        state = read_folder(Layout(place.root))
        rows.append(
            {
                "id": place.id,
                "name": place.name,
                "path": str(place.root),
                "trusted": place.trusted,
                "share": tighter(state.share, most) if place.trusted else "none",
                "facts": len(state.facts.facts),
            }
        )
    if as_json:
        say_json({"workspaces": rows})
    elif rows:
        table(
            ("name", "facts", "shares", "trusted", "path"),
            [[_cell(row[key]) for key in ("name", "facts", "share", "trusted", "path")] for row in rows],
            wide=4,
        )
    else:
        dim("none yet: `miminions init` makes a folder a workspace")


def _cell(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value)
