"""An open workspace: where it lies, who it is, whether it is trusted, and what its files say."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Self

from miminions.errors import WorkspaceMissingError
from miminions.files import read
from miminions.layout import PERSONAL, Home, Layout, LocalLayout, find, home_of, repository
from miminions.memory.folder import State, identity_of, read_folder
from miminions.redact import redact
from miminions.registry import changed_since, check_trust, is_trusted
from miminions.settings import Settings, current_environment, load, tighter
from miminions.workspace.places import gone_workspace, named_workspace, sharing_around

EMPTY_TRIES, PAUSE = 20, 0.01
Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time; everything that needs it takes a clock."""
    return datetime.now(UTC)


class OpenWorkspace:
    """A folder with memory, or the personal workspace where there is none."""

    def __init__(self, layout: Layout, home: Home, settings: Settings, *, clock: Clock = now) -> None:
        self.layout = layout
        self.home = home
        self.settings = settings
        self._clock = clock
        # The folder it was looked for from; None when it was named.
        self.asked_at: Path | None = None
        self._id = PERSONAL if layout == home.personal else ""

    @classmethod
    def open(
        cls,
        path: str | Path = ".",
        *,
        home: str | Path | None = None,
        flags: Mapping[str, object] | None = None,
        clock: Clock = now,
    ) -> Self:
        """Open the workspace at or above `path`; outside any workspace the personal one.

        The setting `workspace` (a path or a name) wins over `path`. Raises WorkspaceMissingError for a name or path
        without one, SettingError.
        """
        environment = current_environment()
        place = Home(Path(home).expanduser().absolute()) if home else home_of(environment)
        settings = load(place.config, environment, flags)
        named = settings.text("workspace")
        layout = named_workspace(named, place) if named else find(Path(path).expanduser(), place)
        opened = cls(layout or place.personal, place, settings, clock=clock)
        opened.asked_at = None if named else Path(path).expanduser()
        return opened

    @property
    def gone(self) -> Path | None:
        """The folder that the caller stands in, a workspace whose memory is gone; None where all is there."""
        return gone_workspace(self.asked_at, self.home) if self.asked_at else None

    @property
    def astray(self) -> bool:
        """Whether the caller stands in a repository without a workspace, so that this is the personal one."""
        return (
            self.asked_at is not None and self.personal and repository(self.asked_at.absolute()) is not None
        )

    def check_there(self) -> None:
        """Raise WorkspaceMissingError where the memory of the workspace that the caller stands in is gone."""
        if root := self.gone:
            raise WorkspaceMissingError(
                f"the memory of {root} is gone",
                hint="`git restore memory` brings back what was committed, `miminions init` begins anew under the old name",
            )

    @property
    def personal(self) -> bool:
        """Whether this is the personal workspace."""
        return self.layout == self.home.personal

    @property
    def name(self) -> str:
        """The label people see."""
        return PERSONAL if self.personal else redact(self.layout.name)

    @property
    def id(self) -> str:
        """The random id from the front matter; empty before `init`."""
        # It never changes once it is written, and reading it means reading the file.
        for _ in range(EMPTY_TRIES):
            if self._id:
                break
            memory = read(self.layout.memory)
            self._id = identity_of(memory.text)
            if memory.text or not memory.exists:
                break
            # An editor that has just emptied the file gets a moment to write it.
            sleep(PAUSE)
        return self._id

    @property
    def known(self) -> str:
        """The id as far as it was asked for; nothing is read."""
        return self._id

    @property
    def local(self) -> LocalLayout:
        """The paths of what this machine keeps of it. Raises WorkspaceMissingError before `init`."""
        if not self.id:
            raise WorkspaceMissingError(
                f"{self.layout.memory} names no workspace", hint="`miminions init` writes the missing line"
            )
        return self.home.local(self.id, self.layout.root)

    @property
    def trusted(self) -> bool:
        """Whether its owner trusts it on this machine."""
        return self.personal or bool(self.id and is_trusted(self.home, self.id, self.layout.root))

    @property
    def today(self) -> str:
        """The day in UTC."""
        return f"{self._clock().astimezone(UTC):%Y-%m-%d}"

    def now(self) -> datetime:
        """Return the time by its clock."""
        return self._clock()

    @property
    def share(self) -> str:
        """What it lets others see, the tighter of its own word and the person's."""
        return tighter(self.state().share, self.settings.text("share"))

    def state(self) -> State:
        """Read its memory files. Raises FileError."""
        return read_folder(self.layout)

    def person(self) -> State:
        """Read the personal memory files. Raises FileError."""
        return read_folder(self.home.personal)

    def overlay(self) -> State:
        """Read its private overlay, which never leaves this machine. Raises FileError, WorkspaceMissingError."""
        return read_folder(self.local.overlay)

    def person_workspace(self) -> Self:
        """Return the personal workspace."""
        return (
            self
            if self.personal
            else type(self)(self.home.personal, self.home, self.settings, clock=self._clock)
        )

    def around(self) -> tuple[Layout, ...]:
        """Return the trusted workspaces around this one that share anything, the nearest first."""
        return () if self.personal else sharing_around(self.layout, self.home, self.settings.text("share"))

    def check_trust(self) -> None:
        """Raise NotTrustedError for memory that came with a clone, WorkspaceMissingError before `init`."""
        if not self.personal:
            check_trust(self.home, self.id, self.layout.root)

    def changed_by_others(self) -> tuple[str, ...]:
        """Return the names of its memory files that are not as we left them."""
        return (
            tuple(Path(path).name for path in changed_since(self.local, self.state().digests))
            if self.id
            else ()
        )

    def template_folders(self) -> tuple[Path, ...]:
        """Return where templates are looked for before the shipped ones: the workspace's, then the person's."""
        mine = (self.home.root / "templates",)
        return (self.layout.templates, *mine) if self.trusted and not self.personal else mine
