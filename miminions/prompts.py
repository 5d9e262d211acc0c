"""Prompt files and skills of a workspace, read for its context."""

from collections.abc import Iterator

from miminions.context import PromptFile, Skill
from miminions.errors import MemoryFileError
from miminions.files import read
from miminions.layout import PROMPT_FILES, Layout
from miminions.markdown import front_matter, parse


def prompt_files(layout: Layout) -> tuple[PromptFile, ...]:
    """Return the prompt files that are there, from prompt/ or the root. Raises FileError."""
    paths = ((name, layout.prompt_file(name)) for name in PROMPT_FILES)
    files = (PromptFile(name, read(path).text.removeprefix("\ufeff")) for name, path in paths if path)
    return tuple(file for file in files if file.text.strip())


def skills(layout: Layout) -> tuple[Skill, ...]:
    """Return one line for each skills/<name>/SKILL.md, by name. Raises FileError."""
    return tuple(_skills(layout))


def _skills(layout: Layout) -> Iterator[Skill]:
    paths = (path for path in layout.skills.glob("*/SKILL.md") if path.is_file())
    for path in sorted(paths, key=lambda path: path.parent.name):
        document = parse(read(path).text)
        try:
            keys = front_matter(document)
        except MemoryFileError:
            keys = {}
        name = _line(keys.get("name") or path.parent.name)
        about = _line(keys.get("description") or "no description")
        yield Skill(name, about, path.relative_to(layout.root).as_posix())


def _line(value: object) -> str:
    return " ".join(str(value).split())
