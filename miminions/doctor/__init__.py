"""Checks of a workspace: its files, its memory against the repository, its surroundings; each finding with what mends it."""

from collections.abc import Callable, Iterator

from miminions.doctor import facts, folder, lines, machine, surroundings
from miminions.doctor.finding import Case, Finding
from miminions.doctor.project import outdated
from miminions.errors import MiminionsError
from miminions.layout import LocalLayout
from miminions.memory.folder import State
from miminions.workspace import Workspace

__all__ = ["Finding", "examine"]

Check = Callable[[Case], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    *machine.CHECKS,
    *folder.CHECKS,
    *lines.CHECKS,
    *facts.CHECKS,
    outdated,
    *surroundings.CHECKS,
)


def examine(ws: Workspace) -> tuple[Finding, ...]:
    """Check a workspace, its private overlay and the personal memory; what keeps a check from looking is a finding."""
    found: dict[Finding, None] = {}
    case = _opened(ws, found)
    for check in CHECKS:
        found.update(dict.fromkeys(_guarded(check(case))))
    return tuple(sorted(found, key=lambda finding: finding.level != "problem"))


def _opened(ws: Workspace, found: dict[Finding, None]) -> Case:
    """Read what can be read of the workspace."""
    states: list[State] = []
    local: list[LocalLayout] = []
    looks: list[Callable[[], object]] = [
        lambda: states.append(ws.state()),
        lambda: local.append(ws.local) if ws.id else None,
        lambda: states.append(ws.overlay()) if local and local[0].overlay.folder.is_dir() else None,
        lambda: None if ws.personal else states.append(ws.person()),
    ]
    for look in looks:
        try:
            look()
        except (MiminionsError, OSError) as problem:
            found[_failed(problem)] = None
    return Case(ws, tuple(states), local[0] if local else None)


def _guarded(findings: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from findings
    except (MiminionsError, OSError) as problem:
        yield _failed(problem)


def _failed(problem: MiminionsError | OSError) -> Finding:
    if isinstance(problem, MiminionsError):
        return Finding("problem", str(problem), problem.hint)
    return Finding("problem", f"a check could not look: {problem}", "see that the file can be read")
