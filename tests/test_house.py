"""The house: who may import whom, what starts cheap, what is helped and documented, what is in the wheel."""

import ast
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "miminions"
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "miminions",
    "templates",
    "tests",
    "examples",
    "docs",
    "LICENSE",
    "CHANGELOG.md",
}

# A room imports only rooms with a smaller number; rooms that come later already have their place.
RANKS = {
    "errors": 0,
    "markdown": 1,
    "files": 1,
    "redact": 1,
    "visible": 1,
    "layout": 1,
    "settings": 2,
    "templates": 2,
    "registry": 2,
    "records": 2,
    "repository": 2,
    "transcripts": 3,
    "memory": 3,
    "model": 3,
    "documents": 3,
    "index": 4,
    "journal": 4,
    "usage": 4,
    "keeper": 4.5,
    "distiller": 5,
    "context": 5,
    "afterwards": 5,
    "prompts": 5.5,
    "why": 6,
    "chat": 6,
    "watch": 6,
    "workspace": 7,
    "status": 8,
    "doctor": 8,
    "evaluation": 8,
    "hooks": 8,
    "integrations": 8,
    "cli": 9,
}
FOREIGN = {
    "litellm": {"model"},
    "watchdog": {"watch"},
    "frontmatter": {"markdown"},
    "yaml": {"markdown"},
    "markdown_it": {"markdown"},
    "sqlite_utils": {"index"},
    "sqlite3": {"index", "memory"},
    "apsw": {"index", "memory"},
    "numpy": {"index"},
    "tokenizers": {"index"},
    "pypdf": {"documents"},
    "typer": {"cli"},
    "rich": {"cli"},
    "click": set(),
}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """Yield every module name that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "miminions":
                yield from (f"miminions.{alias.name}" for alias in node.names)


def fresh(code):
    """Run code in a new interpreter and return what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_import_direction(path):
    """A room imports only rooms below it."""
    room = room_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "miminions" and len(parts) > 1 and parts[1] in RANKS and parts[1] != room:
            if room in {"__init__", "__main__"}:
                continue
            assert RANKS[parts[1]] < RANKS[room], f"{room} imports {parts[1]}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_library_one_room(path):
    """Each library is imported in the one room that owns it."""
    for name in imports(path):
        library = name.split(".")[0]
        if library in FOREIGN:
            assert room_of(path) in FOREIGN[library], f"{room_of(path)} imports {library}"


def test_every_module_says_what_it_is():
    """Every module has a docstring that begins with one sentence."""
    for path in modules():
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path


def test_import_is_cheap():
    """`import miminions` brings neither litellm, rich, typer nor sqlite_utils."""
    heavy = fresh(
        "import sys, miminions; print([m for m in ('litellm','rich','typer','sqlite_utils','yaml') if m in sys.modules])"
    )

    assert heavy.strip() == "[]"


def test_public_names():
    """The documented names can be imported from the package and from where they are documented."""
    code = (
        "from miminions import Workspace, ContextBuilder, MemoryDistiller, Minion, MiminionsError\n"
        "from miminions.distiller import llm_filter\n"
        "from miminions.memory.sqlite import SQLiteMemory\n"
        "import sys; print('litellm' in sys.modules)"
    )

    assert fresh(code).strip() == "False"


@pytest.mark.parametrize("arguments", [["--help"], ["recall", "deploys"], ["show"], ["context"], ["status"]])
def test_commands_start_without_litellm(arguments, tmp_path):
    """Commands that need no model do not import litellm."""
    code = (
        "import sys; from miminions.cli import run\n"
        f"code = run({arguments!r})\n"
        "print('litellm' in sys.modules, 'pydantic' in sys.modules, code, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )

    assert done.stderr.splitlines()[-1] == "False False 0"


def test_top_level():
    """The repository's top level holds what the design names and nothing else."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True
    ).stdout
    names = {line.split("/")[0] for line in listed.splitlines()}

    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_prompts_are_templates():
    """Every template that the code asks for is shipped, and no template lies about unused."""
    shipped = {path.name for path in (ROOT / "templates").iterdir()}
    code = "".join(path.read_text("utf-8") for path in modules())

    assert {name for name in shipped if f'"{name}"' not in code} == set()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the wheel as a user would; needs the build backend, which the package index has."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(folder), str(ROOT)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "HOME": str(folder)}
    )
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr.strip().splitlines()[-1:]}")
    return next(folder.glob("*.whl"))


def test_wheel(wheel):
    """The wheel carries templates, cues, the demo's session and the type marker, and no stray files."""
    names = zipfile.ZipFile(wheel).namelist()

    assert "miminions/py.typed" in names
    assert "miminions/_templates/distill-system.md" in names
    assert "miminions/distiller/language/cues/en.toml" in names
    assert any(name.startswith("miminions/_examples/") and name.endswith(".jsonl") for name in names)
    assert not [name for name in names if name.endswith(".pth") or name.startswith(("tests/", "docs/"))]


def test_wheel_runs(wheel, tmp_path):
    """The demo runs from the unpacked wheel alone."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom miminions.cli import run\nimport miminions\n"
    code += "assert miminions.__file__.startswith(sys.path[0]); sys.exit(run(['demo']))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "not a byte of it changed" in done.stdout


def commands():
    """Return every command line that exists, as `status --help` would be called."""
    from typer.main import get_command

    from miminions.cli.app import application

    def walk(command, words):
        yield words, command
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, [*words, name])

    return list(walk(get_command(application()), []))


def test_every_command_is_helped_and_documented():
    """Every command has a help text, every option too, and stands in the reference."""
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    for words, command in commands():
        assert command.help, words
        assert f"miminions {' '.join(words)}".strip() in reference
        for parameter in command.params:
            assert getattr(parameter, "help", "x"), (words, parameter.name)


def test_commands_that_read_take_json():
    """Every command that reads memory can answer in JSON."""
    for name in ("status", "show", "recall", "why", "context", "log", "doctor", "review", "workspaces"):
        command = {" ".join(words): command for words, command in commands()}[name]
        assert any(parameter.name == "as_json" for parameter in command.params), name


def test_json_flag_prints_json(tmp_path):
    """What --json prints is one JSON value."""
    done = subprocess.run(
        [sys.executable, "-m", "miminions", "status", "--json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )

    assert json.loads(done.stdout)["workspace"] == "personal"
