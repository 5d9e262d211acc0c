"""Settings: default < person < workspace < environment < flag, each with its source."""

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import SettingError
from miminions.files import make_folder, read, write
from miminions.redact import guard

SHARES = ("none", "insights", "all")
_TABLE = re.compile(r"\ufeff?\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_LINE = re.compile(
    r"""(?P<before>\ufeff?\s*(?P<key>[\w."'\s-]+?)\s*=\s*)(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#"'\[{]+)(?P<behind>\s*(?:#.*\s*)?)$"""
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, default, what it does, and the values it takes; `<` begins what stands for any word.

    The default says what it is: a text, a whole number, or an amount with a decimal point.
    """

    name: str
    default: str | int | float
    help: str
    values: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "MIMINIONS_" + self.name.upper().replace(".", "_")

    def parse(self, value: object, source: str) -> str | int | float:
        """Check a value. Raises SettingError that names where the value came from."""
        if isinstance(self.default, int):
            return self._number(value, source)
        if isinstance(self.default, float):
            return self._amount(value, source)
        if not isinstance(value, str):
            raise SettingError(f"{self.name} = {value!r} ({source}) is not a text", hint="put it in quotes")
        text = value.strip()
        if self.values and not any(_fits(text, value) for value in self.values):
            raise SettingError(
                f"{self.name} = {text!r} ({source}) is not possible",
                hint=f"use one of: {', '.join(self.values)}",
            )
        return text

    def _number(self, value: object, source: str) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        if number < 0:
            raise SettingError(
                f"{self.name} = {value!r} ({source}) is not a number", hint="give a whole number, 0 or more"
            )
        return number

    def _amount(self, value: object, source: str) -> float:
        try:
            amount = float(str(value))
        except ValueError:
            amount = -1.0
        if not math.isfinite(amount) or amount < 0:
            raise SettingError(
                f"{self.name} = {value!r} ({source}) is not an amount", hint="give a number, such as 0.25"
            )
        return amount


def _fits(text: str, value: str) -> bool:
    """Tell whether a text is a value, or begins as it does and goes on where that has `<...>`."""
    start, free, _ = value.partition("<")
    return text.startswith(start) and len(text) > len(start) if free else text == value


SETTINGS = (
    Setting(
        "model",
        "",
        "The model for chat and distilling, by litellm's name, or `agent` for distilling with your own Claude Code or Codex; empty: none, the rules do the work.",
    ),
    Setting("model.timeout", 120, "Seconds a model may take to answer."),
    Setting(
        "model.usd_per_run",
        0.25,
        "The most US dollars that the calls of one command may cost; the call that would go beyond it is not made.",
    ),
    Setting(
        "model.usd_per_day",
        0.25,
        "The most US dollars that distilling may cost in a day, all workspaces of this machine together.",
    ),
    Setting("context.budget", 3000, "Tokens that the context of a session may take."),
    Setting("context.history", 0, "How many of the last sessions' history lines go into the context."),
    Setting(
        "share",
        "all",
        "The most that any workspace shares with others on this machine; a workspace's own `share` can be tighter.",
        values=SHARES,
    ),
    Setting(
        "distill.write",
        "tree",
        "What a session may write: the files (tree), nothing before your yes (inbox), or the files and a commit of them (commit).",
        values=("tree", "inbox", "commit"),
    ),
    Setting(
        "index.embedder",
        "none",
        "What adds meaning to the search by words: nothing, a small model on this machine (the extra `local`), or a model by litellm's name, which is sent what is searched, secrets masked.",
        values=("none", "local", "litellm:<model>"),
    ),
    Setting("workspace", "", "The workspace to use, a path or a name; empty: the nearest one upwards."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value and where it came from."""

    value: str | int | float
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in effect."""

    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """Return a setting that is a word."""
        return str(self.values[name].value)

    def number(self, name: str) -> int:
        """Return a setting that is a whole number."""
        return int(self.values[name].value)

    def amount(self, name: str) -> float:
        """Return a setting that is an amount."""
        return float(self.values[name].value)


def load(config: Path, environment: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Settings:
    """Read the settings in effect. Raises SettingError for a name or value that does not exist."""
    values = {setting.name: Value(setting.default, "default") for setting in SETTINGS}
    for name, value in person(config).items():
        values[name] = Value(lookup(name, config.name).parse(value, config.name), config.name)
    for setting in SETTINGS:
        given = environment.get(setting.variable)
        # An empty variable is none, except where empty is a value.
        if given or (given is not None and setting.default == ""):
            values[setting.name] = Value(setting.parse(given, setting.variable), setting.variable)
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = Value(lookup(name, "flag").parse(value, "flag"), "flag")
    return Settings(values)


def lookup(name: str, source: str) -> Setting:
    """Return the setting of that name. Raises SettingError."""
    if name not in BY_NAME:
        raise SettingError(
            f"no setting is called {name!r} ({source})", hint=f"there are: {', '.join(BY_NAME)}"
        )
    return BY_NAME[name]


def person(config: Path) -> dict[str, object]:
    """Return what config.toml sets, by dotted name. Raises SettingError for a file that is not TOML."""
    return _parse(read(config).text, config)


def set_person(config: Path, name: str, value: str | None) -> None:
    """Write one setting into config.toml, other lines untouched; None removes it.

    Raises SettingError for a name or value that does not exist, and for a file in which the line cannot be found.
    """
    setting = lookup(name, "command line")
    parsed = None if value is None else setting.parse(value, "command line")
    snapshot = read(config)
    wanted = _parse(snapshot.text, config)
    if parsed is None:
        wanted.pop(name, None)
    else:
        wanted[name] = parsed
    text = _with_setting(snapshot.text, name, parsed)
    # A line may look like a setting and be part of a longer text.
    if not _says(text, config, wanted):
        raise SettingError(f"{config} cannot be changed safely", hint=f"set {name} there by hand")
    make_folder(config.parent, mode=0o700)
    write(config, text, expected=snapshot.digest, mode=0o600)


def tighter(one: str, other: str) -> str:
    """Return the tighter of two shares."""
    return min(one, other, key=SHARES.index)


def current_environment() -> dict[str, str]:
    """Return the process's environment, the one place where it is read; the secrets in it are masked from then on."""
    environment = dict(os.environ)
    guard(environment)
    return environment


def _parse(text: str, config: Path) -> dict[str, object]:
    import tomllib

    try:
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise SettingError(
            f"{config} is not valid TOML: {problem}",
            hint='mend the line; `model` beside `"model.timeout"` needs the quotes',
        ) from problem
    return dict(_dotted(tables, ""))


def _dotted(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _with_setting(text: str, name: str, value: str | float | None) -> str:
    """Return the text with the setting's own line changed, added above the first table, or left out."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    table, first_table, found = "", len(lines), None
    for number, line in enumerate(lines):
        if header := _TABLE.match(line):
            table, first_table = f"{header[1]}.", min(first_table, number)
        elif (match := _LINE.match(line)) and _plain(table + match["key"]) == name:
            found = number, match
    if found:
        number, match = found
        lines[number] = "" if value is None else f"{match['before']}{_toml(value)}{match['behind']}"
    elif value is not None:
        if first_table and not lines[first_table - 1].endswith("\n"):
            lines[first_table - 1] += "\n"
        # One quoted key, so that `model` and `model.timeout` can stand side by side.
        key = f'"{name}"' if "." in name else name
        lines.insert(first_table, f"{key} = {_toml(value)}\n")
    return "".join(lines)


def _says(text: str, config: Path, wanted: Mapping[str, object]) -> bool:
    try:
        return _parse(text, config) == wanted
    except SettingError:
        return False


def _plain(key: str) -> str:
    """Return a dotted key without quotes and spaces."""
    return re.sub(r"[\"'\s]", "", key)


def _toml(value: str | float) -> str:
    import json

    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
