"""Memory for AI agents that people can read, edit, diff, merge and undo."""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from miminions.chat.conversation import Minion
    from miminions.context import ContextBuilder
    from miminions.distiller import MemoryDistiller
    from miminions.errors import MiminionsError
    from miminions.workspace import Workspace

__all__ = ["ContextBuilder", "MemoryDistiller", "MiminionsError", "Minion", "Workspace", "__version__"]

_HOMES = {
    "ContextBuilder": "miminions.context",
    "MemoryDistiller": "miminions.distiller",
    "Minion": "miminions.chat.conversation",
    "MiminionsError": "miminions.errors",
    "Workspace": "miminions.workspace",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that `import miminions` stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module 'miminions' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
