"""The versions that a sentence states, and which of them the project's own files contradict."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from miminions.doctor.tree import Tree

_STATED = re.compile(
    r"(?<![\w./@-])([A-Za-z][A-Za-z0-9_-]*?)(?:\.js|js)?(?:[ \t]+(?:version[ \t]+|v|>=[ \t]*)?|@|==|>=|v)?(\d+(?:\.\d+){0,2})"
    r"(?![\w%]|\.\d|[.-][\w])(?=(.{0,16}))",
    re.IGNORECASE,
)
# A number without a dot is a version only where no noun is counted by it.
_NO_NOUN = re.compile(
    r"\s*(?:$|[.,;:!?()`*_]|(?:and|or|for|with|in|on|only|is|as|to|by|everywhere|und|mit|auf|e|em|com)\b)"
)
_MACHINES = re.compile(r"(?i)\b(?:clusters?|kubernetes|k8s|racks?|hosts?|replicas?)\b")
_ALIASES = {"nodejs": "node", "golang": "go"}
# Their versions have a dot; a word and a number without one may be anything.
_DOTTED = {"go", "rust"}
_CONDITION = re.compile(
    r"(>=|<=|==|~=|!=|===|\^|~|>|<|=)?\s*v?(\d+(?:\.(?:\d+|[xX*]))*)(?:[-+.]?[A-Za-z][\w.]*)?"
)
_HIGHEST = (1 << 30,)
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)")

Version = tuple[int, ...]
# A tool, and what is said of its version.
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says of a tool's version: its words, and the half-open ranges that they allow."""

    file: str
    words: str
    ranges: tuple[tuple[Version, Version], ...]


Declarations = Mapping[str, tuple[Declared, ...]]


def declarations(tree: Tree) -> Declarations:
    """Read what the project's files say of versions, by the tool's name in small letters."""
    found: dict[str, list[Declared]] = {}
    for tool, file, words in _said(tree):
        ranges = _ranges(words)
        if ranges:
            found.setdefault(_plain(tool), []).append(Declared(file, words.strip(), ranges))
    return {tool: tuple(said) for tool, said in found.items()}


def contradicted(text: str, known: Declarations) -> Iterator[tuple[str, Declared]]:
    """Yield each version that a sentence states and that every file speaking of the tool excludes, with the first of them."""
    for match in _STATED.finditer(text):
        said = known.get(_plain(match[1]))
        if not said or not _is_version(_plain(match[1]), match[2], match[3], text):
            continue
        low = tuple(map(int, match[2].split(".")))
        high = (*low[:-1], low[-1] + 1)
        if not any(low < end and start < high for one in said for start, end in one.ranges):
            yield f"{match[1]} {match[2]}", said[0]


def _is_version(tool: str, number: str, behind: str, text: str) -> bool:
    """Say whether a number behind a tool's name is its version: not "go 2 steps", not "pytest 8 workers"."""
    if tool == "node" and _MACHINES.search(text):
        return False
    return "." in number or (tool not in _DOTTED and _NO_NOUN.match(behind) is not None)


def _said(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Yield tool, file and words of everything at the tops that speaks of a version."""
    for name, read in _READERS.items():
        for path, text in tree.texts(name):
            # Further down stands what other projects of the repository say.
            if path == name:
                yield from ((tool, name, words) for tool, words in read(text))


def _pinned(tool: str) -> Callable[[str], Iterator[Said]]:
    def of_line(text: str) -> Iterator[Said]:
        yield tool, _exactly(text.strip().partition("\n")[0])

    return of_line


def _of_tool_versions(text: str) -> Iterator[Said]:
    for line in text.split("\n"):
        words = line.partition("#")[0].split()
        if len(words) > 1:
            yield words[0], _exactly(words[1])


def _of_go(text: str) -> Iterator[Said]:
    if match := re.search(r"(?m)^go\s+(\d+\.\d+)", text):
        yield "go", f">={match[1]}"


def _of_package(text: str) -> Iterator[Said]:
    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(package, dict):
        return
    for group in ("engines", "volta", "dependencies", "devDependencies", "peerDependencies"):
        entries = package.get(group)
        for tool, words in entries.items() if isinstance(entries, dict) else ():
            if isinstance(words, str):
                yield tool, _exactly(words) if group == "volta" else words
    tool, _, version = _text(package, "packageManager").partition("@")
    yield tool, _exactly(version.partition("+")[0])


def _of_pyproject(text: str) -> Iterator[Said]:
    table = _toml(text)
    yield "python", _text(table, "project", "requires-python")
    yield "python", _text(table, "tool", "poetry", "dependencies", "python")
    project = table.get("project")
    dependencies = project.get("dependencies") if isinstance(project, dict) else None
    for line in dependencies if isinstance(dependencies, list) else ():
        if isinstance(line, str) and (match := _REQUIREMENT.match(line)):
            yield match[1], match[2]


def _of_rust(text: str) -> Iterator[Said]:
    yield "rust", _exactly(_text(_toml(text), "toolchain", "channel"))


def _of_cargo(text: str) -> Iterator[Said]:
    yield "rust", f">={_text(_toml(text), 'package', 'rust-version')}"


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


_READERS: Mapping[str, Callable[[str], Iterator[Said]]] = {
    ".python-version": _pinned("python"),
    ".nvmrc": _pinned("node"),
    ".node-version": _pinned("node"),
    ".ruby-version": _pinned("ruby"),
    "rust-toolchain": _pinned("rust"),
    "rust-toolchain.toml": _of_rust,
    "Cargo.toml": _of_cargo,
    ".tool-versions": _of_tool_versions,
    "go.mod": _of_go,
    "package.json": _of_package,
    "pyproject.toml": _of_pyproject,
}


def _text(table: object, *keys: str) -> str:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, str) else ""


def _exactly(words: str) -> str:
    """Return the condition of a file that pins one version, as far as it says it."""
    match = re.fullmatch(r"[a-z]*-?v?(\d+(?:\.\d+)*)\S*", words.strip())
    return f"=={match[1]}" if match else ""


def _ranges(words: str) -> tuple[tuple[Version, Version], ...]:
    """Return what versions a condition of Python's or npm's kind allows; none where it is not understood, or allows all."""
    found: list[tuple[Version, Version]] = []
    for choice in words.split("||"):
        plain = re.sub(r"(\d)\s+-\s+v?(\d)", r"\1 <=\2", choice).replace(",", " ").strip()
        low: Version = ()
        high: Version = _HIGHEST
        rest = _CONDITION.sub("", plain).strip()
        conditions = list(_CONDITION.finditer(plain))
        if rest or not conditions:
            return ()
        if "<=" in plain and "-" in choice and conditions[0][1] is None:
            low = _numbers(conditions[0][2])
            conditions = conditions[1:]
        for condition in conditions:
            start, end = _range(condition[1] or "=", _numbers(condition[2]))
            low, high = max(low, start), min(high, end)
        found.append((low, high))
    return tuple(found)


def _numbers(word: str) -> Version:
    return tuple(int(part) for part in word.split(".") if part.isdigit())


def _range(sign: str, version: Version) -> tuple[Version, Version]:
    after = (*version[:-1], version[-1] + 1)
    # What may still grow: npm's caret up to the first number that is not zero, the tildes one place further down.
    place = next((n for n, part in enumerate(version) if part), len(version) - 1)
    caret = (*version[:place], version[place] + 1)
    found: dict[str, tuple[Version, Version]] = {
        ">=": (version, _HIGHEST),
        ">": (after if len(version) < 3 else version, _HIGHEST),
        "<": ((), version),
        "<=": ((), after),
        "^": (version, caret),
        "~": (version, after if len(version) == 1 else (version[0], version[1] + 1)),
        "~=": (version, after if len(version) == 1 else (*version[:-2], version[-2] + 1)),
        "!=": ((), _HIGHEST),
    }
    return found.get(sign, (version, after))


def _plain(tool: str) -> str:
    name = tool.casefold().replace("_", "-")
    return _ALIASES.get(name, name)
