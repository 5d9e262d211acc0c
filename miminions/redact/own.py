"""The person's own secrets: what the environment calls a key, token, secret or password is known by its value."""

import re
from collections.abc import Iterator, Mapping

_NAME = re.compile(r"(?i)key|token|secret|passw|passphrase|pwd(?!$)")
_MARK = "[redacted:"
# value: the variable that holds it.
_values: dict[str, str] = {}


def guard(environment: Mapping[str, str]) -> None:
    """Mask from now on the values of an environment's secrets wherever they occur; what was known before is dropped."""
    fresh = {
        form: name
        for name, value in environment.items()
        if _NAME.search(name) and name.isidentifier() and _is_secret_name(name)
        for form in _forms(value)
    }
    if fresh != _values:
        _values.clear()
        _values.update(fresh)


def guarded(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the variable, start and end of each place where a text holds one of the person's own secrets."""
    for value, name in _values.items():
        start = text.find(value)
        while start >= 0:
            if not text.endswith(_MARK, 0, start):
                yield name, start, start + len(value)
            start = text.find(value, start + len(value))


def holds_own(text: str) -> bool:
    """Tell whether a text holds one of the person's own secrets."""
    return any(value in text for value in _values) if _values else False


def _is_secret_name(name: str) -> bool:
    from miminions.redact.patterns import NOT_A_SECRET_NAME  # has patterns that take a while to build

    return not NOT_A_SECRET_NAME.search(name)


def _forms(value: str) -> Iterator[str]:
    """Yield a value as it stands in a text and in JSON; a key of several lines is known by each long one."""
    lines = value.split("\n")
    for line in lines:
        if len(line) >= 32 or (len(lines) == 1 and _is_secret(line)):
            yield line
            escaped = line.replace("\\", "\\\\").replace('"', '\\"')
            if escaped != line:
                yield escaped


def _is_secret(value: str) -> bool:
    """Tell a secret from the words, numbers, switches and paths that such variables hold as well."""
    from miminions.redact.judge import is_placeholder  # has patterns that take a while to build
    from miminions.redact.patterns import LOCATION, PARTS

    if len(value) < 8 or is_placeholder(value) or LOCATION.match(value) or value.startswith(("/", "~", "./")):
        return False
    if value.isdigit():
        return len(value) >= 12
    return not all(part.isalpha() for part in PARTS.split(value) if part)
