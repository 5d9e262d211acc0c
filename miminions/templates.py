"""Finds and fills templates: the workspace's, else the person's, else the shipped ones."""

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template as Pattern

from miminions.errors import TemplateError
from miminions.files import digest_of, encode, read

_NAME = re.compile(r"\w[\w.-]*")
_PACKAGE = Path(__file__).parent
# The wheel carries the folder inside the package; a checkout has it beside the package.
SHIPPED = next((p for p in (_PACKAGE / "_templates", _PACKAGE.parent / "templates") if p.is_dir()), _PACKAGE)


@dataclass(frozen=True, slots=True)
class Template:
    """A template's text and where it came from; `$name` marks a place, `$$` is a dollar sign."""

    name: str
    path: Path
    text: str

    @property
    def digest(self) -> str:
        """The digest that is kept with what the template made."""
        return digest_of(encode(self.text))[:12]

    def fill(self, **values: str) -> str:
        """Put the values in. Raises TemplateError that lists every name nobody gave."""
        pattern = Pattern(self.text)
        if not pattern.is_valid():
            raise TemplateError(f"{self.path} has a lone `$`", hint="write `$$` for a dollar sign")
        missing = sorted(set(pattern.get_identifiers()) - set(values))
        if missing:
            raise TemplateError(
                f"{self.path} asks for {', '.join('$' + name for name in missing)}",
                hint=f"there are: {', '.join('$' + name for name in sorted(values))}",
            )
        return pattern.substitute(values)


def find(name: str, folders: tuple[Path, ...] = ()) -> Template:
    """Return the template of that name from the first folder that has it, else the shipped one.

    Raises TemplateError when there is none.
    """
    for folder in (*folders, SHIPPED) if _NAME.fullmatch(name) else ():
        snapshot = read(folder / name)
        if snapshot.exists:
            return Template(name, snapshot.path, snapshot.text)
    raise TemplateError(f"no template is called {name}", hint=f"the shipped ones are in {SHIPPED}")
