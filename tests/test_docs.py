"""The documentation: its commands print what the pages say, its Python runs, its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
PYTHON = re.compile(r"(?<=```python\n).*?(?=^```)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show a POSIX shell")
@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```console" in page.read_text("utf-8")], ids=lambda p: p.name
)
def test_commands(page, monkeypatch):
    """Each command of a page prints what the page says."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    from console import play

    for step in play(page.read_text("utf-8")):
        assert step.agrees, f"$ {step.command}\n--- the page\n{step.expected}\n--- printed\n{step.printed}"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```python" in page.read_text("utf-8")], ids=lambda p: p.name
)
def test_python(page, tmp_path):
    """The Python of a page runs from top to bottom."""
    code = "\n".join(PYTHON.findall(page.read_text("utf-8")))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links(page):
    """Every relative link of a page leads to a file."""
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_generated_pages():
    """The generated reference pages are those that the code generates."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_readme_is_a_front_door():
    """README has at most 120 lines and never sends people to the package of the same name on the index."""
    text = (ROOT / "README.md").read_text("utf-8")

    assert len(text.splitlines()) <= 120
    assert not re.search(r"pip install ['\"]?miminions", text)
