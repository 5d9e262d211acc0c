"""The one place that starts git: words and bytes in, an answer out, and no exception."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 20.0
# Of what a git hook hands on, only who people are and which settings hold; never which repository is meant.
KEPT = (
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_CONFIG_",
    "GIT_EXEC_PATH",
)
# Messages that can be read, paths that are no patterns, nothing from the network, no question, no lock for a mere look.
FIXED = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
# Nothing that the repository's settings name is run.
QUIET = ("-c", f"core.hooksPath={os.devnull}", "-c", "log.showSignature=false")
LOOKING = ("-c", "core.fsmonitor=false")
DURABLE = ("-c", "core.fsync=committed,reference")


@dataclass(frozen=True, slots=True)
class Answer:
    """What git printed; `done` is whether it succeeded, `problem` its own first words where it did not."""

    done: bool
    content: bytes
    problem: str

    @property
    def text(self) -> str:
        """What git printed, as text without the last line's end."""
        return decode(self.content).rstrip("\n")


def ask(
    folder: Path,
    *words: str,
    given: bytes | None = None,
    index: Path | None = None,
    writes: bool = False,
    literal: bool = True,
) -> Answer:
    """Run git in a folder; `index` is used in place of the person's, `writes` is for what changes anything.

    Paths are no patterns; without `literal` git is not told so, for commands that know nothing else and refuse the word.

    A missing git, one that takes too long and one that fails are answers, too.
    """
    settings = [*QUIET, *(DURABLE if writes else LOOKING)]
    environment = _environment()
    if not literal:
        del environment["GIT_LITERAL_PATHSPECS"]
    if index is not None:
        settings += ["-c", "core.splitIndex=false"]
        environment["GIT_INDEX_FILE"] = str(index)
    try:
        with subprocess.Popen(
            ["git", "--no-pager", *settings, "-C", str(folder), *words],
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        ) as running:
            return _answer(running, given)
    except (OSError, ValueError) as problem:
        return Answer(done=False, content=b"", problem=f"git cannot be run: {problem}")


def decode(content: bytes) -> str:
    """Read git's bytes as text; what is no UTF-8 is kept as lone surrogates."""
    return content.decode("utf-8", "surrogateescape")


def _answer(running: subprocess.Popen[bytes], given: bytes | None) -> Answer:
    try:
        content, said = running.communicate(given, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        # Git takes its lock files along when it is asked to end, not when it is killed.
        running.terminate()
        try:
            running.communicate(timeout=2)
        except subprocess.TimeoutExpired:
            running.kill()
        return Answer(done=False, content=b"", problem="git took too long")
    words = said.decode("utf-8", "replace").strip().splitlines()
    return Answer(
        running.returncode == 0, content, words[0] if words else f"git ended with {running.returncode}"
    )


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(KEPT)
    }
    return kept | FIXED
