"""The typer application: every command and group, imported only when it is the one that runs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import typer

from miminions import __version__
from miminions.cli.render import say


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group: its name, the panel of --help it stands in, and where its code is."""

    name: str
    panel: str
    module: str
    attribute: str

    def load(self) -> Callable[..., None] | typer.Typer:
        """Import the command's function, or the group's application."""
        found: Callable[..., None] | typer.Typer = getattr(
            import_module(f"miminions.cli.{self.module}"), self.attribute
        )
        return found


ENTRIES = (
    Entry("init", "Daily", "start", "init"),
    Entry("status", "Daily", "start", "status"),
    Entry("remember", "Daily", "remember", "remember"),
    Entry("recall", "Daily", "recall", "recall"),
    Entry("show", "Daily", "show", "show"),
    Entry("edit", "Daily", "change", "edit"),
    Entry("forget", "Daily", "forget", "forget"),
    Entry("distill", "Daily", "distill", "distill"),
    Entry("review", "Daily", "review", "review"),
    Entry("undo", "Daily", "undo", "undo"),
    Entry("why", "Daily", "why", "why"),
    Entry("chat", "Sometimes", "chat", "chat"),
    Entry("context", "Sometimes", "session", "context"),
    Entry("log", "Sometimes", "log", "log"),
    Entry("doctor", "Sometimes", "upkeep", "doctor"),
    Entry("restore", "Sometimes", "change", "restore"),
    Entry("move", "Sometimes", "move", "move"),
    Entry("resolve", "Sometimes", "resolve", "resolve"),
    Entry("demo", "Sometimes", "demo", "demo"),
    Entry("trust", "Sometimes", "start", "trust"),
    Entry("eval", "Plumbing", "evaluate", "evaluate_memory"),
    Entry("fmt", "Plumbing", "upkeep", "fmt"),
    Entry("gc", "Plumbing", "forget", "gc"),
    Entry("merge-driver", "Plumbing", "merge", "merge_driver"),
    Entry("sources", "Nouns", "sources", "app"),
    Entry("workspaces", "Nouns", "workspaces", "app"),
    Entry("index", "Nouns", "index", "app"),
    Entry("config", "Nouns", "config", "app"),
)


def application(word: str | None = None) -> typer.Typer:
    """Build the command line; when `word` names a command, with that one only, which starts sooner."""
    app = typer.Typer(
        name="miminions",
        help="Memory for AI agents that you can read, edit, diff, merge and undo.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    wanted = () if word == "--version" else [entry for entry in ENTRIES if entry.name == word] or ENTRIES
    for entry in wanted:
        loaded = entry.load()
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=entry.name, rich_help_panel=entry.panel)
        else:
            app.command(entry.name, rich_help_panel=entry.panel)(loaded)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        say(f"miminions {__version__}")
        raise typer.Exit


def _root(
    *,
    debug: bool = typer.Option(False, "--debug", help="Show a traceback when something fails."),
    version: bool = typer.Option(
        False, "--version", help="Print the version.", is_eager=True, callback=_version
    ),
) -> None:
    """Memory for AI agents that you can read, edit, diff, merge and undo."""
    # `--debug` is taken out of the arguments before typer sees them, wherever it stands; here it is only documented.
