"""The commands that a sentence names, and which of them no recipe, target or script of the project has any more."""

import json
import re
from collections.abc import Callable, Iterator

from miminions.doctor.paths import spans
from miminions.doctor.tree import Tree

_PART = re.compile(r"&&|\|\||[;|\n]")
_RECIPE = re.compile(r"(?m)^@?([A-Za-z_][\w-]*)(?:[ \t]+[^:=\n]*)?:(?!=)")
_ALIAS = re.compile(r"(?m)^alias[ \t]+([\w-]+)[ \t]*:=")
_ELSEWHERE = re.compile(
    r"(?m)^(?:import|mod)\??[ \t]|^-?s?include[ \t]|^[^\t#\n]*\$[({][^\n]*:(?!=)|^[^\t#\n]*%[^\n]*:(?!=)"
)
_TARGET = re.compile(r"(?m)^([^\s#:=$%][^:=#\n$%]*):(?!=)")
_WORD = re.compile(r"[A-Za-z_][\w:.-]*")
_RUNNERS = {"npm", "pnpm", "yarn", "bun"}
_SCRIPTS = {"test", "start", "stop", "restart"}
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_JUSTFILES = ("justfile", "Justfile", ".justfile")
# What makes a Makefile when it is configured.
_MAKES = ("CMakeLists.txt", "configure.ac", "configure", "meson.build", "configure.in")

Missing = tuple[str, str]


def missing_commands(text: str, tree: Tree) -> Iterator[Missing]:
    """Yield each command that a sentence has in backticks and that is gone, with what does not have it."""
    for span in spans(text):
        for part in _PART.split(span):
            words = part.strip().removeprefix("$ ").split()
            check = _CHECKS.get(words[0]) if len(words) > 1 else None
            if check and (found := check(words, tree)):
                yield found


def _just(words: list[str], tree: Tree) -> Missing | None:
    name = words[1]
    if not _WORD.fullmatch(name) or ":" in name:
        return None
    files = list(tree.texts(*_JUSTFILES))
    known = {match for _, text in files for match in (*_RECIPE.findall(text), *_ALIAS.findall(text))}
    if name in known or any(_ELSEWHERE.search(text) for _, text in files):
        return None
    return f"just {name}", "there is no justfile" if not files else f"{files[0][0]} has no such recipe"


def _make(words: list[str], tree: Tree) -> Missing | None:
    targets = [word for word in words[1:] if "=" not in word]
    if not targets or any(word.startswith("-") for word in words[1:]):
        return None
    name = targets[0]
    if not _WORD.fullmatch(name) or tree.has(name):
        return None
    files = list(tree.texts(*_MAKEFILES))
    known = {word for _, text in files for match in _TARGET.findall(text) for word in match.split()}
    if name in known or any(_ELSEWHERE.search(text) for _, text in files) or any(map(tree.has, _MAKES)):
        return None
    return f"make {name}", "there is no Makefile" if not files else f"{files[0][0]} has no such target"


def _script(words: list[str], tree: Tree) -> Missing | None:
    runs = words[1] in {"run", "run-script"}
    name = words[2] if runs and len(words) > 2 else words[1]
    if (not runs and name not in _SCRIPTS) or not _WORD.fullmatch(name) or (words[0] == "bun" and not runs):
        return None
    files = list(tree.texts("package.json"))
    known = {script for _, text in files for script in _scripts(text)}
    # A file that cannot be read says nothing; npm starts server.js where no script says how.
    if name in known or any(_package(text) is None for _, text in files) or tree.has("deno.json"):
        return None
    if not runs and name in {"start", "stop", "restart"} and files:
        return None
    # `yarn run` and `bun run` also run what packages install, and files.
    if runs and words[0] != "npm" and files and (_installed(name, files) or "." in name):
        return None
    what = f"{words[0]} run {name}" if runs else f"{words[0]} {name}"
    return what, "there is no package.json" if not files else f"{files[0][0]} has no such script"


def _package(text: str) -> dict[str, object] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _scripts(text: str) -> Iterator[str]:
    scripts = (_package(text) or {}).get("scripts")
    yield from scripts if isinstance(scripts, dict) else ()


def _installed(name: str, files: list[tuple[str, str]]) -> bool:
    groups = ("dependencies", "devDependencies")
    found = ((_package(text) or {}).get(group) for _, text in files for group in groups)
    return any(isinstance(group, dict) and name in group for group in found)


_CHECKS: dict[str, Callable[[list[str], Tree], Missing | None]] = {
    "just": _just,
    "make": _make,
    **dict.fromkeys(_RUNNERS, _script),
}
