"""The typer application: every command and group, in the order people meet them."""

from collections.abc import Callable

import typer

from miminions import __version__
from miminions.cli import chat, config, demo, distill, facts, index, session, start, upkeep, workspaces
from miminions.cli.render import say

app = typer.Typer(
    name="miminions",
    help="Memory for AI agents that you can read, edit, diff, merge and undo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: tuple[tuple[str, tuple[Callable[..., None], ...]], ...] = (
    (
        "Daily",
        (
            start.init,
            start.status,
            facts.remember,
            facts.recall,
            facts.show,
            facts.edit,
            facts.forget,
            distill.distill,
            distill.review,
            facts.why,
        ),
    ),
    (
        "Sometimes",
        (chat.chat, session.context, session.log, upkeep.doctor, facts.restore, demo.demo, start.trust),
    ),
    ("Plumbing", (upkeep.fmt,)),
)
NOUNS = "Nouns"
for panel, commands in COMMANDS:
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(workspaces.app, name="workspaces", rich_help_panel=NOUNS)
app.add_typer(index.app, name="index", rich_help_panel=NOUNS)
app.add_typer(config.app, name="config", rich_help_panel=NOUNS)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"miminions {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    debug: bool = typer.Option(False, "--debug", help="Show a traceback when something fails."),  # noqa: ARG001
    version: bool = typer.Option(
        False, "--version", help="Print the version.", is_eager=True, callback=_version
    ),  # noqa: ARG001
) -> None:
    """Memory for AI agents that you can read, edit, diff, merge and undo."""
    # `--debug` is taken out of the arguments before typer sees them, wherever it stands; here it is only documented.
