"""A warm interpreter: forks a process for each run of the command line, which may be traced, limited and killed."""

import ctypes
import importlib
import json
import os
import pkgutil
import resource
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import miminions

# Lets a tracer that is no ancestor of ours attach, where the kernel asks for that.
SET_PTRACER, ANY = 0x59616D61, ctypes.c_ulong(-1)


def main() -> None:
    """Serve requests, a line of JSON each, until the input ends."""
    for module in pkgutil.walk_packages(miminions.__path__, "miminions."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in (
        "sqlite_utils",
        "rich.console",
        "rich.table",
        "yaml",
        "frontmatter",
        "markdown_it",
        *sys.argv[1:],
    ):
        importlib.import_module(name)
    answer({"ready": os.getpid()})
    for line in sys.stdin:
        request = json.loads(line)
        if "warm" in request:
            warm(request)
        else:
            serve(request)


def warm(request: dict) -> None:
    """Run a command that writes nothing in this very process, so that forked ones find patterns and tables ready."""
    from miminions.cli import run

    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
        run(request["warm"])
    os.chdir("/")
    answer({"warm": True})


def serve(request: dict) -> None:
    """Fork one process, let it go when told so, and say how it ended."""
    wait, go = os.pipe()
    ready, set_up = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(go)
        child(request, wait, set_up)
    os.close(wait)
    os.close(set_up)
    # A tracer that came earlier would count what only sets the process up.
    os.read(ready, 1)
    os.close(ready)
    answer({"pid": pid})
    while json.loads(sys.stdin.readline()).get("poke"):
        os.write(go, b"p")
    os.write(go, b"g")
    os.close(go)
    _, status, usage = os.wait4(pid, 0)
    answer({"code": os.waitstatus_to_exitcode(status), "seconds": usage.ru_utime + usage.ru_stime})


def child(request: dict, wait: int, set_up: int) -> None:
    """Run the commands of a request, each with files for its output, and end with the last one's exit code."""
    code = 70
    try:
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        outputs = [
            [os.open(Path(request["results"]) / f"{number}.{kind}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
             for kind in ("out", "err")]
            for number in range(len(request["commands"]))
        ]  # fmt: skip
        from miminions.cli import run

        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(SET_PTRACER, ANY, 0, 0, 0)
        os.close(set_up)
        while os.read(wait, 1) == b"p":
            # Does nothing; whoever traces us sees it, and then knows that he does.
            os.getpriority(os.PRIO_PROCESS, 0)
        if request.get("largest") is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"], request["largest"]))
        for words, (out, err) in zip(request["commands"], outputs, strict=True):
            os.dup2(out, 1)
            os.dup2(err, 2)
            code = run(words)
            sys.stdout.flush()
            os.write(err, f"\nexit {code}".encode())
    finally:
        os._exit(code)


def answer(value: dict) -> None:
    """Write a line of JSON."""
    sys.__stdout__.write(json.dumps(value) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main()
