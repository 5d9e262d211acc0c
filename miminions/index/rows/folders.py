"""Memory folders as origins: whether one changed is told by stat, and only a changed one is read."""

import os
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

from miminions.errors import MiminionsError
from miminions.files import Snapshot, read
from miminions.index.rows.memory import Files, memory_sources
from miminions.index.rows.values import Source, key_of
from miminions.layout import Layout
from miminions.memory.folder import named_and_shared
from miminions.redact import redact
from miminions.settings import tighter

# What rows are made from, below a memory folder; each has a bit in a stamp's first number.
_NAMES = ("/MEMORY.md", "/HISTORY.md", "/ARCHIVE.md", "/history", "/archive")
_FILES, _FOLDERS = _NAMES[:3], _NAMES[3:]
_LOOKS = tuple(
    ("", *(name for bit, name in enumerate(_FILES) if there >> bit & 1)) for there in range(1 << len(_FILES))
)
# What was saved a moment ago may be saved again with the same time and size, in nanoseconds: the clocks of most file
# systems tick every few milliseconds, those that keep hundredths of a second or less every two seconds.
_TICK, _COARSE_TICK, _COARSE = 50_000_000, 2_000_000_000, 10_000_000
_POSITIVE = (1 << 63) - 1


class FolderOrigin:
    """A memory folder as an origin: `workspace` is whose its rows are, `share` how much of it they are.

    `name` is the label that people see, the folder's own where it is empty. With `retired` the archives are among its
    rows. With `named` it counts only while its memory file bears the id `workspace`, gives no more than that file
    shares, and gives nothing where it cannot be read: its own `doctor` says why.
    """

    __slots__ = (
        "_folder",
        "_folder_name",
        "_name",
        "_named",
        "_retired",
        "_root",
        "_share",
        "_workspace",
        "key",
    )

    def __init__(  # noqa: PLR0913  # each says something else about what it gives
        self,
        root: str,
        workspace: str,
        *,
        name: str = "",
        folder: str = "memory",
        share: str = "all",
        retired: bool = False,
        named: bool = False,
    ) -> None:
        self._root, self._workspace, self._name, self._folder_name = root, workspace, name, folder
        self._share, self._retired, self._named = share, retired, named
        self._folder = f"{root}/{folder}"
        self.key = key_of(f"{self._folder}\0{workspace}\0{name}\0{share}\0{retired}\0{named}")

    def stamp(self, known: bytes) -> bytes:
        """Return the numbers that stat has for all files and folders, empty where one was saved a moment ago."""
        return known if known and self._unchanged(known) else self._stamp()

    def _unchanged(self, known: bytes) -> bool:
        """Say whether stat has the known numbers still; what was not there would show by the folder's own time."""
        before = array("q", known)
        there = before[0]
        if not 0 <= there < len(_LOOKS):
            return known == self._stamp()
        now, folder, stat = array("q", (there,)), self._folder, os.stat
        try:
            for name in _LOOKS[there]:
                found = stat(folder + name)
                now.extend((found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _POSITIVE))
        except (OSError, ValueError):
            return False
        return now == before

    def _stamp(self) -> bytes:
        there, numbers = 0, array("q", (0,))
        try:
            for bit, name in enumerate(("", *_NAMES)):
                found = _stat(self._folder + name)
                if found is None:
                    continue
                there |= 1 << bit
                if not _add(found, numbers):
                    return b""
                if name in _FOLDERS and not all(_add(one, numbers) for one in _within(self._folder + name)):
                    return b""
        except (OSError, ValueError):
            return b""
        # Without the folder itself there is nothing to tell new names by, and nothing to read.
        numbers[0] = there >> 1 if there & 1 else -1
        return numbers.tobytes()

    def sources(self) -> list[Source]:
        """Read the files of the folder. Raises FileError."""
        layout = Layout(Path(self._root), self._folder_name)
        if not self._named:
            return self._given(_read(layout), self._share)
        try:
            files = _read(layout)
            identity, word = named_and_shared(files.memory.text)
        except MiminionsError:
            return []
        share = tighter(word, self._share)
        return [] if identity != self._workspace or share == "none" else self._given(files, share)

    def _given(self, files: Files, share: str) -> list[Source]:
        name = self._name or redact(files.layout.name)
        return memory_sources(files, self._workspace, name, share, retired=self._retired)


def _read(layout: Layout) -> Files:
    memory = read(layout.memory)
    histories, archives = (_all(layout.history, layout.histories), _all(layout.archive, layout.archives))
    return Files(layout, memory, histories, archives)


def _all(common: Path, folder: Path) -> tuple[Snapshot, ...]:
    return tuple(read(path) for path in dict.fromkeys((common, *sorted(folder.glob("*.md")))))


def _within(folder: str) -> Iterator[os.stat_result]:
    for name in sorted(os.listdir(folder)):  # noqa: PTH208  # names are all that is needed
        if name.endswith(".md"):
            yield os.stat(f"{folder}/{name}")  # noqa: PTH116


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116  # a thousand of them in milliseconds
    except (FileNotFoundError, NotADirectoryError):
        return None


def _add(found: os.stat_result, numbers: "array[int]") -> bool:
    """Add what stat found to the numbers, and say whether its time can be relied on."""
    saved, changed = found.st_mtime_ns, found.st_ctime_ns
    numbers.extend((found.st_size, saved, changed, found.st_ino & _POSITIVE))
    return max(saved, changed) + (_TICK if saved % _COARSE else _COARSE_TICK) < time.time_ns()
