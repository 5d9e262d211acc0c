"""The typer application: every command and group, in the order people meet them."""

import typer

from miminions.cli import chat, config, demo, distill, facts, index, session, start, upkeep, workspaces

DAILY, SOMETIMES, NOUNS, PLUMBING = "Daily", "Sometimes", "Nouns", "Plumbing"

app = typer.Typer(
    name="miminions",
    help="Memory for AI agents that you can read, edit, diff, merge and undo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (start.init, start.status, facts.remember, facts.recall, facts.show, facts.edit, facts.forget):
    app.command(rich_help_panel=DAILY)(command)
for command in (distill.distill, distill.review, facts.why):
    app.command(rich_help_panel=DAILY)(command)
for command in (chat.chat, session.context, session.log, upkeep.doctor, facts.restore, demo.demo, start.trust):
    app.command(rich_help_panel=SOMETIMES)(command)
app.add_typer(workspaces.app, name="workspaces", rich_help_panel=NOUNS)
app.add_typer(index.app, name="index", rich_help_panel=NOUNS)
app.add_typer(config.app, name="config", rich_help_panel=NOUNS)
app.command(rich_help_panel=PLUMBING)(upkeep.fmt)


@app.callback()
def root(
    *,
    debug: bool = typer.Option(False, "--debug", help="Show a traceback when something fails."),
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True, callback=lambda value: _version(value)),
) -> None:
    """Memory for AI agents that you can read, edit, diff, merge and undo."""
    # `--debug` is taken out of the arguments before typer sees them, wherever it stands; here it is only documented.


def _version(wanted: bool) -> None:
    if wanted:
        from miminions import __version__
        from miminions.cli.render import say

        say(f"miminions {__version__}")
        raise typer.Exit
