"""The paths that a sentence names, and which of them are no longer there."""

import re
from collections.abc import Iterator

from miminions.doctor.tree import Tree

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.{1,400}?)(?<!`)\1(?!`)")
_BARE = re.compile(r"(?<![\w/.~$@:<>\\*-])(?:\./)?[\w.-]+(?:/[\w.*-]+)+/?(?![\w/])")
_SHAPE = re.compile(r"(?:\./)?[\w.*?@+-][\w.*?@+\[\]()-]*(?:/[\w.*?@+\[\]()-]+)*/?")
# Behind a path: a line, a test, an anchor.
_TAIL = re.compile(r"(?:::.*|:\d+(?:[:-]\d+)*|#L?\d.*|#[\w-]+)$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)$")
_DOTS = re.compile(r"[.?]+|\*[*.?]{2,}")
_NAME_END = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}$")
# Bare names with these ends are files; with others they may be methods, hosts or products.
_FILE_ENDS = {
    "bat", "c", "cc", "cfg", "cmake", "conf", "cpp", "cs", "css", "csv", "ex", "exs", "go", "gradle", "h",
    "hpp", "html", "ini", "ipynb", "java", "json", "jsonl", "jsx", "kt", "less", "lock", "lua", "md", "mdx",
    "mjs", "mk", "php", "pl", "proto", "ps1", "py", "pyi", "r", "rb", "rs", "rst", "sass", "scala", "scss",
    "sh", "sql", "svelte", "swift", "tf", "toml", "ts", "tsx", "txt", "vue", "xml", "yaml", "yml",
}  # fmt: skip
# What is made and not kept, and what stands for any name.
_MADE = {
    "node_modules", "dist", "build", "target", "out", ".venv", "venv", "env", "coverage", "tmp",
    "temp", ".cache", ".next", ".nuxt", ".tox", "__pycache__", "site-packages", ".git", "htmlcov",
    ".pytest_cache", ".mypy_cache", ".ruff_cache", ".idea", ".vscode", "logs", "log",
}  # fmt: skip
# Our own files, which are made when they are first needed.
_OURS = {"memory", "sessions"}
_ANY = {
    "bar", "baz", "example", "examples.com", "file", "foo", "id", "my", "name", "path", "some", "to", "xxx",
    "your", "yyy",
}  # fmt: skip
_MARKS = frozenset("<>{}$%|\\\"'`=,;&^ ")


def spans(text: str) -> Iterator[str]:
    """Yield what stands between backticks."""
    for match in _SPAN.finditer(text):
        yield match[2].strip()


def named_paths(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the paths that a sentence names, and whether it does so for sure: in backticks, with a slash and an ending."""
    for span in spans(text):
        words = span.split()
        for word in words:
            if (path := _path(word)) and (len(words) == 1 or "/" in path):
                inner = "/" in path.removeprefix("./").strip("/")
                yield path, path.startswith("./") or (inner and (_NAME_END.search(path) is not None))
    for match in _BARE.finditer(_SPAN.sub(" ", text)):
        path = _path(match[0].rstrip("."))
        if path and _NAME_END.search(path.rstrip("/")) and not _is_host(path):
            yield path, False


def words_of(text: str) -> str:
    """Return a sentence without code and paths, whose letters are no words of it."""
    return _BARE.sub(" ", _SPAN.sub(" ", text))


def gone(path: str, tree: Tree, *, sure: bool) -> bool:
    """Say whether a path is neither on disk nor tracked, and would be if the sentence were true.

    What is not surely a path of this tree is gone only if it begins with a folder there is, or git tracked it once:
    else it could be a branch, an image, a route, or another program's file.
    """
    plain = path.removeprefix("./").strip("/")
    if not plain:
        return False
    if "*" in plain or "?" in plain:
        return not tree.matches(plain)
    if tree.has(plain):
        return False
    first, slash, _ = plain.partition("/")
    return sure or (bool(slash) and tree.has(first)) or tree.once_had(plain)


def _path(word: str) -> str:
    """Return a word as the path that it is, empty for what is none, or none of this tree."""
    word = _TAIL.sub("", word.strip("()[],;:'\"").rstrip("."))
    word = _ELLIPSIS.sub("", word)
    if not word or "://" in word or _MARKS & set(word) or word.startswith(("/", "~", "-", "@", "..")):
        return ""
    plain = word.removeprefix("./")
    parts = plain.strip("/").split("/")
    if parts[0] in _OURS | _MADE or _MADE & set(parts[:-1]) or ".." in parts or not _SHAPE.fullmatch(word):
        return ""
    if {part.casefold().partition(".")[0] for part in parts} & _ANY or any(map(_DOTS.fullmatch, parts)):
        return ""
    if "/" in plain.strip("/"):
        return word
    if plain.endswith("/") or word.startswith("./"):
        return word
    end = plain.rpartition(".")[2]
    return word if "." in plain[1:] and end in _FILE_ENDS and not plain.startswith("*") else ""


def _is_host(path: str) -> bool:
    """Say whether a bare word with slashes begins with a host's name, such as example.com/a.html."""
    first = path.partition("/")[0]
    return bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", first)) and not first.startswith(".")
