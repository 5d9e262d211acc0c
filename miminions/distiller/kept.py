"""A model's answers about one session, kept on disk until all of them are there: what was paid once is not asked again."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path

from miminions.records import load, store


class Replies(MutableMapping[str, str]):
    """Answers by request, each written at once; a damaged or missing file has none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getitem__(self, key: str) -> str:
        return str(load(self._path)[key])

    def __setitem__(self, key: str, answer: str) -> None:
        store(self._path, {**load(self._path), key: answer})

    def __delitem__(self, key: str) -> None:
        held = load(self._path)
        del held[key]
        store(self._path, held)

    def __iter__(self) -> Iterator[str]:
        return iter(load(self._path))

    def __len__(self) -> int:
        return len(load(self._path))
