"""The law of formatters: whatever prettier, mdformat and remark do to a memory file, it says the same."""

import shutil
import subprocess
from pathlib import Path

import pytest
from bench import figures
from formatted import all_said, changed, memory_file

PROGRAMS = {
    "prettier": ["prettier", "--write", "--log-level=warn"],
    "prettier-wrapped": ["prettier", "--write", "--log-level=warn", "--prose-wrap=always"],
    "mdformat": ["mdformat"],
    "mdformat-wrapped": ["mdformat", "--wrap=80"],
    "remark": [
        "remark",
        "--quiet",
        "--no-config",
        "-u=remark-gfm",
        "-u=remark-frontmatter",
        "--output",
        "--",
    ],
}


@pytest.fixture(params=PROGRAMS)
def formatter(request):
    """Return a function that formats files in place, with the real program."""
    name, *options = PROGRAMS[request.param]
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    if name == "mdformat" and "gfm" not in _output(program, "--version"):
        pytest.skip("mdformat is installed without mdformat-gfm and mdformat-frontmatter")
    # remark looks for its plugins from the folder it runs in.
    home = Path(program).resolve().parent

    def run(paths: list[Path]) -> None:
        done = subprocess.run(
            [program, *options, *paths], capture_output=True, text=True, check=False, cwd=home
        )
        if "Cannot find" in done.stderr:
            pytest.skip(f"{name} lacks a plugin: {done.stderr.strip().splitlines()[0]}")
        assert done.returncode == 0, done.stderr

    return run


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_a_formatter_changes_nothing_that_is_said(formatter, tmp_path, full):
    """Formatted, changed by us and formatted again, every fact keeps its id, section, words, marks and detail."""
    count = 200 if full else 10
    texts = [memory_file(seed) for seed in range(count)]
    paths = [tmp_path / f"{seed}.md" for seed in range(count)]
    facts = 0
    for _ in range(2):
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, "utf-8", newline="")
        formatter(paths)
        formatted = [path.read_text("utf-8") for path in paths]
        for before, after in zip(texts, formatted, strict=True):
            assert all_said(after) == all_said(before)
            facts += len(all_said(after))
        texts = [changed(text, seed) for seed, text in enumerate(formatted)]
    figures(f"law-formatters: {count} files formatted twice, {facts} facts compared, 0 differences")
