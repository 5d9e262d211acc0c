"""The command line: parses, calls one function, renders; the one place where errors become two lines."""

import os
import sys
import time


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # File systems count time in ticks.
    began = time.time() - 0.1
    code = run(sys.argv[1:])
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough, as `head` does; Python must not fail at that again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _afterwards(began)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors are two lines on stderr."""
    try:
        return _dispatch([word for word in arguments if word != "--debug"])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:
        if "--debug" in arguments:
            raise
        return _explained(problem)


def _afterwards(began: float) -> None:
    """Have files that the command displaced looked at again a little later, without waiting for it."""
    options = sys.modules.get("miminions.cli.options")
    for workspace in options.OPENED if options else ():
        from miminions.afterwards import start

        if workspace.known and start(workspace.layout.root, workspace.known, workspace.home, since=began):
            return


def _explained(problem: Exception) -> int:
    """Say in two lines what went wrong, and return the exit code of its class."""
    from miminions.errors import FileError, MiminionsError

    if isinstance(problem, MiminionsError):
        return _fail(str(problem), problem.hint, problem.exit_code)
    if isinstance(problem, OSError):
        reason = problem.strerror or str(problem)
        return _fail(
            f"the system refused: {reason}",
            "look at the disk, and at where the output goes",
            FileError.exit_code,
        )
    # typer's own: Ctrl-C or Ctrl-D at a question, and usage errors; anything else is a bug of ours.
    if type(problem).__name__ == "Abort":
        print("\nstopped; nothing was written", file=sys.stderr)  # noqa: T201
        return 130
    if hasattr(problem, "format_message"):
        # Without a message the help was printed already.
        said = problem.format_message()
        path = getattr(getattr(problem, "ctx", None), "command_path", "") or "miminions"
        return _fail(said, f"`{path} --help` lists what there is", 2) if said else 2
    return _fail(
        f"{type(problem).__name__}: {problem}", "this is a bug; run it again with --debug and report it", 1
    )


def _dispatch(arguments: list[str]) -> int:
    from miminions.cli.app import application

    app = application(arguments[0] if arguments else None)
    code = app(args=arguments, prog_name="miminions", standalone_mode=False)
    return code if isinstance(code, int) else 0


def _fail(message: str, hint: str, code: int) -> int:
    from miminions.visible import visible

    lines = f"error: {' '.join(visible(message).split())}\nhint: {' '.join(visible(hint).split())}"
    print(lines, file=sys.stderr)  # noqa: T201
    return code
