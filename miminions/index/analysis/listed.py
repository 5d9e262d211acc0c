"""Lists of words as files beside the code: a name goes in, its words come out."""

_FOLDER = f"{__file__[: -len('listed.py')]}lists/"


def text_of(name: str) -> str:
    """Return a list as it is written."""
    with open(f"{_FOLDER}{name}.txt", encoding="utf-8") as file:  # noqa: PTH123  # pathlib takes longer to import
        return file.read()


def word_set(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text_of(name).split())


def table(name: str) -> list[tuple[str, list[str]]]:
    """Return the lines of a list `name: words`, each as its name and its words."""
    return [
        (first, words.split())
        for first, _, words in (line.partition(": ") for line in text_of(name).splitlines())
    ]
