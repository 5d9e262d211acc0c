"""When the disk refuses, a command does not say that it is done, leaves whole files, and once more of it succeeds."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench import Call, Ran, figures, need_strace, spread
from prepare import ONCE, Scenario, Seen, Versions, prepared

SAMPLE = 5
BROKEN = ("distill", "forget", "remember")
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS", "EINTR")
INSIDE = Path(__file__).with_name("full_disk.py")


@dataclass(slots=True)
class Faults:
    """What came of breaking a command."""

    name: str
    tried: int = 0
    refused: int = 0
    lied: list[str] = field(default_factory=list)
    unsynced: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)

    def line(self, what: str, seconds: float) -> str:
        """Return the figures."""
        return (
            f"law-errors {self.name} {what}: {self.tried} faults, {self.refused} refused, {len(self.lied)} said done and"
            f" were not, {len(self.unsynced)} said done though not on the disk, {len(self.torn)} torn files, {len(self.crashed)} called a bug, {len(self.different)} other ends"
            f" once the fault was gone, {seconds:.0f} s"
        )

    def check(self) -> None:
        """Fail where anything is wrong."""
        assert self.lied == []
        assert self.unsynced == []
        assert self.torn == []
        assert self.crashed == []
        assert self.different == []


@dataclass(slots=True)
class Trial:
    """A scenario, what it should end as, and what came of breaking it so far."""

    scenario: Scenario
    golden: Seen
    versions: Versions
    faults: Faults

    def broken(
        self, where: str, breaking: Callable[[], Ran], mend: Callable[[], None] = lambda: None
    ) -> None:
        """Break the command once, mend the fault, run it again, and note what is wrong."""
        faults, place = self.faults, self.scenario.place
        place.restore()
        ran = breaking()
        files = place.files()
        mend()
        faults.tried += 1
        faults.refused += ran.code != 0
        faults.torn += [f"{name} at {where}" for name in self.versions.torn(files)]
        done = {name: files.get(name) for name in self.golden.files} == self.golden.files
        if ran.code == 0 and not done:
            faults.lied.append(f"{ran.out} at {where}")
        if ran.code < 0 or ran.code == 1:
            faults.crashed.append(f"{ran.code} {ran.err[0].strip()} at {where}")
        again = self.scenario.bench.run(self.scenario.command, *self.scenario.looks())
        ended = self.scenario.seen(again)
        if again.codes[0] != 0 and not (done and faults.name in ONCE):
            faults.different.append(f"{again.err[0].strip()} at {where}")
        if not ended.like(self.golden):
            faults.different.append(f"{ended.difference(self.golden)} at {where}")


def trial(name: str, scenario: Scenario) -> tuple[Trial, list[Call]]:
    """Run a scenario unbroken, and return what is needed to break it."""
    before = scenario.place.files()
    calls = scenario.bench.changes(*scenario.command) if shutil.which("strace") else []
    if not calls:
        assert scenario.bench.run(scenario.command).code == 0
    golden = scenario.seen(scenario.bench.run(*scenario.looks()))
    versions = Versions(before)
    versions.add(golden.files)
    return Trial(scenario, golden, versions, Faults(name)), calls


def unsynced(call: Call, error: str) -> bool:
    """Say whether an error means that memory is not on the disk; EINTR only means to ask again."""
    return call.name in {"fsync", "fdatasync"} and "/memory" in call.line and error in {"EIO", "ENOSPC"}


@pytest.mark.parametrize("name", BROKEN)
def test_an_error_of_any_call(name, full, tmp_path):
    """Whichever call fails with whichever error: old bytes or new ones, "done" only when it is, and then it recovers."""
    need_strace(tmp_path)
    began = time.monotonic()
    with prepared(name, tmp_path / "place") as scenario:
        attempt, calls = trial(name, scenario)
        points = calls if full else spread(calls, SAMPLE)
        for number, call in enumerate(points):
            for error in ERRORS if full else (ERRORS[number % len(ERRORS)],):
                where = f"{error} of {call.name} {call.number}: {call.line[:150]}"
                inject = f"{call.name}:error={error}:when={call.number}"
                refused = attempt.faults.refused
                attempt.broken(
                    where, lambda inject=inject: scenario.bench.run(scenario.command, inject=inject)
                )
                if refused == attempt.faults.refused and unsynced(call, error):
                    attempt.faults.unsynced.append(where)
    figures(attempt.faults.line("errno", time.monotonic() - began))
    attempt.faults.check()


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_grow(name, full, tmp_path):
    """A write that is cut short at any size, as a quota does it, is an error and no short file."""
    began = time.monotonic()
    with prepared(name, tmp_path / "place") as scenario:
        attempt, _ = trial(name, scenario)
        largest = max(len(content) for content in attempt.golden.files.values())
        for size in range(0, largest, 8 if full else largest // 4 + 1):
            attempt.broken(
                f"files of {size} bytes", lambda size=size: scenario.bench.run(scenario.command, largest=size)
            )
    figures(attempt.faults.line("short writes", time.monotonic() - began))
    attempt.faults.check()


HOWS = ("space", "inodes", "memory read-only", "home read-only", "memory 0500", "home 0500")


@pytest.mark.parametrize("how", HOWS)
def test_a_disk_that_refuses(how, full, tmp_path):
    """A full disk, no free inodes, a read-only file system, missing permissions: as for any other error."""
    names = BROKEN if full else (BROKEN[HOWS.index(how) % len(BROKEN)],)
    for name in names:
        disk = tmp_path / name
        disk.mkdir()
        command = [sys.executable, str(INSIDE), name, how, str(disk), "full" if full else "sample"]
        done = subprocess.run([*enclosed(how, disk), *command], capture_output=True, text=True, check=False)
        figures(done.stdout.strip() or done.stderr)

        assert done.returncode == 0, done.stderr


def enclosed(how: str, disk: Path) -> list[str]:
    """Return what a command is run in: a small disk that nobody else sees, or without root's right to write anywhere."""
    if "0500" in how:
        if os.geteuid() != 0:
            return []
        if not shutil.which("setpriv"):
            pytest.skip("root ignores permissions, and there is no setpriv to change that")
        return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    inside = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        'mount -t tmpfs -o "size=24m,nr_inodes=4000" none "$0" && exec "$@"',
    ]
    if not shutil.which("unshare") or subprocess.run([*inside, disk, "true"], capture_output=True).returncode:  # noqa: PLW1510
        pytest.skip("this system gives no mounts of its own to a process")
    return [*inside, str(disk)]
