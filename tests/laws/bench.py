"""The bench of the laws: prepared folders, commands run in processes of their own, system calls counted and broken."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import miminions

ZYGOTE = Path(__file__).with_name("zygote.py")
# Every system call that changes a file system, and the two that make a change durable.
CALLS = (
    "openat", "write", "writev", "pwrite64", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "ftruncate",
    "fallocate", "fsync", "fdatasync", "copy_file_range", "sendfile",
)  # fmt: skip
CALL = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<rest>.*)")
TEMPORARY = re.compile(r"\.mm-[0-9a-z]{8}\b")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call of a traced run: its name, the how manieth of that name it was, and its line."""

    name: str
    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Ran:
    """How a process ended, what each of its commands printed, and its calls when it was traced."""

    code: int
    out: tuple[str, ...]
    err: tuple[str, ...]
    codes: tuple[int | None, ...]
    calls: tuple[Call, ...] = ()

    @property
    def killed(self) -> bool:
        """Say whether a SIGKILL ended it."""
        return self.code == -9


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace and the person's home in one folder, which can be kept and brought back."""

    base: Path

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.base / "live" / "shop"

    @property
    def home(self) -> Path:
        """What MIMINIONS_HOME names."""
        return self.base / "live" / "home"

    def keep(self) -> None:
        """Keep everything as it is now, but for displaced files: how old these are decides what the next run does."""
        for displaced in self.home.glob("workspaces/*/kept"):
            shutil.rmtree(displaced)
        shutil.rmtree(self.base / "kept", ignore_errors=True)
        shutil.copytree(self.base / "live", self.base / "kept", symlinks=True)

    def restore(self) -> None:
        """Bring everything back as it was kept."""
        for folder in (self.base / "live").iterdir() if (self.base / "live").exists() else ():
            shutil.rmtree(folder)
        shutil.copytree(self.base / "kept", self.base / "live", symlinks=True, dirs_exist_ok=True)

    def files(self) -> dict[str, bytes]:
        """Return the files of both memory folders, by name below the place."""
        live = self.base / "live"
        folders = (self.root / "memory", self.home / "memory")
        paths = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
        return {str(path.relative_to(live)): path.read_bytes() for path in paths}

    def temporaries(self) -> list[str]:
        """Return the names of temporary files that are left anywhere in the place."""
        return temporaries(self.base / "live")


def temporaries(folder: Path) -> list[str]:
    """Return the names of temporary files anywhere in a folder; what is kept on purpose is none."""
    found = (p.relative_to(folder) for p in folder.rglob("*") if TEMPORARY.search(p.name))
    return sorted(str(path) for path in found if "kept" not in path.parts)


class Bench:
    """Runs commands in processes forked from one warm interpreter."""

    def __init__(self, place: Place, *modules: str, environment: dict[str, str] | None = None) -> None:
        self.place = place
        # Not in the place: its disk may be full.
        self.results = Path(tempfile.mkdtemp(prefix="results-"))
        self.environment = {"MIMINIONS_HOME": str(place.home), "NO_COLOR": "1", **(environment or {})}
        self._process = subprocess.Popen(
            [sys.executable, str(ZYGOTE), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # The order of sets decides nothing that we promise, but calls are counted here.
            env={
                **os.environ,
                **self.environment,
                "PYTHONPATH": str(Path(miminions.__file__).parents[1]),
                "PYTHONHASHSEED": "0",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        self._answer()

    def close(self) -> None:
        """End the interpreter."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        shutil.rmtree(self.results, ignore_errors=True)

    def run(
        self, *commands: Sequence[str], inject: str = "", trace: bool = False, largest: int | None = None
    ) -> Ran:
        """Run commands one after the other in one new process.

        `inject` is a call and what happens to it, as strace reads it; with `trace` the calls are counted; `largest`
        is the size in bytes beyond which no file can grow.
        """
        self._ask(
            {
                "commands": commands,
                "folder": str(self.place.root),
                "results": str(self.results),
                "environment": self.environment,
                "largest": largest,
            }
        )
        pid = self._answer()["pid"]
        log = self.results / "trace"
        tracer = self._attach(pid, log, inject) if inject or trace else None
        self._ask({"go": True})
        code = self._answer()["code"]
        if tracer is not None:
            tracer.wait(timeout=60)
        out = tuple((self.results / f"{n}.out").read_text("utf-8") for n in range(len(commands)))
        said = [
            (self.results / f"{n}.err").read_text("utf-8").rpartition("\nexit ") for n in range(len(commands))
        ]
        codes = tuple(int(number) if mark else None for _, mark, number in said)
        return Ran(code, out, tuple(words[0] for words in said), codes, _calls(log, pid) if tracer else ())

    def warm(self, *command: str) -> None:
        """Run a command that writes nothing where all others are forked from."""
        self._ask({"warm": command, "folder": str(self.place.root), "environment": self.environment})
        self._answer()

    def changes(self, *command: str) -> list[Call]:
        """Run a command and return its calls that change files of the place, and those that make that durable."""
        ran = self.run(command, trace=True)
        assert ran.code == 0, ran.err
        return [call for call in ran.calls if str(self.place.base / "live") in call.line and _changing(call)]

    def _attach(self, pid: int, log: Path, inject: str) -> subprocess.Popen[bytes]:
        traced = inject.partition(":")[0] if inject else ",".join(CALLS)
        broken = ["-e", f"inject={inject}"] if inject else []
        log.unlink(missing_ok=True)
        command = ["strace", "-f", "-qq", "-y", "-o", str(log), "-e", f"trace=getpriority,{traced}", *broken]
        tracer = subprocess.Popen([*command, "-p", str(pid)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not (log.exists() and "getpriority" in log.read_text("utf-8")):
            assert tracer.poll() is None, "strace could not attach"
            assert time.monotonic() < deadline, "strace did not attach"
            self._ask({"poke": True})
            time.sleep(0.002)
        return tracer

    def _ask(self, value: dict[str, object]) -> None:
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, int]:
        return json.loads(self._process.stdout.readline())


@contextmanager
def bench(place: Place, *modules: str, environment: dict[str, str] | None = None) -> Iterator[Bench]:
    """Open a bench and close it."""
    opened = Bench(place, *modules, environment=environment)
    try:
        yield opened
    finally:
        opened.close()


def need_strace(tmp_path: Path) -> None:
    """Skip a test where system calls cannot be traced or not be broken."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    command = ["strace", "-qq", "-o", str(tmp_path / "try"), "-e", "trace=mkdir"]
    done = subprocess.run(
        [*command, "-e", "inject=mkdir:error=EIO:when=1", "mkdir", str(tmp_path / "never")],
        capture_output=True,
        check=False,
    )
    if done.returncode == 0 or (tmp_path / "never").exists() or b"ptrace" in done.stderr:
        pytest.skip("this system does not let strace break system calls")


def spread(points: Sequence[Call], count: int) -> list[Call]:
    """Return about `count` points evenly over all of them, the first and the last among them."""
    if len(points) <= count:
        return list(points)
    return [points[round(n * (len(points) - 1) / (count - 1))] for n in range(count)]


def figures(line: str) -> None:
    """Print the figures of a law, one line."""
    print(f"\n{line}", flush=True)  # noqa: T201


def _calls(log: Path, pid: int) -> tuple[Call, ...]:
    """Read a trace: the calls of the main thread in order, since strace counts for each thread by itself."""
    counted: Counter[str] = Counter()
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        match = CALL.match(line)
        if match and int(match["pid"]) == pid:
            counted[match["name"]] += 1
            found.append(Call(match["name"], counted[match["name"]], line))
    return tuple(found)


def _changing(call: Call) -> bool:
    return call.name != "openat" or any(word in call.line for word in ("O_CREAT", "O_TRUNC"))


def unexpected(names: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return the names that nobody wanted."""
    return sorted(set(names) - set(wanted))


def same_call(one: Call, other: Call) -> bool:
    """Say whether two runs made the same call, whatever the random part of names and the numbers of files are."""
    return _plain(one.line) == _plain(other.line)


def _plain(line: str) -> str:
    line = line.partition(" ")[2].rpartition(" = ")[0]
    return re.sub(r"mm-[0-9a-z]{8}|[0-9a-f]{16}|\d{8}T\d+|\b\d+<|\d{3,}|0x[0-9a-f]+|\".*?\"\.\.\.", "*", line)
