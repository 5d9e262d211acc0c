"""Settings: default < person < workspace < environment < flag, each with its source."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from miminions.errors import SettingError
from miminions.files import read, write

SHARES = ("none", "insights", "all")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, default, what it does, the values it takes, and whether a workspace may set it."""

    name: str
    default: str | int
    help: str
    values: tuple[str, ...] = ()
    workspace: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "MIMINIONS_" + self.name.upper().replace(".", "_")

    def parse(self, value: object, source: str) -> str | int:
        """Check a value. Raises SettingError that names where the value came from."""
        if isinstance(self.default, int):
            return self._number(value, source)
        text = str(value).strip()
        if self.values and text not in self.values:
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


SETTINGS = (
    Setting(
        "model",
        "",
        "The model for chat and distilling, by litellm's name; empty: none, the rules do the work.",
    ),
    Setting("model.timeout", 120, "Seconds a model may take to answer."),
    Setting("context.budget", 3000, "Tokens that the context of a session may take."),
    Setting("context.history", 0, "How many of the last sessions' history lines go into the context."),
    Setting(
        "share",
        "all",
        "The most that any workspace shares with others on this machine; a workspace's own `share` can be tighter.",
        values=SHARES,
    ),
    Setting("workspace", "", "The workspace to use, a path or a name; empty: the nearest one upwards."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value and where it came from."""

    value: str | int
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


def load(config: Path, environment: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Settings:
    """Read the settings in effect. Raises SettingError for a name or value that does not exist."""
    values = {setting.name: Value(setting.default, "default") for setting in SETTINGS}
    for name, value in person(config).items():
        values[name] = Value(lookup(name, config.name).parse(value, config.name), config.name)
    for setting in SETTINGS:
        if setting.variable in environment:
            source = setting.variable
            values[setting.name] = Value(setting.parse(environment[source], source), source)
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
    import tomllib

    try:
        tables = tomllib.loads(read(config).text)
    except tomllib.TOMLDecodeError as problem:
        raise SettingError(
            f"{config} is not valid TOML: {problem}", hint="mend the line, or remove the file"
        ) from problem
    return dict(_dotted(tables, ""))


def set_person(config: Path, name: str, value: str | None) -> None:
    """Write one setting into config.toml, other lines untouched; None removes it."""
    setting = lookup(name, "command line")
    snapshot = read(config)
    current = person(config)
    line = f"{_key(name)} = {_toml(setting.parse(value, 'command line'))}\n" if value is not None else ""
    kept = [old for old in snapshot.text.splitlines(keepends=True) if not _sets(old, name)]
    if name in current and len(kept) == len(snapshot.text.splitlines()):
        raise SettingError(
            f"{name} is set inside a table of {config.name}", hint=f"change that line by hand in {config}"
        )
    first_table = next((n for n, old in enumerate(kept) if old.lstrip().startswith("[")), len(kept))
    if first_table and not kept[first_table - 1].endswith("\n"):
        kept[first_table - 1] += "\n"
    text = "".join([*kept[:first_table], line, *kept[first_table:]])
    write(config, text, expected=snapshot.digest, mode=0o600)


def tighter(one: str, other: str) -> str:
    """Return the tighter of two shares."""
    return min(one, other, key=SHARES.index)


def current_environment() -> dict[str, str]:
    """Return the process's environment, the one place where it is read."""
    return dict(os.environ)


def _dotted(table: Mapping[str, object], prefix: str) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    for key, value in table.items():
        pairs += _dotted(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return pairs


def _key(name: str) -> str:
    """Write a dotted name as one quoted key, so that `model` and `model.timeout` can stand side by side."""
    return f'"{name}"' if "." in name else name


def _sets(line: str, name: str) -> bool:
    key = line.partition("=")[0].strip()
    return key in {name, f'"{name}"'}


def _toml(value: str | int) -> str:
    import json

    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
