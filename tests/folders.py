"""Real workspaces for tests, made the way `miminions init` makes them."""

from datetime import UTC, datetime

from miminions.layout import home_of
from miminions.settings import current_environment
from miminions.workspace import Workspace
from miminions.workspace.init import make_workspace

DAY = "2026-05-04"


def home():
    """Return the home that the test's environment names."""
    return home_of(current_environment())


def workspace(root, memory="", *, share="insights", day=DAY):
    """Make a folder a trusted workspace, add Markdown to its memory, and open it on a day."""
    root.mkdir(parents=True, exist_ok=True)
    make_workspace(root, home=home(), share=share)
    ws = reopened(root, day=day)
    add(ws, memory)
    return ws


def reopened(root, *, day=DAY):
    """Open a workspace on a day, with the settings as they are now."""
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    return Workspace.open(root, clock=lambda: moment)


def add(ws, memory):
    """Add Markdown at the end of a memory file, as an editor does."""
    path = ws.layout.memory
    path.write_text(f"{path.read_text('utf-8')}\n{memory}\n", "utf-8")


def change(path, old, new):
    """Replace a piece of a file, as an editor does."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def personal(memory):
    """Write the person's own memory file."""
    folder = home().personal.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "MEMORY.md").write_text(f"# Memory\n\n{memory}\n", "utf-8")
