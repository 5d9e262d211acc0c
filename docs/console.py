"""Plays the `console` blocks of a page: each `$ command` is run, and what it prints is compared with the page.

`python docs/console.py PAGE...` writes what the commands print into the pages; tests/test_docs.py compares.
A page's blocks share one temporary git repository in which the demo's session lies in sessions/.
In expected output `...` stands for anything.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(?<=```console\n).*?(?=^```)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A command of a page, what the page says it prints, and what it printed."""

    command: str
    expected: str
    printed: str

    @property
    def agrees(self) -> bool:
        """Say whether the page tells the truth."""
        pattern = re.escape(self.expected.strip()).replace(re.escape("..."), ".*")
        return re.fullmatch(pattern, self.printed.strip(), re.DOTALL) is not None


def play(text: str) -> Iterator[Step]:
    """Run the commands of a page in order and yield what happened."""
    with tempfile.TemporaryDirectory(prefix="miminions-docs-", ignore_cleanup_errors=True) as name:
        folder = Path(name, "shop")
        (folder / "sessions").mkdir(parents=True)
        for session in (ROOT / "examples" / "demo").glob("*.jsonl"):
            shutil.copy(session, folder / "sessions")
        environment = _environment(Path(name))
        subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True, env=environment)
        for block in BLOCK.findall(text):
            for command, expected in steps(block):
                if command.startswith("cd "):
                    folder = (folder / command[3:]).resolve()
                    yield Step(command, expected, "")
                    continue
                done = subprocess.run(
                    ["bash", "-c", command],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                yield Step(command, expected, done.stdout)


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block and the output that follows it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    for part in parts[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def rewritten(text: str) -> str:
    """Return a page with what its commands print; output that is elided and still right stays as it is."""
    played = play(text)

    def block(match: re.Match[str]) -> str:
        lines = []
        for _ in steps(match[0]):
            step = next(played)
            kept = step.expected if "..." in step.expected and step.agrees else step.printed
            lines.append(f"$ {step.command}\n{kept}")
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    return BLOCK.sub(block, text)


def _environment(root: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MIMINIONS", "GIT_"))}
    programs = str(Path(sys.executable).parent)
    return kept | {
        "HOME": str(root),
        "MIMINIONS_HOME": str(root / "home"),
        "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}",
        "NO_COLOR": "1",
        "GIT_AUTHOR_NAME": "You",
        "GIT_AUTHOR_EMAIL": "you@example.org",
        "GIT_COMMITTER_NAME": "You",
        "GIT_COMMITTER_EMAIL": "you@example.org",
    }


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]):
        page.write_text(rewritten(page.read_text("utf-8")), "utf-8")
