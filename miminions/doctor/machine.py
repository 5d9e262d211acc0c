"""Checks of what this machine has of a workspace: trust, runs, journal, index, model."""

from collections.abc import Iterator

from miminions.distiller.failures import OFTEN, failures
from miminions.doctor.finding import Case, Finding
from miminions.errors import MiminionsError, ModelMissingError
from miminions.index import SqliteIndex
from miminions.journal import damaged, runs, standing


def trust(case: Case) -> Iterator[Finding]:
    """Find memory that came with a clone, which is not used until its owner says so."""
    try:
        case.ws.check_trust()
    except MiminionsError as problem:
        yield Finding("problem", str(problem), problem.hint)


def waiting(case: Case) -> Iterator[Finding]:
    """Find runs that wait for their branch, and runs that were broken off."""
    for run in runs(case.local) if case.local else ():
        told = standing(run, case.ws.now())
        if told and run.status == "waiting":
            yield Finding("notice", told, "miminions distill --pending, on its branch")
        elif told:
            yield Finding(
                "notice", told, "miminions distill --pending finishes it without asking the model again"
            )


def failed(case: Case) -> Iterator[Finding]:
    """Find sessions that failed again and again."""
    for one in failures(case.local) if case.local else ():
        if one.attempts >= OFTEN:
            yield Finding(
                "problem",
                f"the session {one.session} failed {one.attempts} times: {one.reason}",
                f"{one.hint}; then: miminions distill '{one.source}'",
            )


def journal(case: Case) -> Iterator[Finding]:
    """Find records that cannot be read: their runs can be neither finished nor undone."""
    for path in damaged(case.local) if case.local else ():
        yield Finding(
            "notice",
            f"{path} is damaged: that run cannot be undone",
            f"remove it (rm '{path}')",
        )


def index(case: Case) -> Iterator[Finding]:
    """Find indexes that are damaged."""
    paths = [case.local.index] if case.local else []
    for one in map(SqliteIndex, (*paths, case.ws.home.global_index)):
        for problem in one.problems():
            yield Finding("problem", f"{one.path}: {problem}", "miminions index rebuild")


def model(case: Case) -> Iterator[Finding]:
    """Find a model that was chosen, without the key or the client it needs."""
    name = case.ws.settings.text("model")
    if name:
        from miminions.model import check, is_agent, missing_keys

        for key in missing_keys(name):
            yield Finding(
                "problem",
                f"the model {name} needs {key}, which is not set",
                f"export {key}=..., or miminions config model none",
            )
        if is_agent(name):
            try:
                check(name)
            except ModelMissingError as problem:
                yield Finding("problem", f"the model {name}: {problem}", "miminions config model none")


CHECKS = (trust, waiting, failed, journal, index, model)
