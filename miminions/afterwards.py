"""Looks once more at files that a command displaced, two seconds later and in a process of its own, so that nobody waits."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import sleep, time

from miminions.files import try_lock
from miminions.layout import PERSONAL, Home, Layout, LocalLayout

# A little longer than an editor may hold a file open.
PAUSE = 2.1
# Commands that follow each other closely are waited for together, but not for ever.
ROUNDS = 100
# What could not be looked at for so many seconds is left to the next command.
LATEST = 10.0


def start(root: Path, identity: str, home: Home, *, since: float = 0.0) -> bool:
    """Start the process for a workspace if files were displaced there `since` and no other process waits; say whether.

    What cannot be started is left to the next command. The process is nobody's child: nothing is left to wait for.
    """
    local = home.local(identity)
    if not _unlooked(local, home, since):
        return False
    words = [sys.executable, "-P", "-m", "miminions.afterwards", str(root), identity, str(home.root)]
    try:
        with try_lock(_waiting(local)) as free:
            if not free:
                return False
        _spawn(words, home.root)
    except Exception:  # noqa: BLE001  # the command is done and well; this is for later
        return False
    return True


def _spawn(words: list[str], folder: Path) -> None:
    environment = dict(os.environ)
    if "PYTHONPATH" in environment:
        # It starts in another folder, so that none is held that somebody wants to remove.
        paths = environment["PYTHONPATH"].split(os.pathsep)
        environment["PYTHONPATH"] = os.pathsep.join(str(Path(path).absolute()) for path in paths if path)
    if os.name == "nt":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined,unused-ignore]
        process = subprocess.Popen(
            words, cwd=folder, env=environment, creationflags=flags, close_fds=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # Windows keeps no list of children, and Python need not warn of one that lives on.
        process.returncode = 0
        return
    # The shell ends at once, so that the process is adopted by the system: it can become no zombie of ours.
    subprocess.run(
        ["/bin/sh", "-c", '"$@" &', "sh", *words], cwd=folder, env=environment, start_new_session=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def main(words: list[str]) -> None:
    """Wait until no editor can hold a displaced file any more, and look at them; nothing, where the workspace is gone."""
    root, identity, home = Path(words[0]), words[1], Home(Path(words[2]))
    layout = home.personal if identity == PERSONAL else Layout(root)
    local = home.local(identity)
    # What comes while we let go of the lock would find it held, and nobody waiting.
    while _is_there(layout, local) and _unlooked(local, home, time() - LATEST):
        with try_lock(_waiting(local)) as free:
            if not free or not _look(layout, local, home):
                return


def _look(layout: Layout, local: LocalLayout, home: Home) -> bool:
    """Look until all is looked at, and say whether that went well."""
    from miminions.errors import MiminionsError

    for _ in range(ROUNDS):
        if not _unlooked(local, home, time() - LATEST):
            return True
        sleep(PAUSE)
        if not _is_there(layout, local):
            return False
        from miminions.keeper import Keeper

        keeper = Keeper(layout, home.personal, local, home.local(PERSONAL))
        try:
            keeper.settle(datetime.now(UTC), last=False)
        except MiminionsError:
            # The next command meets the same trouble, and says so.
            return False
    return False


def _is_there(layout: Layout, local: LocalLayout) -> bool:
    return layout.memory.is_file() and local.folder.is_dir()


def _unlooked(local: LocalLayout, home: Home, since: float = 0.0) -> bool:
    """Say whether a displaced file was not looked at since an editor may have written it."""
    places = {local.kept, home.local(PERSONAL).kept}
    return any(_is_new(path, since) for kept in places for path in kept.glob("*.json"))


def _is_new(record: Path, since: float) -> bool:
    try:
        return record.stat().st_mtime >= since and b'"looked": false' in record.read_bytes()
    except OSError:
        return False


def _waiting(local: LocalLayout) -> Path:
    return local.folder / "afterwards.lock"


if __name__ == "__main__":
    main(sys.argv[1:])
