"""Run on a small disk of its own: breaks a scenario by a disk that is full, read-only or closed, and mends it again."""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

from prepare import Scenario, prepared  # noqa: E402
from test_errors import Trial, trial  # noqa: E402

PAGE = 4096


def main(name: str, how: str, disk: Path, size: str) -> None:
    """Break the scenario in one way, at every amount of what is left or once, and print the figures."""
    began = time.monotonic()
    with prepared(name, disk / "place") as scenario:
        attempt, _ = trial(name, scenario)
        scenario.place.restore()
        if how in {"space", "inodes"}:
            steps = range(40 if how == "space" else 30)
            for left in steps if size == "full" else steps[::10]:
                exhausted(attempt, disk, left, how)
        else:
            closed(attempt, how)
    sys.stdout.write(attempt.faults.line(how, time.monotonic() - began) + "\n")
    attempt.faults.check()


def exhausted(attempt: Trial, disk: Path, left: int, how: str) -> None:
    """Leave so many pages or inodes on the disk."""
    ballast = disk / "ballast"

    def run() -> object:
        ballast.mkdir()
        free = os.statvfs(disk)
        if how == "space":
            with (ballast / "pages").open("wb") as file:
                file.write(b"\0" * max(0, (free.f_bavail - left) * PAGE))
        else:
            for number in range(max(0, free.f_ffree - left)):
                (ballast / str(number)).touch()
        return attempt.scenario.bench.run(attempt.scenario.command)

    def mend() -> None:
        for path in ballast.iterdir():
            path.unlink()
        ballast.rmdir()

    attempt.broken(f"{left} {how} left", run, mend)


def closed(attempt: Trial, how: str) -> None:
    """Make a folder read-only, by a mount or by its mode."""
    scenario: Scenario = attempt.scenario
    which, way = how.split()
    folder = scenario.place.root / "memory" if which == "memory" else scenario.place.home

    def run() -> object:
        if way == "0500":
            for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
                path.chmod(0o500)
        else:
            subprocess.run(["mount", "--bind", folder, folder], check=True)
            subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        return scenario.bench.run(scenario.command)

    def mend() -> None:
        if way == "0500":
            for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
                path.chmod(0o700)
        else:
            subprocess.run(["umount", folder], check=True)

    attempt.broken(f"{how}", run, mend)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
