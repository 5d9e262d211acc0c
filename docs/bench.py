"""Times commands as whole processes against a bare interpreter, in turn, and prints medians and ratios."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
PROGRAM = [sys.executable, "-m", "miminions"]
BARE = [sys.executable, "-c", "pass"]
COMMANDS = {
    "import miminions": [sys.executable, "-c", "import miminions"],
    "--version": [*PROGRAM, "--version"],
    "--help": [*PROGRAM, "--help"],
    "recall (1,000 facts)": [*PROGRAM, "recall", "deploy limit of service 17"],
    "recall --everywhere": [*PROGRAM, "recall", "deploy limit of service 17", "--everywhere"],
    "context": [*PROGRAM, "context"],
    "show": [*PROGRAM, "show"],
    "remember (known)": [*PROGRAM, "remember", "The deploy limit of service 17 is 34 a day."],
    "distill (unchanged)": [*PROGRAM, "distill", "session.jsonl", "--offline"],
}


def main() -> None:
    """Make a workspace of 1,000 facts and time the commands in it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        root = Path(name, "ws")
        root.mkdir()
        environment = os.environ | {"MIMINIONS_HOME": f"{name}/home", "HOME": name}
        run(["init"], root, environment)
        facts = "".join(f"- The deploy limit of service {n} is {2 * n} a day.\n" for n in range(1000))
        memory = root / "memory" / "MEMORY.md"
        memory.write_text(memory.read_text("utf-8") + f"\n## Limits\n{facts}", "utf-8")
        (root / "session.jsonl").write_text(
            '{"role": "user", "content": "We decided to use uv.", "session_id": "s"}\n', "utf-8"
        )
        run(["fmt"], root, environment)
        run(["distill", "session.jsonl", "--offline", "--yes"], root, environment)
        report(root, environment)


def report(root: Path, environment: dict[str, str]) -> None:
    """Time every command after a bare interpreter, in turn, and print a table."""
    print("| command | ms | x bare |\n| --- | ---: | ---: |")
    for title, command in COMMANDS.items():
        clock(command, root, environment)
        pairs = [(clock(BARE, root, environment), clock(command, root, environment)) for _ in range(ROUNDS)]
        ratio = statistics.median(taken / bare for bare, taken in pairs)
        print(f"| {title} | {statistics.median(taken for _, taken in pairs) * 1000:.0f} | {ratio:.1f} |")


def clock(command: list[str], root: Path, environment: dict[str, str]) -> float:
    """Return the seconds a command takes."""
    start = time.perf_counter()
    subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)
    return time.perf_counter() - start


def run(words: list[str], root: Path, environment: dict[str, str]) -> None:
    """Run a command of ours."""
    subprocess.run([*PROGRAM, *words], cwd=root, env=environment, capture_output=True, check=True)


if __name__ == "__main__":
    main()
